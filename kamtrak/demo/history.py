"""The three years of a firm, as a plan: the same for everybody who asks for it on the same day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from contributions.rules import RevenueType
from contributions.services.contributions import Entry
from kamtrak.demo.agreements import agreed
from kamtrak.demo.corrections import put_right
from kamtrak.demo.evidence import attach
from kamtrak.demo.houses import House, HouseRate, first_day
from kamtrak.demo.plan import Closed, CurrencyEnabled, Event, Logged, Merged, Plan, RateGiven, ReviewAsked
from kamtrak.demo.rows import numbered, quarter_rows
from kamtrak.demo.stories import tell
from kamtrak.lib.months import Quarter

UNPRICED_KEY = -1  # the keys of the others count from 0
OPEN_QUARTERS = 2  # ended ones that nobody has closed yet


def make_plan(house: House, today: date) -> Plan:
    """Everything that happened in this firm from three years before `today` up to yesterday."""
    rows = _rows(house, today)
    events = [
        *put_right(house, rows, closes(house, today), today),
        *_masters(house, today),
        *_agreed(house, today),
    ]
    ordered = tuple(sorted(events, key=lambda event: (event.at, repr(event))))
    stories, evidence = tell(house, ordered, today), attach(house, ordered, today)
    return Plan(house, today, ordered, tuple(stories), tuple(evidence), tuple(_reviews(house, today)))


def _agreed(house: House, today: date) -> Iterator[Event]:
    """The contracts, as far as their story lies in the past."""
    return (event for event in agreed(house, today) if event.at.date() < today)


def _rows(house: House, today: date) -> list[Logged]:
    """The contributions. The oldest was earned on the very first day."""
    start, told = first_day(today), set[str]()
    rows = [
        row
        for place, quarter in enumerate(house.quarters(today))
        for post in house.posts
        if post.logs
        for row in quarter_rows(house, post.person, quarter, place, told)
        if row[2].date() < today and (row[1].earned_on or row[2].date()) >= start
    ]
    numbers = numbered(rows)
    oldest = min(
        (row for row in numbers if row.entry.earned_on), key=lambda row: row.entry.earned_on or start
    )
    numbers[oldest.key] = replace(
        oldest, entry=replace(oldest.entry, earned_on=start, quarter=house.quarters(today)[0])
    )
    return numbers


def _reviews(house: House, today: date) -> Iterator[ReviewAsked]:
    calendar, quarters = house.calendar, house.quarters(today)
    for review in house.reviews:
        year = f"FY{calendar.year_of(quarters[-1]) - 1}"
        period = year if review.yearly else calendar.code(quarters[-2 - OPEN_QUARTERS])
        yield ReviewAsked(review.by, review.person, period)


def closes(house: House, today: date) -> list[Closed]:
    """The first close of every ended quarter but the last ones, oldest first."""
    ended = house.quarters(today)[:-1]
    return [_close(house, quarter) for quarter in ended[: len(ended) - OPEN_QUARTERS]]


def _close(house: House, quarter: Quarter) -> Closed:
    day = quarter.end + timedelta(days=12)
    day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
    at = datetime.combine(day, time(16, 20), tzinfo=house.zone)
    label = house.calendar.label(quarter)
    return Closed(at, quarter, house.closer, f"{label} reviewed with the team on {day:%-d %B %Y}")


def _masters(house: House, today: date) -> Iterator[Event]:
    """What the administrator did: rates, the merge, a currency."""
    quarters = house.quarters(today)
    for rate in house.rates:
        yield _rate(house, rate, quarters, today)
    yield Merged(_at(house, quarters[5].start + timedelta(days=8), 11), house.twin, house.keeper)
    if house.unpriced:
        yield from _unpriced(house, quarters)


def _rate(house: House, rate: HouseRate, quarters: tuple[Quarter, ...], today: date) -> RateGiven:
    if rate.late:
        start, at = quarters[-2], _at(house, today - timedelta(days=1), 18)
        day, until = start.months[1].first, start.last
    else:
        calendar = house.calendar
        start = calendar.quarters(calendar.year_of(quarters[-1]))[0] - rate.back
        day, until = start.start, (start + (rate.quarters - 1)).last
        at = _at(house, day, 7)
    return RateGiven(at, rate.base, rate.quote, day, until, rate.times, house.keeper, rate.reason)


def _unpriced(house: House, quarters: tuple[Quarter, ...]) -> Iterator[Event]:
    """An amount in a currency without a rate, in the quarter that ended last: unknown, with an alert."""
    told, quarter = house.unpriced, quarters[-2]
    assert told is not None  # noqa: S101 - asked before
    earned = quarter.last - timedelta(days=20)
    owner = next(account.manager for account in house.accounts if account.name == told.client)
    entry = Entry(
        told.client, RevenueType.RETENTION, told.amount, told.currency, quarter, told.description, earned
    )
    yield CurrencyEnabled(_at(house, earned, 9), told.currency, house.keeper, told.reason)
    yield Logged(_at(house, earned + timedelta(days=1), 10), UNPRICED_KEY, owner, entry)


def _at(house: House, day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 30), tzinfo=house.zone)
