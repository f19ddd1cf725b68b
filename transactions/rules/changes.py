"""What a re-derivation would change in figures that stand already, and whether it has to ask (rules 5.12)."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

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
    tax_price: int | None = None  # the catalog percentage of the tax
    rate: Decimal | None = None
    rate_day: date | None = None
    provisional: bool = False
    price: int | None = None  # the catalog value of the revenue
    profit: Decimal | None = None
    profit_lack: Lack = Lack.NONE
    profit_rate: Decimal | None = None  # of the profit's own amount
    profit_provisional: bool = False
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
        tax_price=_id(derived.tax_price),
        rate=rate and rate.rate,
        rate_day=rate and rate.day,
        provisional=rate is not None and rate.provisional,
        price=_id(derived.price),
        profit=derived.profit,
        profit_lack=derived.profit_lack,
        profit_rate=profit_rate and profit_rate.rate,
        profit_provisional=profit_rate is not None and profit_rate.provisional,
        profit_price=_id(derived.profit_price),
    )


def _id(value: Value | None) -> int | None:
    return None if value is None else value.id


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
    if _shown(before) == _shown(after):
        return Move.NONE
    if _lost(before.converted, after.converted, after.lack) or _lost(
        before.profit, after.profit, after.profit_lack
    ):
        return Move.LOSES
    if not (_revenue_stays(before, after) and _profit_stays(before, after)):
        return Move.MOVES
    profit_fills = before.profit is None and _profit(before) != _profit(after)
    return Move.FILLS if before.lack is not Lack.NONE or profit_fills else Move.SETTLES


def _lost(before: Decimal | None, after: Decimal | None, lack: Lack) -> bool:
    return before is not None and after is None and lack is not Lack.NONE


def _revenue_stays(before: Figures, after: Figures) -> bool:
    """Whether the revenue was unknown, or differs in nothing but a rate that was provisional."""
    if before.lack is not Lack.NONE or _revenue(before) == _revenue(after):
        return True
    return before.provisional and _unconverted(before) == _unconverted(after)


def _profit_stays(before: Figures, after: Figures) -> bool:
    """Whether there was no profit, or it differs by nothing but a rate that was provisional."""
    if before.profit is None or _profit(before) == _profit(after):
        return True
    waited = before.provisional or before.profit_provisional
    return waited and before.profit_price == after.profit_price and after.profit is not None


def _unconverted(of: Figures) -> tuple[object, ...]:
    return (of.status, of.lack, of.tier, of.quantity, of.currency, of.revenue, of.tax, of.price)


def _revenue(of: Figures) -> tuple[object, ...]:
    """What is told of a revenue; a price or rate that was recorded again alike is the same one."""
    figures = (of.status, of.lack, of.tier, of.quantity, of.currency, of.revenue, of.converted, of.tax)
    return (*figures, of.rate, of.rate_day, of.provisional)


def _profit(of: Figures) -> tuple[object, ...]:
    return (of.profit, of.profit_lack, of.profit_rate, of.profit_provisional)


def _shown(of: Figures) -> tuple[object, ...]:
    return (*_revenue(of), *_profit(of))


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

    @property
    def difference(self) -> Decimal:
        return self.after - self.before

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
