"""Months, quarters and fiscal years: half-open ranges of calendar dates (rules 2).

Everything here is a value: no clock, no time zone. Whoever needs today's quarter passes today's date.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self, overload

from kamtrak.lib.notation import shown

FIRST_YEAR, LAST_YEAR = 1900, 2200
MARGIN = 3  # years at both ends that no written period names: the periods compared with one exist too
# What happens on a day between these lies in a quarter and year that can be named, however years begin.
FIRST_DAY, LAST_DAY = dt.date(FIRST_YEAR + MARGIN + 1, 1, 1), dt.date(LAST_YEAR - MARGIN - 1, 12, 31)

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(
    r"(?P<year>[0-9]{4})[ -]?Q(?P<number>[0-9]+)|Q(?P<number2>[0-9]+)[ -]?(?P<year2>[0-9]{4})"
)
_YEAR = re.compile(r"FY ?([0-9]{4})")


class PeriodError(ValueError):
    """A text or number that names no month, quarter or year; the message is for the person who wrote it."""


def possible_day(day: dt.date) -> dt.date:
    """The day, where something may happen on it: every page has a period for it. Raises PeriodError."""
    if not FIRST_DAY <= day <= LAST_DAY:
        possible = f"{FIRST_DAY.year} to {LAST_DAY.year} are possible"
        raise PeriodError(f"The year {day.year} is out of range: {possible}.")
    return day


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A calendar month between January 1900 and December 2200."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise PeriodError(f"There is no month {self.month}. Write a month like 2026-03.")
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise PeriodError(
                f"The year {self.year} is out of range: {FIRST_YEAR} to {LAST_YEAR} are possible."
            )

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The month that the day lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026-03`; raises PeriodError for anything else."""
        found = _MONTH.fullmatch(text.strip())
        if not found:
            raise PeriodError(f"“{shown(text)}” is not a month. Write a month like 2026-03.")
        return cls(int(found[1]), int(found[2]))

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @property
    def end(self) -> dt.date:
        """The first day of the next month: a day d lies in the month while first <= d < end."""
        return dt.date(self.year + self.month // 12, self.month % 12 + 1, 1)

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day < self.end

    def __add__(self, months: int) -> "Month":
        year, month = divmod(self._number + months, 12)
        return Month(year, month + 1)

    @overload
    def __sub__(self, other: int) -> "Month": ...
    @overload
    def __sub__(self, other: "Month") -> int: ...
    def __sub__(self, other: "int | Month") -> "Month | int":
        """Months back from here, or how many months lie between two."""
        if isinstance(other, Month):
            return self._number - other._number
        return self + -other

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def _number(self) -> int:
        return self.year * 12 + self.month - 1


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """Three months from `first` on. Which number and year they bear is the fiscal calendar's business."""

    first: Month

    @property
    def months(self) -> tuple[Month, Month, Month]:
        return (self.first, self.first + 1, self.first + 2)

    @property
    def start(self) -> dt.date:
        return self.first.first

    @property
    def last(self) -> dt.date:
        return self.end - dt.timedelta(days=1)

    @property
    def end(self) -> dt.date:
        """The first day after the quarter: a day d lies in it while start <= d < end."""
        return (self.first + 2).end

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day < self.end

    def __add__(self, quarters: int) -> "Quarter":
        return Quarter(self.first + 3 * quarters)

    def __sub__(self, quarters: int) -> "Quarter":
        return Quarter(self.first - 3 * quarters)


@dataclass(frozen=True, slots=True)
class Period:
    """What the quarter selector holds: one quarter, one fiscal year, or all time (rules 2.3).

    `quarters` is empty for all time, and `start` and `end` (half-open) are then None.
    """

    kind: Literal["quarter", "year", "all"]
    code: str
    label: str
    quarters: tuple[Quarter, ...]

    @property
    def start(self) -> dt.date | None:
        return self.quarters[0].start if self.quarters else None

    @property
    def end(self) -> dt.date | None:
        return self.quarters[-1].end if self.quarters else None

    @property
    def dates(self) -> str:
        """`1 July – 30 September 2026`, `1 April 2026 – 31 March 2027`; `All periods`."""
        if not self.quarters:
            return self.label
        start, last = self.quarters[0].start, self.quarters[-1].last
        first = f"{start:%-d %B}" if start.year == last.year else f"{start:%-d %B %Y}"
        return f"{first} – {last:%-d %B %Y}"

    def __contains__(self, day: dt.date) -> bool:
        return not self.quarters or self.quarters[0].start <= day < self.quarters[-1].end


def months_between(first: Month, last: Month) -> str:
    """`March 2027`, `March and April 2027`, `March – June 2027`, `November 2026 – March 2027`."""
    ends = f"{last.first:%B %Y}"
    if first == last:
        return ends
    begins = f"{first.first:%B}" if first.year == last.year else f"{first.first:%B %Y}"
    return f"{begins} and {ends}" if first + 1 == last and first.year == last.year else f"{begins} – {ends}"


def days_between(first: dt.date, last: dt.date, *, with_year: bool = True) -> str:
    """`3 Jan 2026`, `1–3 Jan 2026`, `30 Jan – 2 Feb 2026`, `30 Dec 2025 – 2 Jan 2026`."""
    ends = f"{last:%-d %b %Y}" if with_year else f"{last:%-d %b}"
    if first == last:
        return ends
    if first.year != last.year:
        return f"{first:%-d %b %Y} – {ends}"
    return f"{first.day}–{ends}" if first.month == last.month else f"{first:%-d %b} – {ends}"


class NamedBy(StrEnum):
    """The calendar year that gives a fiscal year its name: the one it ends in, or the one it starts in."""

    END = "end"
    START = "start"


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """The labels of a workspace's quarters (rules 2.1): its fiscal year starts in `start_month`, 1 to 12."""

    start_month: int = 1
    named_by: NamedBy = NamedBy.END

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= 12:
            raise PeriodError(f"A fiscal year cannot start in month {self.start_month}.")

    def aligned(self, month: Month) -> bool:
        """Whether a quarter of this calendar begins with the month."""
        return (month.month - self.start_month) % 3 == 0

    def quarter_of(self, day: dt.date) -> Quarter:
        month = Month.of(day)
        return Quarter(month - (month.month - self.start_month) % 3)

    def number_of(self, quarter: Quarter) -> int:
        """1 to 4. Raises PeriodError for a quarter that begins inside one of this calendar."""
        if not self.aligned(quarter.first):
            raise PeriodError(f"No quarter of this fiscal calendar begins in {quarter.first}.")
        return (quarter.first.month - self.start_month) % 12 // 3 + 1

    def year_of(self, quarter: Quarter) -> int:
        started = quarter.first.year - (quarter.first.month < self.start_month)
        return started + self._year_shift

    def code(self, quarter: Quarter) -> str:
        """`2026Q3`, as it stands in addresses and files."""
        return f"{self.year_of(quarter)}Q{self.number_of(quarter)}"

    def label(self, quarter: Quarter) -> str:
        """`Q3 2026`, as it stands on pages."""
        return f"Q{self.number_of(quarter)} {self.year_of(quarter)}"

    def quarters(self, year: int) -> tuple[Quarter, Quarter, Quarter, Quarter]:
        """The four quarters of the fiscal year that bears the name `year`."""
        first = Quarter(Month(year - self._year_shift, self.start_month))
        return (first, first + 1, first + 2, first + 3)

    def of_quarter(self, quarter: Quarter) -> Period:
        return Period("quarter", self.code(quarter), self.label(quarter), (quarter,))

    def year(self, year: int) -> Period:
        return Period("year", f"FY{year}", f"FY {year}", self.quarters(year))

    def all(self) -> Period:
        return Period("all", "all", "All periods", ())

    def period(self, text: str) -> Period:
        """The period behind a code or label: `2026Q3`, `Q3 2026`, `FY2026`, `all`. Raises PeriodError.

        Its neighbours, and those of the two years before it, can always be named as well.
        """
        written = text.strip().upper()
        if written == "ALL":
            return self.all()
        if found := _YEAR.fullmatch(written):
            return self.year(_named_year(found[1]))
        if found := _QUARTER.fullmatch(written):
            year, number = found["year"] or found["year2"], found["number"] or found["number2"]
            if number not in ("1", "2", "3", "4"):
                raise PeriodError(f"There is no quarter {shown(number)}. Write a quarter like 2026Q3.")
            return self.of_quarter(self.quarters(_named_year(year))[int(number) - 1])
        hint = "Write a quarter like 2026Q3, a year like FY2026, or all."
        raise PeriodError(f"“{shown(text)}” is not a period. {hint}" if written else hint)

    def shift(self, period: Period, steps: int) -> Period:
        """The period of the same kind `steps` later (negative: earlier). All time stays all time."""
        if period.kind == "all":
            return period
        if period.kind == "quarter":
            return self.of_quarter(period.quarters[0] + steps)
        return self.year(self.year_of(period.quarters[0]) + steps)

    @property
    def _year_shift(self) -> int:
        """How many years the name lies after the calendar year of the first month."""
        return int(self.named_by is NamedBy.END and self.start_month > 1)


def _named_year(written: str) -> int:
    year = int(written)
    if not FIRST_YEAR + MARGIN <= year <= LAST_YEAR - MARGIN:
        possible = f"{FIRST_YEAR + MARGIN} to {LAST_YEAR - MARGIN} are possible"
        raise PeriodError(f"The year {year} is out of range: {possible}.")
    return year
