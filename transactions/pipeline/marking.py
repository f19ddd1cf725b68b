"""Marking settled rows whose price, rate or settings have changed since: a person decides (rules 5.12)."""

from collections.abc import Collection, Iterator
from functools import reduce
from itertools import product
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from transactions.models import CatalogValue, Transaction
from transactions.queries.catalog import load_catalog
from transactions.queries.sales import IS_SALE
from transactions.rules import PROFIT_MEASURES, Catalog, Earlier, Measure, Status
from transactions.services.totals import totals_follow
from workspaces.models import Workspace

BATCH = 2000
NONE = 0  # stands for "no value" among the ids of catalog values
_PRICES = ("price", "profit_price", "tax_price")
_STANDS_ON = {Earlier.RATE: ("rate", "profit_rate"), Earlier.PRICE: _PRICES}
USED_PRICES = Q(price__isnull=False) | Q(profit_price__isnull=False) | Q(tax_price__isnull=False)


def mark(workspace: Workspace, ids: Collection[int], flag: Earlier) -> None:
    """Mark rows that count, or would; a replaced row is derived with what holds when it comes back."""
    with totals_follow(workspace, ids):
        _rows(workspace, ids).exclude(status=Status.VOIDED).update(earlier=F("earlier").bitor(int(flag)))


def unmark(workspace: Workspace, ids: Collection[int], flag: Earlier) -> None:
    """What the rows were made with holds again."""
    with totals_follow(workspace, ids):
        _rows(workspace, ids).update(earlier=F("earlier").bitand(~int(flag)))


def mark_refunds(workspace: Workspace, ids: Collection[int]) -> None:
    """Refunds wait with a sale whose rate or price they share (rules 5.13)."""
    for flag, waiting in _waiting_with_sales(workspace, ids):
        mark(workspace, waiting, flag)


def bear_marks(workspace: Workspace, ids: Collection[int]) -> None:
    """The same; the totals are the caller's."""
    for flag, waiting in _waiting_with_sales(workspace, ids):
        _rows(workspace, waiting).update(earlier=F("earlier").bitor(int(flag)))


def _waiting_with_sales(workspace: Workspace, ids: Collection[int]) -> Iterator[tuple[Earlier, list[int]]]:
    if not ids:
        return
    for flag, columns in _STANDS_ON.items():
        shared = reduce(or_, (Q(**{one: OuterRef(other)}) for one, other in product(columns, columns)))
        waits = _sale(workspace).annotate(asked=F("earlier").bitand(int(flag))).filter(shared, asked__gt=0)
        found = _rows(workspace, ids).exclude(status=Status.VOIDED).filter(Exists(waits))
        yield flag, list(found.values_list("pk", flat=True))


def mark_prices(workspace: Workspace, rows: Any) -> None:
    """Mark those of the rows whose prices are others by now; where they are right again the mark goes.

    A row that was kept on purpose is not asked about the same prices again.
    """
    values = CatalogValue.objects.filter(workspace=workspace)
    worth = {pk: tuple(said) for pk, *said in values.values_list("pk", "measure", "value", "includes_tax")}

    def said(ids: list[int]) -> list[Any]:
        return [worth.get(each) for each in ids]

    marked, cleared = [], []
    for row in priced(workspace, rows):
        now, declined = said(row.now), row.declined
        kept = declined is not None and {*now} <= {*said(declined)}
        asks = said(row.used) != now and not kept
        if asks and not row.earlier & Earlier.PRICE:
            marked.append(row.pk)
        elif not asks and row.earlier & Earlier.PRICE:
            cleared.append(row.pk)
    mark(workspace, marked, Earlier.PRICE)
    unmark(workspace, cleared, Earlier.PRICE)


class Priced(NamedTuple):
    """A row that the catalog has a part in: its marks, the catalog values that it used, those that it would
    use now, and those that it, or the sale that it undoes, was not moved to."""

    pk: int
    earlier: int
    used: list[int]
    now: list[int]
    declined: list[int] | None


def priced(workspace: Workspace, rows: Any) -> Iterator[Priced]:
    """The rows that the catalog has a part in."""
    catalog = load_catalog(workspace)
    values = CatalogValue.objects.filter(workspace=workspace).values_list("pk", "measure")
    measures = {pk: Measure(measure) for pk, measure in values}
    columns = ("pk", "earlier", "kept", "priced_on", "product__item", "quantity", *_PRICES)
    # A refund has the prices of its sale, and those of its sale's day where that needed none (rules 5.13).
    sale = _sale(workspace)
    found = rows.filter(USED_PRICES).annotate(
        priced_on=Coalesce(Subquery(sale.values("day")[:1]), F("day")),
        kept=Coalesce(Subquery(sale.values("declined")[:1]), F("declined")),
    )
    for row in found.values(*columns).iterator(BATCH):
        used = [row[name] for name in _PRICES if row[name] is not None]
        item, day, of_units = row["product__item"], row["priced_on"], row["quantity"] is not None
        now = [_id_now(catalog, item, measures[each], day, of_units=of_units) for each in used]
        yield Priced(row["pk"], row["earlier"], used, now, row["kept"])


def _sale(workspace: Workspace) -> QuerySet[Transaction]:
    """Of a refund in an outer query the sale that it undoes."""
    return Transaction.objects.filter(
        IS_SALE, workspace=workspace, source=OuterRef("source"), key=OuterRef("sale_key"), occurrence=1
    )


def _id_now(catalog: Catalog, item: int | None, measure: Measure, day: Any, *, of_units: bool) -> int:
    """The catalog value that would be used now in the place of one of this measure (rules 5.8)."""
    if item is None:
        return NONE
    asked: tuple[Measure, ...] = (measure,)
    if measure in PROFIT_MEASURES:
        asked = PROFIT_MEASURES if of_units else (Measure.PROFIT_PERCENT,)
    found = (catalog.value(item, each, day) for each in asked)
    return next((value.id for value in found if value is not None), NONE)


def _rows(workspace: Workspace, ids: Collection[int]) -> Any:
    return Transaction.objects.filter(workspace=workspace, pk__in=list(ids))
