"""Invitations: a link that lets its holder join a workspace, once and for a week (rules 8)."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from workspaces.models import Invitation, Membership, User, Workspace
from workspaces.rules import Role, grantable_roles

INVITATION_DAYS = 7
INVITATIONS_A_DAY = 100  # of one workspace: its mails must not serve those who send unasked mail
ADDRESS_LENGTH = 254


def invite(
    *, workspace: Workspace, by: Membership, email: str, roles: Iterable[str], now: datetime
) -> tuple[Invitation, str]:
    """Invite a person; returns the invitation and the token of its link, which is not kept.

    An open invitation of the same address is replaced. Raises Refused.
    """
    address = _address(email)
    wanted = sorted({Role(role) for role in roles})
    if not wanted:
        raise Refused("Choose at least one role.", "roles")
    if not set(wanted) <= set(grantable_roles(by.roles)):
        raise Refused("You may not give this role.", "roles")
    if Membership.objects.filter(workspace=workspace, user__email=address, ended_at=None).exists():
        raise Refused(f"{address} is a member already.", "email")
    _within_the_day(workspace, now)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        unused = Invitation.objects.filter(workspace=workspace, email=address, accepted_at=None)
        unused.filter(revoked_at=None).update(revoked_at=now)
        invitation = Invitation.objects.create(
            workspace=workspace,
            email=address,
            roles=[role.value for role in wanted],
            token_hash=_hash(token),
            invited_by=by.user,
            created_at=now,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
    return invitation, token


def renew_invitation(*, invitation: Invitation, by: Membership, now: datetime) -> tuple[Invitation, str]:
    """Replace an unused invitation, expired or lost, by a new one with a new link. Raises Refused."""
    if invitation.accepted_at or invitation.revoked_at:
        raise Refused("This invitation is no longer open.")
    return invite(
        workspace=invitation.workspace, by=by, email=invitation.email, roles=invitation.roles, now=now
    )


def revoke_invitation(*, invitation: Invitation, now: datetime) -> None:
    """Make the link useless; a link that has been used stays as it is."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now)


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """The invitation of this link, still usable. Raises Refused with the reason when it is not."""
    invitation = (
        Invitation.objects.select_related("workspace", "invited_by").filter(token_hash=_hash(token)).first()
    )
    if invitation is None:
        raise Refused("This is not the link of an invitation. Copy the whole link, or ask for a new one.")
    if invitation.accepted_at:
        raise Refused("This invitation has been used already. A link lets one person join, once.")
    if invitation.revoked_at:
        raise Refused(f"This invitation was withdrawn. Ask {invitation.invited_by} for a new one.")
    if invitation.expires_at <= now:
        raise Refused(
            f"This invitation expired on {invitation.expires_at:%-d %B %Y}. "
            f"Ask {invitation.invited_by} for a new one."
        )
    if not _still_granted(invitation):
        raise Refused(
            "Whoever sent this invitation may no longer invite. Ask an administrator for a new one."
        )
    return invitation


def accept_invitation(*, token: str, user: User, now: datetime) -> Membership:
    """Join with this link, once, also when it is pressed twice. Raises Refused.

    A living member gains nothing by it: roles are changed by the owner (rules 8.1), not by a link that an
    administrator could send to themselves.
    """
    found = open_invitation(token=token, now=now)
    with in_workspace(found.workspace_id), because(user=user.pk):
        invitation = Invitation.objects.select_for_update().get(pk=found.pk)
        if invitation.accepted_at or invitation.revoked_at:
            raise Refused("This invitation has been used already. A link lets one person join, once.")
        member = Membership.objects.filter(workspace_id=found.workspace_id, user=user).first()
        if member is None:
            member = Membership(workspace_id=found.workspace_id, user=user)
        elif member.ended_at is None:
            raise Refused(f"You are a member of {found.workspace} already.")
        member.roles, member.joined_at, member.ended_at = invitation.roles, now, None
        member.save()
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user)
    return member


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as problem:
        raise Refused("Enter an e-mail address, like ada@example.com.", "email") from problem
    if len(address) > ADDRESS_LENGTH:
        raise Refused(f"An e-mail address has at most {ADDRESS_LENGTH} characters.", "email")
    return address


def _within_the_day(workspace: Workspace, now: datetime) -> None:
    sent = Invitation.objects.filter(workspace=workspace, created_at__gt=now - timedelta(days=1)).count()
    if sent >= INVITATIONS_A_DAY:
        raise Refused(f"{INVITATIONS_A_DAY} invitations were sent within a day. Send more tomorrow.", "email")


def _still_granted(invitation: Invitation) -> bool:
    """Whether the inviter is still a member who may give these roles: a dismissed one opens no back door."""
    inviter = Membership.objects.filter(
        workspace_id=invitation.workspace_id, user_id=invitation.invited_by_id, ended_at=None
    ).first()
    return inviter is not None and set(invitation.roles) <= set(grantable_roles(inviter.roles))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
