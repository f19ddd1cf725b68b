"""Client accounts as they are found and listed."""

from django.db.models import Case, IntegerField, QuerySet, When

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
    begins = Case(When(key__startswith=key, then=0), default=1, output_field=IntegerField())
    names = (
        ClientName.objects.filter(workspace=workspace, key__contains=key)
        .select_related("account__survivor")
        .order_by(begins, "key")
    )
    accounts: dict[int, ClientAccount] = {}
    for name in names[: limit * 5]:  # an account may be found by several of its names
        account = name.account.survivor or name.account
        accounts.setdefault(account.pk, account)
    return list(accounts.values())[:limit]
