"""Trailing revenue on the dashboard: a view of its own, never added to contributions (rules 1.7, 4.11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from contracts.queries.sales import month_figures
from contracts.rules.bars import Bars, trailing_chart
from contracts.rules.sales import NOTHING, Basis, Trailing, sum_of, sum_over, window_of
from contributions.models import ClosedPeriod
from contributions.queries.closes_beside import closes_beside
from kamtrak.lib.charts import MonthChart
from kamtrak.lib.months import Month, Period, Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope

HEIGHT = 236  # of the chart, in pixels
BACK, AHEAD = 3, 3  # quarters around the running one: its fiscal year is among them
Months = Mapping[Month, Trailing]


@dataclass(frozen=True)
class TrailingMonth:
    """A month of the chart and its table; `url` leads to the months behind it, "" without any."""

    month: Month
    figures: Trailing
    url: str
    forecast: bool


def trailing_panel(
    workspace: Workspace,
    scope: Scope,
    period: Period,
    today: date,
    staff: int | None,
    closes: Mapping[Quarter, ClosedPeriod],
) -> dict[str, Any]:
    """What the period brings as it was confirmed, or of the current schedules where the workspace follows
    them, and the months around it; one query, and one more where a quarter of it is among the `closes`."""
    basis, calendar, running = Basis.of(workspace.sales_follow_current), workspace.calendar, Month.of(today)
    months = month_figures(workspace, scope, basis)
    after = calendar.quarter_of(today) + 1

    def behind(page: str, of: Period, **more: str) -> str:
        asked = {"period": of.code, "staff": str(staff or ""), **more}
        named = urlencode({name: value for name, value in asked.items() if value})
        return f"{reverse(page, args=[workspace.slug])}?{named}"

    lines = [
        _line(months, month, running, behind("sales_rows", calendar.of_quarter(quarter), month=str(month)))
        for quarter in window_of(period, calendar, today, back=BACK, ahead=AHEAD)
        for month in quarter.months
    ]
    return {
        "basis": basis,
        "is_confirmed": basis is Basis.CONFIRMED,
        "total": sum_over(months, period),
        "url": behind("sales_rows", period),
        "after": calendar.label(after),
        "after_figures": sum_of(months, after),
        "after_url": behind("sales_rows", calendar.of_quarter(after)),
        "sales_url": behind("sales", period),
        "lines": lines,
        "running_short": f"{running.first:%b}",
        "beside": closes_beside(workspace, scope, [basis], period.start, period.end, closes=closes)
        if months
        else None,
        "chart": _chart(workspace, months, lines, basis, period, today) if months else None,
    }


def _line(months: Months, month: Month, running: Month, url: str) -> TrailingMonth:
    figures = months.get(month, NOTHING)
    return TrailingMonth(month, figures, url if figures.rows else "", month > running)


def _chart(
    workspace: Workspace,
    months: Months,
    lines: list[TrailingMonth],
    basis: Basis,
    period: Period,
    today: date,
) -> MonthChart:
    """Without what is not confirmed yet, which stands on the sales dashboard."""
    urls = {line.month: line.url for line in lines}
    bars = Bars(
        basis=basis,
        months=months,
        shown=tuple(urls),
        currency=workspace.currency,
        running=Month.of(today),
        selected={month for quarter in period.quarters for month in quarter.months},
        url=urls.__getitem__,
        with_expected=False,
    )
    return trailing_chart(bars, HEIGHT)
