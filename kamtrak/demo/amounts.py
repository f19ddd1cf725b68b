"""Amounts as people bring them: of a likely size, mostly round, sometimes exact to the cent."""

import math
from decimal import Decimal
from random import Random

from contributions.rules import RevenueType
from kamtrak.lib.money import minor_units, round_money

# What is usual in dollars, and how far single amounts lie apart (sigma of the logarithm).
_USUAL = {
    RevenueType.DIRECT: (46_000, 0.6),
    RevenueType.INFLUENCED: (105_000, 0.55),
    RevenueType.SAVINGS: (14_000, 0.55),
    RevenueType.RETENTION: (76_000, 0.55),
}
# Roughly what a dollar is worth: it only sets the size of an amount, never converts one.
WORTH = {"USD": 1.0, "EUR": 0.9, "GBP": 0.78, "JPY": 150.0, "CAD": 1.36, "AUD": 1.5, "KWD": 0.31}
FAR = 2.2  # no amount lies further away than so many sigmas
GROWTH = 0.025  # a quarter
SEASON = (0.92, 1.0, 0.95, 1.18)  # by quarter of the calendar year


def amount_for(kind: RevenueType, currency: str, size: float, rng: Random) -> Decimal:
    """An amount of this type for a client of this size."""
    usual, spread = _USUAL[kind]
    away = max(-FAR, min(FAR, rng.gauss(0, 1)))
    return tidied(usual * size * math.exp(away * spread) * WORTH[currency], currency, rng)


def tidied(value: float, currency: str, rng: Random) -> Decimal:
    """The value as it would stand in an offer: two or three leading digits, one in eight to the cent."""
    style = rng.random()
    if style < 0.12:
        return round_money(Decimal(repr(round(value, minor_units(currency)))), currency)
    digits = 2 if style < 0.55 else 3
    step = Decimal(10) ** (len(str(int(value))) - digits)
    return round_money(max(step, round(Decimal(repr(value)) / step) * step), currency)
