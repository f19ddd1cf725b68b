"""What every page knows: the workspace, the member, the navigation, the person's own choices.

A page without a workspace asks the database nothing here; a page of a workspace once, for the alerts.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import SimpleLazyObject

from workspaces.forms.signup import invitation_needed
from workspaces.models import Membership, Workspace
from workspaces.queries.alerts import open_alert_count
from workspaces.rules import Right

APPEARANCES = ("light", "dark")
APPEARANCE_COOKIE = "appearance"
STARTS = ("dashboard", "contributions", "clients")


@dataclass(frozen=True)
class Entry:
    """An entry of the navigation: the page that it opens, and those during which it is the current one."""

    label: str
    name: str
    icon: str
    covers: frozenset[str]


def _entry(label: str, name: str, icon: str, covers: str = "") -> Entry:
    return Entry(label, name, icon, frozenset({name, *covers.split()}))


MAIN = (
    _entry("Dashboard", "dashboard", "layout-dashboard"),
    _entry(
        "Contributions",
        "contributions",
        "coins",
        "contribution contribution_add contribution_edit contribution_void contribution_duplicate",
    ),
    _entry("Achievements", "achievements", "trophy", "achievement achievement_add achievement_edit"),
    _entry("Documents", "documents", "file-text", "document document_issue job"),
    _entry("Clients", "clients", "building", "client client_rename client_alias client_merge client_unmerge"),
    _entry("Quarters", "quarters", "calendar-event", "quarter quarter_close quarter_reopen"),
    _entry("Alerts", "alerts", "bell", "alert_act"),
)
CONSOLE = (
    _entry(
        "Exchange rates",
        "rates",
        "currency-euro",
        "rate_add rate_withdraw rates_upload rates_file rates_moves",
    ),
    _entry("Members", "members", "users", "member member_invite member_end team invitation_act"),
    _entry("Settings", "settings", "settings", "workspace_delete"),
    _entry("History", "history", "history"),
)


@dataclass(frozen=True)
class Link:
    """An entry as base.html draws it."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None
    count_bad: int | None = None


@dataclass(frozen=True)
class Group:
    label: str
    items: list[Link]


@dataclass(frozen=True)
class Place:
    """One of the person's workspaces, in the switcher."""

    name: str
    url: str
    current: bool


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor of every page and part."""
    appearance = request.COOKIES.get(APPEARANCE_COOKIE, "")
    common = {"appearance": appearance if appearance in APPEARANCES else ""}
    workspace: Workspace | None = getattr(request, "workspace", None)
    member: Membership | None = getattr(request, "member", None)
    if workspace is None or member is None:
        closed = invitation_needed()
        return {**common, "workspace": None, "member": None, "invitation_only": closed}
    return {
        **common,
        "workspace": workspace,
        "member": member,
        "nav": SimpleLazyObject(lambda: _navigation(request, workspace, member)),
        "workspaces": SimpleLazyObject(lambda: _switcher(request, workspace)),
        "add_url": address("contribution_add", workspace.slug) if member.can(Right.LOG) else None,
    }


@cache
def _right_of(name: str) -> Right | None:
    """What the page of this name asks for; None where there is no such page."""
    try:
        return getattr(resolve(reverse(name, args=["x"])).func, "right", None)
    except NoReverseMatch:
        return None


def address(name: str, slug: str) -> str | None:
    """Where this page of the workspace is, if this installation has it."""
    return reverse(name, args=[slug]) if _right_of(name) else None


def start_of(slug: str) -> str:
    """The page with which a workspace opens."""
    return next(url for name in STARTS if (url := address(name, slug)))


def _navigation(request: HttpRequest, workspace: Workspace, member: Membership) -> list[Group]:
    """Only pages that exist and that the member may open."""
    here = request.resolver_match.url_name if request.resolver_match else None
    console = "Admin console" if member.can(Right.MASTERS) else ""
    groups = []
    for label, entries in (("", MAIN), (console, CONSOLE)):
        open_to = [e for e in entries if (right := _right_of(e.name)) and member.can(right)]
        if open_to:
            groups.append(Group(label, [_link(entry, here, request, workspace, member) for entry in open_to]))
    return groups


def _open_alerts(request: HttpRequest, workspace: Workspace, member: Membership) -> int:
    """How many alerts are open; a page that has loaded them has said so (`request.open_alerts`)."""
    known: int | None = getattr(request, "open_alerts", None)
    return open_alert_count(workspace, member) if known is None else known


def _link(
    entry: Entry, here: str | None, request: HttpRequest, workspace: Workspace, member: Membership
) -> Link:
    alerts = _open_alerts(request, workspace, member) if entry.name == "alerts" else 0
    return Link(
        label=entry.label,
        url=reverse(entry.name, args=[workspace.slug]),
        icon=entry.icon,
        current=here in entry.covers,
        count_bad=alerts or None,
    )


def _switcher(request: HttpRequest, current: Workspace) -> list[Place]:
    """The person's workspaces; they came with the membership and cost no question."""
    return [
        Place(each.workspace.name, start_of(each.workspace.slug), each.workspace_id == current.pk)
        for each in getattr(request.user, "living_memberships", [])
    ]
