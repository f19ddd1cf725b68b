"""The inbox."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.web import back_to, go, moment, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Alert, AlertState, Membership, Severity, Workspace
from workspaces.queries import alerts as queries
from workspaces.queries.people import members, scope_of
from workspaces.rules import Right
from workspaces.services import alerts as services


@workspace_view()
def alerts(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What needs a person, largest effect first. Auditors read; amounts are for those who read everyone."""
    scope, wanted = scope_of(member), queries.read_wanted(request.GET, member)
    page = queries.alert_page(workspace, scope, wanted)
    people = list(members(workspace))
    context = {
        "page": page,
        "items": [_item(alert, workspace, member, scope) for alert in page.alerts],
        "people": people,
        "earlier": not page.alerts and queries.visible_alerts(workspace, scope).exists(),
        "filtered": bool(wanted.severity or wanted.assigned or wanted.state),
        "state_choices": [("all", "all"), *AlertState.choices],
        "severity_choices": Severity.choices,
        "assigned_choices": [("me", "me"), ("nobody", "nobody"), *((p.pk, str(p)) for p in people)],
    }
    return render_page(request, "workspaces/alerts.html", context)


def _item(alert: Alert, workspace: Workspace, member: Membership, scope: Any) -> dict[str, Any]:
    """An alert as this member may see it and act on it."""
    repair = f"{reverse('alerts', args=[workspace.slug]).removesuffix('alerts/')}{alert.path}"
    return {
        "alert": alert,
        "amounts": scope.owners is None or alert.about_id is not None,
        "may_settle": services.may_settle(alert, member, scope),
        "repair_url": repair if alert.path and alert.is_live and _may_open(repair, member) else "",
    }


def _may_open(url: str, member: Membership) -> bool:
    try:
        right = getattr(resolve(url.partition("?")[0]).func, "right", None)
    except Resolver404:
        return False
    return isinstance(right, Right) and member.can(right)


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
