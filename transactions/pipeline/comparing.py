"""Stored figures beside those that the rows would have now (rules 5.12)."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, NamedTuple

from transactions.models import Transaction
from transactions.pipeline.making import Made
from transactions.pipeline.marking import mark, mark_refunds
from transactions.pipeline.rederiving import Read, Rederivation, Sold
from transactions.queries.sales import apart
from transactions.rules import Earlier, Figures, Lack, Status, figures_of, move_between
from transactions.services.totals import totals_follow
from workspaces.models import Workspace

BATCH = 2000
# Where a figure is stored, where that is not the column of its name.
_ELSEWHERE = {
    "rate": "rate__rate",
    "rate_day": "rate__rate_day",
    "provisional": "rate__provisional",
    "profit_rate": "profit_rate__rate",
    "profit_provisional": "profit_rate__provisional",
}
_NAMES = [each.name for each in fields(Figures)]
_STORED = [_ELSEWHERE.get(name, name) for name in _NAMES]
# What is made of a stored value, by its place among them; of a row without a rate `provisional` is null.
_MADE = [
    (_NAMES.index(name), made)
    for made, names in (
        (Status, ["status"]),
        (Lack, ["lack", "profit_lack"]),
        (bool, ["provisional", "profit_provisional"]),
    )
    for name in names
]
_CURRENCY = _NAMES.index("currency")
_REPLACED = Figures(Status.VOIDED)  # in no total, before and after


class Pair(NamedTuple):
    """One row: its marks, its figures as they stand and as they would be, and what would be written."""

    row: int
    source: int
    earlier: Earlier
    before: Figures
    after: Figures
    made: Made


def pairs(work: Rederivation, ids: Collection[int], sold: Sold | None = None) -> Iterator[Pair]:
    """Each of these rows before and after, at most a batch of ids at a time; `sold` as in `made`."""
    found = Transaction.objects.filter(workspace=work.workspace, pk__in=list(ids)).order_by("pk")
    lines = list(found.values_list(*Read._fields, "source", "earlier", *_STORED))
    stored = {line[0]: line[len(Read._fields) :] for line in lines}
    codes = {figures[_CURRENCY] for _, _, *figures in stored.values()}
    work.book.know(codes - {"", work.workspace.currency})
    for pk, made in work.made_of([Read._make(line[: len(Read._fields)]) for line in lines], sold):
        source, earlier, *figures = stored[pk]
        assert made.derived is not None  # noqa: S101 - a row that cannot be read is derived as unknown
        before, after = _figures(figures), figures_of(made.derived)
        if after.status is Status.VOIDED:
            before = after = _REPLACED
        yield Pair(pk, source, Earlier(earlier), before, after, made)


def _figures(stored: list[Any]) -> Figures:
    for place, made in _MADE:
        stored[place] = made(stored[place])
    return Figures(*stored)


def batches(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in their order, a batch at a time."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def derive_waiting(workspace: Workspace, ids: Collection[int], now: datetime, cause: Earlier) -> int:
    """Derive rows that wait for something (rules 5.11); how many were derived.

    Where a figure that is known already would move along, the whole row stays as it is, is marked for `cause`
    and waits for a decision; a refund with its sale. The workspace's rows are held.
    """
    if not ids:
        return 0
    work = Rederivation(workspace, now)
    sales, refunds = apart(workspace, ids)
    left = _derive(work, sales, cause) + _derive(work, refunds, cause)
    mark_refunds(workspace, refunds)
    return len(ids) - left


def _derive(work: Rederivation, ids: Collection[int], cause: Earlier) -> int:
    """Write those that nobody has to be asked about; how many are marked."""
    left: list[int] = []
    with totals_follow(work.workspace, ids):
        for some in batches(ids):
            found = list(pairs(work, some))
            asking = {each.row for each in found if move_between(each.before, each.after).asks}
            work.write([(each.row, each.made) for each in found if each.row not in asking])
            left += sorted(asking)
    mark(work.workspace, left, cause)
    return len(left)
