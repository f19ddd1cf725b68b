"""What rows name: products, owners and clients, each found once or made once (rules 5.10, 5.19).

Products and owners are remembered as they are written, whether or not the import goes in. Client accounts are
only promised: their ids are taken, and the commit makes them.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.db.models import ProtectedError

from fx.rules import rate_columns
from transactions.models import Import, ImportedClient, RowRate, SeenOwner, SeenProduct, Transaction
from transactions.queries.books import Ids, NewRate
from transactions.queries.people import members_by_text
from transactions.rules import Match
from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.queries.clients import uses_of
from workspaces.rules import UnfitName, clean_name, name_key, visible

LONGEST_KEY, LONGEST_TEXT = 400, 200
BATCH = 2000


class Names:
    """The names of one workspace. What is new gathers until `write`, with ids taken beforehand."""

    # Where another process keeps the names, it is asked for what is not known here (pipeline.hands).
    ask: Callable[..., Any] | None = None

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._members = members_by_text(workspace)
        self._products = dict(_by_key(SeenProduct, workspace, "pk"))
        self._owners = {
            key: (pk, member) for key, (pk, member) in _by_key(SeenOwner, workspace, "pk", "member")
        }
        self._clients = {
            key: survivor or account
            for key, (account, survivor) in _by_key(ClientName, workspace, "account", "account__survivor")
        }
        # By what stands in a cell: to fold a name costs more than all else that is done with it.
        self._product_texts: dict[str, int] = {}
        self._owner_texts: dict[str, tuple[int, int | None]] = {}
        self._client_texts: dict[str, int | UnfitName] = {}
        self._ids = {model: Ids(model._meta.db_table) for model in (SeenProduct, SeenOwner, ClientAccount)}
        self._new_products: list[SeenProduct] = []
        self._new_owners: list[SeenOwner] = []
        self.new_clients: dict[int, str] = {}

    def product(self, text: str, match: Match) -> int | None:
        """The id of the product as it is written; None for none."""
        found = self._product_texts.get(text)
        if found is None and match.key:
            found = self._product_texts[text] = self._product(text, match)
        return found

    def _product(self, text: str, match: Match) -> int:
        key = short_key(match.key)
        found = self._products.get(key)
        if found is None and self.ask:
            found = self._products[key] = self.ask("product", text, match)
        elif found is None:
            found = self._products[key] = self._ids[SeenProduct].take()
            self._new_products.append(
                SeenProduct(
                    pk=found,
                    workspace=self._workspace,
                    key=key,
                    text=visible(text)[:LONGEST_TEXT],
                    item_id=match.item,
                )
            )
        return found

    def owner(self, text: str) -> tuple[int | None, int | None]:
        """The id of the owner's name, and of the member that it means, if any (rules 5.19)."""
        if not text:
            return None, None
        found = self._owner_texts.get(text)
        if found is None:
            found = self._owner_texts[text] = self._owner(text)
        return found

    def _owner(self, text: str) -> tuple[int, int | None]:
        key = short_key(name_key(text))
        found = self._owners.get(key)
        if found is None and self.ask:
            found = self._owners[key] = self.ask("owner", text)
        elif found is None:
            member = self._members.get(key)
            found = self._owners[key] = self._ids[SeenOwner].take(), member
            self._new_owners.append(
                SeenOwner(
                    pk=found[0],
                    workspace=self._workspace,
                    key=key,
                    text=visible(text)[:LONGEST_TEXT],
                    member_id=member,
                )
            )
        return found

    def client(self, text: str) -> int | UnfitName | None:
        """The id of the client account, perhaps only promised; UnfitName for what cannot be a name."""
        if not text:
            return None
        found = self._client_texts.get(text)
        if found is None:
            found = self._client_texts[text] = self._client(text)
        return found

    def _client(self, text: str) -> int | UnfitName:
        try:
            clean = clean_name(text, "The client name")
        except UnfitName as problem:
            return problem
        key = name_key(clean)
        found = self._clients.get(key)
        if found is None and self.ask:
            found = self._clients[key] = self.ask("client", text)
        elif found is None:
            found = self._clients[key] = self._ids[ClientAccount].take()
            self.new_clients[found] = clean
        return found

    def write(self) -> None:
        """Remember the products and owners that were new; once."""
        SeenProduct.objects.bulk_create(self._new_products, batch_size=BATCH)
        SeenOwner.objects.bulk_create(self._new_owners, batch_size=BATCH)
        self._new_products, self._new_owners = [], []


def short_key(key: str) -> str:
    """A key that fits its column."""
    if len(key) <= LONGEST_KEY:
        return key
    return key[:300] + hashlib.sha256(key.encode()).hexdigest()


def _by_key(model: type[models.Model], workspace: Workspace, *columns: str) -> Iterable[tuple[str, Any]]:
    rows = model._default_manager.filter(workspace=workspace).values_list("key", *columns)
    return ((key, rest[0] if len(rest) == 1 else rest) for key, *rest in rows.iterator(BATCH))


def write_rates(workspace: Workspace, new: Iterable[NewRate], now: datetime) -> None:
    """Keep the rates that rows were the first to use."""
    RowRate.objects.bulk_create(
        [
            RowRate(
                pk=rate.id,
                workspace=workspace,
                currency=rate.currency,
                day=rate.day,
                provisional=rate.conversion.provisional,
                recorded_at=now,
                **rate_columns(rate.conversion),
            )
            for rate in new
        ],
        batch_size=BATCH,
    )


def create_clients(workspace: Workspace, new: Iterable[tuple[int, str]], by: Import | None = None) -> None:
    """Client accounts of these ids and names. Raises IntegrityError where a name has been taken meanwhile."""
    accounts = list(new)
    ClientAccount.objects.bulk_create(
        [ClientAccount(pk=pk, workspace=workspace, name=name, survivor_id=pk) for pk, name in accounts],
        batch_size=BATCH,
    )
    ClientName.objects.bulk_create(
        [
            ClientName(workspace=workspace, account_id=pk, name=name, key=name_key(name))
            for pk, name in accounts
        ],
        batch_size=BATCH,
    )
    if by is not None:
        ImportedClient.objects.bulk_create(
            [ImportedClient(workspace=workspace, by=by, client_id=pk) for pk, _ in accounts], batch_size=BATCH
        )


def drop_clients(workspace: Workspace, ids: list[int]) -> None:
    """Client accounts that the imports made leave with them, unless something else uses them (rules 5.19)."""
    made = list(
        ImportedClient.objects.filter(workspace=workspace, by__in=ids).values_list("client", flat=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id from unnest(%s::bigint[]) c(id) where not exists "  # noqa: S608 - our own names
            f"(select from {Transaction._meta.db_table} r where r.workspace_id = %s and r.client_id = c.id)",
            [made, workspace.pk],
        )
        unused = [pk for (pk,) in cursor.fetchall()]
    merged = ClientAccount.objects.filter(workspace=workspace, merged_into__in=unused)
    kept = set(merged.values_list("merged_into", flat=True))
    for pk in unused:
        if pk not in kept and not uses_of(workspace, [pk]):
            _drop_client(workspace, pk)


def _drop_client(workspace: Workspace, pk: int) -> None:
    """Delete one client account; one that a voided row still refers to stays."""
    account = ClientAccount.objects.filter(workspace=workspace, pk=pk)
    with suppress(ProtectedError), transaction.atomic():
        account.update(survivor=None)
        account.delete()
