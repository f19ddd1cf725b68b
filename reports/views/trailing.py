"""Trailing revenue on the dashboard: a view of its own, never added to contributions (rules 1.7, 4.11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from contracts.queries.sales import month_figures
from contracts.rules.sales import NOTHING, Basis, Trailing, sum_of, sum_over, window_of
from contributions.models import ClosedPeriod
from contributions.queries.closes_beside import closes_beside
from kamtrak.lib.charts import MonthBar, MonthChart, month_columns
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Month, Period, Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope

GUTTER = 10  # %: a scale of six digits has room on a phone
BACK, AHEAD = 3, 3  # quarters around the running one: its fiscal year is among them


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
        "chart": _chart(lines, workspace.currency, basis, period) if months else None,
    }


def _line(months: Mapping[Month, Trailing], month: Month, running: Month, url: str) -> TrailingMonth:
    figures = months.get(month, NOTHING)
    return TrailingMonth(month, figures, url if figures.rows else "", month > running)


def _chart(lines: list[TrailingMonth], currency: str, basis: Basis, period: Period) -> MonthChart:
    """A column per month, what is lost by cancellation upon it."""
    bars = [
        MonthBar(
            name=f"{line.month.first:%b %Y}",
            label=f"{line.month.first:%B}"[0],
            value=line.figures.still,
            below=str(line.month.year) if line.month.month == 1 or place == 0 else "",
            kind="forecast" if line.forecast else "sure",
            selected=bool(period.quarters) and line.month.first in period,
            upon=(("lost", line.figures.lost),),
            says=_said(line, currency, basis),
            url=line.url,
        )
        for place, line in enumerate(lines)
    ]
    past = sum(not line.forecast for line in lines)
    return month_columns(bars, gutter=GUTTER, now_after=past if 0 < past < len(lines) else None)


def _said(line: TrailingMonth, currency: str, basis: Basis) -> str:
    lost = line.figures.lost
    of_it = f", of it lost by cancellation {grouped(lost, currency)}" if lost else ""
    total = grouped(line.figures.total, currency)
    return f"{line.month.first:%B %Y}: {basis.label.lower()} {total}{of_it} {currency}"
