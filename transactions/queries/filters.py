"""What a list of transactions is asked for, and which rows of small tables its names stand for."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, CharField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast

from kamtrak.lib.months import Month, Period
from transactions.models import RowTotal, SeenProduct, Source, Split
from transactions.rules import key_of_id, product_key
from transactions.rules.states import Mark, State
from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.queries.people import Scope
from workspaces.rules import name_key

# Rows whose cells a text is looked for in. Of more only names and Unique IDs are: those have indexes.
SEARCHED = 15_000
# Up to so many others are asked for by number, each from an index. Of more, rows by day soon meet one.
FEW = 1_000
NONE = "none"  # in an address: rows that name no client, or no product


@dataclass(frozen=True)
class Filter:
    """What a list shows; every field stands in the address of the page (experience 6). A client or product 0
    is that of the rows which name none, as in the maintained totals.
    """

    period: Period
    month: Month | None = None  # one of the period
    state: State | None = None  # None: all rows that no other row replaces
    unassigned: bool = False  # rows that belong to nobody
    client_id: int | None = None
    not_clients: tuple[int, ...] = ()
    product_id: int | None = None  # as the files write it
    item_id: int | None = None  # the catalog's, however the files write it
    not_products: tuple[int, ...] = ()
    not_items: tuple[int, ...] = ()
    tier: int | None = None
    currency: str = ""
    source_id: int | None = None
    import_id: int | None = None
    mark: Mark | None = None
    text: str = ""

    @property
    def start(self) -> date | None:
        return self.month.first if self.month else self.period.start

    @property
    def end(self) -> date | None:
        return self.month.end if self.month else self.period.end


@dataclass(frozen=True)
class Among:
    """Clients or products by their numbers, 0 for none; or all `others`. No number finds nothing.

    `left_out` are all that are not among them, where they are what was asked for.
    """

    ids: tuple[int, ...]
    others: bool = False
    left_out: tuple[int, ...] = ()

    def of_rows(self, column: str) -> Q:
        """Rows bear null where they name none."""
        named = Q(**{f"{column}__in": [pk for pk in self.ids if pk]})
        these = named | Q(**{f"{column}__isnull": True}) if 0 in self.ids else named
        return ~these if self.others else these

    def of_totals(self) -> Q:
        return ~Q(about__in=self.ids) if self.others else Q(about__in=self.ids)


@dataclass(frozen=True)
class Chosen:
    """A filter with what its names stand for in the small tables, so that rows are asked for by numbers.

    Rows are of all of `clients` and all of `products`; nothing in them: it does not matter. `found` is what
    the search box finds: clients, products, and the key of a Unique ID with the sources that have such.
    """

    filter: Filter
    scope: Scope
    clients: tuple[Among, ...] = ()
    products: tuple[Among, ...] = ()
    found: "Found | None" = None


@dataclass(frozen=True)
class Found:
    """What a text may stand for. `within` are the rows of the period; of few enough the cells of their lines,
    mapped or not, are searched as well (`cells`)."""

    text: str
    clients: tuple[int, ...]
    products: tuple[int, ...]
    key: str  # of a Unique ID
    sources: tuple[int, ...]
    within: int

    @property
    def cells(self) -> bool:
        return self.within <= SEARCHED


def choose(workspace: Workspace, scope: Scope, wanted: Filter) -> Chosen:
    """The filter for people of this scope, in one question to the small tables and the totals, or none."""
    told = _told(_asked(workspace, scope, wanted))
    clients, products = [], []
    if wanted.client_id is not None:
        clients.append(Among(told[CLIENT] if wanted.client_id else (0,)))
    if wanted.not_clients:
        clients.append(_others(told, NOT_CLIENT, without_none=0 in wanted.not_clients))
    if wanted.product_id is not None:
        products.append(Among((wanted.product_id,)))
    if wanted.item_id:
        products.append(Among(told[ITEM]))
    if wanted.not_products or wanted.not_items:
        products.append(_others(told, NOT_PRODUCT, without_none=0 in wanted.not_products))
    found = _found(wanted.text, told) if wanted.text else None
    return Chosen(wanted, scope, tuple(clients), tuple(products), found)


def _others(told: dict[str, tuple[int, ...]], kind: str, *, without_none: bool) -> Among:
    """All but those of this kind: few by number, which their indexes answer also where they have few rows."""
    others = told[f"{kind}{OTHERS}"]
    left_out = (0, *told[kind]) if without_none else told[kind]
    if len(others) > FEW:
        return Among(left_out, others=True, left_out=left_out)
    return Among(others if without_none else (0, *others), left_out=left_out)


def _found(text: str, told: dict[str, tuple[int, ...]]) -> Found:
    return Found(
        text=text,
        clients=told[CLIENTS],
        products=told[PRODUCTS],
        key=key_of_id(text).hex(),
        sources=told[SOURCES],
        within=sum(told[WITHIN]),
    )


def _rows_in(workspace: Workspace, scope: Scope, wanted: Filter) -> QuerySet[Any]:
    """How many rows the scope has in the time, from the maintained totals: `rows_in`."""
    totals = RowTotal.objects.filter(workspace=workspace, split=Split.NONE)
    if scope.owners is not None:
        totals = totals.filter(owner__in=sorted(scope.owners))
    if wanted.start is not None:
        totals = totals.filter(month__gte=wanted.start, month__lt=wanted.end)
    return totals.values("workspace").annotate(rows_in=Cast(Sum("rows"), BigIntegerField()))


CLIENT, ITEM, CLIENTS, PRODUCTS, SOURCES = "client", "item", "clients", "products", "sources"
NOT_CLIENT, NOT_PRODUCT, OTHERS = "not client", "not product", ": others"
WITHIN = "within"  # no rows of a table but how many rows the time has


def _asked(workspace: Workspace, scope: Scope, wanted: Filter) -> dict[str, QuerySet[Any]]:
    """Which rows of small tables the filter means."""
    accounts = ClientAccount.objects.filter(workspace=workspace)
    seen = SeenProduct.objects.filter(workspace=workspace)
    asked: dict[str, QuerySet[Any]] = {}
    if wanted.client_id:  # and the accounts merged into it: no row is rewritten (rules 3.7)
        asked[CLIENT] = accounts.filter(survivor=wanted.client_id)
    if wanted.not_clients:
        asked |= _parted(NOT_CLIENT, accounts, Q(survivor__in=wanted.not_clients))
    if wanted.item_id:
        asked[ITEM] = seen.filter(item=wanted.item_id)
    if wanted.not_products or wanted.not_items:
        either = Q(pk__in=wanted.not_products) | Q(item__in=wanted.not_items)
        asked |= _parted(NOT_PRODUCT, seen, either)
    if wanted.text:
        names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(wanted.text))
        asked[CLIENTS] = accounts.filter(survivor__in=names.values("account__survivor"))
        asked[PRODUCTS] = seen.filter(key__contains=product_key(wanted.text))
        asked[SOURCES] = Source.objects.filter(workspace=workspace, by_id=True)
        asked[WITHIN] = _rows_in(workspace, scope, wanted)
    return asked


def _parted(kind: str, every: QuerySet[Any], these: Q) -> dict[str, QuerySet[Any]]:
    """These of them, and of the others no more than it takes to know that they are not few."""
    others = every.exclude(these).order_by("pk").values("pk")[: FEW + 1]
    return {kind: every.filter(these), f"{kind}{OTHERS}": every.filter(pk__in=others)}


def _told(asked: dict[str, QuerySet[Any]]) -> dict[str, tuple[int, ...]]:
    """The numbers of each, by one query for all of them."""
    parts = [
        rows.order_by().values_list(
            "rows_in" if kind == WITHIN else "pk", Value(kind, output_field=CharField())
        )
        for kind, rows in asked.items()
    ]
    told: dict[str, list[int]] = defaultdict(list)
    if parts:
        for pk, kind in parts[0].union(*parts[1:], all=True):
            told[kind].append(pk)
    return defaultdict(tuple, {kind: tuple(sorted(pks)) for kind, pks in told.items()})
