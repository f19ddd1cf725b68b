"""Client accounts: pick or create, aliases, merging and its undo (rules 3.7)."""

from django.db import IntegrityError, transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.queries.clients import find_client
from workspaces.rules import UnfitName, clean_name, name_key


def pick_or_create_client(*, workspace: Workspace, name: str) -> ClientAccount:
    """The surviving account of this name or alias, made when there is none.

    Raises Refused (field `client`) for a name that cannot be taken. Two people typing the same new name
    at once get the same account: the unique key decides, and the loser reads the winner's.
    """
    try:
        clean = clean_name(name, "The client name")
    except UnfitName as problem:
        raise Refused(str(problem), "client") from problem
    found = find_client(workspace, clean)
    if found:
        return found
    try:
        with transaction.atomic():
            account = ClientAccount.objects.create(workspace=workspace, name=clean)
            ClientAccount.objects.filter(pk=account.pk).update(survivor=account)
            account.survivor = account
            ClientName.objects.create(workspace=workspace, account=account, name=clean, key=name_key(clean))
    except IntegrityError:
        found = find_client(workspace, clean)
        if found is None:
            raise
        return found
    return account


def rename_client(*, account: ClientAccount, name: str) -> None:
    """Give the account another name; the former one stays as an alias, so files and habits still find it."""
    clean = _unused_name(account, name)
    ClientName.objects.filter(account=account, is_alias=False).update(is_alias=True)
    ClientName.objects.update_or_create(
        workspace_id=account.workspace_id,
        key=name_key(clean),
        defaults={"account": account, "name": clean, "is_alias": False},
    )
    ClientAccount.objects.filter(pk=account.pk).update(name=clean)


def add_alias(*, account: ClientAccount, name: str) -> None:
    clean = _unused_name(account, name)
    ClientName.objects.get_or_create(
        workspace_id=account.workspace_id,
        key=name_key(clean),
        defaults={"account": account, "name": clean, "is_alias": True},
    )


def remove_alias(*, account: ClientAccount, alias_id: int) -> None:
    """Forget an alias; the account's own name stays."""
    deleted, _ = ClientName.objects.filter(account=account, pk=alias_id, is_alias=True).delete()
    if not deleted:
        raise Refused("This alias is not there any more.")


def merge_clients(*, account: ClientAccount, into: ClientAccount, reason: str) -> None:
    """Point `account` at the survivor; its names now find the survivor, and no row is rewritten."""
    if not reason.strip():
        raise Refused("Say why the two are one client.", "reason")
    if account.pk == into.pk:
        raise Refused("Choose another account to merge into.", "into")
    if account.merged_into_id or into.merged_into_id:
        raise Refused("One of the two was merged meanwhile. Load the page again.")
    with transaction.atomic(), because(reason=reason.strip()):
        ClientAccount.objects.filter(pk=account.pk).update(merged_into=into)
        ClientAccount.objects.filter(survivor=account).update(survivor=into)


def unmerge_client(*, account: ClientAccount, reason: str) -> None:
    """Take a merge back: the account and all that had been merged into it stand on their own again."""
    if not reason.strip():
        raise Refused("Say why the two are different clients.", "reason")
    if account.merged_into_id is None:
        raise Refused("This account is not merged.")
    with transaction.atomic(), because(reason=reason.strip()):
        ClientAccount.objects.filter(pk=account.pk).update(merged_into=None)
        group = [account.pk]
        while children := list(
            ClientAccount.objects.filter(merged_into__in=group)
            .exclude(pk__in=group)
            .values_list("pk", flat=True)
        ):
            group += children
        ClientAccount.objects.filter(pk__in=group).update(survivor=account)


def _unused_name(account: ClientAccount, name: str) -> str:
    try:
        clean = clean_name(name, "The name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem
    taken = (
        ClientName.objects.filter(workspace_id=account.workspace_id, key=name_key(clean))
        .exclude(account=account)
        .select_related("account")
        .first()
    )
    if taken:
        raise Refused(f"“{clean}” already finds {taken.account.name}. Merge the two instead.", "name")
    return clean
