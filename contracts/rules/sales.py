"""What the sales dashboard counts: months as they were confirmed, or of the schedules as they are now
(rules 4.10, 4.11, 4.13, 4.14)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum

from contracts.rules.variance import known
from kamtrak.lib.months import FiscalCalendar, Month, Period, Quarter

QUARTERS_BACK, QUARTERS_AHEAD = 4, 8  # of the running quarter: at least 12 months back and 24 ahead
AT_ONCE = 1_000  # so many months are added up while a page is made; the sums of more arrive on their own
ZERO = Decimal(0)


class Basis(StrEnum):
    """Which of the two copies is shown; both are always kept."""

    CONFIRMED = "confirmed"
    CURRENT = "current"

    @property
    def label(self) -> str:
        return {"confirmed": "As confirmed", "current": "Current schedules"}[self.value]

    @property
    def kind(self) -> "Kind":
        """The months that its headline counts."""
        return Kind(self.value)

    @classmethod
    def of(cls, follows_current: bool) -> "Basis":
        """What a workspace has chosen; as confirmed unless it follows the current schedules (rules 4.11)."""
        return cls.CURRENT if follows_current else cls.CONFIRMED


class Kind(StrEnum):
    """What a list of months shows: the parts of a figure of the sales dashboard (rules 4.13, 4.14)."""

    CONFIRMED = "confirmed"
    STILL = "still"
    LOST = "lost"
    EXPECTED = "expected"
    CURRENT = "current"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]

    @property
    def is_frozen(self) -> bool:
        """Whether its months are confirmed ones, at their frozen rate; else current ones."""
        return self.basis is Basis.CONFIRMED and self is not Kind.EXPECTED

    @property
    def basis(self) -> Basis:
        return Basis.CURRENT if self is Kind.CURRENT else Basis.CONFIRMED


KIND_LABELS = {
    Kind.CONFIRMED: "As confirmed",
    Kind.STILL: "Still expected of it",
    Kind.LOST: "Lost by cancellation",
    Kind.EXPECTED: "Expected, not confirmed yet",
    Kind.CURRENT: "Current schedules",
}


@dataclass(frozen=True)
class Trailing:
    """Trailing revenue of some months, in the workspace currency; sums of rounded months (rules 1.3).

    `total`: as confirmed, which includes what cancellations took (`lost`); or of the current schedules, in
    which nothing is lost and `provisional` waits for its day. `expected`: of terms that are not confirmed
    yet; it stands beside the total and is never in it. `…unknown` count months that no rate reaches and that
    are in no sum.
    """

    total: Decimal = ZERO
    lost: Decimal = ZERO
    provisional: Decimal = ZERO
    rows: int = 0
    unknown: int = 0
    expected: Decimal = ZERO
    expected_provisional: Decimal = ZERO
    expected_rows: int = 0
    expected_unknown: int = 0

    def rows_of(self, kind: Kind) -> int:
        """At most so many months are of this kind."""
        return self.expected_rows if kind is Kind.EXPECTED else self.rows

    @property
    def still(self) -> Decimal:
        """What is still expected of it: confirmed = still expected + lost (rules 4.14)."""
        return self.total - self.lost

    @property
    def known_total(self) -> Decimal | None:
        """None where no rate reaches a single month of it: unknown is never 0 (rules 6.6)."""
        return known(self.total, self.unknown)

    @property
    def known_still(self) -> Decimal | None:
        """None with the total that it is a part of."""
        return None if self.known_total is None else self.still

    @property
    def known_lost(self) -> Decimal | None:
        """None with the total that it is a part of."""
        return None if self.known_total is None else self.lost

    @property
    def known_expected(self) -> Decimal | None:
        return known(self.expected, self.expected_unknown)

    def __add__(self, other: "Trailing") -> "Trailing":
        return Trailing(*(getattr(self, name) + getattr(other, name) for name in NAMES))


NAMES = tuple(field.name for field in fields(Trailing))  # astuple copies every value, at ten times the cost
NOTHING = Trailing()


def window_of(
    period: Period,
    calendar: FiscalCalendar,
    today: date,
    *,
    back: int = QUARTERS_BACK,
    ahead: int = QUARTERS_AHEAD,
) -> tuple[Quarter, ...]:
    """The quarters that a chart shows: around the running one, or around a period that lies outside."""
    running = calendar.quarter_of(today)
    first, last = running - back, running + ahead
    outside = bool(period.quarters) and (period.quarters[0] < first or period.quarters[-1] > last)
    start = period.quarters[0] - back if outside else first
    return tuple(start + n for n in range(back + 1 + ahead))


def sum_of(months: Mapping[Month, Trailing], quarter: Quarter) -> Trailing:
    """One quarter; months that earn nothing need not be there."""
    return sum((months.get(month, NOTHING) for month in quarter.months), NOTHING)


def forecast_of(months: Mapping[Month, Trailing], period: Period, running: Month) -> Trailing:
    """The part of a period that lies after the running month."""
    return sum_over({month: figures for month, figures in months.items() if month > running}, period)


def sum_over(months: Mapping[Month, Trailing], period: Period) -> Trailing:
    """All months of a period."""
    return sum((figures for month, figures in months.items() if month.first in period), NOTHING)
