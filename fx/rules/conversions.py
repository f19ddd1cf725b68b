"""Which rate a conversion takes, whether it is provisional, and what it then is (rules 6).

Functions of values: the rates of the pair, the day, what has been reached. Nothing is ever assumed to be 1
except between a currency and itself, and nothing is extrapolated backwards.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import StrEnum
from functools import lru_cache

from kamtrak.lib.money import LEAST_RATE, MOST_RATE, as_rate, rate_text

PIVOT = "EUR"
ONE = Decimal(1)
OFF_MARKET = Decimal("0.05")
# Wide enough that the exact product of two rates fits, and that no quotient of two rates is taken for a tie
# of the 12 digits that are kept: so each rate is rounded once (rules 6.7).
WIDE = Context(prec=80)


class Mode(StrEnum):
    """Three modes per workspace (rules 6.2)."""

    MANUAL = "manual"
    AUTOMATIC = "automatic"
    SEMI_AUTOMATIC = "semi_automatic"


class Source(StrEnum):
    """Where a rate comes from."""

    SAME = "same"  # a currency and itself
    OWN = "own"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        return {
            Source.SAME: "same currency",
            Source.OWN: "own rate",
            Source.PUBLISHED: "European Central Bank",
        }[self]


ORDER = {
    Mode.MANUAL: (Source.OWN,),
    Mode.AUTOMATIC: (Source.PUBLISHED, Source.OWN),
    Mode.SEMI_AUTOMATIC: (Source.OWN, Source.PUBLISHED),
}


@dataclass(frozen=True)
class Leg:
    """One stored rate that a conversion stands on: 1 `base` = `value` `quote`, of `day`."""

    base: str
    quote: str
    value: Decimal
    day: date

    @property
    def caption(self) -> str:
        """`1 EUR = 1.1682 USD`: the direction in which the rate was given."""
        return f"1 {self.base} = {rate_text(self.value)} {self.quote}"


@dataclass(frozen=True)
class Conversion:
    """The rate of a conversion. `rate` is the multiplier to at most 12 significant digits (rules 6.7)."""

    rate: Decimal
    day: date  # the rate's own day; of a cross the older of its legs
    source: Source
    legs: tuple[Leg, ...] = ()
    inverse: bool = False
    provisional: bool = False

    @property
    def is_cross(self) -> bool:
        return len(self.legs) > 1


@dataclass(frozen=True)
class OwnRate:
    """An own rate: 1 `base` = `value` `quote` from `day` until the next one of the pair, or `until`."""

    base: str
    quote: str
    day: date
    value: Decimal
    until: date | None = None  # the last day on which it holds
    withdrawn: bool = False  # recorded to take back what was given for this day

    @property
    def caption(self) -> str:
        """`1 EUR = 1.1682 USD`."""
        return f"1 {self.base} = {rate_text(self.value)} {self.quote}"


@dataclass(frozen=True)
class Series:
    """The rates of one currency against the pivot, ascending by day."""

    days: Sequence[date]
    values: Sequence[Decimal]

    def at(self, day: date) -> int | None:
        """Index of the newest rate on or before the day."""
        found = bisect_right(self.days, day) - 1
        return found if found >= 0 else None


@dataclass(frozen=True)
class RateBook:
    """All that one workspace's conversions depend on.

    `published`: per currency, what 1 EUR was worth. `reached`: the newest day of any published rate.
    `today`: the running day in the workspace's time zone, which has not ended. `limit`: days that a
    published rate holds where none was published after it (rules 6.4).
    """

    mode: Mode
    limit: int
    today: date
    reached: date | None
    published: Mapping[str, Series]
    own: Mapping[frozenset[str], Sequence[OwnRate]] = field(default_factory=dict)

    def conversion(self, base: str, quote: str, day: date) -> Conversion | None:
        """The rate from `base` to `quote` on `day`, in the order of the workspace's mode.

        None: there is no rate, and the amount is unknown (rules 6.6).
        """
        if base == quote:
            return Conversion(ONE, day, Source.SAME)
        tried = (self._by(source, base, quote, day) for source in ORDER[self.mode])
        return next((found for found in tried if found), None)

    def ways(self, base: str, quote: str, day: date) -> list[tuple[Source, Conversion | None]]:
        """How each source answers, in the order in which they are asked: for explaining a rate."""
        return [(source, self._by(source, base, quote, day)) for source in ORDER[self.mode]]

    def beginnings(self, base: str, quote: str, first: date, last: date) -> list[date]:
        """From `first` to `last`, ascending: every day on which there may be a rate from `base` to `quote`
        although there was none on the day before. So a span of centuries need not be walked through."""
        pairs = (frozenset(pair) for pair in ((base, quote), (PIVOT, base), (PIVOT, quote)))
        found = {rate.day for pair in pairs for rate in self.own.get(pair, ()) if first <= rate.day <= last}
        needed = [self.published.get(code) for code in (base, quote) if code != PIVOT]
        days = min((series.days if series else () for series in needed), key=len, default=())
        return sorted(found.union(days[bisect_left(days, first) : bisect_right(days, last)]))

    def _by(self, source: Source, base: str, quote: str, day: date) -> Conversion | None:
        ask = self.own_conversion if source is Source.OWN else self.published_conversion
        return ask(base, quote, day)

    # ------------------------------------------------------------------ own rates
    def own_conversion(self, base: str, quote: str, day: date) -> Conversion | None:
        """The own rate of the pair, or two own legs through the pivot; never one own and one published."""
        provisional = day >= self.today  # an own rate settles when its day has ended (rules 6.5)
        leg = self._own_leg(base, quote, day)
        if leg is not None:
            return _direct(leg, base, Source.OWN, provisional)
        if PIVOT in (base, quote):
            return None
        first, second = self._own_leg(PIVOT, base, day), self._own_leg(PIVOT, quote, day)
        if first is None or second is None:
            return None
        crossed = _cross(first, second, Source.OWN, provisional)
        return crossed if LEAST_RATE <= crossed.rate <= MOST_RATE else None  # no figure could be stored

    def _own_leg(self, base: str, quote: str, day: date) -> Leg | None:
        """The own rate of the pair in force on the day, whichever way round it was given (rules 6.4)."""
        series = self.own.get(frozenset((base, quote)), ())
        newest = bisect_right(series, day, key=lambda rate: rate.day) - 1
        if newest < 0:
            return None
        rate = series[newest]
        if rate.until is not None and day > rate.until:
            return None
        return Leg(rate.base, rate.quote, rate.value, rate.day)

    # ------------------------------------------------------------------ published rates
    def published_conversion(self, base: str, quote: str, day: date) -> Conversion | None:
        """The published rate, direct, inverse or crossed through the pivot on one publication day.

        A day that has not been reached is judged as the newest reached day, and is provisional: so a
        discontinued currency is unknown, not provisional (rules 6.5).
        """
        if self.reached is None:
            return None
        provisional, judged = day > self.reached, min(day, self.reached)
        needed = [currency for currency in (base, quote) if currency != PIVOT]
        common = self._common_day(needed, judged)
        if common is None or judged - common > timedelta(days=self.limit):
            return None
        legs = [self._leg(currency, common) for currency in needed]
        if len(legs) == 1:
            return _direct(legs[0], base, Source.PUBLISHED, provisional)
        return _cross(legs[0], legs[1], Source.PUBLISHED, provisional)

    def _common_day(self, currencies: Iterable[str], day: date) -> date | None:
        """The newest day on or before `day` on which each of the currencies was published."""
        wanted = list(currencies)
        while True:
            days = []
            for currency in wanted:
                series = self.published.get(currency)
                found = series.at(day) if series else None
                if series is None or found is None:
                    return None
                days.append(series.days[found])
            if min(days) == max(days):
                return days[0]
            day = min(days)

    def _leg(self, currency: str, day: date) -> Leg:
        series = self.published[currency]
        found = series.at(day)
        assert found is not None  # noqa: S101 - _common_day has just found it
        return Leg(PIVOT, currency, series.values[found], day)


def _direct(leg: Leg, base: str, source: Source, provisional: bool) -> Conversion:
    if leg.base == base:
        return Conversion(as_rate(leg.value), leg.day, source, (leg,), False, provisional)
    return Conversion(_quotient(ONE, leg.value), leg.day, source, (leg,), True, provisional)


def _cross(first: Leg, second: Leg, source: Source, provisional: bool) -> Conversion:
    """Pivot → base and pivot → quote make base → quote, rounded once to 12 significant digits.

    Own legs may have been typed either way round; the quotient is taken exactly before it is rounded.
    """
    over, under = ONE, ONE
    for leg, goes_over in ((first, False), (second, True)):
        if (leg.base == PIVOT) == goes_over:
            over = WIDE.multiply(over, leg.value)
        else:
            under = WIDE.multiply(under, leg.value)
    rate = _quotient(over, under)
    return Conversion(rate, min(first.day, second.day), source, (first, second), False, provisional)


def rate_of(legs: Sequence[Leg], base: str) -> Decimal | None:
    """The multiplier from `base` that these legs make; None where they make none. It proves a stored one."""
    if len(legs) == 2:
        return _cross(legs[0], legs[1], Source.OWN, provisional=False).rate
    if len(legs) == 1 and base in (legs[0].base, legs[0].quote):
        return _direct(legs[0], base, Source.OWN, provisional=False).rate
    return None


@lru_cache(maxsize=65536)
def _quotient(over: Decimal, under: Decimal) -> Decimal:
    return as_rate(WIDE.divide(over, under))


def effective_series(rates: Iterable[OwnRate]) -> tuple[OwnRate, ...]:
    """Own rates of one pair in the order in which they were recorded → those in force, ascending by day.

    Append-only: of two for the same day the later recorded counts, whichever way round it was given;
    a withdrawal leaves the day without one, and the rate before it goes on.
    """
    newest = {rate.day: rate for rate in rates}
    return tuple(newest[day] for day in sorted(newest) if not newest[day].withdrawn)


def off_market(own: Decimal, published: Decimal) -> Decimal | None:
    """How far an own rate lies from the published one, as a fraction, if more than 5 % (rules 6.8)."""
    distance = WIDE.divide(WIDE.subtract(own, published).copy_abs(), published)
    return distance if distance > OFF_MARKET else None
