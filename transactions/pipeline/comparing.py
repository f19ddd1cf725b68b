"""Stored figures beside those that the rows would have now (rules 5.12)."""

from collections.abc import Collection, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple

from transactions.models import Transaction
from transactions.pipeline.making import Made
from transactions.pipeline.marking import mark, mark_refunds
from transactions.pipeline.rederiving import Read, Rederivation, Sold
from transactions.pipeline.settling import settle_kept
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
_PLACES = ("client", "product", "owner")
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
_READ = len(Read._fields)
_CURRENCY = _READ + 2 + len(_PLACES) + _NAMES.index("currency")
_REPLACED = Figures(Status.VOIDED)  # in no total, before and after


class Pair(NamedTuple):
    """One row: its marks, its figures as they stand and as they would be, and what would be written.

    `day` is the one that it would be of, `placed` what else than figures would be another, where
    names are asked.
    """

    row: int
    source: int
    earlier: Earlier
    before: Figures
    after: Figures
    made: Made
    day: date
    placed: tuple[str, ...]


def pairs(work: Rederivation, ids: Collection[int], sold: Sold | None = None) -> Iterator[Pair]:
    """Each of these rows before and after, at most a batch of ids at a time; `sold` as in `made`."""
    found = Transaction.objects.filter(workspace=work.workspace, pk__in=list(ids)).order_by("pk")
    lines = list(found.values_list(*Read._fields, "source", "earlier", *_PLACES, *_STORED))
    rows = [Read._make(line[:_READ]) for line in lines]
    stored = {row.id: (row.day, *line[_READ:]) for row, line in zip(rows, lines, strict=True)}
    work.book.know({line[_CURRENCY] for line in lines} - {"", work.workspace.currency})
    for pk, made in work.made_of(rows, sold):
        was, source, earlier, *rest = stored[pk]
        places, figures = rest[: len(_PLACES)], rest[len(_PLACES) :]
        assert made.derived is not None  # noqa: S101 - a row that cannot be read is derived as unknown
        before, after = _counting(_figures(figures)), _counting(figures_of(made.derived))
        day = made.given.day or was
        then, now = (was, *places), (day, made.client, made.product, made.owner)
        named = zip(("day", *_PLACES), then, now, strict=True)
        placed = () if work.compares else tuple(name for name, old, new in named if old != new)
        yield Pair(pk, source, Earlier(earlier), before, after, made, day, placed)


def _counting(figures: Figures) -> Figures:
    return _REPLACED if figures.status is Status.VOIDED else figures


def _figures(stored: list[Any]) -> Figures:
    for place, made in _MADE:
        stored[place] = made(stored[place])
    return Figures(*stored)


def ids_of(rows: Any) -> list[int]:
    """The ids of the rows, in their order."""
    return list(rows.order_by("pk").values_list("pk", flat=True))


def batches(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in their order, a batch at a time."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def derive_waiting(workspace: Workspace, ids: Collection[int], now: datetime, cause: Earlier) -> None:
    """Derive rows that wait for something (rules 5.11).

    Where a figure that is known already would move along, the whole row stays as it is, is marked for `cause`
    and waits for a decision; a refund with its sale. But a provisional rate settles all the same (6.5). The
    workspace's rows are held.
    """
    if not ids:
        return
    work = Rederivation(workspace, now)
    sales, refunds = apart(workspace, ids)
    for some in (sales, refunds):
        asking = _derive(work, some)
        mark(workspace, settle_kept(workspace, asking) if cause is Earlier.RATE else asking, cause)
    mark_refunds(workspace, refunds)


def _derive(work: Rederivation, ids: Collection[int]) -> list[int]:
    """Write those that nobody has to be asked about; which are left."""
    left: list[int] = []
    with totals_follow(work.workspace, ids):
        for some in batches(ids):
            found = list(pairs(work, some))
            asking = {each.row for each in found if move_between(each.before, each.after).asks}
            work.write([(each.row, each.made) for each in found if each.row not in asking])
            left += sorted(asking)
    return left
