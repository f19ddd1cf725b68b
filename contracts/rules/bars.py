"""Trailing revenue drawn month by month, wherever it is shown (rules 4.10, 4.13, 4.14)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.sales import NOTHING, Basis, Trailing
from kamtrak.lib.charts import MonthBar, MonthChart, month_columns
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Month

GUTTER = 10  # %: a scale of six digits has room on a phone
ROOM_FOR_YEAR = 9  # a year named under a later month would touch the next one


@dataclass(frozen=True)
class Bars:
    """The months of a chart, in order, and how they are shown.

    `url` leads to what is behind a month that has anything, "" where it leads nowhere; `with_expected` stands
    terms that are not confirmed yet upon the others.
    """

    basis: Basis
    months: Mapping[Month, Trailing]
    shown: Sequence[Month]
    currency: str
    running: Month
    selected: Collection[Month]
    url: Callable[[Month], str]
    with_expected: bool = True


def trailing_chart(bars: Bars, height: int) -> MonthChart:
    """A column per month: what is still expected, upon it what is lost and what is not confirmed yet."""
    past = sum(month <= bars.running for month in bars.shown)
    return month_columns(
        [_bar(bars, month) for month in bars.shown],
        height=height,
        gutter=GUTTER,
        now_after=past if 0 < past < len(bars.shown) else None,
    )


def _bar(bars: Bars, month: Month) -> MonthBar:
    figures = bars.months.get(month, NOTHING)
    is_first = month == bars.shown[0]
    expected = (("expected", figures.expected),) if bars.with_expected else ()
    anything = figures.rows or (bars.with_expected and figures.expected_rows)
    return MonthBar(
        name=f"{month.first:%b %Y}",
        label=f"{month.first:%B}"[0],
        value=figures.still,
        below=str(month.year) if month.month == 1 or (is_first and month.month <= ROOM_FOR_YEAR) else "",
        kind="forecast" if month > bars.running else "sure",
        selected=month in bars.selected,
        strong=month == bars.running,
        upon=(("lost", figures.lost), *expected),
        says=_said(bars, month, figures),
        url=bars.url(month) if anything else "",
    )


def _said(bars: Bars, month: Month, figures: Trailing) -> str:
    """All figures of a month in words, for who listens."""
    said = [f"{bars.basis.label.lower()} {_figure(figures.known_total, bars.currency)}"]
    if figures.lost:
        said.append(f"of it lost by cancellation {_figure(figures.lost, bars.currency)}")
    if bars.with_expected and (figures.expected or figures.expected_unknown):
        said.append(f"expected, not confirmed yet {_figure(figures.known_expected, bars.currency)}")
    return f"{month.first:%B %Y}: {', '.join(said)}"


def _figure(value: Decimal | None, currency: str) -> str:
    return "unknown, no rate" if value is None else f"{grouped(value, currency)} {currency}"
