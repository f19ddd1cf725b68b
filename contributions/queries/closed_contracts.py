"""Months of contracts in closed quarters: as closed and now (rules 2.4).

As closed + later changes = now, for each side, for everyone and for each person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import BooleanField, CharField, Count, F, Q, QuerySet, Sum, Value

from contracts.models import MonthTotal
from contributions.models import ClosedContractMonth, ClosedPeriod
from contributions.queries.contract_months import in_months
from contributions.rules.contract_months import NO_MONTHS, NOTHING, MonthFigures, Side, SideCell
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope

# The columns of MonthTotal that make the figures of each side, in the order of MonthFigures.
TOTALS = {
    Side.CONFIRMED: ("confirmed_rows", "confirmed", "lost", None, "confirmed_unknown"),
    Side.CURRENT: ("current_rows", "current", None, "provisional", "current_unknown"),
}
Key = tuple[Quarter, Side]


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
) -> dict[Key, SideCell]:
    """Live and closed figures per quarter and side, for quarters from `start` up to `end`; one query.

    `closed` are the quarters that are closed now. A quarter without a month is not there.
    """
    span = in_months(start, end)
    totals = MonthTotal.objects.filter(span, workspace=workspace)
    totals = totals if scope.owners is None else totals.filter(owner__in=scope.owners)
    copies = closed_months(workspace, scope, closed.values()).filter(span)
    parts = [_live(totals, side) for side in Side]
    found = _added_up(workspace, parts[0].union(*parts[1:], _copied(copies), all=True))
    live, copied = found[False], found[True]
    return {
        (quarter, side): SideCell(
            side,
            live.get((quarter, side), NO_MONTHS),
            copied.get((quarter, side), NO_MONTHS) if quarter in closed else None,
        )
        for quarter, side in {*live, *copied}
    }


def _live(totals: QuerySet[MonthTotal], side: Side) -> QuerySet[Any]:
    """From the maintained totals: they cost the same with ten contracts and with ten thousand."""
    names = ("n", "total", "lost_sum", "waiting", "unknown_n")
    columns = {
        name: Value(NOTHING) if column is None else Sum(column)
        for name, column in zip(names, TOTALS[side], strict=True)
    }
    told = {"said": Value(side.value, CharField()), **columns, "copied": Value(False, BooleanField())}
    return totals.order_by().values("month").annotate(**told).values_list("month", *told)


def _copied(rows: QuerySet[Any]) -> QuerySet[Any]:
    told = {
        "said": F("side"),
        "n": Count(Value(1)),
        "total": Sum("converted"),
        "lost_sum": Sum("converted", filter=Q(lost=True)),
        "waiting": Sum("converted", filter=Q(provisional=True)),
        "unknown_n": Count(Value(1), filter=Q(converted=None)),
        "copied": Value(True, BooleanField()),
    }
    return rows.order_by().values("month", "side").annotate(**told).values_list("month", *told)


def _added_up(workspace: Workspace, lines: Iterable[Any]) -> dict[bool, dict[Key, MonthFigures]]:
    """Months to quarters, live and copied ones apart; what is nothing at all is left out."""
    found: dict[bool, dict[Key, MonthFigures]] = {False: {}, True: {}}
    sums: dict[bool, dict[Key, MonthFigures]] = {
        False: defaultdict(MonthFigures),
        True: defaultdict(MonthFigures),
    }
    for month, side, n, total, lost, waiting, unknown, copied in lines:
        key = workspace.calendar.quarter_of(month.first), Side(side)
        figures = MonthFigures(n, total or NOTHING, lost or NOTHING, waiting or NOTHING, unknown)
        sums[copied][key] += figures
    for copied, by_key in sums.items():
        found[copied] = {key: figures for key, figures in by_key.items() if figures != NO_MONTHS}
    return found
