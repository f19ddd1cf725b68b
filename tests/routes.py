"""Every address of the site, classified: who may open it, by which methods, with which rows of acme.

A route that is not in this table fails test_isolation.py until somebody has said what it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_alert, make_client, make_job
from workspaces.models import ClientAccount, Job
from workspaces.rules import Right
from workspaces.services.clients import merge_clients
from workspaces.services.invitations import invite


class Rows:
    """Rows of acme to put into addresses, made when first asked for. Most belong to alex or to everybody."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    @cached_property
    def client(self) -> ClientAccount:
        return make_client(self.cast.acme, "Nordhavn Logistics")

    @cached_property
    def merged_client(self) -> ClientAccount:
        account = make_client(self.cast.acme, "Nordhavn A/S")
        with in_workspace(self.cast.acme.pk):
            merge_clients(account=account, into=self.client, reason="One company")
        return account

    @cached_property
    def alert_pk(self) -> int:
        return make_alert(self.cast.acme).pk

    @cached_property
    def job(self) -> Job:
        return make_job(self.cast.acme, self.cast.alex.user)

    @cached_property
    def invitation_pk(self) -> int:
        cast = self.cast
        with in_workspace(cast.acme.pk):
            found, _ = invite(
                workspace=cast.acme, by=cast.olive, email="nora@example.com", roles=["manager"], now=NOW
            )
        return found.pk


Arguments = Callable[[Rows], dict[str, Any]]


def NO_ROWS(rows: Rows) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """A page or action of a workspace. `hidden_from`: members to whom this row does not exist (404)."""

    right: Right
    methods: str = "GET POST"
    rows: Arguments = NO_ROWS
    hidden_from: frozenset[str] = frozenset()


READ_ONLY, ACTION, FORM = "GET", "POST", "GET POST"

PAGES: dict[str, Page] = {
    "clients": Page(Right.READ, READ_ONLY),
    "client_options": Page(Right.READ, READ_ONLY),
    "client": Page(Right.READ, READ_ONLY, lambda rows: {"pk": rows.client.pk}),
    "client_rename": Page(Right.MASTERS, FORM, lambda rows: {"pk": rows.client.pk}),
    "client_alias": Page(Right.MASTERS, ACTION, lambda rows: {"pk": rows.client.pk}),
    "client_merge": Page(Right.MASTERS, FORM, lambda rows: {"pk": rows.client.pk}),
    "client_unmerge": Page(Right.MASTERS, FORM, lambda rows: {"pk": rows.merged_client.pk}),
    "alerts": Page(Right.READ, READ_ONLY),
    "alert_act": Page(Right.READ, ACTION, lambda rows: {"pk": rows.alert_pk}),
    "job": Page(
        Right.READ, READ_ONLY, lambda rows: {"pk": rows.job.pk}, frozenset({"mia", "amir", "audrey"})
    ),
    "job_cancel": Page(
        Right.READ, ACTION, lambda rows: {"pk": rows.job.pk}, frozenset({"mia", "amir", "audrey"})
    ),
    "members": Page(Right.MASTERS, READ_ONLY),
    "member_invite": Page(Right.MASTERS),
    "invitation_act": Page(Right.MASTERS, ACTION, lambda rows: {"pk": rows.invitation_pk}),
    "member": Page(Right.MASTERS, FORM, lambda rows: {"pk": rows.cast.mia.pk}),
    "member_end": Page(Right.MASTERS, FORM, lambda rows: {"pk": rows.cast.amir.pk}),
    "team": Page(Right.MASTERS, FORM, lambda rows: {"pk": rows.cast.mia.pk}),
    "settings": Page(Right.MASTERS),
    "workspace_delete": Page(Right.ROLES),
    "history": Page(Right.HISTORY, READ_ONLY),
}

# Outside any workspace, for whoever is signed in.
OF_A_PERSON = {"home", "workspace_new", "profile", "appearance"}
# For everybody, signed in or not. Of allauth: the ways in.
OPEN = {
    "health",
    "invitation",
    "account_login",
    "account_signup",
    "account_logout",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_signup_webauthn",
    "mfa_trust",
}
# The rest of allauth is a signed-in person's own account.
OWN_ACCOUNT = ("account_", "mfa_")


@dataclass(frozen=True)
class Route:
    """A route as the resolver knows it."""

    name: str
    path: str
    pattern: URLPattern

    @property
    def of_a_workspace(self) -> bool:
        return self.path.startswith("w/<slug:slug>/")


def routes() -> list[Route]:
    """Every named or unnamed route but those of Django's admin, which stands behind its own door."""
    return [route for route in _walk(get_resolver().url_patterns, "") if not route.path.startswith("admin/")]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Route]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield Route(pattern.name or "", path, pattern)
