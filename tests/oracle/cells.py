"""From text to values, under what was decided for the column, and what must be asked first (rules 1.6, 2.2,
5.16).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from .money import minor_digits

ORDERS = ("YMD", "DMY", "MDY")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MINUS = "-\u2212"
GROUPS = {".": r"[, ']", ",": r"[. ']"}


@dataclass(frozen=True)
class Number:
    """A value, and the code or symbol that stood in its cell."""

    value: Decimal
    mark: str = ""


@dataclass(frozen=True)
class Unreadable:
    text: str


def trimmed(text: str) -> str:
    """Without surrounding space, every kind of space (non-breaking, thin) written as one."""
    return "".join(
        " " if unicodedata.category(sign) == "Zs" or sign in "\t\r\n" else sign for sign in text
    ).strip()


def is_blank(text: str, blanks: Iterable[str] = ()) -> bool:
    """Nothing, or one of the texts that the column was told mean nothing (5.3)."""
    return trimmed(text).casefold() in {"", *(blank.strip().casefold() for blank in blanks)}


def is_mark(text: str) -> bool:
    """A currency symbol (perhaps with letters: US$), kr, or three letters."""
    letters = "".join(sign for sign in text if unicodedata.category(sign) != "Sc")
    if letters != text:
        return letters == "" or letters.isalpha()
    return text.casefold() in ("kr", "kr.") or (len(text) == 3 and text.isascii() and text.isalpha())


def peel(body: str) -> tuple[str, str, bool] | None:
    """(the bare number, its currency mark, negative), or None: a second mark or a second minus is
    unreadable.
    """
    mark, negatives = "", 0
    while True:
        body = body.strip()
        if len(body) > 1 and body[0] in MINUS:
            body, negatives = body[1:], negatives + 1
        elif len(body) > 1 and body[-1] in MINUS:
            body, negatives = body[:-1], negatives + 1
        elif body.startswith("(") and body.endswith(")"):
            body, negatives = body[1:-1], negatives + 1
        elif body.startswith("+"):
            body = body[1:]
        elif found := re.match(r"([^0-9\s.,'()+\-\u2212]+\.?)(?=[\s0-9.,()\-\u2212])", body):
            if mark or not is_mark(found[1]):
                return None
            body, mark = body[found.end() :], found[1]
        elif found := re.search(r"(?<=[0-9\s)\-\u2212])([^0-9\s.,'()+\-\u2212]+\.?)$", body):
            if mark or not is_mark(found[1]):
                return None
            body, mark = body[: found.start()], found[1]
        else:
            return (body, mark, negatives == 1) if negatives < 2 else None


def bare_number(body: str, decimal_mark: str) -> Decimal | None:
    """Digits with groups of three under one kind of separator, and at most one decimal mark."""
    mark = re.escape(decimal_mark)
    grouped = re.fullmatch(
        rf"[1-9][0-9]{{0,2}}(?:({GROUPS[decimal_mark]})[0-9]{{3}})(?:\1[0-9]{{3}})*({mark}[0-9]+)?", body
    )
    if not grouped and not re.fullmatch(rf"[0-9]+(?:{mark}[0-9]+)?|{mark}[0-9]+", body):
        return None
    whole, _, part = body.partition(decimal_mark)
    return (
        Decimal(f"{re.sub('[^0-9]', '', whole) or '0'}.{part or '0'}")
        if part
        else Decimal(re.sub("[^0-9]", "", whole))
    )


def read_number(
    text: str, decimal_mark: str, blanks: Iterable[str] = (), money: bool = True, percent: bool = False
) -> Number | Unreadable | None:
    """What the cell holds: a number with the currency mark in it, nothing, or text that cannot be read."""
    if is_blank(text, blanks):
        return None
    body = trimmed(text)
    if percent and body.endswith("%"):
        body = body[:-1]
    peeled = peel(body)
    if peeled is None or (peeled[1] and not money):
        return Unreadable(text)
    value = bare_number(peeled[0], decimal_mark)
    if value is None:
        return Unreadable(text)
    return Number(value.copy_negate() if peeled[2] and value else value, peeled[1])


def decimal_marks(texts: Iterable[str], blanks: Iterable[str] = ()) -> set[str]:
    """The marks under which every readable value of the column can be read: one is decided, two leave it
    open.

    Two that never make a difference (no separators at all) count as "."; none at all is a contradiction,
    asked too.
    """
    readings = []
    for text in texts:
        read = {mark: read_number(text, mark, blanks) for mark in ".,"}
        usable = {mark: number for mark, number in read.items() if isinstance(number, Number)}
        if usable:
            readings.append(usable)
    common = {mark for mark in ".," if all(mark in usable for usable in readings)}
    if len(common) == 2 and all(usable["."] == usable[","] for usable in readings):
        return {"."}
    return common


def typed_amount(text: str, currency: str, decimal_mark: str = ".") -> Decimal | str:
    """What a person typed into a form: the amount, or why not ("ask", "too many decimals", "too long",
    "unreadable").
    """
    body = trimmed(text)
    if re.fullmatch(
        r"-?[0-9]{1,3}[.,][0-9]{3}", body
    ):  # one separator before exactly three digits: thousands
        if minor_digits(currency) == 3:
            return "ask"
        return Decimal(re.sub("[.,]", "", body))
    number = read_number(body, decimal_mark)
    if not isinstance(number, Number):
        return "unreadable"
    if len(str(int(abs(number.value)))) > 15:
        return "too long"
    if -int(number.value.normalize().as_tuple().exponent) > minor_digits(currency):
        return "too many decimals"
    return number.value


def sheet_number(number: float) -> Decimal:
    """A number of an XLSX file, at 15 significant digits (1.6)."""
    return Decimal(f"{number:.15g}")


def serial_day(serial: float, first: int = 1900) -> date | Unreadable:
    """A spreadsheet's day number. In the 1900 system day 60 is 29 February 1900, which never was."""
    days = int(serial)
    if first == 1904:
        return date(1904, 1, 1) + timedelta(days=days)
    if days < 1 or days == 60:
        return Unreadable(str(serial))
    return date(1899, 12, 31) + timedelta(days=days if days < 60 else days - 1)


TIME = re.compile(
    r"[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?(?: ?(Z|[+-][0-9]{2}:?[0-9]{2}))?$"
)
DAY = re.compile(r"([0-9]{1,4}|[A-Za-z]{3,9})\.?[-/. ,]+([0-9]{1,2}|[A-Za-z]{3,9})\.?[-/. ,]+([0-9]{1,4})")


def read_date(
    text: str, order: str, blanks: Iterable[str] = (), zone: str | None = None
) -> date | Unreadable | None:
    """The calendar day as written; a time stamp with an offset falls in `zone` if its column was answered
    so (2.2).
    """
    if is_blank(text, blanks):
        return None
    body = trimmed(text)
    if zone and has_offset(body):
        return datetime.fromisoformat(body.replace("Z", "+00:00")).astimezone(ZoneInfo(zone)).date()
    found = DAY.fullmatch(TIME.sub("", body))
    if not found:
        return Unreadable(text)
    parts = dict(zip(order, found.groups(), strict=True))
    month = parts["M"] if parts["M"].isdigit() else str(month_named(parts["M"]))
    if (
        len(parts["Y"]) != 4
        or len(parts["D"]) > 2
        or len(month) > 2
        or not (parts["Y"] + parts["D"]).isdigit()
    ):
        return Unreadable(text)
    try:
        return date(int(parts["Y"]), int(month), int(parts["D"]))
    except ValueError:  # 31 June, month 13
        return Unreadable(text)


def month_named(name: str) -> int:
    """1 to 12 by the first three letters, in English; 0 is no month."""
    short = name[:3].casefold()
    return MONTHS.index(short) + 1 if short in MONTHS else 0


def has_offset(text: str) -> bool:
    """Such a column is asked once: as written, or in the workspace's time zone."""
    found = TIME.search(trimmed(text))
    return bool(found and found[1])


def date_orders(texts: Iterable[str], blanks: Iterable[str] = ()) -> set[str]:
    """The orders under which every readable value of the column can be read; other than one is asked."""
    readings = []
    for text in texts:
        read = {order: read_date(text, order, blanks) for order in ORDERS}
        usable = {order: day for order, day in read.items() if isinstance(day, date)}
        if usable:
            readings.append(usable)
    return {order for order in ORDERS if all(order in usable for usable in readings)}
