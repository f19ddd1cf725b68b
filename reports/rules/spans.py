"""Which quarters a dashboard or a review looks at beside its own period."""

from dataclasses import dataclass
from datetime import date

from kamtrak.lib.months import FiscalCalendar, Period, Quarter

CHART_QUARTERS = 8


@dataclass(frozen=True)
class Comparison:
    """An earlier period that the headline is set against."""

    label: str  # "Q2 2026"
    quarters: tuple[Quarter, ...]


@dataclass(frozen=True)
class Span:
    """All quarters that one report needs, so that they are read at once."""

    comparisons: tuple[Comparison, ...]
    chart: tuple[Quarter, ...]
    start: date | None  # None: from the first row on
    end: date | None


def span_of(period: Period, calendar: FiscalCalendar, today: date) -> Span:
    """A quarter is set against the one before and the same one of last year; a year against the year before.

    The chart shows the eight quarters that end with the period, or with the running quarter.
    """
    running = calendar.quarter_of(today)
    last = min(period.quarters[-1], running) if period.quarters else running
    last = last if not period.quarters or last >= period.quarters[0] else period.quarters[-1]
    chart = tuple(last - back for back in range(CHART_QUARTERS - 1, -1, -1))
    if period.kind == "all":
        return Span((), chart, None, None)
    before = calendar.shift(period, -1)
    earlier = [before]
    if period.kind == "quarter":
        earlier.append(calendar.shift(period, -4))
    needed = {*period.quarters, *chart, *(q for p in earlier for q in p.quarters)}
    return Span(
        tuple(Comparison(p.label, p.quarters) for p in earlier), chart, min(needed).start, max(needed).end
    )
