"""What people put right after they had logged it: amounts, days, shares, entries made twice or too late."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from contributions.rules import RevenueType
from contributions.services.contributions import WHOLE_DEAL, Entry
from kamtrak.demo.amounts import tidied
from kamtrak.demo.houses import House, first_day
from kamtrak.demo.plan import Closed, Edited, Event, Logged, Reopened, Voided
from kamtrak.demo.wording import month_name
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Quarter

_WITHDRAWN = (
    "The client withdrew before signature.",
    "Their controller did not confirm the figure.",
    "Already part of the frame agreement logged last year.",
    "Counted by the colleague who closed it, as agreed with both managers.",
)
_AFTER_CLOSE = (
    "Final invoice came to {amount}, after the quarter had been closed",
    "Order reduced by the client to {amount} after the close",
    "Credit note deducted: {amount} remain",
)


@dataclass
class Desk:
    """The entries that can still be put right, and what was put right so far."""

    house: House
    logged: dict[int, Logged]
    closes: list[Closed]
    today: date
    rng: Random
    events: list[Event] = field(default_factory=list)
    untouched: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.untouched = set(self.logged)

    def take(self, count: int, fits: Callable[[Logged], bool]) -> list[Logged]:
        """Up to `count` entries that fit and that nobody has put right yet."""
        fitting = [row for key, row in sorted(self.logged.items()) if key in self.untouched and fits(row)]
        taken = self.rng.sample(fitting, min(count, len(fitting)))
        self.untouched -= {row.key for row in taken}
        return taken

    def later(self, at: datetime, first: int, last: int) -> datetime:
        """Some working days later: from `first` to `last` days, always in the past."""
        moved = at + timedelta(days=self.rng.randint(first, last), minutes=self.rng.randint(5, 90))
        if moved.weekday() > 4:
            moved += timedelta(days=7 - moved.weekday())
        return moved

    def add(self, event: Event) -> None:
        """Keep what lies in the past; the rest has not happened yet."""
        if event.at.date() < self.today:
            self.events.append(event)

    def edit(self, row: Logged, at: datetime, reason: str, **changed: object) -> None:
        self.add(Edited(at, row.key, row.owner, replace(row.entry, **changed), reason))  # type: ignore[arg-type]

    def void(self, row: Logged, at: datetime, reason: str) -> None:
        self.add(Voided(at, row.key, row.owner, reason))


def put_right(house: House, rows: Iterable[Logged], closes: list[Closed], today: date) -> list[Event]:
    """All entries with everything that was put right about them, not yet in the order of time."""
    desk = Desk(house, {row.key: row for row in rows}, closes, today, Random(f"{house.slug} corrections"))
    _after_closes(desk)
    _reopened(desk)
    for quarter in house.quarters(today):
        _within(desk, quarter)
    _twice(desk)
    for row in desk.take(max(1, len(desk.logged) // 60), lambda _: True):
        desk.void(row, desk.later(row.at, 2, 6), desk.rng.choice(_WITHDRAWN))
    return [*desk.logged.values(), *closes, *desk.events]


def _after_closes(desk: Desk) -> None:
    """Corrections of quarters that were closed: they stand beside the closed figure (rules 2.4)."""
    for back, (edits, voids, late) in enumerate(((2, 1, 1), (1, 0, 0), (0, 1, 0), (1, 0, 1)), start=1):
        if back > len(desk.closes):
            return
        close = desk.closes[-back]
        for row in desk.take(edits, _of(close.quarter)):
            amount = _moved(row.entry, desk.rng)
            reason = desk.rng.choice(_AFTER_CLOSE).format(amount=_money(amount, row.entry.currency))
            desk.edit(row, desk.later(close.at, 3, 25), reason, amount=amount)
        for row in desk.take(voids, _of(close.quarter)):
            desk.void(row, desk.later(close.at, 5, 30), desk.rng.choice(_WITHDRAWN))
        for row in desk.take(late, _of(close.quarter)):
            desk.logged[row.key] = replace(row, at=desk.later(close.at, 4, 15))


def _reopened(desk: Desk) -> None:
    """One quarter was closed too early: reopened, put right, closed again."""
    if len(desk.closes) < 6:
        return
    close = desk.closes[-6]
    opened = desk.later(close.at, 5, 8)
    desk.add(Reopened(opened, close.quarter, close.by, "Two entries were still with the controller"))
    end = opened
    for row in desk.take(2, _of(close.quarter)):
        end = desk.later(end, 1, 2)
        desk.edit(row, end, "Confirmed by the controller", amount=_moved(row.entry, desk.rng))
    again = desk.later(end, 1, 2)
    desk.add(Closed(again, close.quarter, close.by, "Closed again after the controller’s answer"))


def _within(desk: Desk, quarter: Quarter) -> None:
    """What is put right in the days after logging: an amount, a missing day, a share."""
    for row in desk.take(1, _of(quarter)):
        amount = _moved(row.entry, desk.rng)
        desk.edit(row, desk.later(row.at, 1, 3), "Amount as in the signed order", amount=amount)
    for row in desk.take(1, lambda row: _of(quarter)(row) and row.entry.earned_on is None):
        day = max(quarter.start, first_day(desk.today), min(quarter.last, row.at.date()) - timedelta(days=9))
        desk.edit(row, desk.later(row.at, 1, 3), "Day of signature found in the contract", earned_on=day)
    if quarter.first.month == 7:
        for row in desk.take(1, lambda row: _of(quarter)(row) and _is_whole_influence(row)):
            share = Decimal(50)
            desk.edit(
                row, desk.later(row.at, 1, 4), "Share agreed with the colleague who closed", share=share
            )


def _twice(desk: Desk) -> None:
    """Entries that were logged twice: the second one is voided."""
    for row in desk.take(max(1, len(desk.logged) // 120), lambda row: row.at.date() < desk.today):
        again = replace(row, key=len(desk.logged), at=desk.later(row.at, 1, 2))
        if again.at.date() >= desk.today:
            continue
        desk.logged[again.key] = again
        day = f"{row.at.day} {month_name(row.at.date())}"
        desk.void(again, desk.later(again.at, 0, 1), f"Logged twice; the entry of {day} stands.")


def _of(quarter: Quarter) -> Callable[[Logged], bool]:
    return lambda row: row.entry.quarter == quarter


def _is_whole_influence(row: Logged) -> bool:
    return row.entry.type is RevenueType.INFLUENCED and row.entry.share == WHOLE_DEAL


def _moved(entry: Entry, rng: Random) -> Decimal:
    """Another amount, not far from the one that was logged."""
    while True:
        factor = rng.choice((0.88, 0.92, 0.96, 1.03, 1.06))
        amount = tidied(float(entry.amount) * factor, entry.currency, rng)
        if amount != entry.amount:
            return amount


def _money(amount: Decimal, currency: str) -> str:
    return f"{grouped(amount, currency)} {currency}"
