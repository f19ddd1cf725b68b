"""The inbox, as far as a member may see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from kamtrak.web import read_id
from workspaces.models import Alert, AlertState, Membership, Severity, TeamMember, Workspace
from workspaces.models.alerts import LIVE
from workspaces.queries.people import Scope

PAGE = 50
LARGEST_FIRST = ("-rows", "-raised_at", "-id")


def visible_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """Alerts about everybody, and those about people whose rows this scope reads."""
    found = Alert.objects.filter(workspace=workspace)
    if scope.owners is not None:
        found = found.filter(Q(about=None) | Q(about__in=scope.owners))
    return found


def live_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """Open and reviewed alerts, largest effect first (rules 5.11)."""
    return visible_alerts(workspace, scope).filter(state__in=LIVE).order_by(*LARGEST_FIRST)


def live_keys(workspace: Workspace, prefixes: Collection[str]) -> set[str]:
    """The keys of all live alerts of these kinds."""
    begins = reduce(or_, (Q(key__startswith=prefix) for prefix in prefixes))
    found = Alert.objects.filter(begins, workspace=workspace, state__in=LIVE)
    return set(found.values_list("key", flat=True))


def open_alert_count(workspace: Workspace, member: Membership) -> int:
    """How many alerts wait for somebody to look at them, as far as this member sees them: one question."""
    found = Alert.objects.filter(workspace=workspace, state=AlertState.OPEN)
    if not member.reads_everyone:
        team = TeamMember.objects.filter(workspace=workspace, manager=member).values("member")
        found = found.filter(Q(about=None) | Q(about=member) | Q(about__in=team))
    return found.count()


@dataclass(frozen=True)
class Wanted:
    """What the inbox shows; every field stands in its address. Without a state: the live ones."""

    state: str = ""  # a state, or "all"
    severity: str = ""
    assigned: int | None = None  # a membership; 0 for nobody
    after: str = ""


def read_wanted(query: Mapping[str, str], member: Membership) -> Wanted:
    """The filter in an address; what it does not know is no filter."""
    state, severity, assigned = (query.get(name, "") for name in ("state", "severity", "assigned"))
    who = {"me": member.pk, "nobody": 0}.get(assigned, read_id(query, "assigned"))
    return Wanted(
        state=state if state in (*AlertState.values, "all") else "",
        severity=severity if severity in Severity.values else "",
        assigned=who,
        after=query.get("after", ""),
    )


@dataclass(frozen=True)
class AlertPage:
    alerts: list[Alert]
    total: int
    after: str


def alert_page(workspace: Workspace, scope: Scope, wanted: Wanted) -> AlertPage:
    """The alerts of this filter, largest effect first."""
    found = visible_alerts(workspace, scope).select_related("assigned_to__user", "about__user")
    if wanted.state != "all":
        found = found.filter(state__in=[wanted.state] if wanted.state else LIVE)
    if wanted.severity:
        found = found.filter(severity=wanted.severity)
    if wanted.assigned is not None:
        found = found.filter(assigned_to=wanted.assigned or None)
    page = list(found.filter(_beyond(wanted.after)).order_by(*LARGEST_FIRST)[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    after = f"{last.rows}~{last.raised_at.isoformat()}~{last.pk}" if last else ""
    return AlertPage(page[:PAGE], found.count(), after)


def _beyond(cursor: str) -> Q:
    """What stands after the last alert of the page before; everything without a readable cursor."""
    try:
        rows, raised, pk = cursor.split("~")
        at = datetime.fromisoformat(raised)
        equal_rows = Q(rows=int(rows))
        return Q(rows__lt=int(rows)) | equal_rows & (Q(raised_at__lt=at) | Q(raised_at=at, pk__lt=int(pk)))
    except ValueError:
        return Q()
