"""What the values of a column say of the order of its dates: decided by all, or asked (rules 5.16)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from kamtrak.lib.tables.cells import NumberCell
from kamtrak.lib.tables.dates.formats import (
    LONGEST,
    ORDER_LABELS,
    DateFormat,
    DateOrder,
    Stamp,
    read_stamp,
    serial_day,
    without_time,
)
from kamtrak.lib.tables.question import MOST_SAMPLES, Ask, Option
from kamtrak.lib.tables.report import Unreadable


class _Says(StrEnum):
    """What one value says of its column's order."""

    NOTHING = "nothing"
    DAY_FIRST = DateOrder.DAY_FIRST.value
    MONTH_FIRST = DateOrder.MONTH_FIRST.value
    OPEN = "open"
    UNREADABLE = "unreadable"


@lru_cache(maxsize=8192)
def _evidence(text: str) -> tuple[_Says, bool]:
    """What the value says, and whether it carries an offset."""
    stamps: dict[DateOrder, Stamp] = {}
    for order in DateOrder:
        try:
            stamps[order] = read_stamp(text, order)
        except Unreadable:
            continue
    offset = any(stamp.offset is not None for stamp in stamps.values())
    if DateOrder.YEAR_FIRST in stamps:
        return _Says.NOTHING, offset
    if len(stamps) == 2:
        return _Says.OPEN, offset
    return (_Says(next(iter(stamps))) if stamps else _Says.UNREADABLE), offset


@dataclass(slots=True)
class DateEvidence:
    """Gathers what the values of a column say, one after the other, in bounded memory.

    `values` counts the cells that are not blank, `unreadable` those that are a date in no order, `serials`
    the numbers of a workbook that can be a count of days, `offsets` the stamps with an offset. `from_1904`:
    the workbook counts days from 1904.
    """

    from_1904: bool = False
    values: int = 0
    offsets: int = 0
    serials: int = 0
    _counts: dict[_Says, int] = field(default_factory=lambda: dict.fromkeys(_Says, 0))
    _samples: dict[_Says, list[str]] = field(default_factory=dict)

    @property
    def unreadable(self) -> int:
        return self._counts[_Says.UNREADABLE]

    def add(self, text: str, times: int = 1) -> None:
        """A value that stands in so many cells."""
        if not text or text.isspace():
            return
        self.values += times
        if type(text) is NumberCell and serial_day(text, self.from_1904):
            self.serials += times
            return
        day = without_time(text[: LONGEST + 1])
        says, offset = _evidence(day)
        self.offsets += offset * times
        self._counts[says] += times
        samples = self._samples.setdefault(says, [])
        if len(samples) < MOST_SAMPLES and day not in map(without_time, samples):  # rather of different days
            samples.append(text)

    def to_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes the same evidence."""
        return {
            "from_1904": self.from_1904,
            "values": self.values,
            "offsets": self.offsets,
            "serials": self.serials,
            "counts": {str(says): count for says, count in self._counts.items()},
            "samples": {str(says): texts for says, texts in self._samples.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "DateEvidence":
        counts = {_Says(says): count for says, count in data["counts"].items()}
        samples = {_Says(says): texts for says, texts in data["samples"].items()}
        return cls(data["from_1904"], data["values"], data["offsets"], data["serials"], counts, samples)

    def decide(self) -> "DateFormat | Ask[DateFormat]":
        """The column's format; an Ask when only `03/08/2026` speaks, or when values contradict each other."""
        day_first, month_first = self._counts[_Says.DAY_FIRST], self._counts[_Says.MONTH_FIRST]
        if day_first and month_first:
            return self._ask("Some dates have the day first, some the month. Which order is right?")
        if day_first or month_first:
            return self._format(DateOrder.DAY_FIRST if day_first else DateOrder.MONTH_FIRST)
        if self._counts[_Says.OPEN]:
            return self._ask("Every date of the column can be read in two ways. Which is right?")
        return self._format(DateOrder.YEAR_FIRST)

    def _format(self, order: DateOrder) -> DateFormat:
        return DateFormat(order, self.offsets > 0, from_1904=self.from_1904)

    def _ask(self, question: str) -> "Ask[DateFormat]":
        texts = [
            t
            for says in (_Says.OPEN, _Says.DAY_FIRST, _Says.MONTH_FIRST)
            for t in self._samples.get(says, [])
        ]
        options = []
        for order, others in (
            (DateOrder.DAY_FIRST, _Says.MONTH_FIRST),
            (DateOrder.MONTH_FIRST, _Says.DAY_FIRST),
        ):
            readings = tuple((text, _reading(order, text)) for text in texts)
            unreadable = self._counts[others] + self.unreadable
            options.append(Option(self._format(order), ORDER_LABELS[order], readings, unreadable))
        return Ask(question, tuple(sorted(options, key=lambda option: option.unreadable)))


def decide_dates(values: Iterable[str]) -> "DateFormat | Ask[DateFormat]":
    """The format of a column's dates, or the question to ask: `03/08/2026` alone is asked."""
    evidence = DateEvidence()
    for value in values:
        evidence.add(value)
    return evidence.decide()


def _reading(order: DateOrder, text: str) -> str:
    """How a sample reads: `8 March 2026`, or `cannot be read`."""
    try:
        day = read_stamp(text, order).day
    except Unreadable:
        return "cannot be read"
    return f"{day.day} {day:%B} {day.year}"
