"""Months of contracts as a close or a document keeps them: two figures of each, and why one differs later
(rules 2.4, 4.10)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from kamtrak.lib.months import Month

NOTHING = Decimal(0)


class Side(StrEnum):
    """Which of a month's two figures (rules 4.9, 4.10). They are never added."""

    CONFIRMED = "confirmed"
    CURRENT = "current"

    @property
    def label(self) -> str:
        return {"confirmed": "As confirmed", "current": "Current"}[self.value]


@dataclass(frozen=True)
class MonthFigures:
    """What some months of one side come to, in the workspace currency: sums of rounded months (rules 1.3).

    `lost` is the part of `converted` that cancellations took; months without a rate are in no sum.
    """

    months: int = 0
    converted: Decimal = NOTHING
    lost: Decimal = NOTHING
    provisional: Decimal = NOTHING
    unknown: int = 0

    def __add__(self, other: "MonthFigures") -> "MonthFigures":
        return MonthFigures(
            self.months + other.months,
            self.converted + other.converted,
            self.lost + other.lost,
            self.provisional + other.provisional,
            self.unknown + other.unknown,
        )

    @property
    def known(self) -> Decimal | None:
        """None where there are months and not one of them has a rate (rules 6.6)."""
        return None if self.months and self.months == self.unknown else self.converted


NO_MONTHS = MonthFigures()


@dataclass(frozen=True)
class SideCell:
    """One side in one quarter: the live months, and the copy if the quarter is closed."""

    side: Side
    now: MonthFigures = NO_MONTHS
    closed: MonthFigures | None = None

    @property
    def stands(self) -> MonthFigures:
        """What the quarter stands at: as closed, or live while it is open."""
        return self.now if self.closed is None else self.closed

    @property
    def later(self) -> Decimal:
        """What changed after the close: as closed + later changes = now, always (rules 2.4)."""
        return self.now.converted - self.stands.converted

    @property
    def later_unknown(self) -> int:
        """How many more months have no rate now than in what stands."""
        return self.now.unknown - self.stands.unknown

    @property
    def has_moved(self) -> bool:
        """Whether the live months come to something else than what stands: in sum, in number, in unknowns."""
        return bool(self.later or self.later_unknown or self.now.months != self.stands.months)


# ------------------------------------------------------------------ why a month differs from its copy


@dataclass(frozen=True)
class ContractNow:
    """What has become of a contract: where the reasons of later changes stand."""

    added_at: datetime
    void_reason: str
    cancelled_on: date | None
    cancel_reason: str
    version: int
    version_entered_at: datetime
    version_reason: str

    @property
    def edit(self) -> str:
        """The last change of its schedule, in a few words."""
        return f"edited {self.version_entered_at:%-d %b %Y}: {self.version_reason}"


def why_gone(side: Side, month: Month, *, version: int, to: str, now: ContractNow) -> str:
    """Why a copied month is not counted here any more. `to`: whose it is now, "" if nobody's."""
    if now.void_reason:
        return f"voided: {now.void_reason}"
    if to:
        return f"handed over to {to}"
    if now.cancelled_on is not None and month > Month.of(now.cancelled_on):
        return f"cancelled on {now.cancelled_on:%-d %b %Y}: {now.cancel_reason}"
    return now.edit if side is Side.CURRENT and now.version > version else "no longer in the schedule"


def why_changed(*, edited: bool, was_unknown: bool, was_provisional: bool, now: ContractNow) -> str:
    """Why a month has another figure than its copy."""
    if edited:
        return now.edit
    if was_unknown:
        return "rate supplied"
    return "rate settled" if was_provisional else "rate changed"


def why_added(
    side: Side, *, closed_at: datetime, confirmed_at: datetime | None, of: str, now: ContractNow
) -> str:
    """Why a month counts here that was not copied. `confirmed_at`: when a confirmed one was entered; `of`:
    whose it was at the close, "" if nobody's."""
    if now.added_at > closed_at:
        return "contract added after the close"
    if of:
        return f"handed over from {of}"
    if confirmed_at is not None and confirmed_at > closed_at:
        return "term confirmed after the close"
    if side is Side.CURRENT and now.version > 1 and now.version_entered_at > closed_at:
        return now.edit
    return "void or cancellation taken back"
