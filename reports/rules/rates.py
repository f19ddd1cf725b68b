"""The rates that a document prints (rules 6.7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fx.rules import Leg, Source


@dataclass(frozen=True)
class LegLine:
    """One stored rate behind a conversion: 1 `base` = `value` `quote`, of `day`."""

    base: str
    quote: str
    value: Decimal
    day: date


@dataclass(frozen=True)
class RateLine:
    """One rate that the document used: the multiplier from `currency`, and how many rows used it."""

    currency: str
    rate: Decimal
    day: date
    source: Source
    legs: tuple[LegLine, ...]
    inverse: bool
    rows: int
    provisional_rows: int

    @property
    def captions(self) -> list[str]:
        """`1 EUR = 1.1682 USD`: each rate as it was given (rules 6.7)."""
        return [Leg(leg.base, leg.quote, leg.value, leg.day).caption for leg in self.legs]

    @property
    def note(self) -> str:
        """What was done with the rates as given."""
        if len(self.legs) > 1:
            return "crossed through the euro, rounded once to 12 digits"
        return "turned round, rounded once to 12 digits" if self.inverse else ""
