"""Amounts, shares and rates as people type them (rules 1.6, 10). A refusal says what to write instead."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from kamtrak.lib.money.currencies import CURRENCIES, currencies_of, currency_name, minor_units
from kamtrak.lib.money.rounding import EXACT, LEAST_RATE, MOST_RATE, RATE_DIGITS
from kamtrak.lib.money.written import grouped
from kamtrak.lib.notation import has_other_digits, is_grouped, shown, take_apart, tidy

MOST_DIGITS = 15
UNIT_DECIMALS = 12
_LONGEST = 100
_EXAMPLE = "Write it like 1,234.56, 500K or 2.5m."
_THREE_AFTER_ONE_MARK = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_MAGNITUDES = {
    "k": 3,
    "tsd": 3,
    "m": 6,
    "mm": 6,
    "mn": 6,
    "mio": 6,
    "million": 6,
    "b": 9,
    "bn": 9,
    "mrd": 9,
    "billion": 9,
}
_LAKH_CURRENCIES = frozenset({"BDT", "BTN", "INR", "LKR", "NPR", "PKR"})


class AmountError(ValueError):
    """A typed amount, share or rate that is not understood or not possible; the message is for the person."""


class OtherCurrency(AmountError):
    """A symbol or code was typed that is not of the chosen currency; `fitting` are those that it may mean."""

    def __init__(self, unit: str, code: str, fitting: frozenset[str]) -> None:
        choice = f"choose {next(iter(fitting))}" if len(fitting) == 1 else "choose its currency"
        super().__init__(f"“{unit}” does not fit {code}. Remove it, or {choice}.")
        self.unit, self.fitting = unit, fitting


def parse_amount(text: str, code: str, *, allow_zero: bool = False, allow_negative: bool = False) -> Decimal:
    """The amount that was typed, in the currency `code`, exact (rules 1.6).

    Understands `1.234,56`, `1,234.56`, `1 234,56`, `1'234.56`, `$500K`, `2.5m`, `2,5 Mio`, `1.2bn`,
    `EUR 500`, `500 €`, and with allow_negative `-5`, `(33.52)`, `33.52-`. Raises AmountError, and
    UnknownCurrency for the code.
    """
    value = _amount(text, code, minor_units(code))
    return _checked(value, code, minor_units(code), allow_zero=allow_zero, allow_negative=allow_negative)


def parse_unit_value(text: str, code: str) -> Decimal:
    """What one unit is worth in the currency `code`, 0 or above, written like an amount.

    A unit may be worth less than a cent, and its value is never rounded (rules 1.2), so that it has up to 12
    decimals; hence `1.234` is asked about. Raises AmountError, and UnknownCurrency for the code.
    """
    value = _amount(text, code, max(UNIT_DECIMALS, minor_units(code)))
    return _checked(value, code, UNIT_DECIMALS, allow_zero=True, allow_negative=False)


def _amount(text: str, code: str, places: int) -> Decimal:
    """The number with its sign; `places` is how many decimals an amount may have here."""
    written = _cleaned(text, "Enter an amount.")
    parts = take_apart(written)
    power, unit_after = _split_tail(parts.after if parts else "")
    if not parts or parts.exponent or unit_after is None or not _known_or_empty(parts.before):
        raise AmountError(f"“{shown(text)}” is not an amount. {_EXAMPLE}")
    for unit in (parts.before, unit_after):
        _check_unit(unit, code)
    value = _read_number(parts.number, code, power, places)
    return value.copy_negate() if parts.negative else value


def parse_share(text: str) -> Decimal:
    """A share in percent, above 0 to 100, with at most 4 decimals: `40`, `40 %`, `33,33` (rules 3.5)."""
    share = _percent(text, "share")
    if not 0 < share <= 100:
        raise AmountError("A share is above 0 and at most 100 %.")
    return _four_decimals(share, "share")


def parse_percentage(text: str) -> Decimal:
    """A percentage of an amount, 0 or above, with at most 4 decimals: `60`, `60 %`, `33,33` (rules 4.3).

    How large it may be is the caller's rule. `1,000` is asked about: it could be 1 or 1000.
    """
    return _not_grouped(_percent(text, "percentage"), text, "percentage")


def parse_points(text: str) -> Decimal:
    """Points per unit, 0 or above, with at most 4 decimals: `3`, `0.5` (rules 9)."""
    return _not_grouped(_percent(text, "number", "Write it like 3 or 0.5."), text, "number of points")


def _not_grouped(value: Decimal, text: str, noun: str) -> Decimal:
    """The value, unless its mark may be one of thousands."""
    written = tidy(text).removesuffix("%").rstrip()
    if value and _THREE_AFTER_ONE_MARK.fullmatch(written) and value == value.to_integral_value():
        large = EXACT.scaleb(value, 3)
        raise AmountError(f"“{written}” could be {value:.0f} or {large:.0f}. Write it without the mark.")
    return _four_decimals(value, noun)


def _percent(text: str, noun: str, example: str = "Write a percentage like 40 or 33.33.") -> Decimal:
    """Digits with one decimal mark, with or without a percent sign."""
    written = _cleaned(text, f"Enter a {noun}.").removesuffix("%").rstrip()
    if not re.fullmatch(r"[0-9]{1,20}(?:[.,][0-9]{0,20})?", written):
        raise AmountError(f"“{shown(text)}” is not a {noun}. {example}")
    return Decimal(written.replace(",", "."))


def _four_decimals(value: Decimal, noun: str) -> Decimal:
    value = _without_trailing_zeros(value)
    if _decimals(value) > 4:
        raise AmountError(f"A {noun} has at most 4 decimals.")
    return value


def parse_rate(text: str) -> Decimal:
    """An exchange rate, above 0, with at most 12 significant digits (rules 6.1 and 6.7).

    A full stop is always the decimal mark of a rate, unless grouping shows otherwise; `1,168` is asked about.
    """
    written = _cleaned(text, "Enter a rate.")
    if written.startswith("-"):
        raise AmountError("A rate is above 0.")
    if not re.fullmatch(r"[0-9.,' ]*[0-9][.,]?", written):
        raise AmountError(f"“{shown(text)}” is not a rate. Write a number like 1.1682.")
    if _THREE_AFTER_ONE_MARK.fullmatch(written):
        as_decimal, as_group = written.replace(",", "."), re.sub("[.,]", "", written)
        if "," in written:
            raise AmountError(
                f"“{written}” could be {as_decimal} or {as_group}. Write {as_decimal} or {as_group}."
            )
        value = Decimal(as_decimal)
    else:
        value = _plain_number(written, lakhs=False)
    if value == 0:
        raise AmountError("A rate is above 0.")
    rate = _without_trailing_zeros(value)
    if len(rate.normalize(EXACT).as_tuple().digits) > RATE_DIGITS:
        raise AmountError(f"A rate has at most {RATE_DIGITS} significant digits.")
    if not LEAST_RATE <= rate <= MOST_RATE:
        raise AmountError(f"A rate lies between {LEAST_RATE:f} and {MOST_RATE:,f}.")
    return rate


def _cleaned(text: str, when_empty: str) -> str:
    """The text without invisible characters; refuses what is empty, too long or not in the digits 0–9."""
    if len(text) > _LONGEST:
        raise AmountError(f"That is too long: at most {_LONGEST} characters are read.")
    written = tidy(text)
    if not written:
        raise AmountError(when_empty)
    if has_other_digits(written):
        raise AmountError("Use the digits 0–9.")
    return written


def _split_tail(tail: str) -> tuple[int, str | None]:
    """What follows the number: the power of ten of K, M or bn, and the unit; None when it is neither."""
    if _known_or_empty(tail):
        return 0, tail
    for suffix, power in _MAGNITUDES.items():
        rest = tail[len(suffix) :].strip()
        if tail.casefold().startswith(suffix) and _known_or_empty(rest):
            return power, rest
    return 0, None


def _known_or_empty(unit: str) -> bool:
    return not unit or bool(currencies_of(unit))


def _check_unit(unit: str, code: str) -> None:
    """Refuses a symbol or code that contradicts the chosen currency."""
    fitting = currencies_of(unit)
    if unit and code not in fitting:
        raise OtherCurrency(unit, code, frozenset(fitting))


def _read_number(number: str, code: str, power: int, places: int) -> Decimal:
    """The number without sign and unit, times ten to the power; asks where one mark leaves it open."""
    if not _THREE_AFTER_ONE_MARK.fullmatch(number):
        return EXACT.scaleb(_plain_number(number, lakhs=code in _LAKH_CURRENCIES), power)
    grouped_value = Decimal(re.sub("[.,]", "", number))
    small, large = (EXACT.scaleb(grouped_value, power + shift) for shift in (-3, 0))
    if power:
        readings = " or ".join(grouped(value, code) for value in (small, large))
        raise AmountError(f"“{number}” could mean {readings} here. Write the amount in full.")
    if places >= 3:
        has = f"{code} has three decimals" if minor_units(code) == 3 else "a value per unit may have decimals"
        raise AmountError(
            f"“{number}” could be {large:f} or {small:f}, because {has}. "
            f"Write {large:f} for the first, {small:f}0 for the second."
        )
    return large


def _plain_number(number: str, *, lakhs: bool) -> Decimal:
    """A number whose marks decide it: the last of two kinds is the decimal mark, a repeated one groups."""
    whole, fraction = number, ""
    marks = [c for c in number if c in ".,"]
    if len(set(marks)) == 2 or (len(marks) == 1 and not is_grouped(number, marks[0])):
        whole, _, fraction = number.rpartition(marks[-1])
    groups = "".join(set(whole) & set(".,' "))
    fits = not groups or (len(groups) == 1 and is_grouped(whole, groups, lakhs=lakhs))
    if not fits or not re.fullmatch("[0-9]*", fraction):
        example = "Group digits in threes and use one decimal mark, as in 1,234.56."
        raise AmountError(f"“{shown(number)}” cannot be read. {example}")
    digits = re.sub("[^0-9]", "", whole) or "0"
    return Decimal(f"{digits}.{fraction}" if fraction else digits)


def _checked(value: Decimal, code: str, places: int, *, allow_zero: bool, allow_negative: bool) -> Decimal:
    """The value with its sign, size and decimals as the caller allows."""
    if value == 0 and not allow_zero:
        raise AmountError("Enter an amount other than 0." if allow_negative else "Enter an amount above 0.")
    if value < 0 and not allow_negative:
        raise AmountError("The amount cannot be below 0." if allow_zero else "Enter an amount above 0.")
    if value.copy_abs() >= Decimal(10) ** MOST_DIGITS:
        raise AmountError(f"An amount has at most {MOST_DIGITS} digits before the decimal mark.")
    value = _without_trailing_zeros(value)
    if _decimals(value) > places:
        step = Decimal(1).scaleb(-places)
        below, above = (value.quantize(step, rounding, EXACT) for rounding in (ROUND_FLOOR, ROUND_CEILING))
        choices = [grouped(v, code) for v in (below, above) if v or allow_zero]
        has = "has no decimals" if not places else f"has {places} decimals"
        noun = _noun(code) if places == minor_units(code) else "A value per unit"
        raise AmountError(f"{noun} {has}. Enter {' or '.join(choices)}.")
    return value


def _without_trailing_zeros(value: Decimal) -> Decimal:
    """The same value with no more decimals than it needs, never in exponent form and never −0."""
    if not value:
        return Decimal(0)
    value = EXACT.normalize(value)
    return EXACT.quantize(value, Decimal(1)) if int(value.as_tuple().exponent) > 0 else value


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _noun(code: str) -> str:
    """`Yen`, where the last word says it all; else the whole name, as there is more than one peso."""
    name = currency_name(code)
    last = name.rsplit(maxsplit=1)[-1]
    alike = sum(c.current and c.name.endswith(last) for c in CURRENCIES.values())
    return last if alike == 1 else name
