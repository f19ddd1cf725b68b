"""How far a currency is used, as the apps above tell it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CurrencyUse:
    """How far one currency is used by living figures, and what they wait for.

    `provisional` figures wait for their day; `unknown` ones, counted on `first` to `last`, for a rate;
    `earlier` ones, settled with a rate that has changed since, for a person's decision (rules 5.12).
    """

    currency: str
    rows: int
    provisional: int = 0
    unknown: int = 0
    first: date | None = None
    last: date | None = None
    earlier: int = 0

    def and_also(self, other: "CurrencyUse") -> "CurrencyUse":
        """Both uses of the same currency together."""
        return CurrencyUse(
            self.currency,
            self.rows + other.rows,
            self.provisional + other.provisional,
            self.unknown + other.unknown,
            min(filter(None, (self.first, other.first)), default=None),
            max(filter(None, (self.last, other.last)), default=None),
            self.earlier + other.earlier,
        )
