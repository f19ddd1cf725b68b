"""The quarters: what each stands at, closing, reopening, and what changed since a close."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.periods import (
    closed_period,
    closes_of,
    figure_cube,
    later_changes,
    quarter_states,
    superseded_sums,
)
from contributions.rules.periods import period_totals
from contributions.services import periods as services
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import PeriodError, Quarter
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, is_dialog, moment, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import scope_of
from workspaces.rules import Right


@workspace_view()
def quarters(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    last = workspace.calendar.quarter_of(workspace.day_of(moment(request)))
    states = quarter_states(workspace, scope_of(member), last=last)
    context = {
        "states": [
            (state, workspace.calendar.label(state.quarter), workspace.calendar.code(state.quarter))
            for state in states
        ],
        "running": last,
    }
    return render_page(request, "contributions/quarters.html", context)


@workspace_view()
def quarter(request: HttpRequest, workspace: Workspace, member: Membership, code: str) -> HttpResponse:
    """One quarter: as closed and now per type, the rows between and why, every close on record."""
    wanted, scope = _quarter(workspace, code), scope_of(member)
    frame = _frame(workspace, wanted)
    shut = {wanted: frame["closed"]} if frame["closed"] else {}
    cube = figure_cube(workspace, scope, shut, start=wanted.start, end=wanted.end)
    closes = closes_of(workspace, wanted)
    sums = superseded_sums(workspace, scope, closes)
    context = {
        **frame,
        "totals": period_totals(cube, [wanted]),
        "changes": later_changes(workspace, scope, shut),
        "closes": [(close, sums.get(close.pk)) for close in closes],
        "ended": workspace.day_of(moment(request)) >= wanted.end,
    }
    return render_page(request, "contributions/quarter.html", context)


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
    readable = counted(visible_contributions(workspace, scope)).filter(quarter=wanted)
    open_rows = [
        row
        for row in readable.select_related("owner__user", "client__survivor")
        if row.converted is None or row.provisional or row.earlier_rate
    ]
    context = {
        **_frame(workspace, wanted),
        "form": form,
        "items": items,
        "alerts": list(live_alerts(workspace, scope)[:20]),
        "open_rows": open_rows[:50],
        "others": items.unknown_rows + items.provisional_rows + items.earlier_rows - len(open_rows),
    }
    part = "contributions/_quarter_close.html" if is_dialog(request) else None
    return render_page(request, "contributions/quarter_close.html", context, part)


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
    context = {**_frame(workspace, wanted), "form": form}
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


def _frame(workspace: Workspace, quarter: Quarter) -> dict[str, Any]:
    calendar = workspace.calendar
    return {
        "quarter": quarter,
        "code": calendar.code(quarter),
        "label": calendar.label(quarter),
        "closed": closed_period(workspace, quarter),
        "back": reverse("quarter", args=[workspace.slug, calendar.code(quarter)]),
    }
