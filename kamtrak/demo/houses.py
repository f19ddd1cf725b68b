"""The two firms of the demo: their settings, their people, their clients and their own rates."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from kamtrak.demo import people
from kamtrak.demo.accounts import (
    DEMO_ACCOUNTS,
    DEMO_TWIN,
    LARKFIELD_ACCOUNTS,
    LARKFIELD_TWIN,
    Account,
    Twin,
)
from kamtrak.demo.people import DEMO_POSTS, LARKFIELD_POSTS, Person, Post
from kamtrak.lib.months import FiscalCalendar, Quarter

YEARS = 3  # the data reach back so far from the first day


@dataclass(frozen=True)
class HouseRate:
    """An own rate: 1 `base` in `quote`, so many times the published rate of its first day.

    It holds for `quarters` from the `back`-th quarter before the running fiscal year. A late one was recorded
    after figures had been made without it, and holds from the second month of the quarter that ended last.
    """

    base: str
    quote: str
    times: Decimal
    reason: str
    back: int = 4
    quarters: int = 4
    late: bool = False


@dataclass(frozen=True)
class Unpriced:
    """An amount in a currency for which nobody publishes a rate, with what the person wrote about it."""

    client: str
    currency: str
    amount: Decimal
    description: str
    reason: str  # for enabling the currency


@dataclass(frozen=True)
class Review:
    """A performance review that somebody has asked for: of the last fiscal year, or of the quarter that was
    closed last."""

    by: Person
    person: Person
    yearly: bool


@dataclass(frozen=True)
class House:
    """One workspace of the demo. `rows` is how many contributions a person logs in a quarter: from, to."""

    slug: str
    name: str
    currency: str
    year_start: int
    time_zone: str
    posts: tuple[Post, ...]
    founder: Person
    keeper: Person  # the administrator
    closer: Person  # the manager who closes quarters
    accounts: tuple[Account, ...]
    twin: Twin
    rates: tuple[HouseRate, ...]
    rows: tuple[int, int]
    unpriced: Unpriced | None = None
    reviews: tuple[Review, ...] = ()

    @property
    def calendar(self) -> FiscalCalendar:
        return FiscalCalendar(self.year_start)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def account(self, name: str) -> Account:
        """The account that answers to this name, alias or former second account."""
        wanted = self.twin.survivor if name == self.twin.name else name
        return next(a for a in self.accounts if wanted == a.name or wanted in a.aliases)

    def quarters(self, today: date) -> tuple[Quarter, ...]:
        """From the quarter in which the data begin to the running one."""
        last, found = self.calendar.quarter_of(today), [self.calendar.quarter_of(first_day(today))]
        while found[-1] < last:
            found.append(found[-1] + 1)
        return tuple(found)


def first_day(today: date) -> date:
    """Three years before today."""
    try:
        return today.replace(year=today.year - YEARS)
    except ValueError:  # 29 February
        return today.replace(year=today.year - YEARS, day=28)


DEMO = House(
    slug="demo",
    name="Halden & Brook",
    currency="USD",
    year_start=1,
    time_zone="America/New_York",
    posts=DEMO_POSTS,
    founder=people.ADA,
    keeper=people.RAVI,
    closer=people.HELENA,
    accounts=DEMO_ACCOUNTS,
    twin=DEMO_TWIN,
    rates=(
        HouseRate("USD", "JPY", Decimal("1.07"), "Budget rate of the year, fixed by the treasury"),
        HouseRate("CAD", "USD", Decimal("1.004"), "Forward cover of the Canadian contracts", 2, 2),
        HouseRate("AUD", "USD", Decimal("1.018"), "Forward cover, confirmed by the bank only now", late=True),
    ),
    rows=(7, 9),
    reviews=(
        Review(people.MAREN, people.MAREN, yearly=True),
        Review(people.HELENA, people.MAREN, yearly=False),
    ),
)

LARKFIELD = House(
    slug="larkfield",
    name="Larkfield Services",
    currency="GBP",
    year_start=4,
    time_zone="Europe/London",
    posts=LARKFIELD_POSTS,
    founder=people.OLIVER,
    keeper=people.PRIYA,
    closer=people.TOM,
    accounts=LARKFIELD_ACCOUNTS,
    twin=LARKFIELD_TWIN,
    rates=(HouseRate("EUR", "GBP", Decimal("0.998"), "Group rate for the Irish accounts", 2, 2),),
    rows=(5, 7),
    unpriced=Unpriced(
        "Al Noor Desalination",
        "KWD",
        Decimal("18400.000"),
        "Service contract for the Shuwaikh intake kept after the tender. At risk: a competitor had offered "
        "12 % less for the same scope. Price held in exchange for a term of three years.",
        "Al Noor Desalination pays in Kuwaiti dinars from now on",
    ),
)

HOUSES = (DEMO, LARKFIELD)
