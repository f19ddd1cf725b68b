"""The figures of the sales dashboard: months and people from the maintained totals, clients from the months
of the period themselves (rules 4.10 to 4.16)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Q, QuerySet, Sum

from contracts.models import MonthTotal
from contracts.queries.sums import (
    CURRENT_RATE,
    FROZEN_RATE,
    LOST,
    current_rows,
    frozen_rows,
    month_totals,
    summed,
    unknown,
)
from contracts.rules.sales import Basis, Trailing
from kamtrak.lib.months import Month, Period
from workspaces.models import ClientAccount, Workspace
from workspaces.queries.people import Scope

# The columns of MonthTotal that each basis counts, by the names of Trailing.
CONFIRMED = {"total": "confirmed", "lost": "lost", "rows": "confirmed_rows", "unknown": "confirmed_unknown"}
CURRENT = {
    "total": "current",
    "provisional": "provisional",
    "rows": "current_rows",
    "unknown": "current_unknown",
}
EXPECTED = {name: name for name in (field.name for field in fields(Trailing)) if name.startswith("expected")}
COLUMNS = {Basis.CONFIRMED: CONFIRMED | EXPECTED, Basis.CURRENT: CURRENT | EXPECTED}


def in_months(start: Any, end: Any) -> Q:
    """Months from `start` up to `end`, half-open dates; None is open."""
    return (Q(month__gte=start) if start else Q()) & (Q(month__lt=end) if end else Q())


def of_scope(rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
    """Whose months they are: frozen ones of the owner at confirmation, current ones of that month's owner."""
    return rows if scope.owners is None else rows.filter(owner__in=scope.owners)


def _totals(workspace: Workspace, scope: Scope) -> QuerySet[MonthTotal]:
    return of_scope(month_totals(workspace), scope)


def month_figures(workspace: Workspace, scope: Scope, basis: Basis) -> dict[Month, Trailing]:
    """Per month what was confirmed, or is current, in order; one query.

    Every month that anybody has, past and future: their number follows the years, not the contracts.
    """
    columns = {name: Sum(column) for name, column in COLUMNS[basis].items()}
    rows: QuerySet[Any] = _totals(workspace, scope)
    lines = rows.order_by("month").values("month").annotate(**columns)
    return {line.pop("month"): Trailing(**line) for line in lines}


@dataclass(frozen=True)
class Line:
    """A person's or a client's part of a period."""

    pk: int
    name: str
    figures: Trailing


def person_lines(workspace: Workspace, scope: Scope, basis: Basis, period: Period) -> list[Line]:
    """Per person what the period comes to, the largest first; one query. They sum to the period."""
    columns = {name: Sum(column) for name, column in COLUMNS[basis].items()}
    rows: QuerySet[Any] = _totals(workspace, scope).filter(in_months(period.start, period.end)).order_by()
    lines = rows.values("owner_id", "owner__user__name", "owner__user__email").annotate(**columns)
    found = []
    for line in lines:
        pk, name, email = line.pop("owner_id"), line.pop("owner__user__name"), line.pop("owner__user__email")
        found.append(Line(pk, name or email, Trailing(**line)))
    return _largest_first(found)


def client_lines(workspace: Workspace, scope: Scope, basis: Basis, period: Period) -> list[Line]:
    """The same per client, a merged account under the one that it became; without expected terms.

    From the months of the period: its cost follows their number.
    """
    rows, rate = _months(workspace, basis)
    columns: dict[str, Any] = {"total": summed(rate, workspace), "unknown": unknown(rate)}
    if basis is Basis.CONFIRMED:
        columns["lost"] = summed(rate, workspace, LOST)
    mine = of_scope(rows, scope).filter(in_months(period.start, period.end)).order_by()
    lines: QuerySet[Any] = mine.values("contract__client_id").annotate(**columns)
    return _of_survivors(workspace, {line.pop("contract__client_id"): Trailing(**line) for line in lines})


def _of_survivors(workspace: Workspace, sums: Mapping[int, Trailing]) -> list[Line]:
    """Named on their own: a hundred thousand months are not sorted by names that few accounts have."""
    accounts = ClientAccount.objects.filter(workspace=workspace, pk__in=sums)
    found: dict[int, Line] = {}
    for pk, survivor, name in accounts.values_list("pk", "survivor_id", "survivor__name"):
        merged = found.get(survivor)
        figures = merged.figures + sums[pk] if merged else sums[pk]
        found[survivor] = Line(survivor, name, figures)
    return _largest_first(list(found.values()))


def _months(workspace: Workspace, basis: Basis) -> tuple[QuerySet[Any], str]:
    """The months that this basis counts, and the way to their rate."""
    if basis is Basis.CONFIRMED:
        return frozen_rows(workspace), FROZEN_RATE
    return current_rows(workspace).filter(expected=False), CURRENT_RATE


def _largest_first(lines: list[Line]) -> list[Line]:
    """Without those whose period is empty."""
    listed = (line for line in lines if line.figures.total or line.figures.lost or line.figures.unknown)
    return sorted(listed, key=lambda line: (-line.figures.total, line.name, line.pk))


def anything_trailing(workspace: Workspace, scope: Scope) -> bool:
    """Whether any month of any contract is theirs."""
    return _totals(workspace, scope).exists()
