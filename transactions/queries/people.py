"""Which member an owner's name means (rules 5.19)."""

from collections import Counter

from workspaces.models import Membership, Workspace
from workspaces.rules import name_key


def members_by_text(workspace: Workspace) -> dict[str, int]:
    """Members by e-mail and by name, as names are compared: what a text means when a file first has it.

    Who has left is among them: their rows stay theirs.
    """
    return members_by_name(workspace) | members_by_email(workspace)


def members_by_email(workspace: Workspace) -> dict[str, int]:
    """Members by their address, which nobody chooses at will."""
    found = Membership.objects.filter(workspace=workspace).values_list("user__email", "pk")
    return {name_key(email): pk for email, pk in found}


def members_by_name(workspace: Workspace) -> dict[str, int]:
    """Members by name; a name that two bear means neither.

    People choose their names themselves: one that a file had before somebody took it is no evidence.
    """
    found = list(Membership.objects.filter(workspace=workspace).values_list("user__name", "pk"))
    borne = Counter(name_key(name) for name, _ in found)
    return {name_key(name): pk for name, pk in found if name_key(name) and borne[name_key(name)] == 1}
