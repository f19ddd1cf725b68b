"""Which member an owner's name means (rules 5.19)."""

from collections import Counter

from workspaces.models import Membership, Workspace
from workspaces.rules import name_key


def members_by_name(workspace: Workspace) -> dict[str, int]:
    """Members by e-mail and by name, as names are compared; a name that two bear means neither.

    Who has left is among them: their rows stay theirs.
    """
    members = list(
        Membership.objects.filter(workspace=workspace).values_list("pk", "user__email", "user__name")
    )
    borne = Counter(name_key(name) for _, _, name in members)
    found = {name_key(name): pk for pk, _, name in members if name_key(name) and borne[name_key(name)] == 1}
    return found | {name_key(email): pk for pk, email, _ in members}
