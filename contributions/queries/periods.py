"""Closed quarters: their state, their figures beside the live ones, and what changed since."""

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
from contributions.rules.periods import EMPTY, Cell, PeriodTotal, period_totals
from contributions.rules.periods import Sum as Figures
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace
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


Copies = Mapping[tuple[int, Quarter, str], Decimal | None]


def closed_copies(workspace: Workspace, closes: Iterable[ClosedPeriod], pks: Iterable[int]) -> Copies:
    """What contributions count for in these closes, by key, quarter and type of the copy; None is unknown."""
    shut = [close.pk for close in closes]
    copies = ClosedRow.objects.filter(workspace=workspace, period_id__in=shut, contribution_id__in=list(pks))
    return {
        (pk, quarter, kind): figure
        for pk, quarter, kind, figure in copies.values_list("contribution_id", "quarter", "type", "converted")
    }


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
    span = span_of(start, end)
    live = _sums(counted(visible_contributions(workspace, scope)).filter(span), copied=False)
    copies = _sums(closed_rows(workspace, scope, closed.values()).filter(span), copied=True)
    found: dict[bool, dict[tuple[Quarter, RevenueType], Figures]] = {False: {}, True: {}}
    for line in live.union(copies, all=True):
        found[line["copied"]][line["quarter"], RevenueType(line["type"])] = figures_in(line)
    inside = [q for q in closed if (start is None or q.start >= start) and (end is None or q.start < end)]
    keys = {*found[False], *((quarter, kind) for quarter in inside for kind in RevenueType)}
    return {
        key: Cell(found[False].get(key, EMPTY), found[True].get(key, EMPTY) if key[0] in closed else None)
        for key in keys
    }


def sums_of(rows: QuerySet[Any]) -> dict[tuple[Quarter, RevenueType], Figures]:
    """Per quarter and type what these rows sum to; also for the rows of a document."""
    return {
        (quarter, RevenueType(kind)): found for (quarter, kind), found in sums_by(rows, "quarter").items()
    }


def sums_by(rows: QuerySet[Any], name: str) -> dict[tuple[Any, str], Figures]:
    """Per value of this column and type what the rows sum to."""
    lines = rows.order_by().values(name, "type").annotate(**summed())
    return {(line[name], line["type"]): figures_in(line) for line in lines}


def span_of(start: date | None, end: date | None) -> Q:
    """Rows of quarters from `start` up to `end`."""
    return (Q(quarter__gte=start) if start else Q()) & (Q(quarter__lt=end) if end else Q())


def _sums(rows: QuerySet[Any], *, copied: bool) -> QuerySet[Any, dict[str, Any]]:
    return (
        rows.order_by()
        .values("quarter", "type")
        .annotate(**summed(), copied=Value(copied, output_field=BooleanField()))
    )


def summed() -> dict[str, Any]:
    """What makes a Sum of a group of rows."""
    return {
        "n": Count(Value(1)),  # not the key: so the index alone answers
        "total": Sum("converted"),
        "waiting": Sum("converted", filter=Q(provisional=True)),
        "waiting_n": Count(Value(1), filter=Q(provisional=True)),
        "unknown_n": Count(Value(1), filter=Q(converted=None)),
        "earlier_n": Count(Value(1), filter=Q(earlier_rate=True)),
    }


def figures_in(line: dict[str, Any]) -> Figures:
    """The Sum of a group that was annotated with `summed`."""
    return Figures(
        line["n"],
        line["total"] or ZERO,
        line["waiting"] or ZERO,
        line["waiting_n"],
        line["unknown_n"],
        line["earlier_n"],
    )


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
    def difference(self) -> Decimal | None:
        """What the change does to its total; None, unknown, where neither side has a rate (rules 6.6)."""
        if self.now is None and self.closed is None:
            return None
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
    def stands(self) -> Figures:
        """All four types together: value touched."""
        return sum((total.stands for total in self.totals), EMPTY)

    @property
    def changed(self) -> list[PeriodTotal]:
        """The types whose live rows come to something else than the closed ones."""
        return [total for total in self.totals if total.has_moved]


def quarter_states(
    workspace: Workspace,
    scope: Scope,
    closed: Mapping[Quarter, ClosedPeriod],
    *,
    last: Quarter,
    since: Quarter,
) -> list[QuarterState]:
    """Every quarter from the first with a row, or from `since`, to `last`, newest first, with what it stands
    at; `closed` are those that are closed now."""
    cube = figure_cube(workspace, scope, closed)
    first = min([since, *(quarter for quarter, _ in cube)])
    states, quarter = [], last
    while quarter >= first:
        states.append(QuarterState(quarter, closed.get(quarter), period_totals(cube, [quarter])))
        quarter = quarter - 1
    return states


def closes_of(workspace: Workspace, quarter: Quarter) -> list[ClosedPeriod]:
    """Every close of the quarter on record, newest first, superseded ones too."""
    found = ClosedPeriod.objects.filter(workspace=workspace, quarter=quarter)
    return list(found.select_related("closed_by", "reopened_by").order_by("-closed_at", "-pk"))


def superseded_sums(
    workspace: Workspace, scope: Scope, closes: Iterable[ClosedPeriod]
) -> dict[int, list[tuple[RevenueType, Figures]]]:
    """What each superseded close stood at, per type, by its key: it stays on record (rules 2.4)."""
    over = [close.pk for close in closes if close.reopened_at]
    if not over:
        return {}
    rows = ClosedRow.objects.filter(workspace=workspace, period_id__in=over)
    sums = sums_by(rows if scope.owners is None else rows.filter(owner_id__in=scope.owners), "period_id")
    return {pk: [(kind, sums.get((pk, kind.value), EMPTY)) for kind in RevenueType] for pk in over}
