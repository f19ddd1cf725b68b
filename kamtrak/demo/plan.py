"""What happened in a firm, as plain values in the order of time: the generator's answer."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from contributions.services.achievements import Story
from contributions.services.contributions import Entry
from kamtrak.demo.accounts import Twin
from kamtrak.demo.agreements import ContractEvent
from kamtrak.demo.houses import House
from kamtrak.demo.people import Person
from kamtrak.lib.months import Quarter


@dataclass(frozen=True)
class Logged:
    """A contribution was logged; `key` is its name in this plan."""

    at: datetime
    key: int
    owner: Person
    entry: Entry


@dataclass(frozen=True)
class Edited:
    """Its owner changed it."""

    at: datetime
    key: int
    owner: Person
    entry: Entry
    reason: str


@dataclass(frozen=True)
class Voided:
    """Its owner took it out of every total."""

    at: datetime
    key: int
    owner: Person
    reason: str


@dataclass(frozen=True)
class Closed:
    """A quarter was closed."""

    at: datetime
    quarter: Quarter
    by: Person
    reason: str


@dataclass(frozen=True)
class Reopened:
    """The latest close of a quarter was superseded."""

    at: datetime
    quarter: Quarter
    by: Person
    reason: str


@dataclass(frozen=True)
class Merged:
    """An account that had been entered twice became one."""

    at: datetime
    twin: Twin
    by: Person


@dataclass(frozen=True)
class RateGiven:
    """An own rate was recorded: so many times what was published for its first day."""

    at: datetime
    base: str
    quote: str
    day: date
    until: date
    times: Decimal
    by: Person
    reason: str


@dataclass(frozen=True)
class CurrencyEnabled:
    """One more currency was enabled in the settings."""

    at: datetime
    currency: str
    by: Person
    reason: str


Event = Logged | Edited | Voided | Closed | Reopened | Merged | RateGiven | CurrencyEnabled | ContractEvent


@dataclass(frozen=True)
class Told:
    """One person's achievement, and the contributions that it stands behind."""

    at: datetime
    owner: Person
    story: Story
    shared: bool
    keys: tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """A file put beside a contribution."""

    at: datetime
    key: int
    owner: Person
    name: str
    content: bytes


@dataclass(frozen=True)
class ReviewAsked:
    """Somebody asks for a performance review: `period` is its code."""

    by: Person
    person: Person
    period: str


@dataclass(frozen=True)
class Plan:
    """Everything that is to be loaded into one workspace."""

    house: House
    today: date
    events: tuple[Event, ...]
    stories: tuple[Told, ...]
    evidence: tuple[Evidence, ...]
    reviews: tuple[ReviewAsked, ...]
