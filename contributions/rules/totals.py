"""Totals of a list: one subtotal per currency, one converted total per type (rules 1.3 to 1.5)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from contributions.rules.figures import RevenueType

NOTHING = Decimal(0)


@dataclass(frozen=True)
class CurrencySum:
    """The sum of rounded rows of one type in one currency."""

    type: RevenueType
    currency: str
    rows: int
    credited: Decimal
    converted: Decimal
    provisional: Decimal
    provisional_rows: int
    unknown_rows: int
    earlier_rows: int = 0


@dataclass(frozen=True)
class TypeTotal:
    """One type's total. Unknown rows are counted apart and are in no sum; they are never 0 (rules 6.6)."""

    type: RevenueType
    rows: int = 0
    converted: Decimal = NOTHING
    provisional: Decimal = NOTHING
    provisional_rows: int = 0
    unknown_rows: int = 0
    earlier_rows: int = 0
    currencies: dict[str, Decimal] = field(default_factory=dict)

    @property
    def known(self) -> Decimal | None:
        """The total; None where there are rows and not one of them has a rate."""
        return None if self.rows and self.rows == self.unknown_rows else self.converted


def type_totals(sums: Iterable[CurrencySum]) -> list[TypeTotal]:
    """The four types in their order, each with its subtotals per currency; empty ones too."""
    grouped: dict[RevenueType, list[CurrencySum]] = {kind: [] for kind in RevenueType}
    for entry in sums:
        grouped[entry.type].append(entry)
    return [_total(kind, entries) for kind, entries in grouped.items()]


def _total(kind: RevenueType, entries: list[CurrencySum]) -> TypeTotal:
    return TypeTotal(
        type=kind,
        rows=sum(e.rows for e in entries),
        converted=sum((e.converted for e in entries), NOTHING),
        provisional=sum((e.provisional for e in entries), NOTHING),
        provisional_rows=sum(e.provisional_rows for e in entries),
        unknown_rows=sum(e.unknown_rows for e in entries),
        earlier_rows=sum(e.earlier_rows for e in entries),
        currencies={e.currency: e.credited for e in entries},
    )
