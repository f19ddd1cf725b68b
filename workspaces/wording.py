"""How the history speaks of people, clients, alerts and settings."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from kamtrak.lib.months import Month
from workspaces.models import (
    Alert,
    ClientAccount,
    ClientName,
    Invitation,
    Membership,
    TeamMember,
    User,
    Workspace,
)
from workspaces.queries.wording import Naming, Row, Wording, describe, name_rows
from workspaces.rules import role_labels


def _roles(value: Iterable[str], row: Row, workspace: Workspace) -> str:
    return ", ".join(role_labels(value))


def _month(value: Any, row: Row, workspace: Workspace) -> str:
    return f"{Month(2000, int(value)).first:%B}"


def _sales(value: Any, row: Row, workspace: Workspace) -> str:
    return "the current schedules" if value else "what was confirmed"


def _own_name(row: Row, before: Row | None) -> bool:
    """The first name of an account comes with the account itself."""
    return before is None and not row["is_alias"]


WORDINGS: dict[type[Model], Wording] = {
    Workspace: Wording(
        noun="Settings",
        title="{name}",
        labels={
            "currencies": "Enabled currencies",
            "fiscal_year_start": "Fiscal year starts in",
            "fiscal_year_named_by": "Fiscal year named after",
            "rate_mode": "Rates",
            "rate_limit_days": "Days that a published rate holds",
            "sales_follow_current": "Sales dashboard shows",
        },
        hidden=frozenset({"slug"}),
        printers={"fiscal_year_start": _month, "sales_follow_current": _sales},
    ),
    Membership: Wording(
        noun="Member",
        title="{user}",
        labels={"joined_at": "Joined", "ended_at": "Membership ended", "user": "Person"},
        printers={"roles": _roles},
    ),
    TeamMember: Wording(noun="Team", title="{member} in the team of {manager}"),
    Invitation: Wording(
        noun="Invitation",
        title="{email}",
        labels={
            "expires_at": "Valid until",
            "accepted_at": "Accepted",
            "accepted_by": "Accepted by",
            "revoked_at": "Withdrawn",
            "email": "E-mail",
        },
        hidden=frozenset({"token_hash", "invited_by"}),
        printers={"roles": _roles},
    ),
    ClientAccount: Wording(
        noun="Client account",
        title="{name}",
        labels={"merged_into": "Merged into"},
        hidden=frozenset({"survivor"}),
    ),
    ClientName: Wording(
        noun="Client name",
        title="{name} for {account}",
        labels={"is_alias": "Alias", "account": "Finds"},
        hidden=frozenset({"key"}),
        silent=_own_name,
    ),
    Alert: Wording(
        noun="Alert",
        title="{title}",
        labels={"assigned_to": "Assigned to", "ended_at": "Closed", "raised_at": "Raised"},
        hidden=frozenset(
            {"key", "path", "action", "about", "severity", "rows", "quantity", "raised_at", "detail"}
        ),
    ),
}


def install() -> None:
    name_rows(User, Naming(("name", "email"), lambda name, email: name or email))
    name_rows(Membership, Naming(("user__name",)))
    name_rows(ClientAccount, Naming(("name",)))
    for model, wording in WORDINGS.items():
        describe(model, wording)
