"""The strip above the rules of a formula: every month, which rule covers it, and the gaps (rules 4.7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from kamtrak.lib.charts.scale import ZERO, percent, px

HEIGHT, HIGHEST, BASE = 104, 16.0, 74.0
FILL = 0.88  # a month fills this part of its slot
TAKES_A_NAME = 3  # months under which a rule's name has room
GAP, TWICE = "k-gap", "k-twice"


@dataclass(frozen=True, slots=True)
class StripMonth:
    """A month of the term: the number of the rule that covers it (None in a gap), what it earns, its name.

    `said` is the month in full, shown where it is pointed at; `twice` marks one that several rules cover.
    """

    rule: int | None
    value: Decimal
    name: str
    said: str = ""
    twice: bool = False


@dataclass(frozen=True, slots=True)
class StripMark:
    """A drawn month; `css` alternates by rule, `number` is written where a rule or a gap begins."""

    css: str
    x: str
    width: str
    y: str
    height: str
    middle: str
    number: str
    said: str

    @property
    def is_wrong(self) -> bool:
        return self.css in (GAP, TWICE)


@dataclass(frozen=True, slots=True)
class StripLabel:
    """A word at a place: the name of a rule, "gap" or "overlap", or a month's name."""

    x: str
    text: str
    anchor: str
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Everything that components/chart_strip.html draws."""

    height: int
    base_y: str
    marks: tuple[StripMark, ...]
    rules: tuple[StripLabel, ...]
    months: tuple[StripLabel, ...]


def rule_strip(months: Sequence[StripMonth]) -> Strip:
    """All months in one row; heights follow what each earns, gaps and overlaps are drawn in full."""
    slot = 100 / max(len(months), 1)
    largest = max((month.value for month in months), default=ZERO)
    marks = [_mark(months, n, slot, largest) for n in range(len(months))]
    years = [StripLabel(percent(slot * n), months[n].name, "start") for n in range(0, len(months), 12)]
    if len(months) > 1:
        kept = [year for n, year in enumerate(years) if n == 0 or len(months) - n * 12 > len(months) / 6]
        years = [*kept, StripLabel("100.00%", months[-1].name, "end")]
    return Strip(HEIGHT, px(BASE, crisp=True), tuple(marks), _names(months, slot), tuple(years))


def _mark(months: Sequence[StripMonth], n: int, slot: float, largest: Decimal) -> StripMark:
    month = months[n]
    starts = n == 0 or _run(months[n - 1]) != _run(month)
    height = BASE - HIGHEST
    if month.rule is not None and not month.twice:
        part = float(max(month.value, ZERO) / largest) if largest > 0 else 0.0
        height = max(part * height, 2.0)
    css = GAP if month.rule is None else TWICE if month.twice else "k-ra" if month.rule % 2 else "k-rb"
    last = n == len(months) - 1
    return StripMark(
        css,
        x=percent(slot * (n + (1 - FILL) / 2)),
        width=percent(slot * FILL),
        y=px(BASE - height),
        height=px(height),
        middle=percent(slot * (n + 0.5)),
        number=str(n + 1) if starts or last else "",
        said=month.said,
    )


def _run(month: StripMonth) -> tuple[int | None, bool]:
    """Months in a row that are alike in this stand under one name."""
    return month.rule, month.twice


def _names(months: Sequence[StripMonth], slot: float) -> tuple[StripLabel, ...]:
    """Rule names over the middle of their months, where they have room; what is wrong always says so."""
    names, at = [], 0
    for (rule, twice), run in groupby(months, key=_run):
        length = len(list(run))
        wrong = rule is None or twice
        if wrong or slot * length >= 100 * TAKES_A_NAME / 48:
            text = "overlap" if twice else "gap" if rule is None else f"Rule {rule}"
            names.append(StripLabel(percent(slot * (at + length / 2)), text, "middle", wrong))
        at += length
    return tuple(names)
