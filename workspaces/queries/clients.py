"""Client accounts as they are found and listed."""

from django.db.models import QuerySet

from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.rules import name_key


def find_client(workspace: Workspace, name: str) -> ClientAccount | None:
    """The surviving account of this name or alias, without regard to case and space (rules 3.7)."""
    found = (
        ClientName.objects.filter(workspace=workspace, key=name_key(name))
        .select_related("account__survivor")
        .first()
    )
    return (found.account.survivor or found.account) if found else None


def living_clients(workspace: Workspace) -> QuerySet[ClientAccount]:
    return ClientAccount.objects.filter(workspace=workspace, merged_into=None).order_by("name", "id")


def clients_like(workspace: Workspace, text: str, limit: int = 8) -> list[ClientAccount]:
    """Accounts whose name or alias contains the text, those that begin with it first."""
    key = name_key(text)
    names = (
        ClientName.objects.filter(workspace=workspace, key__contains=key)
        .select_related("account__survivor")
        .order_by("key")[: limit * 5]
    )
    ranked = sorted(names, key=lambda n: (not n.key.startswith(key), n.key))
    accounts = {(n.account.survivor or n.account).pk: n.account.survivor or n.account for n in ranked}
    return list(accounts.values())[:limit]
