"""The list of transactions: one filter for the rows, their totals and their export (experience 6).

Each filter alone has an index that reads its rows by day, so that a page costs what it shows.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.db.models import BigIntegerField, CharField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import IContains

from kamtrak.keyset import PAGE, Column, key_page, read_day
from kamtrak.lib.months import Period
from transactions.models import Edit, RowTotal, SeenProduct, Source, Split, Transaction
from transactions.models.cells import CellsText, TypedText
from transactions.models.rows import REPLACED, has_warning
from transactions.queries.provided import Cells, texts
from transactions.queries.rows import visible_rows
from transactions.rules import Field, Status, key_of_id, product_key
from transactions.rules.states import Mark, State
from workspaces.models import ClientAccount, ClientName, Workspace
from workspaces.queries.people import Scope
from workspaces.rules import name_key

# Rows whose cells a text is looked for in. Of more only names and Unique IDs are: those have indexes.
SEARCHED = 15_000
BY_DAY = Column(F("day"), read_day, descending=True)


@dataclass(frozen=True)
class Filter:
    """What a list shows; every field stands in the address of the page (experience 6)."""

    period: Period
    state: State | None = None  # None: all rows that no other row replaces
    unassigned: bool = False  # rows that belong to nobody
    client_id: int | None = None
    product_id: int | None = None  # as the files write it
    item_id: int | None = None  # the catalog's, however the files write it
    tier: int | None = None
    currency: str = ""
    source_id: int | None = None
    import_id: int | None = None
    mark: Mark | None = None
    text: str = ""


@dataclass(frozen=True)
class Chosen:
    """A filter with what its names stand for in the small tables, so that rows are asked for by numbers.

    `clients` and `products` are None where they do not matter; an empty one finds nothing. `found` is what
    the search box finds: clients, products, and the key of a Unique ID with the sources that have such.
    """

    filter: Filter
    scope: Scope
    clients: tuple[int, ...] | None = None
    products: tuple[int, ...] | None = None
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
    products = told[ITEM] if wanted.item_id else None
    if wanted.product_id:
        products = (wanted.product_id,) if products is None or wanted.product_id in products else ()
    return Chosen(
        filter=wanted,
        scope=scope,
        clients=told[CLIENT] if wanted.client_id else None,
        products=products,
        found=Found(
            text=wanted.text,
            clients=told[CLIENTS],
            products=told[PRODUCTS],
            key=key_of_id(wanted.text).hex(),
            sources=told[SOURCES],
            within=sum(told[WITHIN]),
        )
        if wanted.text
        else None,
    )


def _rows_in(workspace: Workspace, scope: Scope, period: Period) -> QuerySet[Any]:
    """How many rows the scope has in the period, from the maintained totals: `rows_in`."""
    totals = RowTotal.objects.filter(workspace=workspace, split=Split.NONE)
    if scope.owners is not None:
        totals = totals.filter(owner__in=sorted(scope.owners))
    if period.start is not None:
        totals = totals.filter(month__gte=period.start, month__lt=period.end)
    return totals.values("workspace").annotate(rows_in=Cast(Sum("rows"), BigIntegerField()))


CLIENT, ITEM, CLIENTS, PRODUCTS, SOURCES = "client", "item", "clients", "products", "sources"
WITHIN = "within"  # no rows of a table but how many rows the period has


def _asked(workspace: Workspace, scope: Scope, wanted: Filter) -> dict[str, QuerySet[Any]]:
    """Which rows of small tables the filter means."""
    accounts = ClientAccount.objects.filter(workspace=workspace)
    seen = SeenProduct.objects.filter(workspace=workspace)
    asked: dict[str, QuerySet[Any]] = {}
    if wanted.client_id:  # and the accounts merged into it: no row is rewritten (rules 3.7)
        asked[CLIENT] = accounts.filter(survivor=wanted.client_id)
    if wanted.item_id:
        asked[ITEM] = seen.filter(item=wanted.item_id)
    if wanted.text:
        names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(wanted.text))
        asked[CLIENTS] = accounts.filter(survivor__in=names.values("account__survivor"))
        asked[PRODUCTS] = seen.filter(key__contains=product_key(wanted.text))
        asked[SOURCES] = Source.objects.filter(workspace=workspace, by_id=True)
        asked[WITHIN] = _rows_in(workspace, scope, wanted.period)
    return asked


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


def filtered(workspace: Workspace, chosen: Chosen) -> QuerySet[Transaction]:
    """The rows that this filter shows."""
    wanted = chosen.filter
    rows = visible_rows(workspace, chosen.scope).filter(of_state(wanted.state), _named(workspace, chosen))
    if wanted.period.start is not None:
        rows = rows.filter(day__gte=wanted.period.start, day__lt=wanted.period.end)
    if wanted.unassigned:
        rows = rows.filter(owner=None)
    exact = {
        "tier": wanted.tier,
        "currency": wanted.currency or None,
        "source": wanted.source_id,
        "origin": wanted.import_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    return rows.filter(_marked(wanted.mark)) if wanted.mark else rows


def of_state(state: State | None) -> Q:
    """Rows, or their totals, in this state; without one, all but the replaced. Written as the indexes know
    it."""
    if state is None:
        return Q(status__lte=Status.NOT_REVENUE)
    if state is State.ALL:
        return Q()
    if state is State.REPLACED:
        return REPLACED
    (status,) = state.statuses
    return Q(status=status) if state.lack is None else Q(status=status, lack=state.lack)


def _named(workspace: Workspace, chosen: Chosen) -> Q:
    condition = Q()
    if chosen.clients is not None:
        condition &= Q(client__in=chosen.clients)
    if chosen.products is not None:
        condition &= Q(product__in=chosen.products)
    if found := chosen.found:
        same_id = Q(source__in=found.sources, key=found.key)
        named = same_id | Q(client__in=found.clients) | Q(product__in=found.products)
        condition &= named | _in_cells(workspace, found.text) if found.cells else named
    return condition


def _in_cells(workspace: Workspace, text: str) -> Q:
    """Rows with this text in a cell of their line, or in what a person wrote over one. No index finds it: one
    over every cell would cost an import more than all others together, so that the rows are few instead."""
    edits = Edit.objects.filter(IContains(TypedText(F("values")), text), workspace=workspace)
    return Q(IContains(CellsText(F("cells")), text)) | Q(edit__in=edits.values("pk"))


def _marked(mark: Mark) -> Q:
    if mark.warning is not None:
        return has_warning(mark.warning)
    return Q(edit__isnull=False) if mark is Mark.EDITED else Q(earlier__gt=0)


# ------------------------------------------------------------------ one page of it


class Listed(TypedDict):
    """A transaction as the list shows it: plain values, since a list of models costs five times as much."""

    pk: int
    day: date
    client_name: str | None  # of the surviving account
    product_text: str | None
    owner_name: str | None
    named_owner_text: str | None
    quantity: Decimal | None
    currency: str
    revenue: Decimal | None
    converted: Decimal | None
    tier: int
    status: int
    lack: int
    warnings: int
    earlier: int
    edit_id: int | None
    origin_id: int
    cells: list[str]
    edited: dict[str, str] | None
    mapping: dict[str, Any]


COMPUTED: dict[str, Any] = {
    "client_name": Coalesce(F("client__survivor__name"), F("client__name")),
    "product_text": F("product__text"),
    "owner_name": F("owner__user__name"),
    "named_owner_text": F("named_owner__text"),
    "edited": F("edit__values"),
    "mapping": F("origin__mapping"),
}


@dataclass(frozen=True)
class Page:
    """Rows of one page, newest day first, what describes them, and the keys of its neighbours."""

    rows: list[Listed]
    descriptions: dict[int, str]
    after: str
    before: str


def list_page(rows: QuerySet[Transaction], *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page; two queries. The first sorts keys alone, the second loads the rows of the page."""
    page = key_page(rows, [BY_DAY], after=after, before=before, size=size)
    stored = [name for name in Listed.__annotations__ if name not in COMPUTED]
    found = list(Transaction.objects.filter(pk__in=page.ids).order_by().values(*stored, **COMPUTED))
    by_pk = {row["pk"]: row for row in found}
    cells = {row["pk"]: Cells(row["origin_id"], row["mapping"], row["cells"], row["edited"]) for row in found}
    descriptions = texts(cells, Field.DESCRIPTION)
    rows_of_page = [cast(Listed, by_pk[pk]) for pk in page.ids]
    return Page(rows_of_page, descriptions, page.after, page.before)
