"""The one rounding and allocation policy (rules 1.2, 1.3), independent of the global decimal context."""

from collections.abc import Sequence
from decimal import (
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction

from kamtrak.lib.money.currencies import minor_units

RATE_DIGITS = 12
# Between these every rate has an inverse, and every amount that can be typed a figure that can be stored.
LEAST_RATE, MOST_RATE = Decimal("0.000000001"), Decimal("1000000000")

_TRAPS: list[type[DecimalException]] = [InvalidOperation, DivisionByZero, Overflow]
# Wide enough for the exact product of any amount, share and rate that can be typed or imported.
EXACT = Context(prec=400, rounding=ROUND_HALF_UP, traps=_TRAPS)
# An exact figure on its way to the one rounding: a Fraction where a division need not end.
Exact = Decimal | Fraction
_RATE = Context(prec=RATE_DIGITS, rounding=ROUND_HALF_UP, traps=_TRAPS)
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(5))
_ZERO = Decimal(0)
_HUNDRED = Decimal(100)


def round_money(value: Decimal, code: str) -> Decimal:
    """The value in the currency's minor units, half-up away from zero on ties (rules 1.2); never −0.

    Raises ValueError for NaN and infinities.
    """
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    return EXACT.add(EXACT.quantize(value, _STEPS[minor_units(code)]), _ZERO)


def times(value: Exact, by: Decimal) -> Exact:
    """The exact product."""
    return value * Fraction(by) if isinstance(value, Fraction) else EXACT.multiply(value, by)


def less(value: Exact, taken: Exact) -> Exact:
    """The exact difference."""
    if isinstance(value, Fraction) or isinstance(taken, Fraction):
        return Fraction(value) - Fraction(taken)
    return EXACT.subtract(value, taken)


def as_decimal(value: Exact) -> Decimal:
    """A figure to be rounded: divided last, so that a tie, which ends, is one to the last digit."""
    if isinstance(value, Fraction):
        return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return value


def convert(amount: Decimal, rate: Decimal, to_code: str, share: Decimal = _HUNDRED) -> Decimal:
    """amount × share % × rate, multiplied exactly and rounded once, in `to_code` (rules 1.2 and 3.5)."""
    product = EXACT.multiply(EXACT.multiply(amount, share), rate)
    return round_money(EXACT.scaleb(product, -2), to_code)


def allocate(total: Decimal, weights: Sequence[Decimal], code: str) -> list[Decimal]:
    """Split a total by weights; the parts equal the whole (rules 1.3 and 3.5).

    Largest remainder in the currency's minor unit, ties to the first named. Raises ValueError when the total
    is finer than the minor unit, a weight is negative, or all weights are zero.
    """
    step = _STEPS[minor_units(code)]
    if round_money(total, code) != total:
        raise ValueError(f"{total} is finer than the smallest unit of {code}")
    if any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("weights must not be negative, and at least one must be above 0")
    units = int(EXACT.divide(total.copy_abs(), step))
    whole = sum(map(Fraction, weights))
    exact = [units * Fraction(weight) / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: units - sum(parts)]:
        parts[i] += 1
    sign = -1 if total < 0 else 1
    return [EXACT.multiply(Decimal(sign * part), step) for part in parts]


def percent_change(new: Decimal, old: Decimal) -> Decimal | None:
    """The change from old to new in percent, one decimal, half-up; None when `old` is not above 0."""
    if old <= 0:
        return None
    change = EXACT.multiply(EXACT.divide(EXACT.subtract(new, old), old), _HUNDRED)
    return EXACT.add(EXACT.quantize(change, Decimal("0.1")), _ZERO)


def as_rate(value: Decimal) -> Decimal:
    """A rate as it is stored, multiplied with and printed: rounded once to 12 significant digits (rules 6.7).

    Without trailing zeros. Raises ValueError unless the rate is above 0.
    """
    if not value.is_finite() or value <= 0:
        raise ValueError(f"{value} is not a rate: a rate is above 0")
    rate = _RATE.normalize(value)
    # normalize() writes 1000 as 1E+3, which compares alike but prints badly.
    return EXACT.quantize(rate, Decimal(1)) if int(rate.as_tuple().exponent) > 0 else rate
