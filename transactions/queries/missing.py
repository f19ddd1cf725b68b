"""What rows wait for a catalog entry, and since which day (rules 5.11)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.shortcuts import get_object_or_404

from transactions.models import CatalogItem, RowTotal, SeenProduct, Split, Transaction
from transactions.queries.catalog import borne_by, named_like, nearest_item
from transactions.queries.waiting import NO_PRICE
from transactions.rules import Lack, Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import EVERYONE

ALERTS = "catalog:"  # how the keys of alerts about the catalog begin
MOST = 3
LACKS = {Measure.REVENUE: NO_PRICE, Measure.TAX_PERCENT: (Lack.NO_TAX,)}


@dataclass(frozen=True)
class Missing:
    """A product as files write it, of which rows wait for a measure.

    `item` is the entry that it means already, which lacks the value; without one `candidates` bear the name,
    or `nearest` is called nearly so.
    `rows` and `quantity` are those that wait; `first` is the day of the first of them, None where none does.
    """

    seen: SeenProduct
    measure: Measure
    item: CatalogItem | None
    candidates: tuple[CatalogItem, ...]
    rows: int
    quantity: Decimal
    first: date | None
    nearest: CatalogItem | None = None


def get_missing(workspace: Workspace, pk: int, measure: Measure) -> Missing:
    """404 for a product that no file of this workspace names."""
    found = SeenProduct.objects.select_related("workspace", "item__workspace")
    seen = get_object_or_404(found, workspace=workspace, pk=pk)
    item = seen.item or borne_by(workspace, [seen.key]).get(seen.key)
    alike = [] if item else named_like(workspace, seen.text)
    if len(alike) == 1:
        item, alike = alike[0], []
    rows, quantity = _blocked(workspace, seen, measure)
    first = _waiting(workspace, seen, measure).order_by("day").values_list("day", flat=True).first()
    nearest = None if item or alike else nearest_item(workspace, seen.text)
    return Missing(seen, measure, item, tuple(alike), rows, quantity, first, nearest)


def _blocked(workspace: Workspace, seen: SeenProduct, measure: Measure) -> tuple[int, Decimal]:
    """How many rows wait, and their quantity, from the maintained totals. A total does not tell the quantity
    of those whose profit alone is unknown."""
    totals = RowTotal.objects.filter(workspace=workspace, split=Split.PRODUCT, about=seen.pk)
    if measure in LACKS:
        totals = totals.filter(lack__in=LACKS[measure])
        sums = totals.aggregate(rows=Sum("rows"), quantity=Sum("quantity"))
    else:
        sums = totals.aggregate(rows=Sum("profit_unknown"))
    return sums["rows"] or 0, sums.get("quantity") or Decimal(0)


def _waiting(workspace: Workspace, seen: SeenProduct, measure: Measure) -> QuerySet[Transaction]:
    lacks = LACKS.get(measure)
    waits = Q(profit_lack__in=NO_PRICE) if lacks is None else Q(lack__in=lacks)
    return Transaction.objects.filter(waits, workspace=workspace, product=seen)


@dataclass(frozen=True)
class MissingAlerts:
    """The live alerts about the catalog that block most; how many there are in all, and how many of those
    keep revenue unknown. The others keep profit alone."""

    alerts: list[Alert]
    causes: int
    of_revenue: int

    @property
    def of_profit(self) -> int:
        return self.causes - self.of_revenue


def missing_alerts(workspace: Workspace) -> MissingAlerts:
    """Two queries."""
    found = live_alerts(workspace, EVERYONE).filter(key__startswith=ALERTS)
    keys = list(found.values_list("key", flat=True))
    of_profit = sum(key.endswith(f":{Measure.COST}") for key in keys)
    return MissingAlerts(list(found[:MOST]), len(keys), len(keys) - of_profit)
