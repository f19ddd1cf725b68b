"""The difference between what was confirmed and what is current, and its two causes (rules 4.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kamtrak.lib.money import convert

ZERO = Decimal(0)


@dataclass(frozen=True)
class Confirmed:
    """One frozen month: its amount in the contract's currency, and the frozen rate; None: not on file yet."""

    amount: Decimal
    rate: Decimal | None


@dataclass(frozen=True)
class Current:
    """One month of the current schedule: its amount, and the rate of the month's last day; None: unknown."""

    amount: Decimal
    rate: Decimal | None


@dataclass(frozen=True)
class Difference:
    """Current less confirmed. `amount` in the contract's currency; `by_edit` (at the frozen rate) and
    `by_rate` (the rest) in the workspace currency, None while a rate that they need is missing."""

    amount: Decimal
    by_edit: Decimal | None
    by_rate: Decimal | None

    @property
    def converted(self) -> Decimal | None:
        """In the workspace currency: by edit + by rate, always."""
        if self.by_edit is None or self.by_rate is None:
            return None
        return self.by_edit + self.by_rate

    def __add__(self, other: "Difference") -> "Difference":
        return Difference(
            self.amount + other.amount,
            _sum(self.by_edit, other.by_edit),
            _sum(self.by_rate, other.by_rate),
        )


NO_DIFFERENCE = Difference(ZERO, ZERO, ZERO)


def converted_month(amount: Decimal, rate: Decimal | None, target: str) -> Decimal | None:
    """A month in the workspace currency, rounded once; None without a rate, never 0 (rules 6.6).

    A month that earns nothing needs no rate.
    """
    if rate is None:
        return None if amount else ZERO
    return convert(amount, rate, target)


def known(total: Decimal, unknown: int) -> Decimal | None:
    """A sum that lacks so many figures without a rate: None, never 0, if nothing is in it (rules 6.6)."""
    return None if unknown and not total else total


def difference(
    confirmed: Confirmed | None, current: Current | None, *, frozen_rate: Decimal | None, target: str
) -> Difference:
    """One month's difference; a month that only one side has is 0 on the other.

    `frozen_rate`: of the confirmation in force, also for a month that came in by a later edit.
    GBP 100 frozen at 1.3314, current 100 at 1.3399 → 0.00 by edit, +0.85 by rate.
    """
    was = confirmed.amount if confirmed else ZERO
    now = current.amount if current else ZERO
    rate = confirmed.rate if confirmed else frozen_rate
    before = converted_month(was, rate, target)
    at_frozen = converted_month(now, rate, target)
    after = converted_month(now, current.rate if current else rate, target)
    return Difference(now - was, _less(at_frozen, before), _less(after, at_frozen))


def total(differences: Iterable[Difference]) -> Difference:
    return sum(differences, NO_DIFFERENCE)


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other
