"""A conversion as it is kept beside the figures that it made, and read back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from fx.rules.conversions import Conversion, Leg


def rate_columns(found: Conversion | None) -> dict[str, Any]:
    """The columns of a stored rate; all empty when it is unknown."""
    if found is None:
        return {"rate": None, "rate_day": None, "rate_source": "", "rate_legs": [], "rate_inverse": False}
    return {
        "rate": found.rate,
        "rate_day": found.day,
        "rate_source": found.source.value,
        "rate_legs": [[leg.base, leg.quote, str(leg.value), leg.day.isoformat()] for leg in found.legs],
        "rate_inverse": found.inverse,
    }


def stored_legs(legs: Iterable[Iterable[str]]) -> list[Leg]:
    """The rates that a stored conversion stands on."""
    return [Leg(base, quote, Decimal(value), date.fromisoformat(day)) for base, quote, value, day in legs]
