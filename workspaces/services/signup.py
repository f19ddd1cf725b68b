"""What somebody who has just signed up begins with (rules 8.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kamtrak.lib.errors import Refused
from workspaces.models import User, Workspace
from workspaces.services.invitations import accept_invitation
from workspaces.services.people import create_workspace

FIRST_NAME_LENGTH = 60


def receive_newcomer(
    *, user: User, token: str, now: datetime, beginning: Mapping[str, Any]
) -> tuple[Workspace, str]:
    """A workspace of their own, and membership by the invitation of this token, if they came with one.

    `beginning` has the currency, time zone and start of the fiscal year of their own. Returns the workspace
    to open with, and why the invitation could not be used, if so: an account that was wanted is made all the
    same.
    """
    first_name = user.name.split()[0][:FIRST_NAME_LENGTH]
    own = create_workspace(name=f"{first_name}’s workspace", owner=user, **beginning)
    if not token:
        return own, ""
    try:
        with transaction.atomic():
            return accept_invitation(token=token, user=user, now=now).workspace, ""
    except Refused as refusal:
        return own, refusal.message
