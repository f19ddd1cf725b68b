"""The contracts of a firm and what became of them, as a plan: every type and state, again and again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from contracts.rules import ContractType, Rule, Terms, Unit, duration_rules
from kamtrak.demo.accounts import Account
from kamtrak.demo.houses import House
from kamtrak.demo.people import Person
from kamtrak.lib.months import Month

LATEST = timedelta(days=1)  # nothing of the plan happens today


@dataclass(frozen=True)
class FormulaMade:
    """A trailing revenue formula was configured; `archived` later, with a reason."""

    at: datetime
    name: str
    rules: tuple[Rule, ...]
    by: Person
    archived: datetime | None = None


@dataclass(frozen=True)
class Drafted:
    """A contract was entered, and added at once if it was `confirmed`; `key` is its name in this plan."""

    at: datetime
    key: int
    owner: Person
    client: str
    name: str
    details: str
    terms: Terms
    confirmed: bool = True


@dataclass(frozen=True)
class Amended:
    """Its schedule was changed, for every month or from month `from_month` on."""

    at: datetime
    key: int
    owner: Person
    rules: tuple[Rule, ...]
    reason: str
    from_month: int | None = None


@dataclass(frozen=True)
class Ended:
    """It was cancelled on a day, or voided (`on` None)."""

    at: datetime
    key: int
    by: Person
    reason: str
    on: date | None = None


@dataclass(frozen=True)
class Handed:
    """From a month on it is somebody else's."""

    at: datetime
    key: int
    to: Person
    first: Month
    by: Person
    reason: str


@dataclass(frozen=True)
class Renewed:
    """The daily task confirmed the terms that had begun."""

    at: datetime


ContractEvent = FormulaMade | Drafted | Amended | Ended | Handed | Renewed

STEP_DOWN, RAMP_UP, INTRODUCTORY = "Step down after a year", "Ramp-up over six months", "Introductory price"


def _percent(first: int, last: int | None, revenue: int) -> Rule:
    return Rule(first, last, Decimal(revenue), Unit.PERCENT)


FORMULAS = {
    STEP_DOWN: (_percent(1, 12, 100), _percent(13, 24, 80)),
    RAMP_UP: (_percent(1, 3, 50), _percent(4, 6, 75), _percent(7, None, 100)),
    INTRODUCTORY: (_percent(1, 6, 60), _percent(7, 12, 100)),
}
SUBJECTS = ("support", "visibility platform", "managed service", "data feed", "maintenance", "licences")
_SCALE = {"JPY": 150, "EUR": 1, "GBP": 1, "USD": 1, "CAD": 1, "AUD": 1}


@dataclass(frozen=True)
class Deal:
    """One contract about to be told: its account, its key, its first month counted back from today's."""

    house: House
    account: Account
    key: int
    today: date
    rng: Random

    def at(self, day: date, hour: int = 10) -> datetime:
        """A working day at this hour; never later than yesterday."""
        day = min(day, self.today - LATEST)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return datetime.combine(day, time(hour, self.key % 60), tzinfo=self.house.zone)

    def month(self, back: int) -> Month:
        return Month.of(self.today) - back

    @property
    def monthly(self) -> Decimal:
        """Some thousands, larger for larger clients."""
        scale = _SCALE.get(self.account.currency, 1)
        thousands = Decimal(str(round(self.account.size * self.rng.randint(18, 60) / 5, 1)))
        return (thousands * 1000 * scale).quantize(Decimal(100)) + 0

    def terms(
        self,
        kind: ContractType,
        back: int,
        period: int,
        *,
        formula: str = "",
        duration: str = "full",
        rules: tuple[Rule, ...] = (),
    ) -> Terms:
        monthly = self.monthly
        if formula:
            duration, rules = "", FORMULAS[formula]
        elif not rules:
            rules = duration_rules(duration, kind=kind, period=period, monthly=monthly)
        else:
            duration = ""
        start = self.month(back).first + timedelta(days=self.rng.choice((0, 0, 14)))
        return Terms(kind, start, period, self.account.currency, monthly, duration, formula, rules)

    def drafted(self, terms: Terms, *, confirmed: bool = True, day: date | None = None) -> Drafted:
        subject = SUBJECTS[self.key % len(SUBJECTS)]
        return Drafted(
            at=self.at(day or terms.start - timedelta(days=self.rng.randint(6, 20))),
            key=self.key,
            owner=self.account.manager,
            client=self.account.name,
            name=f"{self.account.name}, {subject}",
            details=f"{subject.capitalize()} for {', '.join(self.account.places[:2])}.",
            terms=terms,
            confirmed=confirmed,
        )

    def amounts(self, terms: Terms, times: str) -> tuple[Rule, ...]:
        """Every month so many times the monthly revenue."""
        monthly = (terms.monthly or Decimal(0)) * Decimal(times)
        return (Rule(1, None if terms.kind.renews else terms.period, monthly.quantize(Decimal(1)) + 0),)


def _stepped_down(deal: Deal) -> Iterator[ContractEvent]:
    made = deal.drafted(deal.terms(ContractType.FIXED, 10, 24, formula=STEP_DOWN))
    yield made
    less = deal.amounts(made.terms, "0.9")
    more = deal.amounts(made.terms, "0.95")
    yield Amended(deal.at(deal.month(7).first), deal.key, made.owner, less, "Volume discount, amendment 2", 4)
    yield Amended(
        deal.at(deal.month(3).first), deal.key, made.owner, more, "Two add-on sites from the autumn on", 8
    )


def _long(deal: Deal) -> Iterator[ContractEvent]:
    yield deal.drafted(deal.terms(ContractType.FIXED, 28, 36))


def _rolling(deal: Deal) -> Iterator[ContractEvent]:
    yield deal.drafted(deal.terms(ContractType.ROLL_OVER, 26, 12))


def _discounted(deal: Deal) -> Iterator[ContractEvent]:
    made = deal.drafted(deal.terms(ContractType.FIXED, 8, 12))
    yield made
    rules = deal.amounts(made.terms, "0.9")
    yield Amended(
        deal.at(deal.month(5).first + timedelta(days=9)), deal.key, made.owner, rules, "10 % off as agreed"
    )


def _casual(deal: Deal) -> Iterator[ContractEvent]:
    yield deal.drafted(deal.terms(ContractType.CASUAL, 5, 1))


def _expired(deal: Deal) -> Iterator[ContractEvent]:
    yield deal.drafted(deal.terms(ContractType.FIXED, 21, 12))


def _cancelled(deal: Deal) -> Iterator[ContractEvent]:
    made = deal.drafted(deal.terms(ContractType.FIXED, 14, 36))
    yield made
    day = deal.month(2).first + timedelta(days=8)
    yield Ended(deal.at(day), deal.key, made.owner, "The client closed the site", deal.at(day).date())


def _draft(deal: Deal) -> Iterator[ContractEvent]:
    terms = deal.terms(ContractType.FIXED, -1, 24, formula=RAMP_UP)
    yield deal.drafted(terms, confirmed=False, day=deal.today - timedelta(days=3))


def _running_out(deal: Deal) -> Iterator[ContractEvent]:
    """A roll-over whose last rule ends: from the third term on it earns nothing."""
    monthly = deal.monthly
    rules = (Rule(1, 12, monthly), Rule(13, 24, monthly * 9 / 10))
    yield deal.drafted(deal.terms(ContractType.ROLL_OVER, 15, 12, rules=rules))


def _coming(deal: Deal) -> Iterator[ContractEvent]:
    terms = deal.terms(ContractType.FIXED, -2, 24, formula=RAMP_UP)
    yield deal.drafted(terms, day=deal.today - timedelta(days=6))


def _void(deal: Deal) -> Iterator[ContractEvent]:
    made = deal.drafted(deal.terms(ContractType.FIXED, 4, 12))
    yield made
    yield Ended(made.at + timedelta(hours=2), deal.key, made.owner, "Entered twice by mistake")


def _handed(deal: Deal) -> Iterator[ContractEvent]:
    yield deal.drafted(deal.terms(ContractType.FIXED, 9, 24, formula=STEP_DOWN))
    others = [p.person for p in deal.house.posts if p.logs and p.person != deal.account.manager]
    day = deal.month(1).first + timedelta(days=4)
    yield Handed(
        deal.at(day),
        deal.key,
        others[deal.key % len(others)],
        deal.month(1),
        deal.house.keeper,
        "New territories",
    )


def _ending_soon(deal: Deal) -> Iterator[ContractEvent]:
    yield deal.drafted(deal.terms(ContractType.FIXED, 10, 12))


SCRIPTS: tuple[Callable[[Deal], Iterator[ContractEvent]], ...] = (
    _stepped_down,
    _rolling,
    _long,
    _discounted,
    _expired,
    _cancelled,
    _casual,
    _handed,
    _running_out,
    _ending_soon,
    _draft,
    _coming,
    _void,
)


def agreed(house: House, today: date) -> Iterator[ContractEvent]:
    """Formulas first, then a contract for each account, and the task that renews before each month's end."""
    yield from _formulas(house, today)
    for key, account in enumerate(house.accounts):
        deal = Deal(house, account, key, today, Random(f"{house.slug} contract {key}"))
        yield from SCRIPTS[key % len(SCRIPTS)](deal)
    month = Month.of(today) - 30
    while month <= Month.of(today):
        yield Renewed(datetime.combine(month.first, time(0, 30), tzinfo=house.zone))
        month += 1


def _formulas(house: House, today: date) -> Iterator[ContractEvent]:
    made = Deal(house, house.accounts[0], 0, today, Random(0)).at(
        Month.of(today).first - timedelta(days=1030)
    )
    for name, rules in FORMULAS.items():
        archived = made + timedelta(days=300) if name == INTRODUCTORY else None
        yield FormulaMade(made, name, rules, house.keeper, archived)
