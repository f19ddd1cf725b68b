"""What a re-derivation would change in figures that stand already, and whether it has to ask (rules 5.12)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from transactions.rules.book import RateUse
from transactions.rules.catalog import Value
from transactions.rules.derivation import Derived
from transactions.rules.outcomes import Lack, Status

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a row as they are stored, or as they would be stored."""

    status: Status
    lack: Lack = Lack.NONE
    tier: int = 0
    quantity: Decimal | None = None
    currency: str = ""
    revenue: Decimal | None = None
    converted: Decimal | None = None
    tax: Decimal | None = None
    rate: Decimal | None = None
    rate_day: date | None = None
    provisional: bool = False  # of the rates of revenue or profit
    price: int | None = None  # the catalog value of the revenue
    profit: Decimal | None = None
    profit_lack: Lack = Lack.NONE
    profit_rate: Decimal | None = None
    profit_price: int | None = None  # the catalog value of the profit


def figures_of(derived: Derived) -> Figures:
    """What would be stored of a row without errors."""
    rate, profit_rate = derived.rate, derived.profit_rate
    return Figures(
        status=derived.status,
        lack=derived.lack,
        tier=derived.tier,
        quantity=derived.quantity,
        currency=derived.currency,
        revenue=derived.revenue,
        converted=derived.converted,
        tax=derived.tax,
        rate=rate and rate.rate,
        rate_day=rate and rate.day,
        provisional=_waits(rate) or _waits(profit_rate),
        price=_id(derived.price),
        profit=derived.profit,
        profit_lack=derived.profit_lack,
        profit_rate=profit_rate and profit_rate.rate,
        profit_price=_id(derived.profit_price),
    )


def _id(value: Value | None) -> int | None:
    return None if value is None else value.id


def _waits(rate: RateUse | None) -> bool:
    return rate is not None and rate.provisional


class Move(StrEnum):
    """How a row's figures would change."""

    NONE = "none"
    FILLS = "fills"  # what was unknown becomes known, and no known figure changes
    SETTLES = "settles"  # a provisional rate reached its day, and nothing else changes (rules 6.5)
    MOVES = "moves"
    LOSES = "loses"  # a known figure becomes unknown

    @property
    def asks(self) -> bool:
        """Whether rows stay as they are until somebody accepts it: they never move silently (rules 5.12)."""
        return self in (Move.MOVES, Move.LOSES)


def move_between(before: Figures, after: Figures) -> Move:
    """How the figures of one row would change."""
    if before == after:
        return Move.NONE
    pairs = (
        (before.converted, after.converted, before.lack, after.lack),
        (before.profit, after.profit, before.profit_lack, after.profit_lack),
    )
    if any(was is not None and now is None and lacks is not Lack.NONE for was, now, _, lacks in pairs):
        return Move.LOSES
    if _settles(before, after):
        return Move.SETTLES
    if _fills(before, after):
        return Move.FILLS
    return Move.MOVES if _shown(before) != _shown(after) else Move.NONE


def _settles(before: Figures, after: Figures) -> bool:
    """Only the rate and what it converted differ, and the rate was provisional."""
    if not before.provisional:
        return False
    return _unconverted(before) == _unconverted(after)


def _unconverted(of: Figures) -> tuple[object, ...]:
    figures = (of.status, of.lack, of.tier, of.quantity, of.currency, of.revenue, of.tax, of.price)
    return (*figures, of.profit_lack, of.profit_price)


def _fills(before: Figures, after: Figures) -> bool:
    """Something unknown becomes known, or lacks something else now; what was known stays."""
    if before.lack is Lack.NONE and before.profit_lack is Lack.NONE:
        return False
    revenue_stays = before.lack is not Lack.NONE or _revenue(before) == _revenue(after)
    profit_stays = before.profit_lack is not Lack.NONE or before.profit == after.profit
    return revenue_stays and profit_stays


def _revenue(of: Figures) -> tuple[object, ...]:
    return (of.status, of.tier, of.quantity, of.currency, of.revenue, of.converted, of.tax, of.rate)


def _shown(of: Figures) -> tuple[object, ...]:
    """What a list, a total or "Why this number?" tells of a row; a rate recorded again is the same rate."""
    return (*_revenue(of), of.lack, of.rate_day, of.provisional, of.profit, of.profit_lack, of.profit_rate)


@dataclass(slots=True)
class Shift:
    """A total before and after: before + moved + gained − lost = after, always.

    Unknown rows are in no sum; they are counted (rules 5.4).
    """

    before: Decimal = ZERO
    after: Decimal = ZERO
    moved: Decimal = ZERO
    gained: Decimal = ZERO
    lost: Decimal = ZERO
    unknown_before: int = 0
    unknown_after: int = 0

    def add(self, was: Decimal | None, now: Decimal | None) -> None:
        if was is not None:
            self.before += was
        if now is not None:
            self.after += now
        if was is not None and now is not None:
            self.moved += now - was
        elif now is not None:
            self.gained += now
        elif was is not None:
            self.lost += was


@dataclass(slots=True)
class Preview:
    """What a re-derivation comes to, before anybody accepts it; in the workspace currency."""

    rows: int = 0
    moves: dict[Move, int] = field(default_factory=lambda: dict.fromkeys(Move, 0))
    revenue: Shift = field(default_factory=Shift)
    profit: Shift = field(default_factory=Shift)

    def add(self, before: Figures, after: Figures) -> Move:
        """Counts one row; its move is returned."""
        move = move_between(before, after)
        self.rows += 1
        self.moves[move] += 1
        self.revenue.add(before.converted, after.converted)
        self.revenue.unknown_before += before.lack is not Lack.NONE
        self.revenue.unknown_after += after.lack is not Lack.NONE
        self.profit.add(before.profit, after.profit)
        self.profit.unknown_before += before.profit_lack is not Lack.NONE
        self.profit.unknown_after += after.profit_lack is not Lack.NONE
        return move

    @property
    def asking(self) -> int:
        """Rows that wait for a decision."""
        return sum(count for move, count in self.moves.items() if move.asks)
