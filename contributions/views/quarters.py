"""The quarters: what each stands at, closing, reopening, and what changed since a close."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from contributions.models import ClosedPeriod
from contributions.queries.closed_contracts import contract_cube
from contributions.queries.closed_revenue import revenue_cube
from contributions.queries.contract_changes import changes_by_contract, contract_changes
from contributions.queries.contract_months import open_months
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.periods import (
    QuarterState,
    closed_period,
    closed_periods,
    closes_of,
    figure_cube,
    later_changes,
    quarter_states,
    superseded_sums,
)
from contributions.queries.revenue_changes import revenue_changes
from contributions.rules.contract_months import Side, SideCell
from contributions.rules.periods import period_totals
from contributions.rules.revenue import NO_CELL
from contributions.services import periods as services
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import PeriodError, Quarter
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, is_dialog, moment, render_page
from transactions.rules.states import LACK_LABELS
from workspaces.access import workspace_view
from workspaces.models import Alert, AlertState, Membership, Workspace
from workspaces.queries.alerts import waiting_alerts
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import Right

ZERO = Decimal(0)
LISTED = 100  # contracts whose later changes a page lists
LISTED_ROWS = 30  # and imported rows
ALERTS = 20  # alerts that the question before a close lists
OPEN = 50  # open rows, and open months, that the question before a close lists


@workspace_view()
def quarters(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    last = workspace.calendar.quarter_of(workspace.day_of(moment(request)))
    scope, calendar, closed = scope_of(member), workspace.calendar, closed_periods(workspace)
    imported = revenue_cube(workspace, scope, closed)
    states = quarter_states(workspace, scope, closed, last=last, since=min([last, *imported]))
    contracts = _moved_contracts(workspace, scope, states)
    context = {
        "states": [
            (
                state,
                calendar.label(state.quarter),
                calendar.code(state.quarter),
                contracts[state.quarter],
                imported.get(state.quarter, NO_CELL),
            )
            for state in states
        ],
        "running": last,
    }
    return render_page(request, "contributions/quarters.html", context)


@workspace_view()
def quarter(request: HttpRequest, workspace: Workspace, member: Membership, code: str) -> HttpResponse:
    """One quarter: as closed and now, per type and for contracts, what lies between and why, every close."""
    wanted, scope = _quarter(workspace, code), scope_of(member)
    closes = closes_of(workspace, wanted)
    closed = next((each for each in closes if each.reopened_at is None), None)
    shut = {} if closed is None else {wanted: closed}
    cube = figure_cube(workspace, scope, shut, start=wanted.start, end=wanted.end)
    sums = superseded_sums(workspace, scope, closes)
    context = {
        **_frame(workspace, wanted, closed),
        "totals": period_totals(cube, [wanted]),
        "changes": later_changes(workspace, scope, shut),
        "closes": [(close, sums.get(close.pk)) for close in closes],
        **_contracts(workspace, scope, wanted, shut),
        "imported": revenue_cube(workspace, scope, shut, start=wanted.start, end=wanted.end).get(wanted),
        "ended": workspace.day_of(moment(request)) >= wanted.end,
    }
    return render_page(request, "contributions/quarter.html", context)


def _moved_contracts(
    workspace: Workspace, scope: Scope, states: list[QuarterState]
) -> dict[Quarter, list[SideCell]]:
    """Per quarter the figures of contracts whose live months come to something else than the closed ones."""
    closed = {state.quarter: state.closed for state in states if state.closed is not None}
    cube = contract_cube(workspace, scope, closed, start=min(closed).start) if closed else {}
    moved: dict[Quarter, list[SideCell]] = {state.quarter: [] for state in states}
    for quarter, side in sorted(cube, key=lambda key: list(Side).index(key[1])):
        if quarter in closed and cube[quarter, side].has_moved:
            moved[quarter].append(cube[quarter, side])
    return moved


def _contracts(
    workspace: Workspace, scope: Scope, quarter: Quarter, shut: dict[Quarter, ClosedPeriod]
) -> dict[str, Any]:
    """The months of contracts: both figures, as closed and now."""
    cells = contract_cube(workspace, scope, shut, start=quarter.start, end=quarter.end)
    return {"sides": [cells.get((quarter, side), SideCell(side)) for side in Side] if cells else []}


@workspace_view()
def quarter_contracts(
    request: HttpRequest, workspace: Workspace, member: Membership, code: str
) -> HttpResponse:
    """What changed in the months of contracts since the close: a part of the quarter's page, since its cost
    follows how many changed; a page of its own without JavaScript."""
    wanted, scope = _quarter(workspace, code), scope_of(member)
    closed = closed_period(workspace, wanted)
    if closed is None:
        raise Http404("An open quarter has no later changes")
    changed = changes_by_contract(contract_changes(workspace, scope, {wanted: closed}))
    rest = changed[LISTED:]
    context = {
        **_frame(workspace, wanted, closed),
        "lines": changed[:LISTED],
        "more": len(rest),
        "more_difference": sum((line.difference or ZERO for line in rest), ZERO),
    }
    part = "contributions/_quarter_contracts.html"
    return render_page(request, "contributions/quarter_contracts.html", context, part)


@workspace_view()
def quarter_revenue(
    request: HttpRequest, workspace: Workspace, member: Membership, code: str
) -> HttpResponse:
    """What changed in the imported rows since the close: a part of the quarter's page, since half a million
    rows are compared; a page of its own without JavaScript."""
    wanted, scope = _quarter(workspace, code), scope_of(member)
    closed = closed_period(workspace, wanted)
    if closed is None:
        raise Http404("An open quarter has no later changes")
    context = {
        **_frame(workspace, wanted, closed),
        "changes": revenue_changes(workspace, scope, wanted, closed, limit=LISTED_ROWS),
    }
    part = "contributions/_quarter_revenue.html"
    return render_page(request, "contributions/quarter_revenue.html", context, part)


@workspace_view(Right.CLOSE)
def quarter_close(request: HttpRequest, workspace: Workspace, member: Membership, code: str) -> HttpResponse:
    """List what is open, ask for a reason where there is anything, then copy (rules 2.4)."""
    wanted, scope = _quarter(workspace, code), scope_of(member)
    items = services.open_items(workspace, wanted)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].required = bool(items)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_quarter(
                workspace=workspace,
                quarter=wanted,
                by=member,
                reason=form.cleaned_data["reason"],
                now=moment(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"{workspace.calendar.label(wanted)} is closed.")
            return go(request, reverse("quarter", args=[workspace.slug, code]))
    context = {
        **_frame(workspace, wanted, closed_period(workspace, wanted)),
        "form": form,
        "items": items,
        "alerts": _alerts(request, workspace, scope),
        **_open_rows(workspace, scope, wanted, items),
        **_open_revenue(scope, items),
    }
    part = "contributions/_quarter_close.html" if is_dialog(request) else None
    return render_page(request, "contributions/quarter_close.html", context, part)


def _alerts(request: HttpRequest, workspace: Workspace, scope: Scope) -> list[Alert]:
    """The open alerts that this scope reads; the navigation, which counts them, need not ask again."""
    found = list(waiting_alerts(workspace, scope))
    request.open_alerts = sum(alert.state == AlertState.OPEN for alert in found)  # type: ignore[attr-defined]
    return found[:ALERTS]


def _open_rows(
    workspace: Workspace, scope: Scope, quarter: Quarter, items: services.OpenItems
) -> dict[str, Any]:
    """What is open of those whose figures the reader reads; of the others only how much (rules 2.4)."""
    readable = counted(visible_contributions(workspace, scope)).filter(quarter=quarter)
    found = readable.filter(Q(converted=None) | Q(provisional=True) | Q(earlier_rate=True))
    rows = list(found.select_related("owner__user", "client__survivor"))
    unknown, waiting = open_months(workspace, scope, quarter)
    months = sorted(unknown.union(waiting), key=lambda month: month[1:])
    return {
        "open_rows": rows[:OPEN],
        "others": items.unknown_rows + items.provisional_rows + items.earlier_rows - len(rows),
        "open_months": months[:OPEN],
        "other_months": items.unknown_months + items.provisional_months - len(months),
    }


def _open_revenue(scope: Scope, items: services.OpenItems) -> dict[str, Any]:
    """What is open of the imported rows, by what they wait for; of other people's only how many."""
    readable = items.imported.read_by(scope)
    own, all_of_it = readable.figures, items.unknown_transactions + items.provisional_transactions
    return {
        "open_lacks": [(LACK_LABELS[lack], count) for lack, count in readable.lacks.items()],
        "other_transactions": all_of_it - own.unknown_rows - own.provisional_rows,
    }


@workspace_view(Right.CLOSE)
def quarter_reopen(request: HttpRequest, workspace: Workspace, member: Membership, code: str) -> HttpResponse:
    wanted = _quarter(workspace, code)
    period = closed_period(workspace, wanted)
    if period is None:
        messages.warning(request, f"{workspace.calendar.label(wanted)} is open already.")
        return go(request, reverse("quarter", args=[workspace.slug, code]))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen_quarter(
                period=period, by=member, reason=form.cleaned_data["reason"], now=moment(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"{workspace.calendar.label(wanted)} is open again.")
            return go(request, reverse("quarter", args=[workspace.slug, code]))
    context = {**_frame(workspace, wanted, period), "form": form}
    part = "contributions/_quarter_reopen.html" if is_dialog(request) else None
    return render_page(request, "contributions/quarter_reopen.html", context, part)


def _quarter(workspace: Workspace, code: str) -> Quarter:
    try:
        period = workspace.calendar.period(code)
    except PeriodError as problem:
        raise Http404(str(problem)) from problem
    if period.kind != "quarter":
        raise Http404("Not a quarter")
    return period.quarters[0]


def _frame(workspace: Workspace, quarter: Quarter, closed: ClosedPeriod | None) -> dict[str, Any]:
    calendar = workspace.calendar
    return {
        "quarter": quarter,
        "code": calendar.code(quarter),
        "label": calendar.label(quarter),
        "closed": closed,
        "back": reverse("quarter", args=[workspace.slug, calendar.code(quarter)]),
    }
