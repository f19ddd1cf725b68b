"""Client accounts: pick or create, aliases, merging and its undo (rules 3.7)."""

from collections.abc import Iterable
from typing import Any

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
    with transaction.atomic():
        current = _locked(account.pk)[account.pk]
        clean = _unused_name(current, name)
        if clean == current.name:
            return
        former = ClientName.objects.filter(account=current, is_alias=False).exclude(key=name_key(clean))
        former.update(is_alias=True)
        _take_name(current, clean, is_alias=False)
        ClientAccount.objects.filter(pk=current.pk).update(name=clean)


def add_alias(*, account: ClientAccount, name: str) -> None:
    """Let another name find this account, too. Raises Refused where it finds another one."""
    with transaction.atomic():
        current = _locked(account.pk)[account.pk]
        clean = _unused_name(current, name)
        if not current.names.filter(key=name_key(clean)).exists():
            _take_name(current, clean, is_alias=True)


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
    with transaction.atomic(), because(reason=reason.strip()):
        current = _locked(account.pk, into.pk)
        if any(one.merged_into_id for one in current.values()):
            raise Refused("One of the two was merged meanwhile. Load the page again.", "into")
        ClientAccount.objects.filter(pk=account.pk).update(merged_into=into)
        ClientAccount.objects.filter(survivor=account).update(survivor=into)


def unmerge_client(*, account: ClientAccount, reason: str) -> None:
    """Take a merge back: the account and all that had been merged into it stand on their own again."""
    if not reason.strip():
        raise Refused("Say why the two are different clients.", "reason")
    with transaction.atomic(), because(reason=reason.strip()):
        if _locked(account.pk)[account.pk].merged_into_id is None:
            raise Refused("This account is not merged.")
        ClientAccount.objects.filter(pk=account.pk).update(merged_into=None)
        ClientAccount.objects.filter(pk__in=_with_merged(account.pk)).update(survivor=account)


def _locked(*pks: int) -> dict[int, ClientAccount]:
    """The accounts as they are now, held in one order: A into B and B into A at once make no circle."""
    held = ClientAccount.objects.select_for_update().filter(pk__in=pks).order_by("pk")
    return {account.pk: account for account in held}


def _with_merged(pk: int) -> Iterable[int]:
    """The account and everything that was merged into it, step by step."""
    group = fresh = [pk]
    while fresh:
        merged = ClientAccount.objects.filter(merged_into__in=fresh).exclude(pk__in=group)
        fresh = list(merged.values_list("pk", flat=True))
        group = group + fresh
    return group


def _take_name(account: ClientAccount, name: str, *, is_alias: bool) -> None:
    """Let this name find the account. Raises Refused where another account was given it a moment ago."""
    place: dict[str, Any] = {"workspace_id": account.workspace_id, "account": account, "key": name_key(name)}
    try:
        with transaction.atomic():
            ClientName.objects.update_or_create(**place, defaults={"name": name, "is_alias": is_alias})
    except IntegrityError as problem:
        raise Refused(
            f"“{name}” was given to another client meanwhile. Load the page again.", "name"
        ) from problem


def _unused_name(account: ClientAccount, name: str) -> str:
    """The cleaned name, if it is free or this account's own. Raises Refused (field `name`)."""
    if account.merged_into_id:
        raise Refused("This account is merged into another. Take the merge back, or change the survivor.")
    try:
        clean = clean_name(name, "The name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem
    taken = (
        ClientName.objects.filter(workspace_id=account.workspace_id, key=name_key(clean))
        .exclude(account=account)
        .select_related("account__survivor")
        .first()
    )
    if taken:
        finds = taken.account.survivor or taken.account
        if finds.pk == account.pk:
            raise Refused(f"“{clean}” finds this account already, by a merge.", "name")
        raise Refused(f"“{clean}” already finds {finds.name}. Merge the two instead.", "name")
    return clean
