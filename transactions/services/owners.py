"""Saying whom a name in a file means (rules 5.19)."""

from datetime import datetime

from django.db import transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from transactions.models import SeenOwner
from transactions.services.following import owner_confirmed
from transactions.services.guards import reason_of
from workspaces.models import Membership
from workspaces.rules import Role
from workspaces.services.locks import hold_alone


def confirm_owner(
    *,
    owner: SeenOwner,
    member: Membership | None,
    was: int | None,
    by: Membership,
    reason: str,
    now: datetime,
) -> None:
    """Let this name mean the member, or nobody; a person's word stands above e-mail and name.

    `was` is the member that was on the form. Raises Stale where somebody said otherwise meanwhile, Refused.
    """
    reason = reason_of(by, reason, "whom a name means")
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(owner.workspace)
        current = SeenOwner.objects.select_for_update(of=("self",)).get(pk=owner.pk)
        if member is not None and not _fits(member, current):
            raise Refused("Choose an account manager of this workspace.", "member")
        wanted = member.pk if member else None
        if (current.member_id, current.is_alias or wanted is None) == (wanted, True):
            return
        if current.member_id != was:
            raise Stale("Somebody said meanwhile whom this name means. See it, then save again.")
        current.member, current.is_alias = member, True  # also that it is nobody: nothing finds it again
        current.save(update_fields=["member", "is_alias"])
        owner_confirmed(workspace=workspace, by=by, seen=current, reason=reason, now=now)


def _fits(member: Membership, owner: SeenOwner) -> bool:
    return member.workspace_id == owner.workspace_id and Role.ACCOUNT_MANAGER in member.roles
