"""Server time of pages as a server runs them (handler, middleware, session, transaction, template), for the
owner, who reads everybody's rows, with everything warm."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.table import Row
from workspaces.models import User

WARM, TIMES = 5, 60
PART = {"HTTP_HX_REQUEST": "true"}  # asked for by a page that stands already, and marked there until it comes
# The manifest is made by collectstatic, which is not what is measured.
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


class Browser:
    """The owner of a workspace, signed in. `rows` stand in the paths: `contributions/{row}/`."""

    handler: Callable[..., Any] = WSGIHandler()

    def __init__(self, slug: str, **rows: int) -> None:
        self.slug, self.rows, self.client = slug, rows, Client()
        self.client.force_login(User.objects.get(email=f"owner@{slug}.example"))

    def get(self, path: str, **headers: str) -> float:
        """Milliseconds until the whole page was there."""
        page, _, query = path.partition("?")
        # The session's cookie is in it.
        environ = self.client._base_environ(  # type: ignore[attr-defined]
            PATH_INFO=f"/w/{self.slug}/{page.format(**self.rows)}",
            QUERY_STRING=query,
            REQUEST_METHOD="GET",
            **headers,
        )
        said: list[str] = []
        started = time.perf_counter()
        response = self.handler(environ, lambda status, headers: said.append(status))
        weight = sum(len(part) for part in response)
        response.close()
        took = (time.perf_counter() - started) * 1000
        if said != ["200 OK"] or weight < 1000:
            raise RuntimeError(f"{path} answered {said} with {weight} bytes")
        return took

    def queries(self, path: str, **headers: str) -> int:
        """Statements of one request, the marks of its transaction aside."""
        with CaptureQueriesContext(connection) as captured:
            self.get(path, **headers)
        return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured.captured_queries)


def compare(pages: Mapping[str, str], large: Browser, small: Browser, *, many: str, few: str) -> list[Row]:
    """For each page its time, its statements, and its time against the same page with almost nothing."""
    return [row for name, path in pages.items() for row in _compared(name, path, large, small, many, few)]


def compare_parts(
    parts: Mapping[str, str], large: Browser, small: Browser, *, many: str, few: str
) -> list[Row]:
    """The same of filtered totals that no maintained total answers, which arrive after their page."""
    rows = []
    for name, path in parts.items():
        times, few_times = _timed(path, large, small, **PART)
        note = f"p50 {statistics.median(times):.0f} ms, against {few}: {statistics.median(few_times):.0f} ms"
        rows += [
            Row(f"{name}, {many}: p95 of the part", _p95(times), 1000, "ms", note),
            Row(f"{name}, {many}: queries", large.queries(path, **PART), 15, "queries"),
        ]
    return rows


def _timed(path: str, large: Browser, small: Browser, **headers: str) -> tuple[list[float], list[float]]:
    """In turns, so that a moment in which the machine is busy counts for both."""
    for _ in range(WARM):
        large.get(path, **headers)
        small.get(path, **headers)
    pairs = [(large.get(path, **headers), small.get(path, **headers)) for _ in range(TIMES)]
    return [large_took for large_took, _ in pairs], [small_took for _, small_took in pairs]


def _compared(name: str, path: str, large: Browser, small: Browser, many: str, few: str) -> list[Row]:
    times, few_times = _timed(path, large, small)
    median, few_median = statistics.median(times), statistics.median(few_times)
    what = f"{name}, {many}"
    return [
        Row(f"{what}: p95", _p95(times), 100, "ms", f"p50 {median:.0f} ms"),
        Row(f"{what}: queries", large.queries(path), 15, "queries"),
        Row(
            f"{what}: against {few}",
            median / few_median,
            1.5,
            "×",
            f"p50 {few_median:.0f} ms, p95 {_p95(few_times):.0f} ms, {small.queries(path)} queries",
        ),
    ]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
