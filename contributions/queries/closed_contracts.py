"""Months of contracts in closed quarters: as closed and now (rules 2.4).

As closed + later changes = now, for each side, for everyone and for each person.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value

from contracts.models import MonthTotal
from contributions.models import ClosedContractMonth, ClosedPeriod
from contributions.queries.contract_months import in_months
from contributions.rules.contract_months import NO_MONTHS, MonthFigures, Side, SideCell
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope

ZERO = Decimal(0)
# The columns of MonthTotal that make the figures of each side, by the names of MonthFigures.
TOTALS = {
    Side.CONFIRMED: {
        "months": "confirmed_rows",
        "converted": "confirmed",
        "lost": "lost",
        "unknown": "confirmed_unknown",
    },
    Side.CURRENT: {
        "months": "current_rows",
        "converted": "current",
        "provisional": "provisional",
        "unknown": "current_unknown",
    },
}


def closed_months(
    workspace: Workspace, scope: Scope, closed: Iterable[ClosedPeriod]
) -> QuerySet[ClosedContractMonth]:
    """The copies that these closes made, as far as this scope reads: by the owner of the month."""
    made_by = [period.pk for period in closed]
    rows = ClosedContractMonth.objects.filter(workspace=workspace, period_id__in=made_by)
    return rows if scope.owners is None else rows.filter(owner_id__in=scope.owners)


def contract_cube(
    workspace: Workspace,
    scope: Scope,
    closed: Mapping[Quarter, ClosedPeriod],
    *,
    start: date | None = None,
    end: date | None = None,
) -> dict[tuple[Quarter, Side], SideCell]:
    """Live and closed figures per quarter and side, for quarters from `start` up to `end`; two queries.

    `closed` are the quarters that are closed now. A quarter without a month is not there.
    """
    live, copied = _live(workspace, scope, start, end), closed_months(workspace, scope, closed.values())
    copies = month_sums_of(copied.filter(in_months(start, end)), workspace)
    return {
        key: SideCell(
            key[1],
            live.get(key, NO_MONTHS),
            copies.get(key, NO_MONTHS) if key[0] in closed else None,
        )
        for key in {*live, *copies}
    }


def _live(
    workspace: Workspace, scope: Scope, start: date | None, end: date | None
) -> dict[tuple[Quarter, Side], MonthFigures]:
    """From the maintained totals: they cost the same with ten contracts and with ten thousand."""
    rows: QuerySet[Any] = MonthTotal.objects.filter(in_months(start, end), workspace=workspace)
    rows = rows if scope.owners is None else rows.filter(owner__in=scope.owners)
    columns = {
        f"{side.value}_{name}": Sum(column)
        for side, named in TOTALS.items()
        for name, column in named.items()
    }
    found: dict[tuple[Quarter, Side], MonthFigures] = {}
    for line in rows.order_by().values("month").annotate(**columns):
        quarter = workspace.calendar.quarter_of(line["month"].first)
        for side, named in TOTALS.items():
            figures = MonthFigures(**{name: line[f"{side.value}_{name}"] for name in named})
            if figures != NO_MONTHS:
                found[quarter, side] = found.get((quarter, side), NO_MONTHS) + figures
    return found


def month_sums_of(rows: QuerySet[Any], workspace: Workspace) -> dict[tuple[Quarter, Side], MonthFigures]:
    """Per quarter and side what copied months sum to; also for those of a document."""
    lines = (
        rows.order_by()
        .values("month", "side")
        .annotate(
            n=Count(Value(1)),
            total=Sum("converted"),
            lost_sum=Sum("converted", filter=Q(lost=True)),
            waiting=Sum("converted", filter=Q(provisional=True)),
            unknown_n=Count(Value(1), filter=Q(converted=None)),
        )
    )
    found: dict[tuple[Quarter, Side], MonthFigures] = {}
    for line in lines:
        key = workspace.calendar.quarter_of(line["month"].first), Side(line["side"])
        figures = MonthFigures(
            line["n"],
            line["total"] or ZERO,
            line["lost_sum"] or ZERO,
            line["waiting"] or ZERO,
            line["unknown_n"],
        )
        found[key] = found.get(key, NO_MONTHS) + figures
    return found
