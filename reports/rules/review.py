"""The performance review: every figure that it prints (rules 7.1, 7.2). Money is in `currency`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from contributions.rules import RevenueType
from contributions.rules.periods import PeriodTotal
from contributions.rules.periods import Sum as Figures
from fx.rules import Leg, Source
from kamtrak.lib.months import FiscalCalendar, NamedBy

ZERO = Decimal(0)


@dataclass(frozen=True)
class TypeLine:
    """One type over the period. `converted` is the total; with `later` it comes to what the live rows are.

    `rows` counts every row behind the total, the unknown ones among them, which are in no sum.
    """

    type: RevenueType
    rows: int
    converted: Decimal
    later: Decimal
    provisional: Decimal
    provisional_rows: int
    unknown_rows: int
    earlier_rows: int

    @property
    def now(self) -> Decimal:
        return self.converted + self.later


@dataclass(frozen=True)
class ComparedLine:
    """An earlier period as it stood at issue: the four types in their order."""

    label: str
    figures: tuple[Decimal, ...]
    unknown_rows: int
    provisional_rows: int


@dataclass(frozen=True)
class ClientLine:
    """One client over the period: the four types in their order; `clients` > 1 on the line of all others."""

    name: str
    figures: tuple[Decimal, ...]
    clients: int = 1

    @property
    def touched(self) -> Decimal:
        return sum(self.figures, ZERO)


@dataclass(frozen=True)
class QuarterLine:
    """One quarter of the chart."""

    label: str
    number: int
    year: int
    figures: tuple[Decimal, ...]
    in_period: bool

    @property
    def touched(self) -> Decimal:
        return sum(self.figures, ZERO)


@dataclass(frozen=True)
class LegLine:
    """One stored rate behind a conversion: 1 `base` = `value` `quote`, of `day`."""

    base: str
    quote: str
    value: Decimal
    day: date


@dataclass(frozen=True)
class RateLine:
    """One rate that the document used: the multiplier from `currency`, and how many rows used it."""

    currency: str
    rate: Decimal
    day: date
    source: Source
    legs: tuple[LegLine, ...]
    inverse: bool
    rows: int
    provisional_rows: int

    @property
    def captions(self) -> list[str]:
        """`1 EUR = 1.1682 USD`: each rate as it was given (rules 6.7)."""
        return [Leg(leg.base, leg.quote, leg.value, leg.day).caption for leg in self.legs]

    @property
    def note(self) -> str:
        """What was done with the rates as given."""
        if len(self.legs) > 1:
            return "crossed through the euro, rounded once to 12 digits"
        return "turned round, rounded once to 12 digits" if self.inverse else ""


@dataclass(frozen=True)
class ClosedLine:
    """A closed quarter of the period, with what was open when it was closed (rules 2.4)."""

    quarter: date
    label: str
    closed_on: date
    closed_by: str
    reason: str
    open_alerts: int
    unknown_rows: int
    provisional_rows: int


@dataclass(frozen=True)
class StoryLine:
    """An achievement behind printed rows, as it was told at issue; `clients` of those rows."""

    title: str
    day: date
    clients: tuple[str, ...]
    situation: str
    action: str
    result: str


@dataclass(frozen=True)
class FileLine:
    """A file attached to a printed row."""

    client: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Review:
    """Everything that a performance review prints beside its rows."""

    workspace: str
    person: str
    issuer: str
    currency: str
    period_code: str
    period_label: str
    first_day: date
    last_day: date
    year_starts_in: int
    year_named_by: NamedBy
    issued_at: datetime
    time_zone: str
    rates_reach: date | None
    totals: tuple[TypeLine, ...]
    comparisons: tuple[ComparedLine, ...]
    clients: tuple[ClientLine, ...]
    quarters: tuple[QuarterLine, ...]
    rates: tuple[RateLine, ...]
    rates_used: int
    closed: tuple[ClosedLine, ...]
    open_quarters: tuple[str, ...]
    runs_until: date | None
    rows: int
    changes: int
    printed_rows: int
    check_address: str
    # Documents issued before evidence was printed have none of it.
    stories: tuple[StoryLine, ...] = ()
    stories_in_all: int = 0
    files: tuple[FileLine, ...] = ()
    files_in_all: int = 0

    @property
    def calendar(self) -> FiscalCalendar:
        """As it was at issue: an issued document keeps its labels (rules 2.1)."""
        return FiscalCalendar(self.year_starts_in, self.year_named_by)

    @property
    def is_quarter(self) -> bool:
        return "Q" in self.period_code

    @property
    def closed_quarters(self) -> frozenset[date]:
        return frozenset(line.quarter for line in self.closed)

    @property
    def touched(self) -> Decimal:
        return sum((line.converted for line in self.totals), ZERO)

    @property
    def later(self) -> Decimal:
        return sum((line.later for line in self.totals), ZERO)

    def sum_of(self, name: str) -> int:
        """Of all types together: `provisional_rows`, `unknown_rows` or `earlier_rows`."""
        return sum(int(getattr(line, name)) for line in self.totals)


def type_line(kind: RevenueType, sums: Figures, later: Decimal) -> TypeLine:
    return TypeLine(
        type=kind,
        rows=sums.rows,
        converted=sums.converted,
        later=later,
        provisional=sums.provisional,
        provisional_rows=sums.provisional_rows,
        unknown_rows=sums.unknown_rows,
        earlier_rows=sums.earlier_rows,
    )


def compared_line(label: str, totals: Sequence[PeriodTotal]) -> ComparedLine:
    """An earlier period at the figures that it stands at: as closed where it is closed."""
    return ComparedLine(
        label=label,
        figures=tuple(total.stands.converted for total in totals),
        unknown_rows=sum(total.stands.unknown_rows for total in totals),
        provisional_rows=sum(total.stands.provisional_rows for total in totals),
    )


def largest_clients(lines: Iterable[ClientLine], limit: int) -> tuple[ClientLine, ...]:
    """The clients by value touched; beyond the limit one line takes the rest, so that the columns add up."""
    ranked = sorted(lines, key=lambda line: (-line.touched, line.name.casefold()))
    shown, rest = ranked[:limit], ranked[limit:]
    if len(rest) < 2:
        return tuple(ranked)
    sums = tuple(sum(column, ZERO) for column in zip(*(line.figures for line in rest), strict=True))
    return (*shown, ClientLine(f"{len(rest)} more clients", sums, len(rest)))
