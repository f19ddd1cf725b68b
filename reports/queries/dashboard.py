"""The dashboard's figures, from the same rows as the list, the export and the documents."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from contributions.models import ClosedPeriod, Contribution
from contributions.queries.by_client import ClientFigures, client_figures
from contributions.queries.contributions import counted, in_period, visible_contributions
from contributions.queries.evidence import has_evidence
from contributions.queries.periods import closed_periods, figure_cube
from contributions.rules import RevenueType
from contributions.rules.periods import EMPTY, Cube, PeriodTotal, period_totals
from contributions.rules.periods import Sum as Figures
from kamtrak.lib.months import FiscalCalendar, Period, Quarter
from reports.rules import Comparison, Span, span_of
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope

LATEST = 6
CLIENTS = 8


@dataclass(frozen=True)
class Compared:
    """The four types of an earlier period."""

    label: str
    totals: Mapping[RevenueType, Figures]


@dataclass(frozen=True)
class Later:
    """What changed after closes in one type: over the period, and in each closed quarter by itself."""

    total: PeriodTotal
    quarters: list[tuple[Quarter, PeriodTotal]]


@dataclass(frozen=True)
class Dashboard:
    """What the dashboard shows of a period and a scope; amounts in the workspace currency. `closed` are the
    closed quarters of the period that it shows, `closes` all that are closed now."""

    period: Period
    totals: list[PeriodTotal]
    compared: list[Compared]
    chart: list[tuple[Quarter, list[PeriodTotal]]]
    clients: list[ClientFigures]
    closed: Mapping[Quarter, ClosedPeriod]
    closes: Mapping[Quarter, ClosedPeriod]
    later: list[Later]

    @property
    def touched(self) -> Figures:
        return sum((total.stands for total in self.totals), EMPTY)


def dashboard(workspace: Workspace, scope: Scope, period: Period, today: date) -> Dashboard:
    """Totals, comparisons, chart and clients of the period; four queries."""
    calendar = workspace.calendar
    span: Span = span_of(period, calendar, today)
    closed = closed_periods(workspace)
    cube = figure_cube(workspace, scope, closed, start=span.start, end=span.end)
    quarters = period.quarters or sorted({quarter for quarter, _ in cube})
    totals = period_totals(cube, quarters)
    return Dashboard(
        period=period,
        totals=totals,
        compared=[_compared(cube, comparison) for comparison in span.comparisons],
        chart=[(quarter, period_totals(cube, [quarter])) for quarter in span.chart],
        clients=client_figures(workspace, scope, closed, start=period.start, end=period.end),
        closed={quarter: close for quarter, close in closed.items() if quarter in quarters},
        closes=closed,
        later=_later(cube, totals, sorted(quarter for quarter in closed if quarter in quarters)),
    )


def _later(cube: Cube, totals: list[PeriodTotal], closed: list[Quarter]) -> list[Later]:
    """Never added over types, and told per quarter: a move from one to another must not cancel itself out."""
    moved = [(quarter, own) for quarter in closed for own in period_totals(cube, [quarter]) if own.has_moved]
    lines = [Later(total, [(q, own) for q, own in moved if own.type is total.type]) for total in totals]
    return [line for line in lines if line.quarters]


def _compared(cube: Cube, comparison: Comparison) -> Compared:
    totals = period_totals(cube, comparison.quarters)
    return Compared(comparison.label, {total.type: total.stands for total in totals})


def latest_entries(workspace: Workspace, scope: Scope, period: Period) -> list[Contribution]:
    """What was logged last in the period."""
    rows = in_period(counted(visible_contributions(workspace, scope)), period)
    return list(
        rows.select_related("owner__user", "client__survivor").order_by("-created_at", "-pk")[:LATEST]
    )


@dataclass(frozen=True)
class Coverage:
    """How many contributions of each type a person has in the quarter; 0 is a hole."""

    person: Membership
    counts: list[tuple[RevenueType, int]]


@dataclass(frozen=True)
class Missing:
    """What is missing in a quarter: holes per person and type, rows without evidence or earned date."""

    coverage: list[Coverage]
    no_evidence_rows: int
    no_date_rows: int
    unknown_rows: int

    @property
    def any_row(self) -> bool:
        return any(n for line in self.coverage for _, n in line.counts)


def habit_quarter(period: Period, calendar: FiscalCalendar, today: date) -> Period:
    """The quarter whose holes are shown: the period's last one that has begun."""
    running = calendar.quarter_of(today)
    return calendar.of_quarter(min(period.quarters[-1], running) if period.quarters else running)


def missing(workspace: Workspace, scope: Scope, people: Iterable[Membership], period: Period) -> Missing:
    """What the period still lacks (experience: the quarterly habit); one query."""
    lines = list(
        in_period(counted(visible_contributions(workspace, scope)), period)
        .order_by()
        .values(
            "owner_id",
            "type",
            bare=~has_evidence(),
            undated=Q(earned_on=None) & ~Q(amount_currency=workspace.currency),
        )
        .annotate(n=Count("pk"), unknown_n=Count("pk", filter=Q(converted=None)))
    )
    counts: Counter[tuple[int, str]] = Counter()
    for line in lines:
        counts[line["owner_id"], line["type"]] += line["n"]
    bare, undated = ([line for line in lines if line[lacks]] for lacks in ("bare", "undated"))
    return Missing(
        coverage=[
            Coverage(person, [(kind, counts[person.pk, kind.value]) for kind in RevenueType])
            for person in people
        ],
        no_evidence_rows=sum(line["n"] for line in bare),
        no_date_rows=sum(line["n"] for line in undated),
        unknown_rows=sum(line["unknown_n"] for line in lines),
    )
