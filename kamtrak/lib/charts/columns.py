"""Columns stacked by type, side by side for some quarters; and bars in a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kamtrak.lib.charts.scale import FOOT, TOP, ZERO, Gridline, Scale, percent, px, scale, short

GAP = 1.5  # px between the parts of a column
COLUMN, WIDEST = 0.56, 12.0  # a column fills this part of its slot, at most so many %


@dataclass(frozen=True, slots=True)
class Stack:
    """One column to draw: its parts in the order of the series, and where it leads.

    name   in full, for the table and for who listens: "Q3 2026"
    label, below   the two lines under the column: "Q3", and "2026" or "open" or ""
    sums   what the table writes in place of bare values, the total last; for {% summed %}
    """

    name: str
    label: str
    values: tuple[Decimal, ...]
    below: str = ""
    url: str = ""
    selected: bool = False
    sums: tuple[Any, ...] = ()

    @property
    def total(self) -> Decimal:
        return sum(self.values, ZERO)


@dataclass(frozen=True, slots=True)
class Rect:
    """A drawn part: its series (1 to 4) and its place; width and height are never negative."""

    series: int
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Column:
    """A stack with its place: parts, the short total above them, the band behind a selected one."""

    stack: Stack
    rects: tuple[Rect, ...]
    middle: str
    total: str
    total_y: str
    band_x: str
    band_width: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Everything that components/chart_columns.html draws."""

    height: int
    gutter: str
    base_y: str
    band_height: str
    label_y: int
    below_y: int
    gridlines: tuple[Gridline, ...]
    columns: tuple[Column, ...]

    @property
    def is_empty(self) -> bool:
        return not any(value for column in self.columns for value in column.stack.values)

    @property
    def linked(self) -> bool:
        return any(column.stack.url for column in self.columns)


def stacked_columns(stacks: Sequence[Stack], *, height: int = 286, gutter: float = 10.0) -> ColumnChart:
    """Parts upon each other; negative parts (later changes) hang below the base line."""
    ends = [_ends(stack.values) for stack in stacks]
    base = height - FOOT
    axis = scale(
        min((low for low, _ in ends), default=ZERO),
        max((high for _, high in ends), default=ZERO),
        top=TOP,
        base=base,
    )
    slot = (100 - gutter) / max(len(stacks), 1)
    return ColumnChart(
        height=height,
        gutter=percent(gutter),
        base_y=px(axis.y(ZERO), crisp=True),
        band_height=px(base - 2),
        label_y=height - 18,
        below_y=height - 4,
        gridlines=axis.gridlines,
        columns=tuple(_column(stack, axis, gutter + slot * n, slot) for n, stack in enumerate(stacks)),
    )


def _ends(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """How far a stack reaches below and above zero."""
    return sum((v for v in values if v < 0), ZERO), sum((v for v in values if v > 0), ZERO)


def _column(stack: Stack, axis: Scale, left: float, slot: float) -> Column:
    width = min(slot * COLUMN, WIDEST)
    x, middle = left + (slot - width) / 2, left + slot / 2
    rects: list[Rect] = []
    above = below = ZERO
    for series, value in enumerate(stack.values, start=1):
        start = above if value > 0 else below
        if value:
            rects.append(_part(series, x, width, axis.y(start), axis.y(start + value)))
        above, below = (above + value, below) if value > 0 else (above, below + value)
    return Column(
        stack,
        tuple(rects),
        middle=percent(middle),
        total=short(stack.total),
        total_y=px(axis.y(above) - 6),
        band_x=percent(left),
        band_width=percent(slot),
    )


def _part(series: int, x: float, width: float, start: float, end: float) -> Rect:
    """A part between two heights, a gap kept free towards the base so that neighbours stay apart."""
    height = max(abs(end - start) - GAP, 1.0)
    y = end if end < start else end - height
    return Rect(series, percent(x), percent(width), px(y), px(height))


@dataclass(frozen=True, slots=True)
class Bar:
    """A line of a bar list: its name, its exact amount, where it leads, how long its bar is."""

    name: str
    value: Decimal
    url: str
    width: str


def bar_list(rows: Sequence[tuple[str, Decimal, str]]) -> tuple[Bar, ...]:
    """Bars for (name, amount, url): the largest amount fills the width, nothing below zero has a bar."""
    largest = max((value for _, value, _ in rows), default=ZERO)

    def width(value: Decimal) -> str:
        return percent(float(max(value, ZERO) / largest) * 100 if largest > 0 else 0.0)

    return tuple(Bar(name, value, url, width(value)) for name, value, url in rows)
