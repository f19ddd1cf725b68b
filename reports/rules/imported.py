"""Imported revenue in a review: a view of its own of the money (rules 1.7, 5.4, 7.2).

Money is in the workspace currency, unless it is said to be in the row's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.rules.rates import RateLine
from transactions.rules.revenue import NO_REVENUE, CurrencyRevenue, RevenueFigures

ZERO = Decimal(0)


@dataclass(frozen=True)
class NamedRevenue:
    """A client, a product or a way that revenue was found by; `lines` > 1 on the line of all others."""

    name: str
    figures: RevenueFigures
    lines: int = 1


@dataclass(frozen=True)
class MonthRevenue:
    """One month, by its first day."""

    month: date
    figures: RevenueFigures


@dataclass(frozen=True)
class LackLine:
    """How many rows have no revenue for one reason."""

    label: str
    rows: int


@dataclass(frozen=True)
class ImportedSection:
    """Every figure of imported rows that a review prints. Months, clients, products, tiers and currencies
    each add up to `total`; with `later` it comes to what the `now_rows` live rows were at issue, beside which
    `now_unknown_rows` had no revenue. `changes`: how many rows changed after a close. `with_profit`: profit
    is measured.
    """

    total: RevenueFigures
    later: Decimal
    now_rows: int
    now_unknown_rows: int
    months: tuple[MonthRevenue, ...]
    clients: tuple[NamedRevenue, ...]
    products: tuple[NamedRevenue, ...]
    tiers: tuple[NamedRevenue, ...]
    currencies: tuple[CurrencyRevenue, ...]
    lacks: tuple[LackLine, ...]
    changes: int
    rates: tuple[RateLine, ...]
    rates_used: int
    with_profit: bool

    @property
    def later_unknown(self) -> int:
        """How many more of the live rows had no revenue."""
        return self.now_unknown_rows - self.total.unknown_rows

    @property
    def now(self) -> Decimal:
        return self.total.converted + self.later

    @property
    def known_now(self) -> Decimal | None:
        """None where there were live rows and not one of them had revenue (rules 5.4)."""
        return None if self.now_unknown_rows and not self.now_rows else self.now


def largest_named(lines: Iterable[NamedRevenue], limit: int, noun: str) -> tuple[NamedRevenue, ...]:
    """The largest by revenue; beyond the limit one line takes the rest, so that the column adds up."""
    ranked = sorted(lines, key=lambda line: (-line.figures.converted, line.name.casefold()))
    shown, rest = ranked[:limit], ranked[limit:]
    if len(rest) < 2:
        return tuple(ranked)
    figures = sum((line.figures for line in rest), NO_REVENUE)
    return (*shown, NamedRevenue(f"{len(rest):,} more {noun}", figures, len(rest)))


@dataclass(frozen=True)
class ImportedDrift:
    """The live rows at issue and now. Closing or reopening a quarter moves none of them (rules 7.2)."""

    section: ImportedSection
    now: RevenueFigures

    @property
    def difference(self) -> Decimal:
        return self.now.converted - self.section.now

    @property
    def more_unknown(self) -> int:
        """How many more rows have no revenue now than at issue."""
        return self.now.unknown_rows - self.section.now_unknown_rows

    @property
    def moved(self) -> bool:
        return bool(self.difference or self.more_unknown)
