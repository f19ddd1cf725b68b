"""Who is in a workspace, and whose figures a member may read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, Func, Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.shortcuts import get_object_or_404

from workspaces.models import Invitation, Membership, TeamMember, User, Workspace
from workspaces.rules import Role


@dataclass(frozen=True)
class Scope:
    """Whose rows may be read: of everyone (`owners` is None), or of these memberships only (rules 8.2)."""

    owners: frozenset[int] | None

    def includes(self, owner_id: int) -> bool:
        return self.owners is None or owner_id in self.owners

    def narrowed(self, owner_id: int | None) -> "Scope":
        """This scope and one person; None leaves it as it is. A person outside gives an empty scope."""
        if owner_id is None:
            return self
        return Scope(frozenset({owner_id}) if self.includes(owner_id) else frozenset())


EVERYONE = Scope(None)


def said_name(user: str) -> Coalesce:
    """What a user is called, as the database says it: the name, or the address where there is none.

    `user` is the path to the user from the rows that are read: `entered_by`.
    """
    return Coalesce(NullIf(f"{user}__name", Value("")), f"{user}__email", output_field=CharField())


def scope_label(scope: Scope, people: int) -> str:
    """How a choice of persons names all of them."""
    return f"Everyone ({people})" if scope.owners is None else f"My team and I ({people})"


def scope_of(member: Membership) -> Scope:
    """Whose figures this member reads: everyone's, one's team's and one's own, or one's own."""
    if member.reads_everyone:
        return EVERYONE
    owners = {member.pk}
    if Role.MANAGER in member.roles:
        owners |= set(
            TeamMember.objects.filter(workspace_id=member.workspace_id, manager=member).values_list(
                "member_id", flat=True
            )
        )
    return Scope(frozenset(owners))


def members(workspace: Workspace, *, ended: bool = False) -> QuerySet[Membership]:
    """Living memberships by name; with `ended` also those that ended."""
    found = Membership.objects.filter(workspace=workspace).select_related("user").order_by("user__name", "id")
    return found if ended else found.filter(ended_at=None)


def account_managers(
    workspace: Workspace, scope: Scope, *, ended: bool = False, **beside: Func
) -> list[Membership]:
    """People whose contributions this scope reads, by name; `beside`: what each of them is told with."""
    found = members(workspace, ended=ended).filter(roles__contains=[Role.ACCOUNT_MANAGER.value])
    found = found.annotate(**beside)
    if scope.owners is not None:
        found = found.filter(pk__in=scope.owners)
    return list(found)


def workspaces_of(user: User) -> list[Workspace]:
    """The workspaces that this person belongs to, by name."""
    return list(
        Workspace.objects.filter(memberships__user=user, memberships__ended_at=None).order_by("name", "id")
    )


def membership_of(workspace: Workspace, user: User) -> Membership | None:
    """The person's living membership here, if they have one."""
    return Membership.objects.filter(workspace=workspace, user=user, ended_at=None).first()


def get_member(workspace: Workspace, pk: int) -> Membership:
    """A living member of this workspace; 404 for anybody else: memberships have no policy of their own."""
    return get_object_or_404(members(workspace), pk=pk)


def members_with_teams(workspace: Workspace, *, ended: bool = False) -> Iterable[Membership]:
    """Members by name, those who left last, each with the people in their team and who leads them."""
    team = TeamMember.objects.select_related("member__user").order_by("member__user__name", "pk")
    led = TeamMember.objects.filter(manager__ended_at=None).select_related("manager__user")
    found = members(workspace, ended=ended).prefetch_related(
        Prefetch("team", team), Prefetch("managers", led.order_by("manager__user__name", "pk"))
    )
    return sorted(found, key=lambda person: person.ended_at is not None)


def ended_count(workspace: Workspace) -> int:
    return Membership.objects.filter(workspace=workspace).exclude(ended_at=None).count()


def team_of(manager: Membership) -> list[Membership]:
    """The account managers assigned to a manager, by name."""
    found = Membership.objects.filter(managers__manager=manager, ended_at=None)
    return list(found.select_related("user").order_by("user__name", "pk"))


def managers_of(member: Membership) -> list[Membership]:
    """The managers to whom an account manager is assigned, by name."""
    found = Membership.objects.filter(team__member=member, ended_at=None)
    return list(found.select_related("user").order_by("user__name", "pk"))


def team_candidates(workspace: Workspace, manager: Membership) -> list[Membership]:
    """The other account managers of the workspace, by name."""
    found = members(workspace).filter(roles__contains=[Role.ACCOUNT_MANAGER.value])
    return list(found.exclude(pk=manager.pk))


def open_invitations(workspace: Workspace) -> list[Invitation]:
    """Invitations neither used nor withdrawn, newest first; expired ones too, to be renewed."""
    found = Invitation.objects.filter(workspace=workspace, accepted_at=None, revoked_at=None)
    return list(found.select_related("invited_by"))


def get_invitation(workspace: Workspace, pk: int) -> Invitation:
    found = Invitation.objects.select_related("workspace", "invited_by")
    return get_object_or_404(found, workspace=workspace, pk=pk)
