"""Imported revenue as a close keeps it, and why a row differs later (rules 2.4)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from transactions.rules.revenue import NO_REVENUE, RevenueFigures


@dataclass(frozen=True)
class RevenueCell:
    """The imported rows of one quarter: the live ones, and the copy if the quarter is closed."""

    now: RevenueFigures = NO_REVENUE
    closed: RevenueFigures | None = None

    @property
    def stands(self) -> RevenueFigures:
        """What the quarter stands at: as closed, or live while it is open."""
        return self.now if self.closed is None else self.closed

    @property
    def later(self) -> Decimal:
        """What changed after the close: as closed + later changes = now, always (rules 2.4)."""
        return self.now.converted - self.stands.converted

    @property
    def later_unknown(self) -> int:
        """How many more rows have no revenue now than in what stands."""
        return self.now.unknown_rows - self.stands.unknown_rows

    @property
    def has_moved(self) -> bool:
        """Whether the live rows come to something else than what stands: in sum, in number, in unknowns."""
        return bool(self.later or self.later_unknown or self.now.rows != self.stands.rows)


NO_CELL = RevenueCell()


class Why(StrEnum):
    """Why an imported row differs from its copy, as pages and documents say it. Told by the database, since a
    close may differ in a hundred thousand rows."""

    GONE = "no longer on record: its import was undone"
    REPLACED = "replaced by a later import"
    NOT_REVENUE = "not revenue any more"
    MOVED = "moved to another quarter"
    HANDED_OVER = "of another owner now"
    TAKEN_OVER = "of another owner when closed"
    IMPORTED = "imported after the close"
    COUNTED = "dated into the quarter, or counted again, after the close"
    FOUND = "revenue found after the close"
    LOST = "unknown now"
    EDITED = "edited by hand"
    UPDATED = "changed by a later import"
    DERIVED = "derived again with another price or currency"
    SETTLED = "rate settled"
    RATE = "rate supplied or changed"
