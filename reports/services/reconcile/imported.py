"""Proofs of imported revenue: maintained totals, list = dashboard = export, closes (rules 1.3, 2.4)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from contributions.models import ClosedPeriod
from contributions.queries.closed_revenue import closed_totals, closed_transactions, revenue_cube
from contributions.queries.periods import closed_periods
from contributions.queries.revenue_changes import revenue_changes
from contributions.rules.revenue import NO_CELL
from kamtrak.lib.months import Quarter
from reports.queries.imported import imported
from reports.services.reconcile.proof import Proof, equal, same
from transactions.models import RowTotal, Split, Transaction
from transactions.queries.filters import Filter, choose
from transactions.queries.listing import filtered
from transactions.queries.revenue import SHOWN, summed
from transactions.queries.sums import added_up, looked_up
from transactions.rules import Status
from transactions.rules.revenue import RevenueFigures
from transactions.services.lines import EXPORT_COLUMNS, export_lines
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE

ZERO = Decimal(0)
MAINTAINED, PLACES = "maintained totals = transactions", "list = dashboard = export"
CLOSED = "as closed = its transactions"
# Rows, and their totals, are compared by these: how many, in their currency, converted, their profit, and how
# many with earlier prices.
KEY = ("of_month", "status", "lack", "tier", "currency")
# Totals by product are of everybody together.
SPLITS = {Split.NONE: ("owner_id",), Split.CLIENT: ("owner_id", "client_id"), Split.PRODUCT: ("product_id",)}
ABOUT = {"owner_id": "owner_id", "client_id": "about", "product_id": "about"}
Sums = dict[tuple[Any, ...], tuple[Any, ...]]


def prove_row_totals(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each maintained total is the sum of its rows, once as a whole, once by client and once by product."""
    rows = Transaction.objects.filter(workspace=workspace).annotate(of_month=TruncMonth("day"))
    for split, names in SPLITS.items():
        straight, kept = _of_rows(rows, names), _of_totals(workspace, split, names)
        for key in sorted({*straight, *kept}, key=repr):
            if straight.get(key) != kept.get(key):
                said = {"transactions": straight.get(key), "totals": kept.get(key)}
                yield same(MAINTAINED, f"{split.label.lower()}, {key}", **said)
        sums = (sum((line[2] for line in found.values()), ZERO) for found in (straight, kept))
        yield equal(MAINTAINED, split.label.lower(), transactions=next(sums), totals=next(sums))


def _of_rows(rows: QuerySet[Any], names: tuple[str, ...]) -> Sums:
    """Per month, status, lack, tier, currency and `names` what the rows come to."""
    found = (
        rows.order_by()
        .values_list(*KEY, *names)
        .annotate(
            n=Count("pk"),
            own=Sum("revenue", default=ZERO),
            total=Sum("converted", default=ZERO),
            gained=Sum("profit", default=ZERO),
            moved=Count("pk", filter=Q(earlier__gt=0)),
        )
    )
    return _keyed(found, names)


def _of_totals(workspace: Workspace, split: Split, names: tuple[str, ...]) -> Sums:
    totals = RowTotal.objects.filter(workspace=workspace, split=split).annotate(of_month=F("month"))
    columns = (*KEY, *(ABOUT[name] for name in names), "rows", "revenue", "converted", "profit", "earlier")
    lines = ((month.first, *rest) for month, *rest in totals.values_list(*columns))
    return _keyed(lines, names)


def _keyed(lines: Iterable[tuple[Any, ...]], names: tuple[str, ...]) -> Sums:
    """By key, in which nobody's and nothing's are None; the rest are the sums."""
    cut = len(KEY) + len(names)
    return {
        (*line[: len(KEY)], *(each or None for each in line[len(KEY) : cut])): line[cut:] for line in lines
    }


def prove_imported(workspace: Workspace, today: date) -> Iterator[Proof]:
    """The live figure of each quarter on the dashboard, its clients, products, tiers and currencies, the
    totals above the list, row by row too, and the export's column are one figure, and so is its profit; what
    they exclude is as many rows in each place."""
    exported = _exported(workspace)
    for quarter in sorted(exported):
        period = workspace.calendar.of_quarter(quarter)
        shown = imported(workspace, EVERYONE, {}, period, today)
        chosen = choose(workspace, EVERYONE, Filter(period))
        kept, listed = looked_up(workspace, chosen), added_up(filtered(workspace, chosen))
        yield equal(
            PLACES,
            f"imported {period.code}",
            export=exported[quarter].converted,
            list=listed.converted or ZERO,
            list_totals=kept.converted or ZERO,
            dashboard=shown.cell.stands.converted,
            clients=sum((line.figures.converted for line in shown.clients), ZERO),
            products=sum((own.converted for _, own in shown.products), ZERO),
            tiers=sum((own.converted for own in shown.tiers.values()), ZERO),
            currencies=sum((own.converted for own in shown.currencies), ZERO),
        )
        yield equal(
            PLACES,
            f"profit {period.code}",
            export=exported[quarter].profit,
            list=listed.profit,
            list_totals=kept.profit,
            dashboard=shown.cell.stands.profit,
            clients=sum((line.figures.profit for line in shown.clients), ZERO),
            products=sum((own.profit for _, own in shown.products), ZERO),
        )
        yield same(
            "excluded rows",
            f"imported {period.code}",
            export=exported[quarter].unknown_rows,
            list=listed.unknown,
            dashboard=shown.cell.stands.unknown_rows,
        )


def _exported(workspace: Workspace) -> dict[Quarter, RevenueFigures]:
    """Per quarter the sums of the export's columns, and how many of its rows have no revenue."""
    converted: dict[Quarter, Decimal] = defaultdict(Decimal)
    profit: dict[Quarter, Decimal] = defaultdict(Decimal)
    unknown: dict[Quarter, int] = defaultdict(int)
    names = ("date", "converted", "profit", "status")
    on, of_converted, of_profit, of_status = (EXPORT_COLUMNS.index(name) for name in names)
    rows = Transaction.objects.filter(workspace=workspace, status__in=SHOWN)
    for line in export_lines(rows, workspace):
        quarter = workspace.calendar.quarter_of(line[on])
        converted[quarter] += line[of_converted] or ZERO
        profit[quarter] += line[of_profit] or ZERO
        unknown[quarter] += line[of_status] == "unknown"
    return {
        each: RevenueFigures(converted=converted[each], profit=profit[each], unknown_rows=unknown[each])
        for each in converted
    }


def prove_imported_closes(workspace: Workspace, today: date) -> Iterator[Proof]:
    """As closed = the copied rows = the copied totals; closed + later changes = now (rules 2.4)."""
    closed = closed_periods(workspace)
    cube = revenue_cube(workspace, EVERYONE, closed)
    for quarter in sorted(closed):
        period, cell = closed[quarter], cube.get(quarter, NO_CELL)
        subject = f"imported {workspace.calendar.code(quarter)}"
        stands = cell.stands.converted
        yield equal(CLOSED, subject, quarter=stands, **_copied(workspace, period))
        later = revenue_changes(workspace, EVERYONE, quarter, period, limit=1).total
        yield equal(
            "closed + later changes = now", subject, closed_and_later=stands + later, now=cell.now.converted
        )


def _copied(workspace: Workspace, period: ClosedPeriod) -> dict[str, Decimal]:
    """The copied rows' sum, and the copied totals' in each split."""
    rows = closed_transactions(workspace, EVERYONE, [period]).filter(status=Status.COUNTED)
    found = {"rows": rows.aggregate(n=Sum("converted", default=ZERO))["n"]}
    totals = {line["split"]: line["total"] for line in summed(closed_totals(workspace, [period]), "split")}
    return found | {split.name.lower(): totals.get(split.value, ZERO) for split in Split}
