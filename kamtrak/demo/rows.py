"""What one person logs in one quarter."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from contributions.rules import Basis, RevenueType
from contributions.services.contributions import WHOLE_DEAL, Entry
from kamtrak.demo.accounts import Account
from kamtrak.demo.amounts import GROWTH, SEASON, amount_for
from kamtrak.demo.houses import House
from kamtrak.demo.people import Person
from kamtrak.demo.phrases import FAMILIES
from kamtrak.demo.plan import Logged
from kamtrak.demo.wording import words_for, write
from kamtrak.lib.months import Quarter

_OFTEN = {
    RevenueType.DIRECT: 34,
    RevenueType.INFLUENCED: 24,
    RevenueType.SAVINGS: 20,
    RevenueType.RETENTION: 22,
}
_PER_YEAR = {
    RevenueType.DIRECT: 0.1,
    RevenueType.INFLUENCED: 0.05,
    RevenueType.SAVINGS: 0.6,
    RevenueType.RETENTION: 0.35,
}
_SHARED = {
    RevenueType.DIRECT: 0.08,
    RevenueType.INFLUENCED: 0.45,
    RevenueType.SAVINGS: 0.04,
    RevenueType.RETENTION: 0.05,
}
_SHARES = tuple(Decimal(share) for share in ("20", "25", "30", "40", "50", "50", "60", "33.3333"))
_DATED = 0.86  # so many of the entries say on which day they were earned
_ABROAD = 0.06  # so many are not in the client's usual currency
_UNUSUAL = 0.12  # so many are not what a quarter usually holds
_MAJOR = ("USD", "EUR", "GBP")


def quarter_rows(
    house: House, person: Person, quarter: Quarter, place: int, told: set[str]
) -> list[tuple[Person, Entry, datetime]]:
    """The entries of a person in a quarter, the `place`-th of the demo, each with the moment of its logging.

    `told` holds every description so far: no two read alike. Each person and quarter has dice of its own.
    """
    rng = Random(f"{house.slug} {person.name} {place}")
    mine = [account for account in house.accounts if account.manager == person]
    kinds = _kinds(rng.randint(*house.rows), rng)
    days = _days(quarter, len(kinds), rng)
    entries = [
        _entry(house, rng.choice(mine), kind, day, quarter, place, rng, told)
        for kind, day in zip(kinds, days, strict=True)
    ]
    return [(person, entry, logged_at(house, entry, rng)) for entry in entries]


def _kinds(count: int, rng: Random) -> list[RevenueType]:
    """What a quarter usually holds: something of each type, mostly deals; now and then one is missing."""
    usual = [*RevenueType, RevenueType.DIRECT]
    drawn = rng.choices(list(_OFTEN), list(_OFTEN.values()), k=count)
    kinds = [drawn[n] if n >= len(usual) or rng.random() < _UNUSUAL else usual[n] for n in range(count)]
    rng.shuffle(kinds)
    return kinds


def _days(quarter: Quarter, count: int, rng: Random) -> list[date]:
    """Working days spread over the quarter."""
    length = (quarter.end - quarter.start).days / count
    return [
        _weekday(quarter.start + timedelta(days=int((n + rng.random()) * length)), quarter)
        for n in range(count)
    ]


def _entry(
    house: House,
    account: Account,
    kind: RevenueType,
    day: date,
    quarter: Quarter,
    place: int,
    rng: Random,
    told: set[str],
) -> Entry:
    description = _description(kind, account, day, rng, told)
    currency = rng.choice(_MAJOR) if rng.random() < _ABROAD else account.currency
    size = account.size * (1 + GROWTH) ** place * SEASON[(quarter.first.month - 1) // 3]
    shared = "My share" in description or rng.random() < _SHARED[kind]
    return Entry(
        client=_name(house, account, place, rng),
        type=kind,
        amount=amount_for(kind, currency, size, rng),
        currency=currency,
        quarter=quarter,
        description=description,
        earned_on=day if rng.random() < _DATED else None,
        basis=Basis.PER_YEAR if rng.random() < _PER_YEAR[kind] else Basis.ONE_OFF,
        share=rng.choice(_SHARES) if shared else WHOLE_DEAL,
    )


def _name(house: House, account: Account, place: int, rng: Random) -> str:
    """The name as typed: now and then an alias, and for a year the second account of the twin."""
    if account.name == house.twin.survivor and 1 <= place <= 4 and rng.random() < 0.6:
        return house.twin.name
    return rng.choice(account.aliases) if account.aliases and rng.random() < 0.15 else account.name


def _description(kind: RevenueType, account: Account, day: date, rng: Random, told: set[str]) -> str:
    while True:
        text = write(rng.choice(FAMILIES[kind]), words_for(account, day, rng), rng)
        if text not in told:
            told.add(text)
            return text


def logged_at(house: House, entry: Entry, rng: Random) -> datetime:
    """When it was logged: some days after it was earned; without a day, around the end of the quarter."""
    if entry.earned_on:
        day = entry.earned_on + timedelta(days=rng.choice((0, 0, 1, 1, 2, 3, 4, 6, 9)))
    else:
        day = entry.quarter.last - timedelta(days=rng.randint(-5, 40))
    return office_hour(house, after_weekend(day), rng)


def office_hour(house: House, day: date, rng: Random) -> datetime:
    """A moment of the working day, in the firm's time zone."""
    return datetime.combine(
        day, time(rng.randint(8, 17), rng.randrange(60), rng.randrange(60)), tzinfo=house.zone
    )


def _weekday(day: date, quarter: Quarter) -> date:
    """Deals are signed on working days; the first days of a quarter move forwards instead of out of it."""
    friday = day - timedelta(days=max(0, day.weekday() - 4))
    return friday if friday in quarter else after_weekend(day)


def after_weekend(day: date) -> date:
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


def numbered(rows: list[tuple[Person, Entry, datetime]]) -> list[Logged]:
    """The rows in the order of their logging, each with its key."""
    ordered = sorted(rows, key=lambda row: (row[2], row[0].name, row[1].description))
    return [Logged(at, key, person, entry) for key, (person, entry, at) in enumerate(ordered)]
