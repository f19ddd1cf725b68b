"""Which rate a day has (rules 6.1 to 6.8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .money import significant


@dataclass(frozen=True)
class Own:
    """1 `base` is `value` of `quote`, from `start` on: until the next one of the pair, or up to and with
    `end`.
    """

    base: str
    quote: str
    start: date
    value: Decimal
    end: date | None = None


@dataclass(frozen=True)
class Rates:
    """`published` gives the value of 1 EUR per (currency, day); later entries of `own` correct earlier
    ones.
    """

    today: date
    published: Mapping[tuple[str, date], Decimal] = field(default_factory=dict)
    reached: date | None = None
    own: tuple[Own, ...] = ()
    mode: str = "semi-automatic"  # or "manual", "automatic"
    limit: int = 7


@dataclass(frozen=True)
class Rate:
    """The multiplier as it is stored and printed, and the day that it is of."""

    multiplier: Decimal
    day: date
    source: str = "published"  # "own", "same"
    kind: str = "direct"  # "inverse", "cross"
    provisional: bool = False


def find(rates: Rates, base: str, quote: str, day: date) -> Rate | None:
    """The rate that a conversion of that day uses, or None: never 1 but between a currency and itself
    (6.6).
    """
    if base == quote:
        return Rate(Decimal(1), day, source="same")
    sources = {
        "manual": (own_rate,),
        "automatic": (published_rate, own_rate),
        "semi-automatic": (own_rate, published_rate),
    }[rates.mode]
    for source in sources:
        if (found := source(rates, base, quote, day)) is not None:
            return found
    return None


def own_leg(rates: Rates, base: str, quote: str, day: date) -> Own | None:
    """A pair and its inverse are one series; the newest that has begun, unless it has ended (6.4)."""
    series = [own for own in rates.own if {own.base, own.quote} == {base, quote} and own.start <= day]
    if not series:
        return None
    newest = max(own.start for own in series)
    own = [own for own in series if own.start == newest][-1]  # a correction is a newer row of the same day
    return None if own.end is not None and day > own.end else own


def own_rate(rates: Rates, base: str, quote: str, day: date) -> Rate | None:
    provisional = day >= rates.today  # settles when the day has ended (6.5)
    if (own := own_leg(rates, base, quote, day)) is not None:
        if own.base == base:
            return Rate(own.value, own.start, "own", "direct", provisional)
        return Rate(significant(1 / Fraction(own.value)), own.start, "own", "inverse", provisional)
    if "EUR" in (base, quote):
        return None
    legs = [own_leg(rates, "EUR", code, day) for code in (base, quote)]
    if legs[0] is None or legs[1] is None:
        return None
    per_base, per_quote = (
        Fraction(leg.value) if leg.base == "EUR" else 1 / Fraction(leg.value) for leg in legs if leg
    )
    oldest = min(legs[0].start, legs[1].start)
    return Rate(significant(per_quote / per_base), oldest, "own", "cross", provisional)


def published_day(rates: Rates, currencies: set[str], day: date) -> date | None:
    """That day, or the nearest earlier one within the limit, on which all of them were published (6.4)."""
    days = (day - timedelta(days=back) for back in range(rates.limit + 1))
    return next((each for each in days if all((code, each) in rates.published for code in currencies)), None)


def published_rate(rates: Rates, base: str, quote: str, day: date) -> Rate | None:
    if rates.reached is None:
        return None
    provisional = day > rates.reached
    judged = min(day, rates.reached)  # the limit judges days that have been reached (6.5)
    shown = published_day(rates, {base, quote} - {"EUR"}, judged)
    if shown is None:
        return None
    if base == "EUR":
        return Rate(rates.published[quote, shown], shown, provisional=provisional)
    kind = "inverse" if quote == "EUR" else "cross"
    over = Decimal(1) if quote == "EUR" else rates.published[quote, shown]
    multiplier = significant(Fraction(over) / Fraction(rates.published[base, shown]))
    return Rate(multiplier, shown, "published", kind, provisional)


def far_off(supplied: Decimal, published: Decimal) -> bool:
    """More than 5 % off the published one of that day is warned about (6.8)."""
    return abs(Fraction(supplied) / Fraction(published) - 1) > Fraction(5, 100)
