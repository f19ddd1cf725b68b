"""The people whom every test knows, and plain builders for what stands around them.

In workspace `acme` (USD): olive owns it and logs contributions, ada administers, mia manages a team of one,
alex; alex and amir are account managers, audrey audits. sam owns `other` (EUR, year from April): a stranger.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from workspaces.models import Alert, ClientAccount, Job, Membership, Severity, TeamMember, User, Workspace
from workspaces.rules import Role
from workspaces.services.alerts import Cause, raise_alert
from workspaces.services.clients import pick_or_create_client
from workspaces.services.jobs import create_job
from workspaces.services.people import create_workspace

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


def make_user(name: str, email: str | None = None, **fields: Any) -> User:
    return User.objects.create_user(email or f"{name.lower()}@example.com", PASSWORD, name=name, **fields)


def make_workspace(name: str, owner: User, **settings: Any) -> Workspace:
    return create_workspace(name=name, owner=owner, **settings)


def make_member(
    workspace: Workspace, name: str, *roles: Role, manager: Membership | None = None
) -> Membership:
    """A new person with these roles, in the team of `manager` if one is named."""
    with in_workspace(workspace.pk):
        member = Membership.objects.create(
            workspace=workspace, user=make_user(name), roles=[role.value for role in roles]
        )
        if manager:
            TeamMember.objects.create(workspace=workspace, manager=manager, member=member)
    return member


def make_client(workspace: Workspace, name: str) -> ClientAccount:
    with in_workspace(workspace.pk):
        return pick_or_create_client(workspace=workspace, name=name)


def make_alert(workspace: Workspace, key: str = "rate-missing:KRW", **given: Any) -> Alert:
    values: dict[str, Any] = {
        "severity": Severity.ERROR,
        "title": "Exchange rate missing: KRW",
        "rows": 9,
        **given,
    }
    with in_workspace(workspace.pk):
        alert = raise_alert(workspace=workspace, cause=Cause(key=key, **values), now=NOW)
    assert alert is not None
    return alert


def make_job(workspace: Workspace, by: User, kind: str = "test", **params: Any) -> Job:
    with in_workspace(workspace.pk):
        return create_job(workspace=workspace, kind=kind, by=by, params=params, now=NOW)


@dataclass
class Cast:
    """The people by name, as members, and browsers in which they are signed in."""

    acme: Workspace
    other: Workspace
    olive: Membership
    ada: Membership
    mia: Membership
    alex: Membership
    amir: Membership
    audrey: Membership
    sam: Membership
    _browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, name: str) -> Client:
        """A browser in which this person is signed in; `anonymous` is signed in nowhere."""
        if name not in self._browsers:
            self._browsers[name] = Client()
            if name != "anonymous":
                self._browsers[name].force_login(getattr(self, name).user)
        return self._browsers[name]


def make_cast() -> Cast:
    acme = make_workspace("Acme", make_user("Olive"), slug="acme", currency="USD")
    other = make_workspace("Other", make_user("Sam"), slug="other", currency="EUR", fiscal_year_start=4)
    mia = make_member(acme, "Mia", Role.MANAGER)
    return Cast(
        acme=acme,
        other=other,
        olive=Membership.objects.get(user__email="olive@example.com"),
        ada=make_member(acme, "Ada", Role.ADMINISTRATOR),
        mia=mia,
        alex=make_member(acme, "Alex", Role.ACCOUNT_MANAGER, manager=mia),
        amir=make_member(acme, "Amir", Role.ACCOUNT_MANAGER),
        audrey=make_member(acme, "Audrey", Role.AUDITOR),
        sam=Membership.objects.get(user__email="sam@example.com"),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def inside(cast: Cast) -> Iterator[Cast]:
    """The cast, with the test inside workspace acme on olive's behalf: for services and queries."""
    with in_workspace(cast.acme.pk), because(user=cast.olive.user_id):
        yield cast


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever asks the clock is told NOW: rows are of 23 November 2026, so the pages are, too."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def files_apart(settings: Any, tmp_path: Path) -> None:
    """Files are kept for one test: those of earlier runs bear the same numbers."""
    settings.MEDIA_ROOT = tmp_path
