"""Contracts in a review: as confirmed and current, and what lies between the two (rules 1.7, 4.10, 7.2).

Money is in the workspace currency, unless it is said to be in the contract's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Protocol

from contracts.rules import Confirmed, Current, difference
from contributions.rules.contract_months import Side
from reports.rules.rates import RateLine

ZERO = Decimal(0)


class Figure(Protocol):
    """One figure of one month, as a document keeps it. `frozen_rate`, of a current one, is the rate of the
    confirmation in force; `handed_over`: the month's other figure is somebody else's."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def rate(self) -> Decimal | None: ...
    @property
    def converted(self) -> Decimal | None: ...
    @property
    def frozen_rate(self) -> Decimal | None: ...
    @property
    def handed_over(self) -> bool: ...


@dataclass(frozen=True)
class Parts:
    """What lies between as confirmed and current of the months whose rates are both known: together they are
    the whole difference.

    `by_edit` at the frozen rate and `by_rate`, the rest (rules 4.10); `handed_over`: months whose other
    figure is somebody else's (rules 4.16).
    """

    by_edit: Decimal = ZERO
    by_rate: Decimal = ZERO
    handed_over: Decimal = ZERO

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Parts)))

    def __sub__(self, other: "Parts") -> "Parts":
        return Parts(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(Parts)))

    @property
    def whole(self) -> Decimal:
        return self.by_edit + self.by_rate + self.handed_over


NO_PARTS = Parts()


def parts_of(confirmed: Figure | None, current: Figure | None, target: str) -> Parts | None:
    """What lies between the two figures of a month; a side that the month does not have is 0. None while a
    rate of either is missing.

    GBP 100 confirmed at 1.3314, current 90 at 1.3399 → −13.31 by edit, +0.76 by rate.
    """
    sides = [side for side in (confirmed, current) if side is not None]
    if any(side.handed_over for side in sides):
        was, now = _converted(confirmed), _converted(current)
        return None if was is None or now is None else Parts(handed_over=now - was)
    between = difference(
        Confirmed(confirmed.amount, confirmed.rate) if confirmed else None,
        Current(current.amount, current.rate) if current else None,
        frozen_rate=current.frozen_rate if current else None,
        target=target,
    )
    if between.by_edit is None or between.by_rate is None:
        return None
    return Parts(between.by_edit, between.by_rate)


def _converted(side: Figure | None) -> Decimal | None:
    """0 of a side that the month does not have."""
    return ZERO if side is None else side.converted


@dataclass(frozen=True)
class ContractSums:
    """The counted months of one contract, or of all: sums of rounded months (rules 1.3).

    `lost` is the part of `confirmed` that cancellations took. Months without a rate are in no sum and are
    counted in `…_unknown`; `provisional` counts current months whose day has not come. `parts` are those of
    the `compared` months, whose rates are both known; `not_compared` lack one. `later_…` is what changed
    after closes.
    """

    confirmed: Decimal = ZERO
    current: Decimal = ZERO
    parts: Parts = NO_PARTS
    lost: Decimal = ZERO
    confirmed_months: int = 0
    current_months: int = 0
    confirmed_unknown: int = 0
    current_unknown: int = 0
    provisional: int = 0
    later_confirmed: Decimal = ZERO
    later_current: Decimal = ZERO
    compared: int = 0
    not_compared: int = 0

    def __add__(self, other: "ContractSums") -> "ContractSums":
        return ContractSums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(ContractSums)))

    def __sub__(self, other: "ContractSums") -> "ContractSums":
        return ContractSums(*(getattr(self, f.name) - getattr(other, f.name) for f in fields(ContractSums)))

    @property
    def known_confirmed(self) -> Decimal | None:
        """None where there are months and not one of them has a rate (rules 6.6)."""
        return _known(self.confirmed, self.confirmed_months, self.confirmed_unknown)

    @property
    def known_current(self) -> Decimal | None:
        return _known(self.current, self.current_months, self.current_unknown)

    @property
    def difference(self) -> Decimal | None:
        """Of the months whose rates are both known; None where a rate is missing in every month."""
        return None if self.not_compared and not self.compared else self.parts.whole

    @property
    def months(self) -> int:
        """Figures of months that count; 0 of a contract that came after the close."""
        return self.confirmed_months + self.current_months


@dataclass(frozen=True)
class MonthCount:
    """How many months one side has, and how many of them are without a rate."""

    months: int
    unknown: int


@dataclass(frozen=True)
class SideLine:
    """One of the two figures with what changed after closes: `sum` is what its counted months with a rate
    come to, `counted` says how many there are, `at_issue` how many live ones there were."""

    side: Side
    sum: Decimal
    later: Decimal
    counted: MonthCount
    at_issue: MonthCount

    @property
    def printed(self) -> Decimal | None:
        """None while it is unknown."""
        return _known(self.sum, self.counted.months, self.counted.unknown)

    @property
    def live(self) -> Decimal | None:
        """What the live months came to at issue; None while that was unknown."""
        return _known(self.sum + self.later, self.at_issue.months, self.at_issue.unknown)

    @property
    def later_unknown(self) -> int:
        """How many more of the live months had no rate."""
        return self.at_issue.unknown - self.counted.unknown


def _known(value: Decimal, months: int, unknown: int) -> Decimal | None:
    return None if months and months == unknown else value


NO_SUMS = ContractSums()


@dataclass(frozen=True)
class ContractLine:
    """One contract with its months of the period. `confirmed` and `current` are in its own currency.

    `confirmed_on`: the first of the confirmations behind these months, `rate` with its day its frozen one;
    with several, `last_rate_day` is another day. `edited_on`: when the current schedule was saved, None if
    it is the confirmed one.
    """

    number: str
    name: str
    client: str
    currency: str
    confirmed: Decimal
    current: Decimal
    sums: ContractSums
    confirmed_on: date | None
    rate: Decimal | None
    rate_day: date | None
    last_rate_day: date | None
    edited_on: date | None
    edited_by: str

    @property
    def difference(self) -> Decimal:
        """In the contract's currency."""
        return self.current - self.confirmed


@dataclass(frozen=True)
class CurrencyLine:
    """The contracts of one currency, in that currency (rules 1.4)."""

    currency: str
    confirmed: Decimal
    current: Decimal

    @property
    def difference(self) -> Decimal:
        return self.current - self.confirmed


@dataclass(frozen=True)
class ContractSection:
    """Every figure of contracts that a review prints: a second view of the same money as its contributions,
    never added to them (rules 1.7). `lines` are the largest, `contracts` how many there are: those with a
    month that counts. `live`: the months of both sides at issue."""

    sums: ContractSums
    currencies: tuple[CurrencyLine, ...]
    lines: tuple[ContractLine, ...]
    contracts: int
    changes: int
    rates: tuple[RateLine, ...]
    rates_used: int
    live: tuple[MonthCount, ...] = ()  # documents issued before this was kept have none

    @property
    def sides(self) -> tuple[SideLine, SideLine]:
        """Both figures with what changed after closes."""
        sums = self.sums
        confirmed = MonthCount(sums.confirmed_months, sums.confirmed_unknown)
        current = MonthCount(sums.current_months, sums.current_unknown)
        live_confirmed, live_current = self.live or (confirmed, current)
        return (
            SideLine(Side.CONFIRMED, sums.confirmed, sums.later_confirmed, confirmed, live_confirmed),
            SideLine(Side.CURRENT, sums.current, sums.later_current, current, live_current),
        )

    @property
    def others(self) -> int:
        """Contracts that only the embedded file lists."""
        return self.contracts - len(self.lines)

    @property
    def others_sums(self) -> ContractSums:
        """What those come to: the totals less the printed lines."""
        return self.sums - sum((line.sums for line in self.lines), NO_SUMS)


def currency_lines(lines: Iterable[ContractLine]) -> tuple[CurrencyLine, ...]:
    """One subtotal per currency, by code."""
    found: dict[str, CurrencyLine] = {}
    for line in lines:
        was = found.get(line.currency, CurrencyLine(line.currency, ZERO, ZERO))
        found[line.currency] = CurrencyLine(
            line.currency, was.confirmed + line.confirmed, was.current + line.current
        )
    return tuple(found[code] for code in sorted(found))


def largest(lines: Iterable[ContractLine], limit: int) -> tuple[ContractLine, ...]:
    """The contracts with the largest figures, by number (rules 7.3)."""

    def size(line: ContractLine) -> Decimal:
        return max(abs(line.sums.confirmed), abs(line.sums.current))

    ranked = sorted(lines, key=lambda line: (-size(line), line.number))
    return tuple(sorted(ranked[:limit], key=lambda line: line.number))
