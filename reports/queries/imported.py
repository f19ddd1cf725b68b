"""Imported revenue of a period, as a report shows it: a view of its own of the money (rules 1.7, 5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contributions.models import ClosedPeriod
from contributions.queries.closed_revenue import (
    ClientRevenue,
    client_revenue,
    product_revenue,
    revenue_lines,
)
from contributions.rules.revenue import RevenueCell
from kamtrak.lib.months import Month, Period, Quarter
from reports.rules import span_of
from transactions.queries.revenue import Product, anything_imported
from transactions.rules import Lack
from transactions.rules.revenue import (
    NO_REVENUE,
    CurrencyRevenue,
    RevenueFigures,
    RevenueLine,
    by_currency,
    by_lack,
    by_month,
    by_tier,
    figures_of,
)
from workspaces.models import Workspace
from workspaces.queries.people import Scope

CHART = 4  # quarters whose months are drawn


@dataclass(frozen=True)
class Imported:
    """What the rows of a period stand at, closed quarters as closed; clients, products, tiers and currencies
    each add up to `cell.stands`. `months` are those of the chart, and whether each is as closed; `closed` the
    closed quarters of the period, of which `moved` have changed since. `anything`: whether there is any
    imported row to read at all.
    """

    period: Period
    cell: RevenueCell
    months: tuple[tuple[Month, RevenueFigures, bool], ...]
    clients: Sequence[ClientRevenue]
    products: Sequence[tuple[Product, RevenueFigures]]
    tiers: Mapping[int, RevenueFigures]
    currencies: tuple[CurrencyRevenue, ...]
    lacks: Mapping[Lack, int]
    closed: tuple[Quarter, ...]
    moved: tuple[tuple[Quarter, RevenueCell], ...]
    anything: bool


def imported(
    workspace: Workspace,
    scope: Scope,
    closed: Mapping[Quarter, ClosedPeriod],
    period: Period,
    today: date,
) -> Imported:
    """The period's figures and the months around it; at most six queries, to maintained totals alone."""
    window = span_of(period, workspace.calendar, today).chart[-CHART:]
    start = None if period.start is None else min(period.start, window[0].start)
    end = None if period.end is None else max(period.end, window[-1].end)
    lines = revenue_lines(workspace, scope, closed, start=start, end=end)
    drawn = by_month(lines.stands)
    stands, now = (
        [line for line in each if line.month.first in period] for each in (lines.stands, lines.now)
    )
    shut = {q: c for q, c in closed.items() if not period.quarters or q in period.quarters}
    cells = {quarter: _cell(quarter, stands, now) for quarter in sorted(shut)}
    span = {"start": period.start, "end": period.end}
    return Imported(
        period=period,
        cell=RevenueCell(figures_of(now), figures_of(stands)),
        months=tuple(
            (month, drawn.get(month, NO_REVENUE), quarter in closed)
            for quarter in window
            for month in quarter.months
        ),
        clients=client_revenue(workspace, scope, closed, **span) if stands else [],
        products=product_revenue(workspace, scope, closed, **span) if stands else [],
        tiers=by_tier(stands),
        currencies=by_currency(stands),
        lacks=by_lack(stands),
        closed=tuple(cells),
        moved=tuple((quarter, cell) for quarter, cell in cells.items() if cell.has_moved),
        anything=bool(drawn) or anything_imported(workspace, scope).exists(),
    )


def _cell(quarter: Quarter, stands: list[RevenueLine], now: list[RevenueLine]) -> RevenueCell:
    own = [[line for line in lines if line.month.first in quarter] for lines in (now, stands)]
    return RevenueCell(figures_of(own[0]), figures_of(own[1]))
