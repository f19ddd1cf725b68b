"""Who is in a workspace, and whose figures a member may read."""

from dataclasses import dataclass

from django.db.models import QuerySet

from workspaces.models import Membership, TeamMember, User, Workspace
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


def account_managers(workspace: Workspace, scope: Scope, *, ended: bool = False) -> list[Membership]:
    """People whose contributions this scope reads, by name."""
    found = members(workspace, ended=ended).filter(roles__contains=[Role.ACCOUNT_MANAGER.value])
    if scope.owners is not None:
        found = found.filter(pk__in=scope.owners)
    return list(found)


def workspaces_of(user: User) -> list[Workspace]:
    """The workspaces that this person belongs to, by name."""
    return list(
        Workspace.objects.filter(memberships__user=user, memberships__ended_at=None).order_by("name", "id")
    )
