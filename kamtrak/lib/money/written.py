"""Amounts and rates as text: plain for files, grouped for pages. Nothing is rounded here."""

from decimal import ROUND_DOWN, Context, Decimal

from kamtrak.lib.money.currencies import minor_units
from kamtrak.lib.money.rounding import EXACT, Exact, as_decimal, as_rate

MINUS = "−"
_BEGINNING = Context(prec=12, rounding=ROUND_DOWN)


def plain(value: Decimal, code: str) -> str:
    """`48000.00`, `-33.52`: for CSV and fields. All digits stand, and at least the currency's decimals."""
    return f"{_padded(value, code):f}"


def grouped(value: Decimal, code: str) -> str:
    """`48,000.00`, `−33.52`: for pages. All digits stand, and at least the currency's decimals."""
    return f"{_padded(value, code):,f}".replace("-", MINUS)


def quantity_text(value: Decimal) -> str:
    """A quantity at its own precision, without the zeros of its column: `1,250`, `−2.5`, for pages."""
    text = f"{value:,f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def exact_text(value: Exact, code: str) -> str:
    """As `grouped`; of a figure without an end its first 12 significant digits: `2,369.30833333…`."""
    decimal = as_decimal(value)
    if decimal == value:
        return grouped(decimal, code)
    return f"{grouped(_BEGINNING.plus(decimal), code)}…"


def rate_text(rate: Decimal) -> str:
    """A rate to 12 significant digits without trailing zeros: `1.1682`, `0.00578034682081` (rules 6.7)."""
    return f"{as_rate(rate):f}"


def share_text(share: Decimal) -> str:
    """A share or percentage without the zeros of its column: Decimal("33.3300") → "33.33"."""
    return f"{share.normalize():f}"


def _padded(value: Decimal, code: str) -> Decimal:
    """The value without trailing zeros beyond the currency's decimals, and without a minus on zero."""
    if not value.is_finite():
        raise ValueError(f"{value} is not an amount")
    exponent = min(int(EXACT.normalize(value).as_tuple().exponent), 0)
    places = max(-exponent, minor_units(code))
    return EXACT.add(EXACT.quantize(value, Decimal(1).scaleb(-places)), Decimal(0))
