"""What imported rows come to, by month, tier and currency (rules 1.3, 1.4, 5.4, 5.12).

A view of its own of the money: never added to contributions or to trailing revenue (rules 1.7).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import ClassVar, TypeVar

from kamtrak.lib.months import Month
from transactions.rules.outcomes import Lack

ZERO = Decimal(0)
K = TypeVar("K")
TIER_LABELS = {1: "as given", 2: "quantity × price", 3: "catalog price"}  # how revenue was found (rules 5.2)


@dataclass(frozen=True, slots=True)
class RevenueFigures:
    """What some transactions come to in the workspace currency: sums of rounded rows (rules 1.3).

    `rows` count; `unknown_rows` have no revenue yet, and are in no sum of it. Of the rows that count,
    `provisional_rows` have a rate that waits for its day, `earlier_rows` a price, rate or mapping that has
    changed since. `profit` is of all rows, with revenue or without, but `profit_unknown` (rules 5.8).
    """

    earlier_said: ClassVar[str] = "earlier figure"  # how a total names its earlier rows

    rows: int = 0
    converted: Decimal = ZERO
    provisional_rows: int = 0
    unknown_rows: int = 0
    earlier_rows: int = 0
    profit: Decimal = ZERO
    profit_unknown: int = 0

    def __add__(self, other: "RevenueFigures") -> "RevenueFigures":
        return RevenueFigures(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

    @property
    def known(self) -> Decimal | None:
        """The sum; None where there are rows and not one of them has revenue yet (rules 5.4)."""
        return None if self.unknown_rows and not self.rows else self.converted

    @property
    def known_profit(self) -> Decimal | None:
        """The profit of the rows that it is known of; None where that is not one of them."""
        shown = self.rows + self.unknown_rows
        return None if shown and shown == self.profit_unknown else self.profit


_NAMES = tuple(field.name for field in fields(RevenueFigures))
NO_REVENUE = RevenueFigures()


@dataclass(frozen=True, slots=True)
class RevenueLine:
    """The rows of one month, tier and currency that count, or that lack the same; `revenue` in `currency`."""

    month: Month
    tier: int
    currency: str
    lack: Lack
    revenue: Decimal
    figures: RevenueFigures


def figures_of(lines: Iterable[RevenueLine]) -> RevenueFigures:
    """All of it together, in the workspace currency."""
    return sum((line.figures for line in lines), NO_REVENUE)


def by_month(lines: Iterable[RevenueLine]) -> dict[Month, RevenueFigures]:
    return _by(lines, lambda line: line.month)


def by_tier(lines: Iterable[RevenueLine]) -> dict[int, RevenueFigures]:
    """The rows that count, by the tier that decided them (rules 5.2)."""
    return _by((line for line in lines if line.figures.rows), lambda line: line.tier)


def by_lack(lines: Iterable[RevenueLine]) -> dict[Lack, int]:
    """How many rows have no revenue yet, by what they wait for."""
    found = _by((line for line in lines if line.figures.unknown_rows), lambda line: line.lack)
    return {lack: figures.unknown_rows for lack, figures in found.items()}


@dataclass(frozen=True, slots=True)
class CurrencyRevenue:
    """The rows of one currency that count: `revenue` in it, `converted` in the workspace currency."""

    currency: str
    rows: int
    revenue: Decimal
    converted: Decimal


def by_currency(lines: Iterable[RevenueLine]) -> tuple[CurrencyRevenue, ...]:
    """One subtotal per currency of the rows that count, by code (rules 1.4)."""
    found: dict[str, CurrencyRevenue] = {}
    for line in lines:
        if line.figures.rows:
            was = found.get(line.currency, CurrencyRevenue(line.currency, 0, ZERO, ZERO))
            found[line.currency] = CurrencyRevenue(
                line.currency,
                was.rows + line.figures.rows,
                was.revenue + line.revenue,
                was.converted + line.figures.converted,
            )
    return tuple(found[code] for code in sorted(found))


def _by(lines: Iterable[RevenueLine], key: Callable[[RevenueLine], K]) -> dict[K, RevenueFigures]:
    found: dict[K, RevenueFigures] = {}
    for line in lines:
        found[key(line)] = found.get(key(line), NO_REVENUE) + line.figures
    return dict(sorted(found.items()))
