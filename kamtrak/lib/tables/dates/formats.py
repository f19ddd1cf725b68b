"""How a column writes its dates: one order for all of them, a time of day, days as numbers (rules 2.2)."""

import calendar
import datetime as dt
import math
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from kamtrak.lib.months import LAST_DAY, PeriodError, possible_day
from kamtrak.lib.notation import has_other_digits, tidy
from kamtrak.lib.tables.cells import NumberCell
from kamtrak.lib.tables.report import Unreadable


class DateOrder(StrEnum):
    """In which order a column writes day, month and year in figures.

    A year of four digits in front and a month by name are plain in every column; only the rest has an order.
    """

    YEAR_FIRST = "y-m-d"
    DAY_FIRST = "d/m/y"
    MONTH_FIRST = "m/d/y"


ORDER_LABELS = {
    DateOrder.YEAR_FIRST: "Year, month, day",
    DateOrder.DAY_FIRST: "Day, month, year",
    DateOrder.MONTH_FIRST: "Month, day, year",
}
_ADVICE = {
    DateOrder.YEAR_FIRST: "Write a date like 2026-03-08.",
    DateOrder.DAY_FIRST: "Write a date like 31.12.2026 or 31/12/2026.",
    DateOrder.MONTH_FIRST: "Write a date like 12/31/2026.",
}
LONGEST = 60
_MONTHS = {
    short: number
    for number, name in enumerate(calendar.month_name)
    if name
    for short in (name.lower(), name[:3].lower(), name[:4].lower())
}
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})()([0-9]{2})([0-9]{2})")
_FIGURES = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY_NAME = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[- /.]*([a-z]{3,9})\.?,?[- /]*([0-9]{4}|[0-9]{2})")
_NAME_DAY = re.compile(r"([a-z]{3,9})\.?[- /]*([0-9]{1,2})(?:st|nd|rd|th)?(?:, ?|[- /])([0-9]{4}|[0-9]{2})")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    r"(?: ?(?P<half>am|pm))?(?: ?(?P<offset>z|utc|gmt|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
# A time of day without an offset, which does not move the day: dates are few, moments many.
_PLAIN_TIME = re.compile(r"(.+?)[ T](?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")
# Day 0 of a workbook that counts from 1900, as Excel does with its 29 February 1900, and of one from 1904.
_DAY_0, _DAY_0_OF_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
# Below, a number in a column of dates is rather a year or a quantity than a day.
_FIRST_SERIAL_DAY = dt.date(1970, 1, 1)
_HALF_A_SECOND = 0.5 / 86_400


@dataclass(frozen=True, slots=True)
class Stamp:
    """A written date, with its time of day and offset where they are given."""

    day: dt.date
    time: dt.time
    offset: dt.timedelta | None


@dataclass(frozen=True, slots=True)
class DateFormat:
    """The order of a column, and what a time stamp with an offset means (rules 2.2).

    `has_offsets`: the column's stamps carry offsets, so a person is asked once; without `zone` they count on
    their written day, with it on the day that it then was there (`in_zone`). `from_1904`: the numbers of the
    workbook count days from 1904.
    """

    order: DateOrder
    has_offsets: bool = False
    zone: ZoneInfo | None = None
    from_1904: bool = False

    @property
    def advice(self) -> str:
        """How a date is written that fits the column."""
        return _ADVICE[self.order]

    def in_zone(self, zone: ZoneInfo | None) -> "DateFormat":
        return replace(self, zone=zone)

    def parse(self, text: str) -> dt.date:
        """The calendar day. A time of day may follow the date. Raises Unreadable, also for a blank cell.

        A number of a workbook that is not written as a date there is its count of days.
        """
        if type(text) is NumberCell and (day := serial_day(text, self.from_1904)):
            return day
        stamp = read_stamp(without_time(text), self.order)
        if self.zone is None or stamp.offset is None:
            return stamp.day
        moment = dt.datetime.combine(stamp.day, stamp.time, dt.timezone(stamp.offset))
        return _possible(moment.astimezone(self.zone).date())

    def write(self, number: str) -> str:
        """A number of a workbook as the day that it counts to, in the one order that every column reads."""
        day = serial_day(number, self.from_1904)
        return day.isoformat() if day else number


def without_time(text: str) -> str:
    """The text without a time of day that says nothing about the day."""
    plain = _PLAIN_TIME.fullmatch(text) if ":" in text and len(text) <= LONGEST else None
    return plain[1] if plain else text


def serial_day(text: str, from_1904: bool) -> dt.date | None:
    """The day that a number of a workbook counts to; None outside of 1970 to LAST_DAY."""
    days = float(text) + _HALF_A_SECOND
    if not 0 < days < 200_000:
        return None
    day = (_DAY_0_OF_1904 if from_1904 else _DAY_0) + dt.timedelta(math.floor(days))
    return day if _FIRST_SERIAL_DAY <= day <= LAST_DAY else None


@lru_cache(maxsize=8192)
def read_stamp(text: str, order: DateOrder) -> Stamp:
    """A cell as date, time and offset. Cached: the days of a file are few, its rows many."""
    if len(text) > LONGEST:
        raise _no_date(order)
    written = tidy(text).lower()
    if not written:
        raise Unreadable("The cell is blank.", _ADVICE[order])
    if has_other_digits(written):
        raise Unreadable("The digits are not 0–9.", "Use the digits 0–9.")
    date_text, time, offset = _split_time(written, order)
    year, month, day = _figures(date_text, order)
    try:
        written_day = dt.date(year, month, day)
    except ValueError:
        raise Unreadable(
            "There is no such day.", "Check day and month, and the order of the column."
        ) from None
    return Stamp(_possible(written_day), time, offset)


def _possible(day: dt.date) -> dt.date:
    """The day, as it was written or moved by a time zone. Raises Unreadable."""
    try:
        return possible_day(day)
    except PeriodError as problem:
        raise Unreadable(str(problem), "Check the year.") from None


def _figures(written: str, order: DateOrder) -> tuple[int, int, int]:
    """Year, month and day as written, not yet checked against the calendar."""
    if found := _YEAR_FIRST.fullmatch(written):
        year, _, month, day = found.groups()[:4] if found[1] else found.groups()[4:]
        return int(year), int(month), int(day)
    if found := _FIGURES.fullmatch(written):
        first, mark, second, year = found.groups()
        if order is DateOrder.DAY_FIRST:
            return _full_year(year), int(second), int(first)
        if order is DateOrder.MONTH_FIRST and mark != ".":
            return _full_year(year), int(first), int(second)
        raise Unreadable(
            f"The date does not fit a column in the order {ORDER_LABELS[order].lower()}.", _ADVICE[order]
        )
    if found := _DAY_NAME.fullmatch(written):
        day, name, year = found.groups()
    elif found := _NAME_DAY.fullmatch(written):
        name, day, year = found.groups()
    else:
        raise _no_date(order)
    if name not in _MONTHS:
        raise _no_date(order)
    return _full_year(year), _MONTHS[name], int(day)


def _no_date(order: DateOrder) -> Unreadable:
    return Unreadable("This is not a date.", _ADVICE[order])


def _full_year(year: str) -> int:
    """Two digits are 1969 to 2068, as everywhere."""
    number = int(year)
    return number if len(year) == 4 else number + (1900 if number >= 69 else 2000)


def _split_time(written: str, order: DateOrder) -> tuple[str, dt.time, dt.timedelta | None]:
    """The date's text, the time of day (midnight if none) and the offset from UTC (None if none)."""
    if ":" not in written:
        return written, dt.time(), None
    # The time begins with the last blank, T or comma before the first colon.
    begins = max(written.rfind(mark, 0, written.index(":")) for mark in " t,")
    found = _TIME.fullmatch(written, begins + 1) if begins > 0 else None
    if not found:
        raise _no_date(order)
    hour, half, offset = int(found["hour"]), found["half"], found["offset"]
    if half:
        hour = hour % 12 + 12 * (half == "pm") if 1 <= hour <= 12 else 24
    try:
        time = dt.time(hour, int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        raise Unreadable("There is no such time of day.", "Check the time.") from None
    return written[:begins].rstrip(" ,"), time, None if offset is None else _offset(offset)


def _offset(text: str) -> dt.timedelta:
    """`z`, `+01:00`, `-0530`, `+02`. Raises Unreadable beyond a day."""
    if text[0] not in "+-":
        return dt.timedelta()
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    if hours > 18 or minutes > 59:
        raise Unreadable("There is no such time zone.", "Check the offset.")
    return dt.timedelta(hours=hours, minutes=minutes) * (-1 if text[0] == "-" else 1)
