"""Client accounts as they are found and listed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, QuerySet, When
from django.shortcuts import get_object_or_404

from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.rules import name_key

PAGE = 50
ALIKE = 0.85  # of two names: 1 is the same
MOST_COMPARED = 2000

# What rows of upper apps stand on these accounts, in plain words: ["14 contributions"].
Uses = Callable[[Workspace, Iterable[int]], Iterable[str]]
_uses: list[Uses] = []


def register_client_uses(uses: Uses) -> None:
    """Have `uses(workspace, account ids)` asked what a merge of these accounts would gather."""
    _uses.append(uses)


def uses_of(workspace: Workspace, accounts: Iterable[int]) -> list[str]:
    ids = list(accounts)
    return [said for uses in _uses for said in uses(workspace, ids)]


def find_client(workspace: Workspace, name: str) -> ClientAccount | None:
    """The surviving account of this name or alias, without regard to case and space (rules 3.7)."""
    found = (
        ClientName.objects.filter(workspace=workspace, key=name_key(name))
        .select_related("account__survivor")
        .first()
    )
    return (found.account.survivor or found.account) if found else None


def client_name(workspace: Workspace, pk: int | None) -> str:
    """What the account of this number is called; "" for none."""
    found = ClientAccount.objects.filter(workspace=workspace, pk=pk) if pk else ClientAccount.objects.none()
    return found.values_list("name", flat=True).first() or ""


def client_choices(
    workspace: Workspace, ids: QuerySet[Any, Any], named: str, most: int
) -> list[tuple[int, str]]:
    """Of the accounts with these numbers, as a filter offers them: (id, name), by name; with `named` those
    that have it in their name or in an alias."""
    accounts = ClientAccount.objects.filter(workspace=workspace, pk__in=ids)
    if named:
        names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(named))
        accounts = accounts.filter(pk__in=names.values("account__survivor"))
    return list(accounts.order_by("name", "pk").values_list("pk", "name")[:most])


def nearest_client(workspace: Workspace, text: str) -> ClientAccount | None:
    """The account whose name or alias is nearly this one, if any: a slip of the fingers."""
    names = ClientName.objects.filter(workspace=workspace, key__startswith=name_key(text)[:1])
    keys = names.order_by("key").values_list("key", flat=True)[:MOST_COMPARED]
    near = get_close_matches(name_key(text), keys, n=1, cutoff=ALIKE)
    return find_client(workspace, near[0]) if near else None


def living_clients(workspace: Workspace) -> QuerySet[ClientAccount]:
    return ClientAccount.objects.filter(workspace=workspace, merged_into=None).order_by("name", "id")


def get_client(workspace: Workspace, pk: int) -> ClientAccount:
    """One account with the names by which it is found; 404 outside the workspace."""
    found = ClientAccount.objects.filter(workspace=workspace).select_related("merged_into", "survivor")
    return get_object_or_404(found.prefetch_related(Prefetch("names", _aliases())), pk=pk)


def merged_into(account: ClientAccount) -> list[ClientAccount]:
    """The accounts merged into this one, by name, each with its own names."""
    return list(account.merged_from.prefetch_related("names").order_by("name", "pk"))


def _aliases() -> QuerySet[ClientName]:
    return ClientName.objects.filter(is_alias=True).order_by("key")


@dataclass(frozen=True)
class ClientPage:
    """Accounts by name; `after` leads to the next ones."""

    accounts: list[ClientAccount]
    total: int
    after: str


def client_page(workspace: Workspace, text: str, *, merged: bool, after: str) -> ClientPage:
    """Accounts one of whose names contains the text; merged ones only if asked for."""
    found = ClientAccount.objects.filter(workspace=workspace)
    if not merged:
        found = found.filter(merged_into=None)
    if text:
        names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(text))
        by_name = names.filter(**{"account" if merged else "account__survivor": OuterRef("pk")})
        found = found.filter(Exists(by_name))
    own = ClientName.objects.filter(account__in=found, is_alias=False).order_by("key")
    after = after.replace("\x00", "")
    rows = own.filter(key__gt=after) if after else own
    page = list(
        rows.select_related("account__merged_into").prefetch_related(Prefetch("account__names", _aliases()))[
            : PAGE + 1
        ]
    )
    more = page[PAGE - 1].key if len(page) > PAGE else ""
    return ClientPage([name.account for name in page[:PAGE]], found.count(), more)


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
