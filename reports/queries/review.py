"""Every figure that a performance review prints, worked out from the rows that were copied for it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.urls import reverse

from contributions.models import ClosedPeriod
from contributions.queries.by_client import account_sums, survivors
from contributions.queries.periods import figure_cube, sums_of
from contributions.rules import RevenueType
from contributions.rules.periods import EMPTY, Cube, PeriodTotal, period_totals
from contributions.rules.periods import Sum as Figures
from fx.queries import published_reach
from fx.rules import Mode
from kamtrak.lib.months import NamedBy, Period, Quarter
from reports.models import Document, DocumentRow
from reports.queries.contracts import contract_section
from reports.queries.documents import largest_rows
from reports.queries.evidence import evidence
from reports.queries.imported_rows import imported_section, live_figures
from reports.queries.rates import rate_key, rate_lines
from reports.rules import Span, span_of
from reports.rules.review import (
    ClientLine,
    ClosedLine,
    QuarterLine,
    RenamedLine,
    Review,
    TypeLine,
    client_line,
    compared_line,
    largest_clients,
    type_line,
)
from transactions.queries.books import ways_of
from workspaces.models import Job, Membership, User, Workspace
from workspaces.queries.people import Scope

PRINTED_CLIENTS = 40
DATA_FORM = 4  # which columns the embedded rows of a new document have
ZERO = Decimal(0)
Sums = dict[tuple[Quarter, RevenueType], Figures]


@dataclass(frozen=True)
class Order:
    """What was asked for: a review about this person and period, for this issuer, at this moment."""

    workspace: Workspace
    person: Membership
    period: Period
    issuer: User
    now: datetime
    job: Job | None = None

    @property
    def scope(self) -> Scope:
        return Scope(frozenset({self.person.pk}))


def review_figures(document: Document, order: Order, closed: dict[Quarter, ClosedPeriod]) -> Review:
    """The review of a document whose rows are copied; `closed`: the periods that they were copied from."""
    workspace, period = order.workspace, order.period
    running, today = workspace.quarter_of(order.now), workspace.day_of(order.now)
    rows = document.rows.filter(counts=True)
    sums = sums_of(rows)
    span = span_of(period, workspace.calendar, today)
    cube = figure_cube(workspace, order.scope, closed, start=span.start, end=span.end)
    printed = largest_rows(document, settings.LIMIT_PRINTED_ROWS)
    rates = rate_lines(rows)
    used = {rate_key(row) for row in printed}
    imported = live_figures(document)
    begun = [quarter for quarter in period.quarters if quarter <= running]
    return Review(
        **_order_said(order),
        rates_reach=published_reach(),
        totals=_totals(document, sums, period_totals(cube, period.quarters)),
        comparisons=tuple(
            compared_line(other.label, period_totals(cube, other.quarters)) for other in span.comparisons
        ),
        clients=largest_clients(_clients(workspace, rows), PRINTED_CLIENTS),
        quarters=_quarters(order, span, sums, cube),
        rates=tuple(line for key, line in rates.items() if key in used),
        rates_used=len(rates),
        closed=tuple(_closed(workspace, closed[quarter]) for quarter in period.quarters if quarter in closed),
        open_quarters=tuple(workspace.calendar.label(q) for q in begun if q not in closed),
        runs_until=period.quarters[-1].last if today < period.quarters[-1].end else None,
        rows=sum(figures.rows for figures in sums.values()),
        changes=document.rows.exclude(why="").count(),
        printed_rows=len(printed),
        check_address=settings.SITE_URL + reverse("document_check", args=[workspace.slug]),
        **evidence(printed),
        renamed=_renamed(document),
        data_form=DATA_FORM,
        contracts=contract_section(document),
        imported=imported_section(
            document,
            live=(imported.rows, imported.unknown_rows),
            with_profit=ways_of(workspace).measures_profit,
        ),
    )


def _order_said(order: Order) -> dict[str, Any]:
    """Whose review of what it is, and by which settings of the workspace its figures were made."""
    workspace, period = order.workspace, order.period
    return {
        "workspace": workspace.name,
        "person": str(order.person),
        "issuer": str(order.issuer),
        "currency": workspace.currency,
        "period_code": period.code,
        "period_label": period.label,
        "first_day": period.quarters[0].start,
        "last_day": period.quarters[-1].last,
        "year_starts_in": workspace.fiscal_year_start,
        "year_named_by": NamedBy(workspace.fiscal_year_named_by),
        "issued_at": order.now.astimezone(workspace.zone).replace(microsecond=0),
        "time_zone": workspace.time_zone,
        "rate_mode": Mode(workspace.rate_mode),
        "rate_limit_days": workspace.rate_limit_days,
    }


def _totals(document: Document, sums: Sums, live: list[PeriodTotal]) -> tuple[TypeLine, ...]:
    changed = document.rows.filter(later__isnull=False).order_by().values("type").annotate(total=Sum("later"))
    later = {line["type"]: line["total"] for line in changed}
    return tuple(
        type_line(
            kind,
            sum((figures for (_, type_), figures in sums.items() if type_ is kind), EMPTY),
            later.get(kind.value, ZERO),
            now_unknown=total.now.unknown_rows,
            closed=total.closed,
        )
        for kind, total in zip(RevenueType, live, strict=True)
    )


def _clients(workspace: Workspace, rows: QuerySet[DocumentRow]) -> list[ClientLine]:
    """By account as it is at issue, as on the dashboard: a copied row may bear an older name."""
    return [
        client_line(name, tuple(by_type.get(kind, EMPTY) for kind in RevenueType))
        for (_, name), by_type in account_sums(workspace, rows).items()
    ]


def _renamed(document: Document) -> tuple[RenamedLine, ...]:
    """The names in the rows that are not those of the table by client."""
    named = set(document.rows.order_by().values_list("client_id", "client_name").distinct())
    accounts = survivors(document.workspace, {pk for pk, _ in named})
    return tuple(RenamedLine(pk, was, accounts[pk][1]) for pk, was in sorted(named) if was != accounts[pk][1])


def _quarters(order: Order, span: Span, sums: Sums, cube: Cube) -> tuple[QuarterLine, ...]:
    """The chart: the period's own quarters as copied, the others as the dashboard has them."""
    calendar, inside = order.workspace.calendar, set(order.period.quarters)
    lines = []
    for quarter in span.chart:
        own = quarter in inside
        parts = tuple(
            sums.get((quarter, kind), EMPTY) if own else _stands(cube, quarter, kind) for kind in RevenueType
        )
        figures = tuple(part.converted for part in parts)
        number, year = calendar.number_of(quarter), calendar.year_of(quarter)
        lines.append(QuarterLine(calendar.label(quarter), number, year, figures, own, parts))
    return tuple(lines)


def _stands(cube: Cube, quarter: Quarter, kind: RevenueType) -> Figures:
    return cube[quarter, kind].stands if (quarter, kind) in cube else EMPTY


def _closed(workspace: Workspace, period: ClosedPeriod) -> ClosedLine:
    return ClosedLine(
        quarter=period.quarter.start,
        label=workspace.calendar.label(period.quarter),
        closed_on=workspace.day_of(period.closed_at),
        closed_by=str(period.closed_by),
        reason=period.reason,
        open_alerts=period.open_alerts,
        unknown_rows=period.unknown_rows,
        provisional_rows=period.provisional_rows,
        unknown_months=period.unknown_months,
        provisional_months=period.provisional_months,
        unknown_transactions=period.unknown_transactions,
        provisional_transactions=period.provisional_transactions,
    )
