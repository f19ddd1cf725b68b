"""The dashboard's figures, from the same rows as the list, the export and the documents."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum

from contributions.models import ClosedPeriod, Contribution
from contributions.queries.contributions import counted, in_period, visible_contributions
from contributions.queries.evidence import has_evidence
from contributions.queries.periods import ClientFigures, client_figures, closed_periods, figure_cube
from contributions.rules import RevenueType
from contributions.rules.periods import Cube, PeriodTotal, period_totals
from kamtrak.lib.months import FiscalCalendar, Period, Quarter
from reports.rules import Comparison, Span, span_of
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope

LATEST = 6
CLIENTS = 8
ZERO = Decimal(0)


@dataclass(frozen=True)
class Compared:
    """The four types of an earlier period."""

    label: str
    totals: Mapping[RevenueType, Decimal]


@dataclass(frozen=True)
class Dashboard:
    """What the dashboard shows of a period and a scope; amounts in the workspace currency."""

    period: Period
    totals: list[PeriodTotal]
    compared: list[Compared]
    chart: list[tuple[Quarter, list[PeriodTotal]]]
    clients: list[ClientFigures]
    closed: Mapping[Quarter, ClosedPeriod]

    @property
    def touched(self) -> Decimal:
        return sum((total.stands.converted for total in self.totals), ZERO)

    @property
    def later(self) -> Decimal:
        return sum((total.later for total in self.totals), ZERO)


def dashboard(workspace: Workspace, scope: Scope, period: Period, today: date) -> Dashboard:
    """Totals, comparisons, chart and clients of the period; four queries."""
    calendar = workspace.calendar
    span: Span = span_of(period, calendar, today)
    closed = closed_periods(workspace)
    cube = figure_cube(workspace, scope, closed, start=span.start, end=span.end)
    quarters = period.quarters or sorted({quarter for quarter, _ in cube})
    return Dashboard(
        period=period,
        totals=period_totals(cube, quarters),
        compared=[_compared(cube, comparison) for comparison in span.comparisons],
        chart=[(quarter, period_totals(cube, [quarter])) for quarter in span.chart],
        clients=client_figures(workspace, scope, closed, start=period.start, end=period.end),
        closed={quarter: close for quarter, close in closed.items() if quarter in quarters},
    )


def _compared(cube: Cube, comparison: Comparison) -> Compared:
    totals = period_totals(cube, comparison.quarters)
    return Compared(comparison.label, {total.type: total.stands.converted for total in totals})


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
    no_evidence: Decimal
    no_date_rows: int
    no_date: Decimal
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
        .annotate(n=Count("pk"), total=Sum("converted"), unknown_n=Count("pk", filter=Q(converted=None)))
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
        no_evidence=sum((line["total"] or ZERO for line in bare), ZERO),
        no_date_rows=sum(line["n"] for line in undated),
        no_date=sum((line["total"] or ZERO for line in undated), ZERO),
        unknown_rows=sum(line["unknown_n"] for line in lines),
    )
