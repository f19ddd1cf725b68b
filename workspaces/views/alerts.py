"""The inbox."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.reasons import ReasonForm
from kamtrak.web import back_to, go, moment, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Alert, AlertState, Membership, Severity, Workspace
from workspaces.models.alerts import LIVE
from workspaces.queries import alerts as queries
from workspaces.queries.causes import Kind, is_of_rows
from workspaces.queries.people import members, scope_of
from workspaces.rules import Right
from workspaces.services import alerts as services
from workspaces.services.dismissing import dismiss_alerts


@workspace_view()
def alerts(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What needs a person: what keeps revenue unknown first, then by its effect. Auditors read; amounts are
    for those who read everyone."""
    scope, wanted = scope_of(member), queries.read_wanted(request.GET, member)
    page = queries.alert_page(workspace, scope, wanted)
    people = list(members(workspace))
    context = {
        "page": page,
        "items": [_item(alert, workspace, member, scope) for alert in page.alerts],
        "people": people,
        "earlier": not page.alerts and queries.visible_alerts(workspace, scope).exists(),
        "filtered": wanted.is_filtered,
        "dismiss_url": _dismiss_url(request, workspace, member, wanted, page.total),
        "kind_choices": Kind.choices,
        "state_choices": [("all", "all"), *AlertState.choices],
        "severity_choices": Severity.choices,
        "assigned_choices": [("me", "me"), ("nobody", "nobody"), *((p.pk, str(p)) for p in people)],
    }
    return render_page(request, "workspaces/alerts.html", context)


def _item(alert: Alert, workspace: Workspace, member: Membership, scope: Any) -> dict[str, Any]:
    """An alert as this member may see it and act on it."""
    repair = f"{reverse('alerts', args=[workspace.slug]).removesuffix('alerts/')}{alert.path}"
    may_repair = bool(alert.path) and alert.is_live and _may_open(repair, member)
    return {
        "alert": alert,
        "amounts": scope.owners is None or alert.about_id is not None,
        "of_own_rows": scope.owners is not None and is_of_rows(alert.key),
        "may_settle": services.may_settle(alert, member, scope),
        "repair_url": repair if may_repair else "",
        "asks": bool(alert.path) and alert.is_live and not may_repair,
    }


def _may_open(url: str, member: Membership) -> bool:
    try:
        right = getattr(resolve(url.partition("?")[0]).func, "right", None)
    except Resolver404:
        return False
    return isinstance(right, Right) and member.can(right)


def _dismiss_url(
    request: HttpRequest, workspace: Workspace, member: Membership, wanted: queries.Wanted, found: int
) -> str:
    """Where all alerts of the filter are put away; "" where there is no filter, or it is not theirs to do."""
    if not (found and wanted.is_filtered and wanted.state in ("", *LIVE) and member.can(Right.MASTERS)):
        return ""
    return f"{reverse('alerts_dismiss', args=[workspace.slug])}?{request.GET.urlencode()}"


@workspace_view(Right.MASTERS)
def alerts_dismiss(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Put all alerts of the inbox's filter away, with a reason."""
    wanted = queries.read_wanted(request.GET, member)
    alerts = queries.wanted_alerts(workspace, scope_of(member), wanted).filter(state__in=LIVE)
    back = reverse("alerts", args=[workspace.slug])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = dismiss_alerts(alerts=alerts, by=member, now=moment(request), **form.cleaned_data)
        messages.success(request, f"{_alerts(count)} dismissed. A new occurrence raises a new alert.")
        return go(request, back)
    count = alerts.count()
    context = {
        "form": form,
        "count": count,
        "title": f"Dismiss {_alerts(count)}",
        "filter_said": _filter_said(wanted),
        "back": f"{back}?{request.GET.urlencode()}",
    }
    page, part = "workspaces/alerts_dismiss.html", "workspaces/_alerts_dismiss.html"
    return render_page(request, page, context, part=part, status=422 if form.errors else 200)


def _alerts(count: int) -> str:
    return "1 alert" if count == 1 else f"{count:,} alerts"


def _filter_said(wanted: queries.Wanted) -> str:
    """What the filter asks for, in words."""
    said = [
        Kind(wanted.kind).label if wanted.kind else "",
        Severity(wanted.severity).label if wanted.severity else "",
        AlertState(wanted.state).label if wanted.state in AlertState.values else "",
        f"“{wanted.text}”" if wanted.text else "",
        "of one person" if wanted.assigned else "assigned to nobody" if wanted.assigned == 0 else "",
    ]
    return " · ".join(part for part in said if part) or "All open and reviewed alerts"


@workspace_view()
@require_POST
def alert_act(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Review, dismiss, or assign to a member (or to nobody)."""
    scope = scope_of(member)
    alert = get_object_or_404(queries.visible_alerts(workspace, scope), pk=pk)
    try:
        messages.success(request, _act(request, workspace, member, alert))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return go(request, back_to(request, reverse("alerts", args=[workspace.slug])))


def _act(request: HttpRequest, workspace: Workspace, member: Membership, alert: Alert) -> str:
    """Do what was pressed; returns what to say about it. Raises Refused."""
    action = request.POST.get("action")
    if action == "review":
        services.review_alert(alert=alert, by=member)
        return f"Reviewed: {alert.title}"
    if action == "dismiss":
        services.dismiss_alert(alert=alert, by=member, now=moment(request))
        return f"Dismissed: {alert.title}. A new occurrence raises a new alert."
    wanted = read_id(request.POST, "to")
    to = members(workspace).filter(pk=wanted).first() if wanted else None
    if request.POST.get("to") and to is None:
        raise Refused("Choose a member of this workspace.", "to")
    services.assign_alert(alert=alert, to=to, by=member)
    return f"{alert.title}: assigned to {to.user if to else 'nobody'}"
