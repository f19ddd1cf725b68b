"""One contribution: its type, its basis, the day it converts on and what it counts for."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from fx.rules import Conversion, RateBook
from kamtrak.lib.money import convert
from kamtrak.lib.months import Quarter

ONE = Decimal(1)
NEAR = Decimal("0.01")


class RevenueType(StrEnum):
    """The four types, always in this order; they are never added but as "value touched" (rules 1.5, 3.2)."""

    DIRECT = "direct"
    INFLUENCED = "influenced"
    SAVINGS = "savings"
    RETENTION = "retention"

    @property
    def label(self) -> str:
        return _TEXTS[self][0]

    @property
    def short(self) -> str:
        return self.value.capitalize()

    @property
    def definition(self) -> str:
        return _TEXTS[self][1]

    @property
    def example(self) -> str:
        return _TEXTS[self][2]

    @property
    def hint(self) -> str:
        """The one line that asks for what makes the type credible (rules 3.1)."""
        return _TEXTS[self][3]

    @property
    def number(self) -> int:
        """1 to 4: its place, and its colour."""
        return list(RevenueType).index(self) + 1


_TEXTS: dict[RevenueType, tuple[str, str, str, str]] = {
    RevenueType.DIRECT: (
        "Direct revenue",
        "Revenue you personally closed or generated",
        "Closed a 500,000 USD expansion.",
        "What did the client buy, and what did you do to close it?",
    ),
    RevenueType.INFLUENCED: (
        "Influenced revenue",
        "Revenue you influenced through strategy, relationships or support, closed by someone else",
        "Partnered with sales on a 1,000,000 USD deal.",
        "What was your part in it, and who closed it?",
    ),
    RevenueType.SAVINGS: (
        "Cost savings",
        "Operational costs you removed or reduced",
        "Negotiated a vendor contract 50,000 USD a year cheaper.",
        "What became cheaper, and who confirmed it?",
    ),
    RevenueType.RETENTION: (
        "Retention value",
        "Revenue kept from an account that was at risk",
        "Prevented the loss of a 200,000 USD account.",
        "Why was the account at risk, and what kept it?",
    ),
}


class Basis(StrEnum):
    """Counted once, in its quarter, either way; a per-year figure is shown as such (rules 3.4)."""

    ONE_OFF = "one_off"
    PER_YEAR = "per_year"

    @property
    def label(self) -> str:
        return "per year" if self is Basis.PER_YEAR else "one-off"


@dataclass(frozen=True)
class Figure:
    """What a contribution counts for.

    `credited`: amount × share in the deal's currency, rounded once, for subtotals per currency.
    `converted`: amount × share × rate in the workspace currency, rounded once; None is unknown.
    """

    credited: Decimal
    converted: Decimal | None
    conversion: Conversion | None


def conversion_day(quarter: Quarter, earned_on: date | None) -> date:
    """The earned date if given, else the quarter's last day (rules 3.6)."""
    return earned_on or quarter.last


def derive(
    *, amount: Decimal, currency: str, share: Decimal, day: date, target: str, book: RateBook
) -> Figure:
    """The figure of a contribution: multiplied exactly, converted once, rounded once (rules 1.2, 3.5)."""
    credited = convert(amount, ONE, currency, share=share)
    conversion = book.conversion(currency, target, day)
    if conversion is None:
        return Figure(credited, None, None)
    return Figure(credited, convert(amount, conversion.rate, target, share=share), conversion)


def is_near(one: Decimal, other: Decimal) -> bool:
    """Whether two amounts of one currency lie within 1 % of the larger: a probable double (rules 3.8)."""
    return abs(one - other) <= max(one, other) * NEAR
