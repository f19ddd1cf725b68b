"""What rows name: products, owners and clients, each found once or made once (rules 5.10, 5.19).

Products and owners are remembered as they are written, whether or not the import goes in. Client accounts are
only promised: their ids are taken, and the commit makes them.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import ProtectedError

from fx.rules import rate_columns
from kamtrak.lib.errors import Refused
from transactions.models import Edit, ImportedClient, RowRate, SeenOwner, SeenProduct, Transaction
from transactions.queries.books import Ids, NewRate
from transactions.queries.people import members_by_text
from transactions.rules import Field, Match
from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.queries.clients import uses_of
from workspaces.rules import UnfitName, clean_name, name_key, visible

CLIENT_NAME = "The client name"
LONGEST_KEY, LONGEST_TEXT = 400, 200
BATCH = 2000
_MOST_TEXTS = 100_000  # of each kind, that are remembered as they were written
T = TypeVar("T")


class Names:
    """The names of one workspace. What is new gathers until `write`, with ids taken beforehand.

    `most`: so many new ones of a kind. More of them are numbers of orders rather than names, and to keep each
    costs memory: then Refused is raised, before any is written.
    """

    # Where another process keeps the names, it is asked for what is not known here (pipeline.hands).
    ask: Callable[..., Any] | None = None

    def __init__(self, workspace: Workspace, most: int | None = None) -> None:
        self._workspace, self._most = workspace, most
        self._members = members_by_text(workspace)
        self._products = dict(_by_key(SeenProduct, workspace, "pk"))
        self._owners = {
            key: (pk, member) for key, (pk, member) in _by_key(SeenOwner, workspace, "pk", "member")
        }
        # The account that bears the name: a merge rewrites no row, and can be undone (rules 3.7).
        self._clients: dict[str, int] = dict(_by_key(ClientName, workspace, "account"))
        # By what stands in a cell: to fold a name costs more than all else that is done with it.
        self._product_texts: dict[str, int] = {}
        self._owner_texts: dict[str, tuple[int, int | None]] = {}
        self._client_texts: dict[str, int | UnfitName] = {}
        self._ids = {model: Ids(model._meta.db_table) for model in (SeenProduct, SeenOwner, ClientAccount)}
        self._new_products: list[tuple[int, str, str, int | None]] = []
        self._new_owners: list[tuple[int, str, str, int | None]] = []
        self.new_clients: dict[int, str] = {}

    def product(self, text: str, match: Match) -> int | None:
        """The id of the product as it is written; None for none."""
        found = self._product_texts.get(text)
        if found is None and match.key:
            found = self._product(text, match)
            _remember(self._product_texts, text, found)
        return found

    def _product(self, text: str, match: Match) -> int:
        key = short_key(match.key)
        found = self._products.get(key)
        if found is None and self.ask:
            found = self._products[key] = self.ask("product", text, match)
        elif found is None:
            self._refuse_too_many(self._new_products, Field.PRODUCT)
            found = self._products[key] = self._ids[SeenProduct].take()
            self._new_products.append((found, key, visible(text)[:LONGEST_TEXT], match.item))
        return found

    def owner(self, text: str) -> tuple[int | None, int | None]:
        """The id of the owner's name, and of the member that it means, if any (rules 5.19)."""
        if not text:
            return None, None
        found = self._owner_texts.get(text)
        if found is None:
            found = self._owner(text)
            _remember(self._owner_texts, text, found)
        return found

    def _owner(self, text: str) -> tuple[int, int | None]:
        key = short_key(name_key(text))
        found = self._owners.get(key)
        if found is None and self.ask:
            found = self._owners[key] = self.ask("owner", text)
        elif found is None:
            self._refuse_too_many(self._new_owners, Field.OWNER)
            member = self._members.get(key)
            found = self._owners[key] = self._ids[SeenOwner].take(), member
            self._new_owners.append((found[0], key, visible(text)[:LONGEST_TEXT], member))
        return found

    def client(self, text: str) -> int | UnfitName | None:
        """The id of the client account, perhaps only promised; UnfitName for what cannot be a name."""
        if not text:
            return None
        found = self._client_texts.get(text)
        if found is None:
            found = self._client(text)
            _remember(self._client_texts, text, found)
        return found

    def _client(self, text: str) -> int | UnfitName:
        try:
            clean = clean_name(text, CLIENT_NAME)
        except UnfitName as problem:
            return problem
        key = name_key(clean)
        found = self._clients.get(key)
        if found is None and self.ask:
            found = self._clients[key] = self.ask("client", text)
        elif found is None:
            self._refuse_too_many(self.new_clients, Field.CLIENT)
            found = self._clients[key] = self._ids[ClientAccount].take()
            self.new_clients[found] = clean
        return found

    def write(self) -> None:
        """Remember the products and owners that were new; once."""
        workspace = self._workspace
        for some in _batches(self._new_products):
            SeenProduct.objects.bulk_create(
                SeenProduct(pk=pk, workspace=workspace, key=key, text=text, item_id=item)
                for pk, key, text, item in some
            )
        for some in _batches(self._new_owners):
            SeenOwner.objects.bulk_create(
                SeenOwner(pk=pk, workspace=workspace, key=key, text=text, member_id=member)
                for pk, key, text, member in some
            )
        self._new_products, self._new_owners = [], []

    def _refuse_too_many(self, new: Sized, of: Field) -> None:
        if self._most is not None and len(new) >= self._most:
            raise Refused(
                f"The column of “{of.label}” has more than {self._most:,} different values that are not "
                "known yet. Is it the right one? Map another column, or keep this one as an unmapped field."
            )


class Unasked(Names):
    """Stands for the names where only figures matter, which no name changes: nothing is read or kept."""

    def __init__(self) -> None:
        """Without a workspace: nobody asks what is in it."""
        self.new_clients = {}

    def product(self, text: str, match: Match) -> None:
        return None

    def owner(self, text: str) -> tuple[None, None]:
        return None, None

    def client(self, text: str) -> UnfitName | None:
        """What cannot be a name cannot be derived, here as there."""
        if not text:
            return None
        try:
            clean_name(text, CLIENT_NAME)
        except UnfitName as problem:
            return problem
        return None


def _remember(texts: dict[str, T], text: str, found: T) -> None:
    """What a text means; of a file in which each is another one only the first are worth their memory."""
    if len(texts) < _MOST_TEXTS:
        texts[text] = found


def _batches(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(all_of_them), BATCH):
        yield all_of_them[start : start + BATCH]


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


def create_clients(workspace: Workspace, new: Iterable[tuple[int, str]], made_by: Mapping[int, int]) -> None:
    """Client accounts of these ids and names; `made_by`: the import whose line was the first to name one,
    where a file named it. Raises IntegrityError where a name has been taken meanwhile.
    """
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
    ImportedClient.objects.bulk_create(
        [
            ImportedClient(workspace=workspace, by_id=made_by[pk], client_id=pk)
            for pk, _ in accounts
            if pk in made_by
        ],
        batch_size=BATCH,
    )


def drop_clients(workspace: Workspace, ids: list[int]) -> None:
    """Client accounts that the imports made leave with them, unless something else uses them (rules 5.19).

    One that another import holds is that import's from now on: without these it would have made it, and it
    leaves with that one's undo.
    """
    made = list(
        ImportedClient.objects.filter(workspace=workspace, by__in=ids).values_list("client", flat=True)
    )
    _hand_on(workspace, made)
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


def _hand_on(workspace: Workspace, made: list[int]) -> None:
    """Let these accounts be made by an import whose lines name them, if one does: no edit by hand."""
    rows, clients = Transaction._meta.db_table, ImportedClient._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            update {clients} m set by_id = h.origin_id
            from unnest(%s::bigint[]) c(id) cross join lateral (
                select origin_id from {rows} r
                where r.workspace_id = %s and r.client_id = c.id and not exists (
                    select from {Edit._meta.db_table} e
                    where e.workspace_id = r.workspace_id and e.id = r.edit_id and e.values ? %s
                ) limit 1
            ) h
            where m.workspace_id = %s and m.client_id = c.id
            """,  # noqa: S608 - our own names
            [made, workspace.pk, Field.CLIENT.value, workspace.pk],
        )


def _drop_client(workspace: Workspace, pk: int) -> None:
    """Delete one client account; one that a voided row still refers to stays."""
    account = ClientAccount.objects.filter(workspace=workspace, pk=pk)
    with suppress(ProtectedError), transaction.atomic():
        account.update(survivor=None)
        account.delete()
