"""Pages with 20,000 contributions behind them, and the same pages in an almost empty workspace.

Server time of the whole application as a server runs it (handler, middleware, session, transaction, template)
for the owner, who reads everybody's rows, with everything warm.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from bench.seed import make_workspace
from bench.table import Row
from contributions.models import AchievementLink
from kamtrak.tenancy import in_workspace
from workspaces.models import User, Workspace

ROWS, FEW = 20_000, 12
WARM, TIMES = 5, 60
PAGES = {
    "dashboard": "",
    "contributions of the quarter": "contributions/",
    "all contributions": "contributions/?period=all",
    "contribution": "contributions/{row}/",
}
# The manifest is made by collectstatic, which is not what is measured.
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def run() -> list[Row]:
    make_workspace("large", ROWS, people=10, clients=200)
    make_workspace("small", FEW, people=2, clients=5)
    with override_settings(STORAGES=PLAIN):
        large, small = _Browser("large"), _Browser("small")
        return [row for name, path in PAGES.items() for row in _measure(name, path, large, small)]


def _measure(name: str, path: str, large: "_Browser", small: "_Browser") -> list[Row]:
    """In turns, so that a moment in which the machine is busy counts for both."""
    for _ in range(WARM):
        large.get(path)
        small.get(path)
    pairs = [(large.get(path), small.get(path)) for _ in range(TIMES)]
    times, few = ([pair[side] for pair in pairs] for side in (0, 1))
    median, few_median = statistics.median(times), statistics.median(few)
    what = f"{name}, {ROWS:,} rows"
    return [
        Row(f"{what}: p95", _p95(times), 100, "ms", f"p50 {median:.0f} ms"),
        Row(f"{what}: queries", large.queries(path), 15, "queries"),
        Row(
            f"{what}: against {FEW} rows",
            median / few_median,
            1.5,
            "×",
            f"p50 {few_median:.0f} ms, p95 {_p95(few):.0f} ms, {small.queries(path)} queries",
        ),
    ]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


class _Browser:
    """The owner of a workspace, signed in."""

    handler: Callable[..., Any] = WSGIHandler()

    def __init__(self, slug: str) -> None:
        self.slug, self.client = slug, Client()
        self.client.force_login(User.objects.get(email=f"owner@{slug}.example"))
        workspace = Workspace.objects.get(slug=slug)
        with in_workspace(workspace.pk):  # the oldest with evidence: its quarter is closed, if there is one
            links = AchievementLink.objects.filter(workspace=workspace).order_by(
                "contribution__counts_on", "pk"
            )
            self.row = links.values_list("contribution", flat=True)[0]

    def get(self, path: str) -> float:
        """Milliseconds until the whole page was there."""
        page, _, query = path.partition("?")
        # The session's cookie is in it.
        environ = self.client._base_environ(  # type: ignore[attr-defined]
            PATH_INFO=f"/w/{self.slug}/{page.format(row=self.row)}", QUERY_STRING=query, REQUEST_METHOD="GET"
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

    def queries(self, path: str) -> int:
        """Statements of one request, the marks of its transaction aside."""
        with CaptureQueriesContext(connection) as captured:
            self.get(path)
        return sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured.captured_queries)
