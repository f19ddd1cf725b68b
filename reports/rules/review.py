"""The performance review: every figure that it prints (rules 7.1, 7.2). Money is in `currency`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from contributions.rules import RevenueType
from contributions.rules.periods import EMPTY, PeriodTotal, touched
from contributions.rules.periods import Sum as Figures
from fx.rules import Mode
from kamtrak.lib.months import FiscalCalendar, NamedBy
from reports.rules.contracts import ContractSection
from reports.rules.imported import ImportedSection
from reports.rules.rates import RateLine

ZERO = Decimal(0)


@dataclass(frozen=True)
class TypeLine:
    """One type over the period. `converted` is the total; with `later` it comes to what the live rows are.

    `rows` counts every row behind the total, the unknown ones among them, which are in no sum. Of what is
    provisional, the `closed_…` part stays as it was closed. `now_unknown_rows`: of the live rows at issue;
    None in documents that did not keep it.
    """

    type: RevenueType
    rows: int
    converted: Decimal
    later: Decimal
    provisional: Decimal
    provisional_rows: int
    unknown_rows: int
    earlier_rows: int
    now_unknown_rows: int | None = None
    closed_provisional: Decimal = ZERO
    closed_provisional_rows: int = 0

    @property
    def known(self) -> Decimal | None:
        """The total; None where there are rows and not one of them has a rate (rules 6.6)."""
        return None if self.rows and self.rows == self.unknown_rows else self.converted

    @property
    def now(self) -> Decimal:
        return self.converted + self.later

    @property
    def later_unknown(self) -> int:
        """How many more of the live rows have no rate."""
        return 0 if self.now_unknown_rows is None else self.now_unknown_rows - self.unknown_rows


def _parts(figures: tuple[Decimal, ...], sums: tuple[Figures, ...]) -> tuple[Figures, ...]:
    """The sums behind the figures; a document that kept the figures alone says no more of them."""
    return sums or tuple(Figures(converted=figure) for figure in figures)


@dataclass(frozen=True)
class ComparedLine:
    """An earlier period as it stood at issue: the four types in their order."""

    label: str
    figures: tuple[Decimal, ...]
    unknown_rows: int
    provisional_rows: int
    sums: tuple[Figures, ...] = ()

    @property
    def parts(self) -> tuple[Figures, ...]:
        return _parts(self.figures, self.sums)


@dataclass(frozen=True)
class ClientLine:
    """One client over the period: the four types in their order; `clients` > 1 on the line of all others."""

    name: str
    figures: tuple[Decimal, ...]
    clients: int = 1
    sums: tuple[Figures, ...] = ()

    @property
    def parts(self) -> tuple[Figures, ...]:
        return _parts(self.figures, self.sums)

    @property
    def touched(self) -> Figures:
        return sum(self.parts, EMPTY)


@dataclass(frozen=True)
class RenamedLine:
    """A client that copied rows of closed quarters name otherwise than it was called at issue."""

    client_id: int
    was: str
    name: str


@dataclass(frozen=True)
class QuarterLine:
    """One quarter of the chart."""

    label: str
    number: int
    year: int
    figures: tuple[Decimal, ...]
    in_period: bool
    sums: tuple[Figures, ...] = ()

    @property
    def parts(self) -> tuple[Figures, ...]:
        return _parts(self.figures, self.sums)

    @property
    def touched(self) -> Figures:
        return sum(self.parts, EMPTY)


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
    unknown_months: int = 0  # of contracts
    provisional_months: int = 0
    unknown_transactions: int = 0  # imported rows
    provisional_transactions: int = 0


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
    """Everything that a performance review prints beside its rows.

    Fields with a default came later: documents that were issued before do not have them. `data_form` says
    which columns the embedded rows have (reports.services.data).
    """

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
    rate_mode: Mode | None = None
    rate_limit_days: int = 0
    renamed: tuple[RenamedLine, ...] = ()
    data_form: int = 1
    contracts: ContractSection | None = None  # of a person without months of contracts in the period, too
    imported: ImportedSection | None = None  # and without imported rows

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
    def touched(self) -> Figures:
        return touched(self.totals)

    def sum_of(self, name: str) -> int:
        """Of all types together: `provisional_rows`, `unknown_rows` or `earlier_rows`."""
        return sum(int(getattr(line, name)) for line in self.totals)

    @property
    def known_rows(self) -> int:
        """The rows that are in its totals."""
        return self.rows - self.sum_of("unknown_rows")


def type_line(
    kind: RevenueType, sums: Figures, later: Decimal, *, now_unknown: int, closed: Figures
) -> TypeLine:
    """`closed`: what of the sums comes from closed quarters."""
    return TypeLine(
        type=kind,
        rows=sums.rows,
        converted=sums.converted,
        later=later,
        provisional=sums.provisional,
        provisional_rows=sums.provisional_rows,
        unknown_rows=sums.unknown_rows,
        earlier_rows=sums.earlier_rows,
        now_unknown_rows=now_unknown,
        closed_provisional=closed.provisional,
        closed_provisional_rows=closed.provisional_rows,
    )


def compared_line(label: str, totals: Sequence[PeriodTotal]) -> ComparedLine:
    """An earlier period at the figures that it stands at: as closed where it is closed."""
    return ComparedLine(
        label=label,
        figures=tuple(total.stands.converted for total in totals),
        unknown_rows=sum(total.stands.unknown_rows for total in totals),
        provisional_rows=sum(total.stands.provisional_rows for total in totals),
        sums=tuple(total.stands for total in totals),
    )


def client_line(name: str, sums: tuple[Figures, ...], clients: int = 1) -> ClientLine:
    return ClientLine(name, tuple(figures.converted for figures in sums), clients, sums)


def largest_clients(lines: Iterable[ClientLine], limit: int) -> tuple[ClientLine, ...]:
    """The clients by value touched; beyond the limit one line takes the rest, so that the columns add up."""
    ranked = sorted(lines, key=lambda line: (-line.touched.converted, line.name.casefold()))
    shown, rest = ranked[:limit], ranked[limit:]
    if len(rest) < 2:
        return tuple(ranked)
    sums = tuple(sum(column, EMPTY) for column in zip(*(line.parts for line in rest), strict=True))
    return (*shown, client_line(f"{len(rest)} more clients", sums, len(rest)))
