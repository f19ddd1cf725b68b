"""Putting many alerts away at once: those of a filter, with one reason (rules 5.11)."""

from datetime import datetime

from django.db.models import QuerySet

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from workspaces.models import Alert, AlertState, Membership
from workspaces.models.alerts import LIVE
from workspaces.rules import Right, rights_of


def dismiss_alerts(*, alerts: QuerySet[Alert], by: Membership, reason: str, now: datetime) -> int:
    """Dismiss the live ones among these; how many. A new occurrence of a cause raises a new alert.

    Raises Refused unless the person settles every alert.
    """
    if Right.MASTERS not in rights_of(by.roles):
        raise Refused("These alerts are not yours to settle.")
    with because(reason=reason.strip()):
        return alerts.filter(state__in=LIVE).update(state=AlertState.DISMISSED, ended_at=now)
