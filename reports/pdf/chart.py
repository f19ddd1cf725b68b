"""The chart of a review, and its table."""

from typing import Any

from contributions.rules import RevenueType
from kamtrak.lib.charts import ColumnChart, Stack, stacked_columns
from kamtrak.lib.money import grouped
from reports.rules.review import Review

WIDE = 13  # characters of a figure; eight quarters with wider ones take two tables


def quarter_tables(review: Review) -> list[dict[str, Any]]:
    """The figures of the chart: one table of eight quarters, two of four where the figures are wide."""
    figures = [figure for line in review.quarters for figure in (*line.figures, line.touched.converted)]
    widest = max((len(grouped(figure, review.currency)) for figure in figures), default=0)
    step = len(review.quarters) if widest <= WIDE else (len(review.quarters) + 1) // 2
    parts = [review.quarters[start : start + step] for start in range(0, len(review.quarters), max(step, 1))]
    return [
        {
            "quarters": lines,
            "by_type": [(kind, [line.parts[kind.number - 1] for line in lines]) for kind in RevenueType],
        }
        for lines in parts
    ]


def chart_label(review: Review) -> str:
    first, last = review.quarters[0].label, review.quarters[-1].label
    return f"Value touched by quarter and type, {first} to {last}. The table below has the figures."


def review_chart(review: Review) -> ColumnChart:
    """Eight quarters by type; a year is named under its first charted quarter."""
    stacks, year = [], None
    for line in review.quarters:
        below = str(line.year) if line.year != year else ""
        year = line.year
        stacks.append(
            Stack(line.label, f"Q{line.number}", line.figures, below=below, selected=line.in_period)
        )
    return stacked_columns(stacks, height=230, gutter=8.0)
