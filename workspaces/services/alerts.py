"""Raising alerts and what a person does with them (rules 5.11)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from kamtrak.lib.errors import Refused
from workspaces.models import Alert, AlertState, Membership, Workspace
from workspaces.models.alerts import LIVE
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import may_settle_alert

_REFRESHED = ("severity", "title", "detail", "action", "path", "rows", "quantity")


@dataclass(frozen=True)
class Cause:
    """One cause that needs a person: what it is, what it blocks, and where it is repaired."""

    key: str
    severity: str
    title: str
    detail: str = ""
    action: str = ""
    path: str = ""
    rows: int = 0
    quantity: str = ""
    about: Membership | None = None


def raise_alert(*, workspace: Workspace, cause: Cause, now: datetime) -> Alert | None:
    """Raise this cause, or refresh its live alert; None while it is just as it was when it was dismissed."""
    raise_alerts(workspace=workspace, causes=[cause], now=now)
    return Alert.objects.filter(workspace=workspace, key=cause.key, state__in=LIVE).first()


def raise_alerts(*, workspace: Workspace, causes: Sequence[Cause], now: datetime) -> None:
    """Raise these causes, or refresh their live alerts where anything differs; those that are just as they
    were when they were dismissed stay away. At most three statements, however many causes there are.

    Two workers raising the same cause at once end with one alert: the unique key decides.
    """
    if not causes:
        return
    of_causes = Alert.objects.filter(workspace=workspace, key__in=[cause.key for cause in causes])
    newest = {last.key: last for last in of_causes.order_by("key", "-raised_at", "-id").distinct("key")}
    raised, moved = [], []
    for cause in causes:
        last = newest.get(cause.key)
        if last is None or not last.is_live:
            if not _dismissed_as_it_is(last, cause):
                raised.append(_alert_of(workspace, cause, now))
        elif any(getattr(last, name) != getattr(cause, name) for name in _REFRESHED):
            for name in _REFRESHED:
                setattr(last, name, getattr(cause, name))
            moved.append(last)
    Alert.objects.bulk_create(raised, ignore_conflicts=True)
    Alert.objects.bulk_update(moved, _REFRESHED)


def _alert_of(workspace: Workspace, cause: Cause, now: datetime) -> Alert:
    values = {name: getattr(cause, name) for name in _REFRESHED}
    return Alert(workspace=workspace, key=cause.key, about=cause.about, raised_at=now, **values)


def _dismissed_as_it_is(last: Alert | None, cause: Cause) -> bool:
    """Whether this very occurrence was put away: only a new one may disturb again (rules 5.11)."""
    return (
        last is not None
        and last.state == AlertState.DISMISSED
        and all(getattr(last, name) == getattr(cause, name) for name in ("detail", "rows", "quantity"))
    )


def resolve_alerts(*, workspace: Workspace, prefix: str, keep: set[str], now: datetime) -> int:
    """Resolve the live alerts whose key begins with `prefix`, but for those still caused; how many."""
    caused = Alert.objects.filter(workspace=workspace, key__startswith=prefix, state__in=LIVE)
    return caused.exclude(key__in=keep).update(state=AlertState.RESOLVED, ended_at=now)


def resolve_causes(*, workspace: Workspace, keys: Collection[str], now: datetime) -> int:
    """Resolve the live alerts of exactly these causes; how many."""
    if not keys:
        return 0
    caused = Alert.objects.filter(workspace=workspace, key__in=keys, state__in=LIVE)
    return caused.update(state=AlertState.RESOLVED, ended_at=now)


def may_settle(alert: Alert, by: Membership, scope: Scope) -> bool:
    """Whether this member (who reads `scope`) reviews, dismisses or assigns it; nobody does a closed one."""
    about_readable = alert.about_id is not None and scope.includes(alert.about_id)
    assigned = alert.assigned_to_id == by.pk
    return alert.is_live and may_settle_alert(by.roles, about_readable=about_readable, assigned=assigned)


def review_alert(*, alert: Alert, by: Membership) -> None:
    """Note that somebody has seen it; it stays in the inbox until its cause is gone. Raises Refused."""
    _move(alert, by, AlertState.REVIEWED, None)


def dismiss_alert(*, alert: Alert, by: Membership, now: datetime) -> None:
    """Put it away; a new occurrence of the cause raises a new alert. Raises Refused."""
    _move(alert, by, AlertState.DISMISSED, now)


def assign_alert(*, alert: Alert, to: Membership | None, by: Membership) -> None:
    """Ask a member to look after it, or nobody in particular. Raises Refused."""
    _check(alert, by)
    if to is not None and (to.workspace_id != alert.workspace_id or to.ended_at):
        raise Refused("Choose a member of this workspace.", "to")
    Alert.objects.filter(pk=alert.pk).update(assigned_to=to)


def _move(alert: Alert, by: Membership, state: AlertState, ended: datetime | None) -> None:
    _check(alert, by)
    if not Alert.objects.filter(pk=alert.pk, state__in=LIVE).update(state=state, ended_at=ended):
        raise Refused("This alert is no longer open.")


def _check(alert: Alert, by: Membership) -> None:
    if not alert.is_live:
        raise Refused("This alert is no longer open.")
    if not may_settle(alert, by, scope_of(by)):
        raise Refused("This alert is not yours to settle.")
