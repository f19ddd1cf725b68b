"""Closed quarters: their state, their figures beside the live ones, and what changed since."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from contributions.models import ClosedPeriod, ClosedRow, Contribution
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.reasons import reasons_for, with_reasons
from contributions.rules import RevenueType
from contributions.rules.periods import Cell, PeriodTotal, period_totals
from contributions.rules.periods import Sum as Figures
from kamtrak.lib.months import Quarter
from workspaces.models import ClientAccount, Workspace
from workspaces.queries.people import Scope

ZERO = Decimal(0)


def closed_periods(workspace: Workspace) -> dict[Quarter, ClosedPeriod]:
    """The quarters that are closed now."""
    found = ClosedPeriod.objects.filter(workspace=workspace, reopened_at=None).select_related("closed_by")
    return {period.quarter: period for period in found}


def closed_period(workspace: Workspace, quarter: Quarter) -> ClosedPeriod | None:
    return (
        ClosedPeriod.objects.filter(workspace=workspace, quarter=quarter, reopened_at=None)
        .select_related("closed_by")
        .first()
    )


def closed_rows(workspace: Workspace, scope: Scope, closed: Iterable[ClosedPeriod]) -> QuerySet[ClosedRow]:
    """The copies that these closes made, as far as this scope reads."""
    rows = ClosedRow.objects.filter(workspace=workspace, period_id__in=[period.pk for period in closed])
    return rows if scope.owners is None else rows.filter(owner_id__in=scope.owners)


def figure_cube(
    workspace: Workspace,
    scope: Scope,
    closed: Mapping[Quarter, ClosedPeriod],
    *,
    start: date | None = None,
    end: date | None = None,
) -> dict[tuple[Quarter, RevenueType], Cell]:
    """Live and closed figures per quarter and type, for quarters from `start` up to `end`; one query.

    `closed` are the quarters that are closed now.
    """
    span = _span(start, end)
    live = _sums(counted(visible_contributions(workspace, scope)).filter(span), copied=False)
    copies = _sums(closed_rows(workspace, scope, closed.values()).filter(span), copied=True)
    found: dict[bool, dict[tuple[Quarter, RevenueType], Figures]] = {False: {}, True: {}}
    for line in live.union(copies, all=True):
        found[line["copied"]][line["quarter"], RevenueType(line["type"])] = _figures(line)
    inside = [q for q in closed if (start is None or q.start >= start) and (end is None or q.start < end)]
    keys = {*found[False], *((quarter, kind) for quarter in inside for kind in RevenueType)}
    nothing = Figures()
    return {
        key: Cell(found[False].get(key, nothing), found[True].get(key, nothing) if key[0] in closed else None)
        for key in keys
    }


def sums_of(rows: QuerySet[Any]) -> dict[tuple[Quarter, RevenueType], Figures]:
    """Per quarter and type what these rows sum to; also for the rows of a document."""
    lines = _sums(rows, copied=True)
    return {(line["quarter"], RevenueType(line["type"])): _figures(line) for line in lines}


def _span(start: date | None, end: date | None) -> Q:
    return (Q(quarter__gte=start) if start else Q()) & (Q(quarter__lt=end) if end else Q())


def _sums(rows: QuerySet[Any], *, copied: bool) -> QuerySet[Any, dict[str, Any]]:
    return (
        rows.order_by()
        .values("quarter", "type")
        .annotate(
            n=Count(Value(1)),  # not the key: so the index alone answers
            total=Sum("converted"),
            waiting=Sum("converted", filter=Q(provisional=True)),
            waiting_n=Count(Value(1), filter=Q(provisional=True)),
            unknown_n=Count(Value(1), filter=Q(converted=None)),
            earlier_n=Count(Value(1), filter=Q(earlier_rate=True)),
            copied=Value(copied, output_field=BooleanField()),
        )
    )


def _figures(line: dict[str, Any]) -> Figures:
    return Figures(
        line["n"],
        line["total"] or ZERO,
        line["waiting"] or ZERO,
        line["waiting_n"],
        line["unknown_n"],
        line["earlier_n"],
    )


@dataclass(frozen=True)
class ClientFigures:
    """What one client stands for in a period: per type, as closed or live; `touched` all together."""

    client_id: int
    name: str
    by_type: dict[RevenueType, Decimal]

    @property
    def touched(self) -> Decimal:
        return sum(self.by_type.values(), ZERO)

    @property
    def amounts(self) -> list[Decimal]:
        """The four types in their order."""
        return [self.by_type.get(kind, ZERO) for kind in RevenueType]


def client_figures(
    workspace: Workspace,
    scope: Scope,
    closed: Mapping[Quarter, ClosedPeriod],
    *,
    start: date | None,
    end: date | None,
) -> list[ClientFigures]:
    """Per client and type what the period stands at: copies of closed quarters, live rows of open ones.

    Sums over the clients equal the headlines of the period. Largest value touched first.
    """
    span = _span(start, end)
    live = counted(visible_contributions(workspace, scope)).filter(span).exclude(quarter__in=list(closed))
    copies = closed_rows(workspace, scope, closed.values()).filter(span)
    lines = _per_client(live, F("client__survivor_id")).union(_per_client(copies, F("client_id")), all=True)
    found: dict[int, dict[RevenueType, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = list(lines)
    accounts = _survivors(workspace, {line["account"] for line in rows})
    for line in rows:
        account = accounts[line["account"]][0]
        found[account][RevenueType(line["type"])] += line["total"] or ZERO
    names = dict(accounts.values())
    listed = [ClientFigures(pk, names[pk], dict(by_type)) for pk, by_type in found.items()]
    return sorted(listed, key=lambda client: (-client.touched, client.name))


def _per_client(rows: QuerySet[Any], account: F) -> QuerySet[Any, dict[str, Any]]:
    return (
        rows.order_by().annotate(account=account).values("account", "type").annotate(total=Sum("converted"))
    )


def _survivors(workspace: Workspace, pks: set[int]) -> dict[int, tuple[int, str]]:
    """For each account its survivor now: a copy names the account that it had when it was made."""
    found = ClientAccount.objects.filter(workspace=workspace, pk__in=pks)
    return {
        pk: (survivor or pk, name)
        for pk, survivor, name in found.values_list("pk", "survivor_id", "survivor__name")
    }


class Same(Func):
    """Equal, and unknown is equal to unknown."""

    template, arg_joiner, output_field = "(%(expressions)s)", " IS NOT DISTINCT FROM ", BooleanField()


@dataclass(frozen=True)
class Change:
    """One row between a closed figure and now, and why (rules 2.4). Money is in the workspace currency.

    `copy`: the row as closed; None if it came to its place later. `live`: the row as it stands at the same
    place now; None if it was voided or moved away.
    """

    copy: ClosedRow | None
    live: Contribution | None
    why: str

    @property
    def row(self) -> ClosedRow | Contribution:
        row = self.copy or self.live
        assert row is not None  # noqa: S101 - a change has at least one side
        return row

    @property
    def type(self) -> RevenueType:
        return self.row.kind

    @property
    def quarter(self) -> Quarter:
        return self.row.quarter

    @property
    def owner_name(self) -> str:
        return self.row.owner_name if isinstance(self.row, ClosedRow) else str(self.row.owner)

    @property
    def client_name(self) -> str:
        if isinstance(self.row, ClosedRow):
            return self.row.client_name
        return str(self.row.client.survivor or self.row.client)

    @property
    def contribution_id(self) -> int:
        return self.copy.contribution_id if self.copy else int(self.row.pk)

    @property
    def closed(self) -> Decimal | None:
        return self.copy.converted if self.copy else None

    @property
    def now(self) -> Decimal | None:
        return self.live.converted if self.live else None

    @property
    def difference(self) -> Decimal:
        return (self.now or ZERO) - (self.closed or ZERO)


def later_changes(workspace: Workspace, scope: Scope, closed: Mapping[Quarter, ClosedPeriod]) -> list[Change]:
    """The rows whose figure differs from the copy of their closed quarter; `closed` are those asked for.

    Per quarter and type the differences sum to `later`: a row that moved to another type or quarter is a
    change at both places. Only what differs is loaded, however many rows were closed.
    """
    copies = closed_rows(workspace, scope, closed.values())
    live = counted(visible_contributions(workspace, scope)).filter(quarter__in=closed)
    place = {name: OuterRef(name) for name in ("quarter", "type")}
    same = live.filter(Same(F("converted"), OuterRef("converted")), pk=OuterRef("contribution_id"), **place)
    copied = copies.filter(contribution_id=OuterRef("pk"), **place)
    moved = list(copies.filter(~Exists(same)))
    added = live.filter(~Exists(copied)).select_related("owner__user", "client__survivor")
    now = Contribution.objects.filter(workspace=workspace).in_bulk([copy.contribution_id for copy in moved])
    changes = [_changed(copy, now.get(copy.contribution_id), workspace) for copy in moved]
    changes += [_added(row, closed[row.quarter]) for row in added]
    reasons = reasons_for(workspace, {change.contribution_id for change in changes})
    changes = [
        replace(c, why=with_reasons(c.why, reasons.get(c.contribution_id, ()), closed[c.quarter].closed_at))
        for c in changes
    ]
    return sorted(changes, key=lambda c: (c.type.number, c.client_name.casefold(), c.contribution_id))


def _changed(copy: ClosedRow, now: Contribution | None, workspace: Workspace) -> Change:
    if now is None or now.is_void:
        return Change(copy, None, "voided" if now else "no longer on record")
    if now.quarter != copy.quarter:
        return Change(copy, None, f"moved to {workspace.calendar.label(now.quarter)}")
    if now.type != copy.type:
        return Change(copy, None, f"now {now.kind.label.lower()}")
    if (copy.amount, copy.currency, copy.share, copy.counts_on) != (
        now.amount.amount,
        now.currency,
        now.share,
        now.counts_on,
    ):
        return Change(copy, now, "edited")
    return Change(copy, now, "rate settled" if copy.provisional else "rate supplied or changed")


def _added(row: Contribution, period: ClosedPeriod) -> Change:
    existed = row.created_at <= period.closed_at
    return Change(None, row, "moved here or restored after the close" if existed else "added after the close")


def close_around(row: Contribution) -> Any:
    """The close of a contribution's quarter, with how the row stood then: `was_there`, and `as_closed`, its
    figure, None while it was unknown. None if the quarter is open."""
    copied = FilteredRelation("rows", condition=Q(rows__contribution_id=row.pk))
    found = ClosedPeriod.objects.filter(workspace=row.workspace_id, quarter=row.quarter, reopened_at=None)
    told = found.annotate(copied=copied).annotate(
        was_there=Q(copied__isnull=False), as_closed=F("copied__converted")
    )
    return told.select_related("closed_by").first()


@dataclass(frozen=True)
class QuarterState:
    """One quarter in the list of quarters."""

    quarter: Quarter
    closed: ClosedPeriod | None
    totals: list[PeriodTotal]

    @property
    def stands(self) -> Decimal:
        return sum((total.stands.converted for total in self.totals), ZERO)

    @property
    def later(self) -> Decimal:
        return sum((total.later for total in self.totals), ZERO)

    @property
    def rows(self) -> int:
        return sum(total.stands.rows for total in self.totals)


def quarter_states(workspace: Workspace, scope: Scope, *, last: Quarter) -> list[QuarterState]:
    """Every quarter from the first with a row to `last`, newest first, with what it stands at."""
    closed = closed_periods(workspace)
    cube = figure_cube(workspace, scope, closed)
    first = min((quarter for quarter, _ in cube), default=last)
    states, quarter = [], last
    while quarter >= first:
        states.append(QuarterState(quarter, closed.get(quarter), period_totals(cube, [quarter])))
        quarter = quarter - 1
    return states


def closes_of(workspace: Workspace, quarter: Quarter) -> list[ClosedPeriod]:
    """Every close of the quarter on record, newest first, superseded ones too."""
    found = ClosedPeriod.objects.filter(workspace=workspace, quarter=quarter)
    return list(found.select_related("closed_by", "reopened_by").order_by("-closed_at", "-pk"))
