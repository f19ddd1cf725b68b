"""The inbox, as far as a member may see it."""

from django.db.models import Q, QuerySet

from workspaces.models import Alert, Workspace
from workspaces.models.alerts import LIVE
from workspaces.queries.people import Scope


def visible_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """Alerts about everybody, and those about people whose rows this scope reads."""
    found = Alert.objects.filter(workspace=workspace).select_related("assigned_to__user", "about__user")
    if scope.owners is not None:
        found = found.filter(Q(about=None) | Q(about__in=scope.owners))
    return found


def live_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """Open and reviewed alerts, largest effect first (rules 5.11)."""
    order = ["-rows", "-raised_at", "-id"]
    return visible_alerts(workspace, scope).filter(state__in=LIVE).order_by(*order)
