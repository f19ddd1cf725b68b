"""What marked rows come to before and after, for whoever decides whether they move (rules 5.12).

Up to `COMPARED_AT_ONCE` rows are compared while a person waits; more are work in the background.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from transactions.models import Transaction
from transactions.pipeline.comparing import Pair, batches, pairs
from transactions.pipeline.rederiving import Rederivation
from transactions.pipeline.remapping import Remapped
from transactions.queries.marked import (
    Seen,
    Selection,
    compared_job,
    marked,
    moves_path,
    seen,
)
from transactions.queries.sales import refunds_of
from transactions.rules import Comparison, Earlier, Sale, sale_of
from workspaces.models import UNFINISHED, Job, Membership, Workspace
from workspaces.services.jobs import Run, create_job

COMPARED_AT_ONCE = 2_000
COMPARE = "transactions_compare"


def comparison(workspace: Workspace, selection: Selection, state: Seen, now: datetime) -> Comparison | None:
    """What the marked rows come to before and after; None where it has to be worked out first."""
    if not state.rows:
        return Comparison()
    if state.rows <= COMPARED_AT_ONCE:
        found = compared_at_once(workspace, selection, now)
        return None if found is None else found[0]
    job = compared_job(workspace, COMPARE, state.stamp)
    return None if job is None else Comparison.from_json(job.result["comparison"])


def compared_at_once(
    workspace: Workspace, selection: Selection, now: datetime
) -> tuple[Comparison, int] | None:
    """The same of rows that are known to be few, and how many they are, without the refunds that move with
    them; None where they have become too many meanwhile."""
    waiting = marked(workspace, selection)
    if selection.imported is not None and waiting[: COMPARED_AT_ONCE + 1].count() > COMPARED_AT_ONCE:
        return None
    found, groups, add = _comparing(workspace, selection, now, COMPARED_AT_ONCE + 1)
    if selection.imported is None and sum(map(len, groups)) > COMPARED_AT_ONCE:
        return None
    for some in chain(*map(batches, groups)):
        add(some)
    return found, sum(map(len, groups[:2]))


def _groups(waiting: QuerySet[Transaction], most: int | None) -> tuple[list[int], list[int]]:
    """The rows, `most` of them: those that undo no sale, then those that do."""
    rows = list(waiting.order_by("pk").values_list("pk", "sale_key")[:most])
    return [pk for pk, sale in rows if sale is None], [pk for pk, sale in rows if sale is not None]


def _add(found: Comparison, work: Rederivation, ids: list[int], seen_with_sale: set[int]) -> None:
    """Compare rows and the refunds that move with them (rules 5.13), which are noted: each counts once."""
    alone = [pk for pk in ids if pk not in seen_with_sale]
    compared = list(pairs(work, alone))
    sold = {(each.source, each.made.key): _sale(each) for each in compared}
    refunds = [pk for pk in refunds_of(work.workspace, alone) if pk not in {*alone, *seen_with_sale}]
    for some in batches(refunds):
        compared += pairs(work, some, sold)
    for each in compared:
        found.add(each.row, each.earlier & ~Earlier.MAPPING, each.before, each.after)
    seen_with_sale.update(refunds)


def _sale(pair: Pair) -> Sale | None:
    """What its refunds would stand on; None for what undoes a sale itself."""
    if not pair.made.is_sale:
        return None
    assert pair.made.derived is not None  # noqa: S101 - a row that cannot be read is derived as unknown
    return sale_of(pair.day, pair.made.derived)


def request_comparison(*, workspace: Workspace, selection: Selection, by: Membership, now: datetime) -> Job:
    """Have it worked out what the marked rows come to; or the work that does so already."""
    wanted = selection.to_json()
    going = Job.objects.filter(workspace=workspace, kind=COMPARE, state__in=UNFINISHED, params=wanted)
    return going.first() or create_job(workspace=workspace, kind=COMPARE, by=by.user, params=wanted, now=now)


def run_comparison(run: Run) -> dict[str, Any]:
    """The job: compare batch by batch. Raises Refused where anything changed meanwhile."""
    selection, now = Selection.from_json(run.params), timezone.now()
    with in_workspace(run.workspace_id):
        workspace = Workspace.objects.get(pk=run.workspace_id)
        state = seen(workspace, selection, workspace.day_of(now))
        found, groups, add = _comparing(workspace, selection, now)
    done, total = 0, sum(map(len, groups))
    for some in chain(*map(batches, groups)):
        with in_workspace(run.workspace_id):
            add(some)
        done += len(some)
        run.progress("Comparing", done, total, now=timezone.now())
    with in_workspace(run.workspace_id):
        if seen(workspace, selection, workspace.day_of(now)).stamp != state.stamp:
            raise Refused("Prices, rates or rows have changed meanwhile. Have it worked out again.")
    return {
        "path": moves_path(selection),
        "action": "See what would move",
        "summary": "Before and after are worked out. Nothing has moved.",
        "stamp": state.stamp,
        "comparison": found.to_json(),
    }


def _comparing(
    workspace: Workspace, selection: Selection, now: datetime, most: int | None = None
) -> tuple[Comparison, tuple[Collection[int], ...], Callable[[list[int]], None]]:
    """What the rows, `most` of those that are marked, come to, which they are in the order of comparing them,
    and what compares some."""
    if selection.imported is not None:
        remapped = Remapped(workspace, selection.imported, now)
        return remapped.found, remapped.groups, remapped.add
    work, found, seen_with_sale = Rederivation(workspace, now, compares=True), Comparison(), set[int]()
    groups = _groups(marked(workspace, selection), most)
    return found, groups, lambda some: _add(found, work, some, seen_with_sale)
