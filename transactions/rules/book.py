"""What a derivation looks up. Everything is answered from memory: a million rows ask one after the other."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from transactions.rules.catalog import Match, Measure, Value


class RateUse(NamedTuple):
    """The rate of a conversion from `currency` into the workspace's; `day` is the rate's own (rules 6.4).

    `id` is that of the stored rate.
    """

    id: int | None
    currency: str
    rate: Decimal
    day: date
    provisional: bool


class Book(Protocol):
    """The rates and the catalog of one workspace."""

    @property
    def currency(self) -> str:
        """The workspace currency: rates lead to it, catalog values are in it (rules 5.7)."""

    def rate(self, currency: str, day: date) -> RateUse | None:
        """The rate of the day; None is unknown, never 1 (rules 6.6)."""

    def match(self, product: str) -> Match:
        """The product that a text names (rules 5.10)."""

    def value(self, item: int, measure: Measure, day: date) -> Value | None:
        """The value per unit that is valid on the day."""
