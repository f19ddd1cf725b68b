"""What imported rows come to: from the maintained totals alone, so that it costs the same with a thousand
rows and with ten million (rules 1.3, 5.4).

The functions take any rows with the columns of RowTotal: a close keeps such, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.lookups import GreaterThan

from transactions.models import RowTotal, SeenProduct, Split, Transaction
from transactions.rules import Lack, Status, Warning
from transactions.rules.revenue import NO_REVENUE, RevenueFigures, RevenueLine
from workspaces.models import Workspace
from workspaces.queries.people import Scope

ZERO = Decimal(0)
LINE = ("month", "tier", "currency", "lack")
COUNTED, UNKNOWN = Q(status=Status.COUNTED), Q(status=Status.UNKNOWN)
SHOWN = (Status.COUNTED, Status.UNKNOWN)  # what is voided or no revenue is in no total
SHOWS = Q(status__in=SHOWN)  # a profit may be known where the revenue is not (rules 5.8)
SUMS: dict[str, Any] = {
    "n": Sum("rows", filter=COUNTED, default=0),
    "total": Sum("converted", filter=COUNTED, default=ZERO),
    "waiting_n": Sum("provisional", filter=COUNTED, default=0),
    "unknown_n": Sum("rows", filter=UNKNOWN, default=0),
    "earlier_n": Sum("earlier", filter=COUNTED, default=0),
    "gained": Sum("profit", filter=SHOWS, default=ZERO),
    "ungained_n": Sum("profit_unknown", filter=SHOWS, default=0),
    "own": Sum("revenue", filter=COUNTED, default=ZERO),
}


def totals_of(
    workspace: Workspace,
    scope: Scope,
    *,
    split: Split = Split.NONE,
    start: date | None = None,
    end: date | None = None,
) -> QuerySet[RowTotal]:
    """The maintained totals of the months from `start` up to `end`. Rows that are nobody's are in the figures
    of those who read everyone's."""
    return in_scope(RowTotal.objects.filter(workspace=workspace), scope, split=split, start=start, end=end)


def in_scope(
    totals: QuerySet[Any],
    scope: Scope,
    *,
    split: Split = Split.NONE,
    start: date | None = None,
    end: date | None = None,
) -> QuerySet[Any]:
    """Of these totals what counts or waits in the span, as far as this scope reads."""
    found = totals.filter(in_months(start, end), split=split, status__in=SHOWN)
    return found if scope.owners is None else found.filter(owner_id__in=sorted(scope.owners))


def in_months(start: date | None, end: date | None) -> Q:
    """Months from `start` up to `end`, half-open; None is open."""
    return (Q(month__gte=start) if start else Q()) & (Q(month__lt=end) if end else Q())


def summed(totals: QuerySet[Any], *by: str, **told: Any) -> QuerySet[Any, dict[str, Any]]:
    """These totals added up by the columns `by`, with what is `told` beside them."""
    return totals.order_by().values(*by).annotate(**SUMS, **told)


def figures_in(line: dict[str, Any]) -> RevenueFigures:
    """The figures of a group that was made by `summed`."""
    return RevenueFigures(
        int(line["n"]),
        line["total"],
        int(line["waiting_n"]),
        int(line["unknown_n"]),
        int(line["earlier_n"]),
        line["gained"],
        int(line["ungained_n"]),
    )


def line_in(line: dict[str, Any]) -> RevenueLine:
    """The line of a group that was made by `summed` by LINE."""
    lack = Lack(line["lack"])
    return RevenueLine(line["month"], line["tier"], line["currency"], lack, line["own"], figures_in(line))


# The same of rows, live or copied, under the same names: what no maintained total answers.
ROW_SUMS: dict[str, Any] = {
    "n": Count("pk", filter=COUNTED),
    "total": Sum("converted", filter=COUNTED, default=ZERO),
    "waiting_n": Count("pk", filter=COUNTED & Q(waits=True)),
    "unknown_n": Count("pk", filter=UNKNOWN),
    "earlier_n": Count("pk", filter=COUNTED & Q(moved=True)),
    "gained": Sum("profit", filter=SHOWS, default=ZERO),
    "ungained_n": Count("pk", filter=SHOWS & Q(ungained=True)),
    "own": Sum("revenue", filter=COUNTED, default=ZERO),
}
_WAITS = GreaterThan(F("warnings").bitand(Warning.PROVISIONAL.value), 0)
_LIVE = {"waits": _WAITS, "moved": GreaterThan(F("earlier"), 0), "ungained": GreaterThan(F("profit_lack"), 0)}


def live_rows_of(
    workspace: Workspace, scope: Scope, *, start: date | None, end: date | None
) -> QuerySet[Transaction]:
    """The rows from `start` up to `end` that count or wait, to be added up with ROW_SUMS: where the
    maintained totals are not split in the way that is asked for."""
    rows = Transaction.objects.filter(workspace=workspace, status__in=SHOWN)
    rows = rows.filter(day__gte=start) if start else rows
    rows = rows.filter(day__lt=end) if end else rows
    rows = rows if scope.owners is None else rows.filter(owner_id__in=sorted(scope.owners))
    return rows.order_by().annotate(**_LIVE)


def anything_imported(workspace: Workspace, scope: Scope) -> QuerySet[RowTotal]:
    """There is a total as soon as there is a row that this scope reads, whatever it is worth."""
    found = RowTotal.objects.filter(workspace=workspace, split=Split.NONE)
    return found if scope.owners is None else found.filter(owner_id__in=sorted(scope.owners))


@dataclass(frozen=True)
class Product:
    """What a product of the rows is called: the catalog's entry (`item_id`), else as files write it."""

    name: str
    item_id: int | None
    seen_id: int


NO_PRODUCT = Product("No product", None, 0)


def products(workspace: Workspace, ids: Iterable[int]) -> dict[int, Product]:
    """The products behind these names in files, by their ids."""
    found = SeenProduct.objects.filter(workspace=workspace, pk__in=list(ids)).select_related("item")
    return {
        seen.pk: Product(str(seen.item) if seen.item else seen.text, seen.item_id, seen.pk) for seen in found
    }


def by_product(
    figures: dict[int, RevenueFigures], known: dict[int, Product]
) -> list[tuple[Product, RevenueFigures]]:
    """Figures by what the products mean: names of one catalog entry are one line; the largest first."""
    found: dict[tuple[int | None, int], tuple[Product, RevenueFigures]] = {}
    for seen_id, of_it in figures.items():
        product = known.get(seen_id, NO_PRODUCT)
        key = product.item_id, 0 if product.item_id else product.seen_id
        first, so_far = found.get(key, (product, NO_REVENUE))
        found[key] = first, so_far + of_it
    return sorted(found.values(), key=lambda line: (-line[1].converted, line[0].name.casefold()))
