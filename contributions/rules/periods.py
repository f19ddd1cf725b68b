"""Closed and live figures of a period: closed + later changes = now, always (rules 2.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from contributions.rules.figures import RevenueType
from contributions.rules.totals import NOTHING
from kamtrak.lib.months import Period, Quarter


@dataclass(frozen=True)
class Sum:
    """The sum of some counted rows in the workspace currency, with what is provisional or left out."""

    rows: int = 0
    converted: Decimal = NOTHING
    provisional: Decimal = NOTHING
    provisional_rows: int = 0
    unknown_rows: int = 0
    earlier_rows: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.rows + other.rows,
            self.converted + other.converted,
            self.provisional + other.provisional,
            self.provisional_rows + other.provisional_rows,
            self.unknown_rows + other.unknown_rows,
            self.earlier_rows + other.earlier_rows,
        )

    @property
    def known(self) -> Decimal | None:
        """The figure; None where there are rows and not one of them has a rate (rules 6.6)."""
        return None if self.rows and self.rows == self.unknown_rows else self.converted


EMPTY = Sum()


class Summed(Protocol):
    """What says the same of some rows as a Sum: a line of a list, or of a document."""

    @property
    def rows(self) -> int: ...
    @property
    def converted(self) -> Decimal: ...
    @property
    def provisional(self) -> Decimal: ...
    @property
    def provisional_rows(self) -> int: ...
    @property
    def unknown_rows(self) -> int: ...
    @property
    def earlier_rows(self) -> int: ...


def touched(totals: Iterable[Summed]) -> Sum:
    """All four types together: "value touched", never a revenue figure (rules 1.5)."""
    parts = (
        Sum(t.rows, t.converted, t.provisional, t.provisional_rows, t.unknown_rows, t.earlier_rows)
        for t in totals
    )
    return sum(parts, EMPTY)


@dataclass(frozen=True)
class Cell:
    """One type in one quarter: the live rows, and the copy if the quarter is closed."""

    live: Sum = EMPTY
    closed: Sum | None = None

    @property
    def stands(self) -> Sum:
        """What the quarter stands at: as closed, or live while it is open."""
        return self.live if self.closed is None else self.closed


@dataclass(frozen=True)
class PeriodTotal:
    """One type over a period. `stands` is the headline: closed figures plus live ones of open quarters.

    `closed` is the closed part of the headline: what is provisional in it stays so and waits for nothing.
    """

    type: RevenueType
    stands: Sum
    now: Sum
    closed: Sum = EMPTY

    @property
    def later(self) -> Decimal:
        """What changed after closes, between the headline and now."""
        return self.now.converted - self.stands.converted

    @property
    def later_unknown(self) -> int:
        """How many more rows have no rate now than in the headline."""
        return self.now.unknown_rows - self.stands.unknown_rows

    @property
    def has_moved(self) -> bool:
        """Whether the live rows come to something else than the headline: in sum, in number, in unknowns."""
        return bool(self.later or self.later_unknown or self.now.rows != self.stands.rows)

    @property
    def waiting(self) -> Decimal:
        """What of the headline settles by itself: provisional rows of open quarters (rules 6.5)."""
        return self.stands.provisional - self.closed.provisional

    @property
    def waiting_rows(self) -> int:
        return self.stands.provisional_rows - self.closed.provisional_rows


Cube = Mapping[tuple[Quarter, RevenueType], Cell]


def period_totals(cube: Cube, quarters: Iterable[Quarter]) -> list[PeriodTotal]:
    """The four types over these quarters, in their order."""
    wanted = list(quarters)
    return [
        PeriodTotal(
            kind,
            sum((cube[q, kind].stands for q in wanted if (q, kind) in cube), EMPTY),
            sum((cube[q, kind].live for q in wanted if (q, kind) in cube), EMPTY),
            sum((cube[q, kind].closed or EMPTY for q in wanted if (q, kind) in cube), EMPTY),
        )
        for kind in RevenueType
    ]


def period_state(period: Period, today: date, closed: int) -> str:
    """ "1 July – 30 September 2026 · open, 8 days left"; `closed` is how many of its quarters are closed."""
    if period.start is None or period.end is None:
        return period.dates
    span = period.dates
    if closed == len(period.quarters):
        return f"{span} · closed"
    if today >= period.end:
        return f"{span} · ended, open"
    left = (period.end - today).days
    return f"{span} · open, {left} {'day' if left == 1 else 'days'} left"
