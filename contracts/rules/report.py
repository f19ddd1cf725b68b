"""The revenue report: the current schedules of one month beside what was confirmed (rules 4.10, 4.18)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from contracts.rules.variance import Confirmed, Current, Difference, converted_month, difference, known

ZERO = Decimal(0)


@dataclass(frozen=True)
class MonthPair:
    """One contract's month on both sides, in its currency; None on the side that does not have it.

    `expected`: the current side lies in a term not confirmed yet, so it is in no difference. `frozen_rate`
    is that of the confirmation in force, also where the confirmed side is missing.
    """

    current: Decimal | None
    current_rate: Decimal | None
    expected: bool
    confirmed: Decimal | None
    frozen_rate: Decimal | None

    def current_converted(self, target: str) -> Decimal | None:
        return None if self.current is None else converted_month(self.current, self.current_rate, target)

    def confirmed_converted(self, target: str) -> Decimal | None:
        return None if self.confirmed is None else converted_month(self.confirmed, self.frozen_rate, target)

    def difference(self, target: str) -> Difference:
        """Current less confirmed, by edit and by rate."""
        was = None if self.confirmed is None else Confirmed(self.confirmed, self.frozen_rate)
        counted = self.current if not self.expected else None
        now = None if counted is None else Current(counted, self.current_rate)
        return difference(was, now, frozen_rate=self.frozen_rate, target=target)


@dataclass(frozen=True, kw_only=True)
class ReportSums:
    """What the contracts of a month come to, in the workspace currency; sums of rounded rows (rules 1.3).

    `expected` stands apart. `…unknown` count contracts without a rate that is needed: they are in no figure,
    and of the difference those that lack either rate. `changed` contracts differ from what was confirmed.
    """

    contracts: int = 0
    changed: int = 0
    handed: int = 0
    current_converted: Decimal = ZERO
    confirmed_converted: Decimal = ZERO
    expected_converted: Decimal = ZERO
    provisional: Decimal = ZERO
    by_edit: Decimal = ZERO
    by_rate: Decimal = ZERO
    handed_over: Decimal = ZERO
    current_unknown: int = 0
    confirmed_unknown: int = 0
    expected_unknown: int = 0
    difference_unknown: int = 0

    @property
    def known_current(self) -> Decimal | None:
        return known(self.current_converted, self.current_unknown)

    @property
    def known_confirmed(self) -> Decimal | None:
        return known(self.confirmed_converted, self.confirmed_unknown)

    @property
    def difference_converted(self) -> Decimal | None:
        """By edit + by rate + handed over, always; None where not one contract has both rates (rules 6.6)."""
        if self.difference_unknown and self.difference_unknown == self.contracts:
            return None
        return self.by_edit + self.by_rate + self.handed_over


@dataclass(frozen=True, kw_only=True)
class CurrencySums(ReportSums):
    """The contracts of one currency: also what they come to in it."""

    currency: str
    current: Decimal
    confirmed: Decimal
    expected: Decimal

    @property
    def difference(self) -> Decimal:
        return self.current - self.confirmed


def over_currencies(lines: Iterable[CurrencySums]) -> ReportSums:
    """All currencies together: only converted figures are added (rules 1.4)."""
    listed = list(lines)
    columns: list[tuple[str, Any]] = [(field.name, field.default) for field in fields(ReportSums)]
    return ReportSums(
        **{name: sum((getattr(line, name) for line in listed), start) for name, start in columns}
    )
