"""What rows wait for in the catalog, and since which day (rules 5.11)."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DecimalField,
    IntegerField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from transactions.models import CatalogItem, RowTotal, SeenProduct, Split, Transaction
from transactions.models.rows import WITHOUT_PROFIT
from transactions.queries.books import Ways
from transactions.queries.catalog import borne_by, named_like, nearest_item, values_of
from transactions.queries.provided import Cells, texts
from transactions.queries.waiting import CATALOG, MOST_RAISED
from transactions.rules import CATALOG_LACKS, PROFIT_MEASURES, Field, Lack, Measure, Status
from transactions.rules.entries import in_force
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import EVERYONE

MOST = 3
LACKS = {Measure.REVENUE: CATALOG_LACKS, Measure.TAX_PERCENT: (Lack.NO_TAX,)}


@dataclass(frozen=True)
class Waits:
    """Rows that wait for a value: how many, their quantity, and the day of the first of them, if any."""

    rows: int = 0
    quantity: Decimal = Decimal(0)
    first: date | None = None


@dataclass(frozen=True)
class Missing:
    """A product as files write it, of which rows wait for a measure.

    `item` is the entry that it means already, which lacks the value; without one `candidates` bear the name,
    or `nearest` is called nearly so, and `description` is what a row of it says that it is.
    `waits` is all that is asked for in one go, the measure itself among it: what other rows wait for, and
    what the same rows need next. Of a profit it is the cost that stands for the three that give one.
    """

    seen: SeenProduct
    measure: Measure
    item: CatalogItem | None
    candidates: tuple[CatalogItem, ...]
    waits: Mapping[Measure, Waits]
    nearest: CatalogItem | None = None
    description: str = ""

    @property
    def own(self) -> Waits:
        """The rows that wait for the measure itself."""
        return self.waits[self.measure]

    @property
    def first(self) -> date | None:
        """The first day on which a row waits for any of them; None where none does."""
        return min((each.first for each in self.waits.values() if each.first), default=None)


def get_missing(workspace: Workspace, pk: int, measure: Measure, ways: Ways) -> Missing:
    """404 for a product that no file of this workspace names."""
    found = SeenProduct.objects.select_related("workspace", "item__workspace")
    seen = get_object_or_404(_with_a_row(found), workspace=workspace, pk=pk)
    item = seen.item or borne_by(workspace, [seen.key]).get(seen.key)
    alike = [] if item else named_like(workspace, seen.text)
    if len(alike) == 1:
        item, alike = alike[0], []
    wanted = Measure.COST if measure in PROFIT_MEASURES else measure
    waiting = _waiting(workspace, seen, ways)
    nearest = None if item or alike else nearest_item(workspace, seen.text)
    waits = _asked(wanted, waiting, ways, item)
    return Missing(seen, wanted, item, tuple(alike), waits, nearest, _description(seen))


def _with_a_row(found: QuerySet[SeenProduct]) -> QuerySet[Any]:
    """Products with the newest row that sells some of it: other rows are corrections of the stock, too."""
    rows = Transaction.objects.filter(
        workspace=OuterRef("workspace"), product=OuterRef("pk"), quantity__gt=0
    ).order_by("-day", "-id")
    return found.annotate(
        mapping=Subquery(rows.values("origin__mapping")[:1]),
        cells=Subquery(rows.values("cells")[:1]),
        edited=Subquery(rows.values("edit__values")[:1]),
    )


def _description(seen: Any) -> str:
    """What that row says that it is, on one line; "" where it says nothing."""
    if seen.cells is None:
        return ""
    row = Cells(0, seen.mapping, seen.cells, seen.edited)
    return " ".join(texts({seen.pk: row}, Field.DESCRIPTION).get(seen.pk, "").split())


def _asked(
    measure: Measure, waiting: Mapping[Measure, Waits], ways: Ways, item: CatalogItem | None
) -> dict[Measure, Waits]:
    """The measure, what else rows wait for, and what those that gain a revenue need then: the tax where taxes
    are removed, a cost or profit where profit is measured, unless the entry has it."""
    asked = {measure, *waiting}
    if asked & LACKS.keys():
        known = _known(item, [each.first for each in waiting.values() if each.first])
        if ways.removes_tax and Measure.TAX_PERCENT not in known:
            asked.add(Measure.TAX_PERCENT)
        if ways.measures_profit and known.isdisjoint(PROFIT_MEASURES):
            asked.add(Measure.COST)
    return {each: waiting.get(each, Waits()) for each in Measure if each in asked}


def _known(item: CatalogItem | None, days: Collection[date]) -> set[Measure]:
    """What the entry says of the first day that waits; nothing where no row waits yet."""
    if item is None or not days:
        return set()
    return set(in_force(values_of(item.workspace, [item.pk]).get(item.pk, []), min(days)))


def _waiting(workspace: Workspace, seen: SeenProduct, ways: Ways) -> dict[Measure, Waits]:
    """What rows of the product wait for, in two queries: the maintained totals tell how many lack revenue or
    tax, and not whose profit waits for the catalog."""
    totals = RowTotal.objects.filter(
        workspace=workspace, split=Split.PRODUCT, about=seen.pk, status=Status.UNKNOWN, lack__gt=0
    )
    sums = {
        lack: (rows, quantity)
        for lack, rows, quantity in totals.order_by()
        .values_list("lack")
        .annotate(n=Sum("rows"), quantity=Sum("quantity"))
    }
    found = {
        Measure(name): Waits(rows, quantity, first)
        for name, first, rows, quantity in _firsts(workspace, seen, ways)
        if first
    }
    for measure, lacks in LACKS.items():
        of_it = [sums[lack] for lack in lacks if lack in sums]
        if rows := sum(n for n, _ in of_it):
            first = found[measure].first if measure in found else None
            found[measure] = Waits(rows, sum((each for _, each in of_it), Decimal(0)), first)
    return found


def _firsts(workspace: Workspace, seen: SeenProduct, ways: Ways) -> QuerySet[Any, Any]:
    """(measure, first day, rows, quantity) of what rows wait for; of those that the totals count the day
    alone, which their index finds."""
    rows = Transaction.objects.filter(workspace=workspace, product=seen).order_by()
    none, nothing = Value(0, IntegerField()), Value(Decimal(0), DecimalField())
    parts: list[QuerySet[Any, Any]] = [
        rows.filter(status=Status.UNKNOWN, lack__in=lacks)
        .order_by("day")
        .values_list(Value(measure.value, CharField()), "day", none, nothing)[:1]
        for measure, lacks in LACKS.items()
    ]
    if ways.measures_profit:
        lines = rows.filter(WITHOUT_PROFIT).values(kind=Value(Measure.COST.value, CharField()))
        quantity = Coalesce(Sum("quantity"), nothing)
        of_profit = lines.annotate(first=Min("day"), n=Count("pk"), worth=quantity)
        parts.append(of_profit.values_list("kind", "first", "n", "worth"))
    return parts[0].union(*parts[1:], all=True)


@dataclass(frozen=True)
class Blocked:
    """Products of which rows have no revenue until the catalog says more, and how many rows these are: with
    or without an alert."""

    products: int
    rows: int


def blocked_by_catalog(workspace: Workspace) -> Blocked:
    """One query, over the maintained totals of all products: asked where alerts do not stand for all."""
    totals = RowTotal.objects.filter(
        workspace=workspace,
        split=Split.PRODUCT,
        status=Status.UNKNOWN,
        lack__in=(*CATALOG_LACKS, Lack.NO_TAX),
        rows__gt=0,
    )
    found = totals.exclude(about=0).aggregate(
        products=Count("about", distinct=True), n=Sum("rows", default=0)
    )
    return Blocked(found["products"], found["n"])


@dataclass(frozen=True)
class MissingAlerts:
    """The live alerts about the catalog that block most; how many there are in all, and how many of those
    keep revenue unknown. The others keep profit alone.

    `beyond` is what waits in all where more products keep revenue unknown than are raised as alerts, `more`
    whether so many keep profit that there may be others.
    """

    alerts: list[Alert]
    causes: int
    of_revenue: int
    beyond: Blocked | None = None
    more: bool = False

    @property
    def of_profit(self) -> int:
        return self.causes - self.of_revenue


def missing_alerts(workspace: Workspace) -> MissingAlerts:
    """Two queries; three where as many alerts stand as are raised."""
    found = live_alerts(workspace, EVERYONE).filter(key__startswith=CATALOG)
    by_measure = Counter(key.rpartition(":")[2] for key in found.values_list("key", flat=True))
    causes, of_profit = by_measure.total(), by_measure[Measure.COST]
    full = {name for name, count in by_measure.items() if count >= MOST_RAISED}
    of_revenue, beyond = causes - of_profit, None
    if full - {Measure.COST}:
        blocked = blocked_by_catalog(workspace)
        beyond = blocked if blocked.products > of_revenue else None
    return MissingAlerts(list(found[:MOST]), causes, of_revenue, beyond, Measure.COST in full)
