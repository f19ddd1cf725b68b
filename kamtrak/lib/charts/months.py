"""One column per month: sure, forecast with what stands apart upon it, or frozen beside the line of the
current schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kamtrak.lib.charts.scale import FOOT, TOP, ZERO, Gridline, Scale, percent, px, scale

COLUMN, WIDEST = 0.74, 6.0  # a month fills this part of its slot, at most so many %
LABELLED = 3  # of many months, each third is named when narrow


@dataclass(frozen=True, slots=True)
class MonthBar:
    """One month: a column of its amount, and optionally the amount of the current schedule as a line.
    The running one is strong, a selected one stands on a band.

    name   in full, for the table: "Sep 2026"
    label, below   the two lines under the column: "S", and "2026" where a year begins
    kind   "sure" (filled), "forecast" (hatched) or "frozen" (grey, beside a current line)
    upon   what is drawn apart upon the column, as (kind, amount): "lost" and "expected", outlined
    says, url   a column with an address is a link, and `says` is all of its figures in words
    """

    name: str
    label: str
    value: Decimal
    below: str = ""
    kind: str = "sure"
    current: Decimal | None = None
    strong: bool = False
    selected: bool = False
    upon: tuple[tuple[str, Decimal], ...] = ()
    says: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part drawn upon a column."""

    kind: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A drawn month: its column ("" heights where the amount is zero), its labels, its piece of the line."""

    bar: MonthBar
    x: str
    width: str
    y: str
    height: str
    pieces: tuple[Piece, ...]
    middle: str
    left: str
    right: str
    line_y: str
    joint_y: str
    alternate: bool


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Everything that components/chart_months.html draws; `now_x` is "" without a line for today."""

    height: int
    gutter: str
    slot: str
    base_y: str
    bottom_y: str
    band_height: str
    label_y: int
    below_y: int
    gridlines: tuple[Gridline, ...]
    marks: tuple[Mark, ...]
    now_x: str
    now_left: str
    now_right: str

    @property
    def linked(self) -> bool:
        return any(mark.bar.url for mark in self.marks)


def month_columns(
    bars: Sequence[MonthBar], *, height: int = 236, gutter: float = 8.5, now_after: int | None = None
) -> MonthChart:
    """One column per month. `now_after` = n puts the dotted line of today behind the n-th month."""
    ends = [end for bar in bars for end in _ends(bar)]
    base = height - FOOT
    axis = scale(min(ends, default=ZERO), max(ends, default=ZERO), top=TOP, base=base)
    slot = (100 - gutter) / max(len(bars), 1)
    now = None if now_after is None else gutter + slot * now_after
    return MonthChart(
        height=height,
        gutter=percent(gutter),
        slot=percent(slot),
        base_y=px(axis.y(ZERO), crisp=True),
        bottom_y=px(base),
        band_height=px(base - 2),
        label_y=height - 18,
        below_y=height - 4,
        gridlines=axis.gridlines,
        marks=tuple(_mark(bars, n, axis, gutter + slot * n, slot) for n in range(len(bars))),
        now_x="" if now is None else percent(now),
        now_left="" if now is None else percent(now - 1),
        now_right="" if now is None else percent(now + 1),
    )


def _ends(bar: MonthBar) -> tuple[Decimal, ...]:
    """How far a month reaches below and above zero."""
    amounts = (bar.value, *(amount for _, amount in bar.upon))
    low = sum((amount for amount in amounts if amount < 0), ZERO)
    high = sum((amount for amount in amounts if amount > 0), ZERO)
    return (low, high) if bar.current is None else (low, high, bar.current)


def _pieces(bar: MonthBar, axis: Scale) -> tuple[Piece, ...]:
    """What stands upon the column; amounts below zero hang under it."""
    above, below = max(bar.value, ZERO), min(bar.value, ZERO)
    pieces = []
    for kind, amount in bar.upon:
        if amount > 0:
            pieces.append(_piece(kind, axis.y(above + amount), axis.y(above)))
            above += amount
        elif amount < 0:
            pieces.append(_piece(kind, axis.y(below), axis.y(below + amount)))
            below += amount
    return tuple(pieces)


def _piece(kind: str, top: float, bottom: float) -> Piece:
    return Piece(kind, px(top), px(bottom - top))


def _mark(bars: Sequence[MonthBar], n: int, axis: Scale, left: float, slot: float) -> Mark:
    bar, before = bars[n], bars[n - 1].current if n else None
    width = min(slot * COLUMN, WIDEST)
    zero, end = axis.y(ZERO), axis.y(bar.value)
    line = None if bar.current is None else axis.y(bar.current)
    stepped = line is not None and before is not None and before != bar.current
    return Mark(
        bar,
        x=percent(left + (slot - width) / 2),
        width=percent(width),
        y=px(min(zero, end)),
        height=px(abs(zero - end)) if bar.value else "",
        pieces=_pieces(bar, axis),
        middle=percent(left + slot / 2),
        left=percent(left),
        right=percent(left + slot),
        line_y="" if line is None else px(line),
        joint_y=px(axis.y(before)) if stepped and before is not None else "",
        alternate=len(bars) > 8 and n % LABELLED != 0,
    )
