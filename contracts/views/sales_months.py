"""The months of the sales dashboard: which can be chosen, the chart, and the table with its subtotals."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.forms.sales import months_address
from contracts.rules.bars import Bars, trailing_chart
from contracts.rules.sales import NOTHING, Basis, Trailing, sum_of
from kamtrak.lib.charts import MonthChart
from kamtrak.lib.months import FiscalCalendar, Month, Quarter
from workspaces.models import Workspace

HEIGHT = 248  # of the chart, in pixels


@dataclass(frozen=True)
class Shown:
    """Whose figures are shown of which quarters, and where the months behind them are listed; `narrowed` to a
    client or a currency, as their address says it."""

    basis: Basis
    months: Mapping[Month, Trailing]
    quarters: tuple[Quarter, ...]
    calendar: FiscalCalendar
    currency: str
    today: date
    staff: int | None
    rows_url: str
    narrowed: Mapping[str, str] = field(default_factory=dict)

    def url(self, quarter: Quarter, month: Month | None = None) -> str:
        """The months behind the headline of a quarter, or of one of its months."""
        of = self.calendar.of_quarter(quarter)
        one = str(month) if month else None
        return self.rows_url + months_address(of, self.staff, month=one, **self.narrowed)


@dataclass(frozen=True)
class MonthLine:
    """A line of the table: a month, or its quarter's subtotal; `url` leads to the months behind it."""

    name: str
    figures: Trailing
    url: str
    is_quarter: bool = False
    forecast: bool = False
    running: bool = False


Span = tuple[Month, Month]


def span_of(months: Mapping[Month, Trailing]) -> Span | None:
    """The first and the last month that has anything."""
    return (min(months), max(months)) if months else None


def periods_offered(workspace: Workspace, today: date, known: Span | None) -> dict[str, Any]:
    """What the period selector offers: from the first month that is known to the last, also ahead."""
    calendar = workspace.calendar
    offered = {"calendar": calendar, "today": today, "first": None, "ahead": 0}
    if known is not None:
        first, last = (calendar.quarter_of(month.first) for month in known)
        ahead = (last.first - calendar.quarter_of(today).first) // 3
        offered |= {"first": first, "ahead": max(ahead, 0)}
    return offered


def table_lines(shown: Shown) -> list[MonthLine]:
    """Three months and their subtotal, quarter by quarter."""
    running, lines = Month.of(shown.today), []
    for quarter in shown.quarters:
        lines += [
            MonthLine(
                f"{month.first:%b %Y}",
                shown.months.get(month, NOTHING),
                shown.url(quarter, month),
                forecast=month > running,
                running=month == running,
            )
            for month in quarter.months
        ]
        subtotal = sum_of(shown.months, quarter)
        lines.append(MonthLine(shown.calendar.label(quarter), subtotal, shown.url(quarter), is_quarter=True))
    return lines


def month_chart(
    shown: Shown, selected: Collection[Month], url: Callable[[Quarter, Month], str]
) -> MonthChart:
    """The quarters month by month; `url` says where a column leads."""
    quarter_of = {month: quarter for quarter in shown.quarters for month in quarter.months}
    bars = Bars(
        basis=shown.basis,
        months=shown.months,
        shown=tuple(quarter_of),
        currency=shown.currency,
        running=Month.of(shown.today),
        selected=selected,
        url=lambda month: url(quarter_of[month], month),
    )
    return trailing_chart(bars, HEIGHT)
