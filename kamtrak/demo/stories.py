"""Achievements of every account manager, told around their largest contributions of each year."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from contributions.rules import RevenueType
from contributions.services.achievements import Story
from kamtrak.demo.amounts import WORTH
from kamtrak.demo.houses import House, first_day
from kamtrak.demo.people import Person
from kamtrak.demo.phrases.tales import LIFE, TALES
from kamtrak.demo.plan import Event, Logged, Told, Voided
from kamtrak.demo.rows import after_weekend, office_hour
from kamtrak.demo.wording import words_for
from kamtrak.lib.money import grouped

PER_YEAR = 3
NEAR = timedelta(days=150)
ORDER = (RevenueType.RETENTION, RevenueType.DIRECT, RevenueType.SAVINGS, RevenueType.INFLUENCED)
SHARED = 0.4  # so many are shared with everybody in the workspace


@dataclass(frozen=True)
class Ground:
    """The contributions around which a person's stories are told: living ones with a day."""

    person: Person
    rows: tuple[Logged, ...]

    def largest(self, year: int) -> list[Logged]:
        """The largest one of each type in this calendar year, those with the longest story first."""
        best = {
            row.entry.type: row
            for row in sorted(self.rows, key=lambda row: (_size(row), row.key))
            if _day(row).year == year
        }
        return [best[kind] for kind in ORDER if kind in best]

    def beside(self, anchor: Logged) -> list[Logged]:
        """What else the person did for the same client around that time."""
        near = (
            row
            for row in self.rows
            if row is not anchor
            and row.entry.client == anchor.entry.client
            and abs(_day(row) - _day(anchor)) <= NEAR
        )
        return sorted(near, key=lambda row: (abs(_day(row) - _day(anchor)), row.key))[:2]


def grounds(house: House, events: Iterable[Event]) -> list[Ground]:
    """Each account manager with the rows that count and say when they were earned."""
    known = list(events)
    void = {event.key for event in known if isinstance(event, Voided)}
    rows: dict[Person, list[Logged]] = defaultdict(list)
    for event in known:
        if isinstance(event, Logged) and event.entry.earned_on and event.key not in void:
            rows[event.owner].append(event)
    return [Ground(post.person, tuple(rows[post.person])) for post in house.posts if post.logs]


def tell(house: House, events: Sequence[Event], today: date) -> Iterator[Told]:
    """All achievements, person by person."""
    years = range(first_day(today).year + 1, today.year + 1)
    for number, ground in enumerate(grounds(house, events)):
        rng, used = Random(f"{house.slug} stories {ground.person.name}"), set[str]()
        for year in years:
            for anchor in ground.largest(year)[:PER_YEAR]:
                yield from _past(_about(house, ground, anchor, used, rng), today)
        yield from _past(_of_life(house, ground.person, number, today, rng), today)


def _past(told: Told, today: date) -> Iterator[Told]:
    if told.at.date() < today:
        yield told


def _about(house: House, ground: Ground, anchor: Logged, used: set[str], rng: Random) -> Told:
    """The story behind one contribution, linked to it and to what was done beside it."""
    tales, day, entry = TALES[anchor.entry.type], _day(anchor), anchor.entry
    account = house.account(entry.client)
    words = words_for(account, day, rng) | {
        "client": account.name,
        "amount": f"{grouped(entry.amount, entry.currency)} {entry.currency}",
    }
    fresh = [title for title in tales.titles if title.format(**words) not in used] or list(tales.titles)
    parts = (fresh, tales.situations, tales.actions, tales.results)
    title, situation, action, result = (rng.choice(part).format(**words) for part in parts)
    used.add(title)
    return Told(
        at=max(anchor.at, _some_days_after(house, day, rng)) + timedelta(minutes=20),
        owner=ground.person,
        story=Story(
            title, day, situation, action, result, tuple(rng.sample(tales.skills, rng.randint(2, 3)))
        ),
        shared=rng.random() < SHARED,
        keys=(anchor.key, *(row.key for row in ground.beside(anchor))),
    )


def _of_life(house: House, person: Person, number: int, today: date, rng: Random) -> Told:
    """One achievement without a figure; each of them is told by one person of the demo only."""
    title, situation, action, result, skills = LIFE[(number + house.year_start * 2) % len(LIFE)]
    day = today - timedelta(days=rng.randint(60, 900))
    told = Story(title, day, situation, action, result, skills)
    return Told(_some_days_after(house, day, rng), person, told, shared=False, keys=())


def _size(row: Logged) -> float:
    """About how large it is, across currencies."""
    return float(row.entry.amount) / WORTH[row.entry.currency]


def _some_days_after(house: House, day: date, rng: Random) -> datetime:
    return office_hour(house, after_weekend(day + timedelta(days=rng.randint(2, 12))), rng)


def _day(row: Logged) -> date:
    day = row.entry.earned_on
    assert day is not None  # noqa: S101 - a ground holds dated rows only
    return day
