"""The inbox, as far as a member may see it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import F, Q, QuerySet

from kamtrak.keyset import Column, key_page
from kamtrak.web import read_id
from workspaces.models import Alert, AlertState, Membership, Severity, TeamMember, Workspace
from workspaces.models.alerts import LIVE
from workspaces.queries.causes import Kind, blocks_of, kind_of, of_own_rows, of_rows_alone
from workspaces.queries.people import Scope

PAGE = 50


def visible_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """Alerts that concern everybody, and those about people whose rows this scope reads: named in the alert,
    having its cause in their rows, or asked to look after it."""
    found = Alert.objects.filter(workspace=workspace)
    if scope.owners is None:
        return found
    theirs = Q(about__in=scope.owners) | Q(assigned_to__in=scope.owners)
    common = Q(about=None) & (~of_rows_alone() | of_own_rows(workspace, scope.owners))
    return found.filter(theirs | common)


def live_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """Open and reviewed alerts: those that keep revenue unknown first, then by their effect (rules 5.11)."""
    return _in_order(visible_alerts(workspace, scope))


def waiting_alerts(workspace: Workspace, scope: Scope) -> QuerySet[Alert]:
    """The same without the causes that lie in rows, but for whoever reads everyone's or was asked to look
    after one: others can do nothing about them, and find those of their own rows in the inbox. Costs the same
    however many rows there are."""
    found = Alert.objects.filter(workspace=workspace)
    if scope.owners is not None:
        theirs = Q(about__in=scope.owners) | Q(assigned_to__in=scope.owners)
        found = found.filter(theirs | Q(about=None) & ~of_rows_alone())
    return _in_order(found)


def _in_order(found: QuerySet[Alert]) -> QuerySet[Alert]:
    return found.filter(state__in=LIVE).order_by(blocks_of(), "-rows", "-raised_at", "-id")


def live_keys(workspace: Workspace, prefixes: Collection[str]) -> set[str]:
    """The keys of all live alerts of these kinds."""
    begins = reduce(or_, (Q(key__startswith=prefix) for prefix in prefixes))
    found = Alert.objects.filter(begins, workspace=workspace, state__in=LIVE)
    return set(found.values_list("key", flat=True))


def open_alert_count(workspace: Workspace, member: Membership) -> int:
    """How many of `waiting_alerts` nobody has looked at: one question."""
    found = Alert.objects.filter(workspace=workspace, state=AlertState.OPEN)
    if not member.reads_everyone:
        team = TeamMember.objects.filter(workspace=workspace, manager=member).values("member")
        found = found.filter(
            Q(about=None) & ~of_rows_alone()
            | Q(about=member)
            | Q(about__in=team)
            | Q(assigned_to=member)
            | Q(assigned_to__in=team)
        )
    return found.count()


@dataclass(frozen=True)
class Wanted:
    """What the inbox shows; every field stands in its address. Without a state: the live ones."""

    state: str = ""  # a state, or "all"
    severity: str = ""
    kind: str = ""
    text: str = ""
    assigned: int | None = None  # a membership; 0 for nobody
    after: str = ""
    before: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.state or self.severity or self.kind or self.text or self.assigned is not None)


def read_wanted(query: Mapping[str, str], member: Membership) -> Wanted:
    """The filter in an address; what it does not know is no filter."""
    state, severity, kind, assigned = (
        query.get(name, "") for name in ("state", "severity", "kind", "assigned")
    )
    who = {"me": member.pk, "nobody": 0}.get(assigned, read_id(query, "assigned"))
    return Wanted(
        state=state if state in (*AlertState.values, "all") else "",
        severity=severity if severity in Severity.values else "",
        kind=kind if kind in Kind.values else "",
        text=query.get("q", "").replace("\x00", "").strip()[:200],
        assigned=who,
        after=query.get("after", ""),
        before=query.get("before", ""),
    )


def wanted_alerts(workspace: Workspace, scope: Scope, wanted: Wanted) -> QuerySet[Alert]:
    """The alerts of this filter, in no order."""
    found = visible_alerts(workspace, scope)
    if wanted.state != "all":
        found = found.filter(state__in=[wanted.state] if wanted.state else LIVE)
    if wanted.severity:
        found = found.filter(severity=wanted.severity)
    if wanted.kind:
        found = found.alias(kind=kind_of()).filter(kind=wanted.kind)
    if wanted.text:
        found = found.filter(Q(title__icontains=wanted.text) | Q(detail__icontains=wanted.text))
    if wanted.assigned is not None:
        found = found.filter(assigned_to=wanted.assigned or None)
    return found


@dataclass(frozen=True)
class AlertPage:
    alerts: list[Alert]
    total: int
    after: str
    before: str


def alert_page(workspace: Workspace, scope: Scope, wanted: Wanted) -> AlertPage:
    """The alerts of this filter, in the order of `live_alerts`."""
    found = wanted_alerts(workspace, scope, wanted)
    order = [
        Column(blocks_of(), int),
        Column(F("rows"), int, descending=True),
        Column(F("raised_at"), datetime.fromisoformat, descending=True),
    ]
    page = key_page(found, order, after=wanted.after, before=wanted.before, size=PAGE)
    loaded = Alert.objects.select_related("assigned_to__user", "about__user").in_bulk(page.ids)
    return AlertPage([loaded[pk] for pk in page.ids], found.count(), page.after, page.before)
