"""Workspaces, memberships, teams and invitations (rules 8)."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from workspaces.models import Invitation, Membership, TeamMember, User, Workspace
from workspaces.rules import Right, Role, UnfitName, clean_name, grantable_roles, rights_of

INVITATION_DAYS = 7
RESERVED_SLUGS = frozenset({"new", "admin", "static"})


def create_workspace(
    *, name: str, owner: User, slug: str | None = None, currency: str = "USD", **settings: object
) -> Workspace:
    """Make a workspace with `owner` as its owner and account manager (rules 8.3). Raises Refused."""
    try:
        clean = clean_name(name, "The workspace's name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select nextval(pg_get_serial_sequence('workspaces_workspace', 'id'))")
            new_id = cursor.fetchone()[0]
        with in_workspace(new_id), because(user=owner.pk):
            workspace = Workspace(
                pk=new_id, name=clean, slug=slug or _free_slug(clean), currency=currency, **settings
            )
            if currency not in workspace.currencies:
                workspace.currencies = [currency, *workspace.currencies]
            workspace.save(force_insert=True)
            Membership.objects.create(
                workspace=workspace, user=owner, roles=[Role.OWNER.value, Role.ACCOUNT_MANAGER.value]
            )
    return workspace


def _free_slug(name: str) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "workspace"
    slug = base
    while slug in RESERVED_SLUGS or Workspace.objects.filter(slug=slug).exists():
        slug = f"{base}-{secrets.token_hex(2)}"
    return slug


def invite(
    *, workspace: Workspace, by: Membership, email: str, roles: Iterable[str], now: datetime
) -> tuple[Invitation, str]:
    """Invite a person; returns the invitation and the token of its link, which is not kept.

    An open invitation of the same address is replaced. Raises Refused.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as problem:
        raise Refused("Enter an e-mail address, like ada@example.com.", "email") from problem
    wanted = sorted({Role(role) for role in roles})
    if not wanted:
        raise Refused("Choose at least one role.", "roles")
    if not set(wanted) <= set(grantable_roles(by.roles)):
        raise Refused("You may not give this role.", "roles")
    if Membership.objects.filter(workspace=workspace, user__email=email, ended_at=None).exists():
        raise Refused(f"{email} is a member already.", "email")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Invitation.objects.filter(workspace=workspace, email=email, accepted_at=None, revoked_at=None).update(
            revoked_at=now
        )
        invitation = Invitation.objects.create(
            workspace=workspace,
            email=email,
            roles=[role.value for role in wanted],
            token_hash=_hash(token),
            invited_by=by.user,
            created_at=now,
            expires_at=now + timedelta(days=INVITATION_DAYS),
        )
    return invitation, token


def open_invitation(*, token: str, now: datetime) -> Invitation:
    """The invitation of this link, still usable. Raises Refused with the reason when it is not."""
    invitation = (
        Invitation.objects.select_related("workspace", "invited_by").filter(token_hash=_hash(token)).first()
    )
    if invitation is None or invitation.revoked_at:
        raise Refused("This invitation is not valid. Ask for a new one.")
    if invitation.accepted_at:
        raise Refused("This invitation has been used already.")
    if invitation.expires_at <= now:
        raise Refused(
            f"This invitation expired on {invitation.expires_at:%-d %B %Y}. "
            f"Ask {invitation.invited_by} for a new one."
        )
    return invitation


def accept_invitation(*, token: str, user: User | AnonymousUser, now: datetime) -> Membership:
    """Join with this link. A link works once, also when pressed twice. Raises Refused."""
    found = open_invitation(token=token, now=now)
    with in_workspace(found.workspace_id), because(user=user.pk):
        invitation = Invitation.objects.select_for_update().get(pk=found.pk)
        if invitation.accepted_at or invitation.revoked_at:
            raise Refused("This invitation has been used already.")
        member = Membership.objects.filter(workspace_id=found.workspace_id, user_id=user.pk).first()
        if member is None:
            member = Membership.objects.create(
                workspace_id=found.workspace_id, user_id=user.pk, roles=invitation.roles, joined_at=now
            )
        else:
            roles = invitation.roles if member.ended_at else sorted({*member.roles, *invitation.roles})
            Membership.objects.filter(pk=member.pk).update(roles=roles, ended_at=None)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user.pk)
    return member


def revoke_invitation(*, invitation: Invitation, now: datetime) -> None:
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=now)


def change_roles(*, member: Membership, roles: Iterable[str], by: Membership, reason: str) -> None:
    """Give a member these roles instead: the owner's right (rules 8.1). Raises Refused."""
    wanted = sorted({Role(role).value for role in roles})
    if Right.ROLES not in rights_of(by.roles):
        raise Refused("Only an owner changes roles.")
    if not wanted:
        raise Refused("Choose at least one role.", "roles")
    _need_reason(reason)
    with transaction.atomic(), because(reason=reason.strip()):
        _lock_owners(member.workspace_id)
        if Role.OWNER.value not in wanted:
            _keep_an_owner(member)
        Membership.objects.filter(pk=member.pk).update(roles=wanted)
        _clear_teams(member, wanted)


def end_membership(*, member: Membership, by: Membership, reason: str, now: datetime) -> None:
    """Take a person out of the workspace at once; their figures stay with them on record."""
    _need_reason(reason)
    if Role.OWNER.value in member.roles and Right.ROLES not in rights_of(by.roles):
        raise Refused("Only an owner removes an owner.")
    with transaction.atomic(), because(reason=reason.strip()):
        _lock_owners(member.workspace_id)
        _keep_an_owner(member)
        Membership.objects.filter(pk=member.pk).update(ended_at=now)
        _clear_teams(member, [])


def set_team(*, manager: Membership, members: Iterable[Membership], reason: str) -> None:
    """Assign exactly these account managers to a manager (rules 8.2). Raises Refused."""
    _need_reason(reason)
    if Role.MANAGER.value not in manager.roles:
        raise Refused("Only a manager has a team.")
    wanted = {member.pk: member for member in members}
    if manager.pk in wanted or not all(m.is_account_manager for m in wanted.values()):
        raise Refused("A team consists of other people who are account managers.", "members")
    with transaction.atomic(), because(reason=reason.strip()):
        TeamMember.objects.filter(manager=manager).exclude(member__in=wanted).delete()
        present = set(TeamMember.objects.filter(manager=manager).values_list("member_id", flat=True))
        for pk in wanted.keys() - present:
            TeamMember.objects.create(workspace_id=manager.workspace_id, manager=manager, member_id=pk)


def _lock_owners(workspace_id: int) -> None:
    """Two owners who step down at the same instant must not leave a workspace without one."""
    Workspace.objects.select_for_update().get(pk=workspace_id)


def _keep_an_owner(member: Membership) -> None:
    others = Membership.objects.filter(
        workspace_id=member.workspace_id, roles__contains=[Role.OWNER.value], ended_at=None
    ).exclude(pk=member.pk)
    if Role.OWNER.value in member.roles and not others.exists():
        raise Refused("A workspace keeps at least one owner. Make somebody else an owner first.")


def _clear_teams(member: Membership, roles: list[str]) -> None:
    if Role.MANAGER.value not in roles:
        TeamMember.objects.filter(manager=member).delete()
    if Role.ACCOUNT_MANAGER.value not in roles:
        TeamMember.objects.filter(member=member).delete()


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why: it is kept in the history.", "reason")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
