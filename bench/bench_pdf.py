"""The review as a PDF: against the renderer on the same final HTML, and its memory with many rows."""

import os
import pickle
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from bench.table import Row

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PRINTED, MANY = 200, 100_000
MEGABYTE = 1024 * (1 if sys.platform.startswith("linux") else 1024)


def run() -> list[Row]:
    workspace, small, large = _people()
    _log(workspace, small, PRINTED)
    _log(workspace, large, MANY)
    ours, floor = _times(workspace, small)
    took, memory = _in_child(lambda: _issue(workspace, large))
    return [
        Row(f"review, {PRINTED} printed rows, against the renderer", ours / floor, 1.2, "×", f"{ours:.1f} s"),
        Row(f"review, {MANY:,} rows: memory", memory, 400, "MB", f"{took:.0f} s"),
    ]


def _people() -> tuple[Any, Any, Any]:
    from kamtrak.tenancy import in_workspace
    from workspaces.models import Membership, User
    from workspaces.rules import Role
    from workspaces.services.people import create_workspace

    owner = User.objects.create_user("pdf@example.com", name="Pat")
    workspace = create_workspace(name="Paper", owner=owner, slug="paper")
    with in_workspace(workspace.pk):
        members: list[Any] = [
            Membership.objects.create(
                workspace=workspace,
                user=User.objects.create_user(f"{name}@example.com", name=name.title()),
                roles=[Role.ACCOUNT_MANAGER.value],
            )
            for name in ("small", "large")
        ]
    return workspace, members[0], members[1]


def _log(workspace: Any, owner: Any, count: int) -> None:
    """Contributions in five currencies, with descriptions of the usual length."""
    from contributions.models import Contribution
    from contributions.rules import RevenueType
    from kamtrak.lib.months import Month, Quarter
    from kamtrak.tenancy import in_workspace
    from workspaces.services.clients import pick_or_create_client

    quarter, kinds = Quarter(Month(2026, 7)), list(RevenueType)
    with in_workspace(workspace.pk):
        clients = [pick_or_create_client(workspace=workspace, name=f"Client {n}") for n in range(40)]
        rows = (
            Contribution(
                workspace=workspace,
                owner=owner,
                client=clients[n % 40],
                type=kinds[n % 4].value,
                amount=Decimal(1000 + n),
                amount_currency="EUR" if n % 2 else "USD",
                quarter=quarter,
                counts_on=quarter.last,
                description=f"Renewal {n}: three depots joined the frame contract after the pilot in spring",
                credited=Decimal(1000 + n),
                converted=Decimal(1100 + n),
                rate=Decimal("1.1") if n % 2 else Decimal(1),
                rate_day=quarter.last,
                rate_source="published" if n % 2 else "same",
                rate_legs=[["EUR", "USD", "1.1", "2026-09-30"]] if n % 2 else [],
                created_by=owner.user,
                created_at=NOW,
                updated_at=NOW,
            )
            for n in range(count)
        )
        Contribution.objects.bulk_create(rows, batch_size=2000)


def _issue(workspace: Any, person: Any) -> float:
    """Snapshot, pages and file, as the worker makes them; seconds."""
    from kamtrak.tenancy import in_workspace
    from reports.pdf.render import pages_of, write_pdf

    started = time.perf_counter()
    with in_workspace(workspace.pk):
        document = _snapshot(workspace, person)
    with pages_of(document) as pages:
        write_pdf(pages, BytesIO())
    return time.perf_counter() - started


def _snapshot(workspace: Any, person: Any) -> Any:
    from reports.queries.review import Order
    from reports.services.snapshots import snapshot_review

    period = workspace.calendar.period("2026Q3")
    return snapshot_review(Order(workspace, person, period, person.user, NOW))


def _times(workspace: Any, person: Any) -> tuple[float, float]:
    """The whole making of a review, and the renderer alone on its final HTML: each the best of six, since a
    shared machine changes its pace within seconds."""
    import weasyprint

    from kamtrak.tenancy import in_workspace
    from reports.pdf.files import BASE, PackagedFiles
    from reports.pdf.render import VARIANT, pages_of

    with in_workspace(workspace.pk), pages_of(_snapshot(workspace, person)) as pages:
        final = pages.html

    def renderer() -> float:
        started = time.perf_counter()
        html = weasyprint.HTML(string=final, base_url=BASE, url_fetcher=PackagedFiles())
        html.write_pdf(pdf_variant=VARIANT)
        return time.perf_counter() - started

    renderer()
    pairs = [(_issue(workspace, person), renderer()) for _ in range(6)]
    return min(ours for ours, _ in pairs), min(floor for _, floor in pairs)


def _in_child(work: Callable[[], float]) -> tuple[float, float]:
    """What it returns and the most memory it took, in MB, in a process of its own."""
    from django.db import connections

    connections.close_all()
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            result = work()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
            os.write(writing, pickle.dumps((result, peak)))
        finally:
            os._exit(0)
    os.close(writing)
    os.wait()
    with os.fdopen(reading, "rb") as answer:
        result, peak = pickle.loads(answer.read())  # noqa: S301 - our own child's words
    return result, peak
