"""Workspaces, memberships and teams (rules 8)."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.text import slugify

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.lib.money import is_currency
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, TeamMember, User, Workspace
from workspaces.rules import Right, Role, UnfitName, clean_name, rights_of

RESERVED_SLUGS = frozenset({"new"})


def create_workspace(
    *, name: str, owner: User, slug: str | None = None, currency: str = "USD", **settings: object
) -> Workspace:
    """Make a workspace with `owner` as its owner and account manager (rules 8.3). Raises Refused.

    Without a slug a free one is made from the name; two people who make workspaces of one name at the same
    instant both get theirs.
    """
    clean = clean_workspace_name(name)
    if not is_currency(currency):
        raise Refused(f"“{currency}” is not a currency. Choose one from the list.", "currency")
    try:
        return _create(clean, slug or _free_slug(clean), owner, currency, settings)
    except IntegrityError:
        if slug:
            raise
        return _create(clean, _marked(_base_slug(clean)), owner, currency, settings)


def _create(name: str, slug: str, owner: User, currency: str, settings: dict[str, object]) -> Workspace:
    with transaction.atomic():
        with connection.cursor() as cursor:  # the number first: its history is written inside it
            cursor.execute("select nextval(pg_get_serial_sequence('workspaces_workspace', 'id'))")
            new_id = cursor.fetchone()[0]
        with in_workspace(new_id), because(user=owner.pk):
            workspace = Workspace(pk=new_id, name=name, slug=slug, currency=currency, **settings)
            if currency not in workspace.currencies:
                workspace.currencies = [currency, *workspace.currencies]
            workspace.save(force_insert=True)
            Membership.objects.create(
                workspace=workspace, user=owner, roles=[Role.OWNER.value, Role.ACCOUNT_MANAGER.value]
            )
    return workspace


def clean_workspace_name(name: str) -> str:
    """Raises Refused with the field `name`."""
    try:
        return clean_name(name, "The workspace’s name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem


def _base_slug(name: str) -> str:
    return slugify(name)[:40].strip("-_") or "workspace"


def _free_slug(name: str) -> str:
    base = slug = _base_slug(name)
    while slug in RESERVED_SLUGS or Workspace.objects.filter(slug=slug).exists():
        slug = _marked(base)
    return slug


def _marked(slug: str) -> str:
    return f"{slug}-{secrets.token_hex(3)}"


def change_roles(*, member: Membership, roles: Iterable[str], by: Membership, reason: str) -> None:
    """Give a member these roles instead: the owner's right (rules 8.1). Raises Refused.

    Handing the workspace over is two such steps: another person becomes owner, then one's own role goes.
    """
    wanted = sorted({Role(role).value for role in roles})
    if not wanted:
        raise Refused("Choose at least one role.", "roles")
    _need_reason(reason)
    with transaction.atomic(), because(reason=reason.strip()):
        current = _locked(member, by)
        if Right.ROLES not in rights_of(by.roles):
            raise Refused("Only an owner changes roles.")
        if Role.OWNER.value not in wanted:
            _keep_an_owner(current)
        Membership.objects.filter(pk=current.pk).update(roles=wanted)
        _clear_teams(current, wanted)


def end_membership(*, member: Membership, by: Membership, reason: str, now: datetime) -> None:
    """Take a person out of the workspace at once; their figures stay with them on record. Raises Refused."""
    _need_reason(reason)
    with transaction.atomic(), because(reason=reason.strip()):
        current = _locked(member, by)
        rights = rights_of(by.roles)
        if Right.MASTERS not in rights:
            raise Refused("Only an owner or administrator removes members.")
        if Role.OWNER.value in current.roles and Right.ROLES not in rights:
            raise Refused("Only an owner removes an owner.")
        _keep_an_owner(current)
        Membership.objects.filter(pk=current.pk).update(ended_at=now)
        _clear_teams(current, [])


def set_team(*, manager: Membership, members: Iterable[Membership], reason: str) -> None:
    """Assign exactly these account managers to a manager (rules 8.2). Raises Refused."""
    _need_reason(reason)
    if Role.MANAGER.value not in manager.roles or manager.ended_at:
        raise Refused("Only a manager has a team.")
    wanted = {member.pk: member for member in members}
    fit = all(
        m.is_account_manager and m.ended_at is None and m.workspace_id == manager.workspace_id
        for m in wanted.values()
    )
    if manager.pk in wanted or not fit:
        raise Refused("A team consists of other people who are account managers.", "members")
    with transaction.atomic(), because(reason=reason.strip()):
        TeamMember.objects.filter(manager=manager).exclude(member__in=wanted).delete()
        present = set(TeamMember.objects.filter(manager=manager).values_list("member_id", flat=True))
        for pk in sorted(wanted.keys() - present):
            TeamMember.objects.create(workspace_id=manager.workspace_id, manager=manager, member_id=pk)


def _locked(member: Membership, by: Membership) -> Membership:
    """The member as they are now, and `by` brought up to date, with the workspace held.

    Two owners who step down at the same instant must not leave a workspace without one, and a right that
    was lost a moment ago is lost.
    """
    Workspace.objects.select_for_update().get(pk=member.workspace_id)
    by.refresh_from_db(fields=["roles", "ended_at"])
    current = Membership.objects.filter(pk=member.pk, workspace_id=by.workspace_id, ended_at=None).first()
    if current is None or by.ended_at:
        raise Refused("This person is no longer a member.")
    return current


def _keep_an_owner(member: Membership) -> None:
    others = Membership.objects.filter(
        workspace_id=member.workspace_id, roles__contains=[Role.OWNER.value], ended_at=None
    ).exclude(pk=member.pk)
    if Role.OWNER.value in member.roles and not others.exists():
        raise Refused("A workspace keeps at least one owner. Make somebody else an owner first.", "roles")


def _clear_teams(member: Membership, roles: list[str]) -> None:
    if Role.MANAGER.value not in roles:
        TeamMember.objects.filter(manager=member).delete()
    if Role.ACCOUNT_MANAGER.value not in roles:
        TeamMember.objects.filter(member=member).delete()


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why: it is kept in the history.", "reason")
