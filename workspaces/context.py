"""What every page knows: the workspace, the member, the navigation, the person's own choices.

A page without a workspace asks the database nothing here; a page of a workspace once, for the alerts.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
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
    """An entry of the navigation; it is the current one on its page and on those below it."""

    label: str
    name: str
    icon: str


MAIN = (
    Entry("Dashboard", "dashboard", "layout-dashboard"),
    Entry("Contributions", "contributions", "coins"),
    Entry("Achievements", "achievements", "trophy"),
    Entry("Contracts", "contracts", "file-certificate"),
    Entry("Sales dashboard", "sales", "chart-bar"),
    Entry("Revenue report", "revenue_report", "calendar-dollar"),
    Entry("Transactions", "transactions", "arrows-exchange"),
    Entry("Imports", "imports", "table-import"),
    Entry("Documents", "documents", "file-text"),
    Entry("Clients", "clients", "building"),
    Entry("Quarters", "quarters", "calendar-event"),
    Entry("Alerts", "alerts", "bell"),
)
CONSOLE = (
    Entry("Formulas", "formulas", "math-function"),
    Entry("Catalog", "catalog", "tag"),
    Entry("Exchange rates", "rates", "currency-euro"),
    Entry("Mappings", "mappings", "table-import"),
    Entry("Owner names", "owner_names", "user-check"),
    Entry("Transaction settings", "transaction_settings", "adjustments"),
    Entry("Members", "members", "users"),
    Entry("Settings", "settings", "settings"),
    Entry("History", "history", "history"),
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
        site = {"invitation_only": invitation_needed(), "asks_verification": _asks_verification()}
        return {**common, **site, "workspace": None, "member": None}
    return {
        **common,
        "workspace": workspace,
        "member": member,
        "nav": SimpleLazyObject(lambda: _navigation(request, workspace, member)),
        "workspaces": SimpleLazyObject(lambda: _switcher(request, workspace)),
        "add_url": address("contribution_add", workspace.slug) if member.can(Right.LOG) else None,
    }


def _asks_verification() -> bool:
    """Whether an address must be verified here: only where mails go out."""
    return bool(settings.ACCOUNT_EMAIL_VERIFICATION == "mandatory")


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
    console = "Admin console" if member.can(Right.MASTERS) else ""
    groups = []
    for label, entries in (("", MAIN), (console, CONSOLE)):
        open_to = [e for e in entries if (right := _right_of(e.name)) and member.can(right)]
        if open_to:
            groups.append(Group(label, [_link(entry, request, workspace, member) for entry in open_to]))
    return groups


def _open_alerts(request: HttpRequest, workspace: Workspace, member: Membership) -> int:
    """How many alerts are open; a page that has loaded them has said so (`request.open_alerts`)."""
    known: int | None = getattr(request, "open_alerts", None)
    return open_alert_count(workspace, member) if known is None else known


def _link(entry: Entry, request: HttpRequest, workspace: Workspace, member: Membership) -> Link:
    url = reverse(entry.name, args=[workspace.slug])
    below = entry.name != "dashboard" and request.path.startswith(url)  # every page lies below that one
    alerts = _open_alerts(request, workspace, member) if entry.name == "alerts" else 0
    return Link(entry.label, url, entry.icon, below or request.path == url, count_bad=alerts or None)


def _switcher(request: HttpRequest, current: Workspace) -> list[Place]:
    """The person's workspaces; they came with the membership and cost no question."""
    return [
        Place(each.workspace.name, start_of(each.workspace.slug), each.workspace_id == current.pk)
        for each in getattr(request.user, "living_memberships", [])
    ]
