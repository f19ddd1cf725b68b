"""The numbers of a column: one decimal mark for all of them, decided by the whole column (rules 5.16)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from kamtrak.lib.money import currencies_of
from kamtrak.lib.notation import Written, has_other_digits, is_grouped, take_apart, tidy
from kamtrak.lib.tables.cells import NumberCell
from kamtrak.lib.tables.question import MOST_SAMPLES, Ask, Option
from kamtrak.lib.tables.report import Unreadable

Mark = Literal[".", ","]

MOST_DIGITS = 30
_LONGEST = 200
_LARGEST_EXPONENT = 20

_PLAIN = {
    ".": re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?"),
    ",": re.compile(r"-?[0-9]{1,30}(?:,[0-9]{1,30})?"),
}
# What most cells look like that speak clearly: a mark before one or two decimals.
_CLEAR = re.compile(r"-?[0-9]{1,15}([.,])[0-9]{1,2}")
_TOO_LONG = (f"The number has more than {MOST_DIGITS} digits.", "Round it.")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The decimal mark of a column. Digits may be grouped by any other mark, space or apostrophe."""

    decimal: Mark

    @property
    def advice(self) -> str:
        """How a number is written that fits the column."""
        return f"Write a number like 1234{self.decimal}5."

    def parse(self, text: str) -> Decimal:
        """The number, exact. Minus may stand before or after, or as brackets; `1.5E+06` is a number.

        Raises Unreadable, also for a blank cell and for a currency or percent sign.
        """
        if type(text) is NumberCell:
            return _within(Decimal(text))
        if not _PLAIN[self.decimal].fullmatch(text):
            number, unit = self.parse_with_unit(text)
            if unit:
                raise Unreadable(f"There is “{unit}” beside the number.", "Write the number alone.")
            return number
        return Decimal(text.replace(",", ".") if self.decimal == "," else text)

    def parse_with_unit(self, text: str) -> tuple[Decimal, str]:
        """The number and the currency symbol, code or % beside it as written, "" if none (rules 5.7).

        Raises Unreadable, also where the sign beside the number is none of these.
        """
        if type(text) is NumberCell:
            return _within(Decimal(text)), ""
        parts = self._take_apart(text)
        units = [unit for unit in (parts.before, parts.after) if unit]
        if len(units) > 1 or (units and units[0] != "%" and not currencies_of(units[0])):
            raise self._no_number()
        value = self._value(parts.number, parts.exponent)
        return (value.copy_negate() if parts.negative and value else value), "".join(units)

    def write(self, number: str) -> str:
        """A number of a workbook as a text that this format reads as the same number and the other refuses:
        1.234 is `1,2340`, since `1,234` alone could be a thousand."""
        whole, _, fraction = number.partition(".")
        if not fraction:
            return number
        return f"{whole}{self.decimal}{fraction}{'0' if len(fraction) == 3 else ''}"

    def _take_apart(self, text: str) -> Written:
        """Sign, unit and digits of a cell. Raises Unreadable."""
        if len(text) > _LONGEST:
            raise self._no_number()
        written = tidy(text)
        if not written:
            raise Unreadable("The cell is blank.", self.advice)
        if has_other_digits(written):
            raise Unreadable("The digits are not 0–9.", "Use the digits 0–9.")
        parts = take_apart(written)
        if parts is None:
            raise self._no_number()
        return parts

    def _no_number(self) -> Unreadable:
        return Unreadable("This is not a number.", self.advice)

    def _value(self, number: str, exponent: str) -> Decimal:
        """The digits as a number under this decimal mark."""
        whole, mark, fraction = number.partition(self.decimal)
        groups = "".join(set(whole) & set(".,' "))
        fits = not groups or (len(groups) == 1 and is_grouped(whole, groups, lakhs=True))
        if not fits or (fraction and not fraction.isdigit()):
            other = "," if self.decimal == "." else "."
            raise Unreadable(
                f"The number does not fit a column whose decimal mark is “{self.decimal}”.",
                f"Write “{self.decimal}” before the decimals and “{other}” or nothing between thousands.",
            )
        digits = re.sub("[^0-9]", "", whole) or "0"
        power = int(exponent or 0)
        if len(digits.lstrip("0")) + len(fraction) > MOST_DIGITS or abs(power) > _LARGEST_EXPONENT:
            raise Unreadable(*_TOO_LONG)
        return _within(Decimal(f"{digits}.{fraction}e{power}" if mark and fraction else f"{digits}e{power}"))


def _within(value: Decimal) -> Decimal:
    """The value, if it begins within the digits that are kept on either side of the mark: a smaller one would
    be stored as 0, whatever it is multiplied with. Raises Unreadable.
    """
    if value and not -MOST_DIGITS <= value.adjusted() < MOST_DIGITS:
        raise Unreadable(*_TOO_LONG)
    return value


@lru_cache(maxsize=4096)
def _evidence(text: str) -> tuple[str, bool]:
    """What one value says of its column's decimal mark, and whether a currency stands beside it.

    "." or ",": only this one fits; "open": one mark before exactly three digits, so either fits, with
    different values; "both": either fits with the same value; "none": neither fits.
    """
    fitting = []
    for mark in _MARKS:
        try:
            fitting.append((mark, NumberFormat(mark).parse_with_unit(text)))
        except Unreadable:
            continue
    if not fitting:
        return "none", False
    mark, (_, unit) = fitting[0]
    has_currency = unit not in ("", "%")
    if len(fitting) == 2:
        return "both" if fitting[0][1] == fitting[1][1] else "open", has_currency
    return mark, has_currency


_MARKS: tuple[Mark, Mark] = (".", ",")


@dataclass(slots=True)
class NumberEvidence:
    """Gathers what the values of a column say, one after the other, in bounded memory.

    `values` counts the cells that are not blank, `unreadable` those that are a number under no decimal mark,
    `with_currency` those with a currency's code or sign beside the number.
    """

    values: int = 0
    unreadable: int = 0
    with_currency: int = 0
    _only: dict[str, int] = field(default_factory=lambda: {".": 0, ",": 0})
    _open: int = 0
    _samples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, text: str, times: int = 1) -> None:
        """A value that stands in so many cells."""
        if not text or text.isspace():
            return
        self.values += times
        if type(text) is NumberCell or (text.isascii() and text.isdigit()):
            return
        clear = _CLEAR.fullmatch(text)
        says, has_currency = (clear[1], False) if clear else _evidence(text[: _LONGEST + 1])
        self.with_currency += has_currency and times
        if says == "none":
            self.unreadable += times
        elif says == "open":
            self._open += times
        elif says != "both":
            self._only[says] += times
        samples = self._samples.setdefault(says, [])
        if len(samples) < MOST_SAMPLES and text not in samples:
            samples.append(text)

    def to_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes the same evidence."""
        return {
            "values": self.values,
            "unreadable": self.unreadable,
            "with_currency": self.with_currency,
            "only": self._only,
            "open": self._open,
            "samples": self._samples,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "NumberEvidence":
        return cls(
            data["values"],
            data["unreadable"],
            data.get("with_currency", 0),  # not told by looks of before this was counted
            data["only"],
            data["open"],
            data["samples"],
        )

    def decide(self) -> "NumberFormat | Ask[NumberFormat]":
        """The column's format; an Ask when only `1.000` speaks, or when the values contradict each other."""
        point, comma = self._only["."], self._only[","]
        if point and comma:
            return self._ask(
                "The column holds both decimal points and decimal commas. Which is the decimal mark?"
            )
        if point or comma:
            return NumberFormat("." if point else ",")
        if self._open:
            return self._ask("Every number of the column can be read in two ways. Which is right?")
        return NumberFormat(".")

    def _ask(self, question: str) -> "Ask[NumberFormat]":
        texts = [text for says in ("open", ".", ",") for text in self._samples.get(says, [])]
        options = [
            Option(
                NumberFormat(mark),
                f"Decimal {'point' if mark == '.' else 'comma'}",
                tuple((text, _reading(NumberFormat(mark), text)) for text in texts),
                self._only["," if mark == "." else "."] + self.unreadable,
            )
            for mark in _MARKS
        ]
        return Ask(question, tuple(sorted(options, key=lambda option: option.unreadable)))


def decide_numbers(values: Iterable[str]) -> "NumberFormat | Ask[NumberFormat]":
    """The format of a column's numbers, or the question to ask: `1.000` alone is asked, `2,55` is not."""
    evidence = NumberEvidence()
    for value in values:
        evidence.add(value)
    return evidence.decide()


def _reading(number_format: NumberFormat, text: str) -> str:
    """How a sample reads, without exponent: `1000`, or `cannot be read`."""
    try:
        value, unit = number_format.parse_with_unit(text)
    except Unreadable:
        return "cannot be read"
    return f"{value:f} {unit}".strip()
