"""What the filters of the list offer: names that rows in the reader's scope bear."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery, Value

from kamtrak.lib.months import Month
from transactions.models import CatalogItem, Import, RowTotal, SeenProduct, Source, Split
from transactions.queries.filters import Filter
from transactions.queries.rows import visible_rows
from workspaces.models import ClientAccount, Workspace
from workspaces.queries.clients import client_choices
from workspaces.queries.people import Scope


def clients_in(workspace: Workspace, scope: Scope, named: str, most: int) -> list[tuple[int, str]]:
    """The clients that rows name: (id, name), by name."""
    totals = RowTotal.objects.filter(
        workspace=OuterRef("workspace"), split=Split.CLIENT, about=OuterRef("pk")
    )
    if scope.owners is not None:
        totals = totals.filter(owner__in=sorted(scope.owners))
    accounts = ClientAccount.objects.filter(Exists(totals), workspace=workspace)
    return client_choices(workspace, accounts.values("survivor"), named, most)


def products_in(workspace: Workspace, scope: Scope, named: str, most: int) -> list[tuple[int, str]]:
    """The products that rows name, as the files write them: (id, text), by text."""
    rows = visible_rows(workspace, scope).filter(product=OuterRef("pk"))
    found = SeenProduct.objects.filter(Exists(rows), workspace=workspace)
    if named:
        found = found.filter(key__contains=named.strip().casefold())
    return list(found.order_by("key").values_list("pk", "text")[:most])


@dataclass(frozen=True)
class Names:
    """What the filter's client, product, catalog entry and import are called, and what it leaves out."""

    client: str = ""
    product: str = ""
    item: str = ""
    origin: str = ""
    not_clients: tuple[str, ...] = ()
    not_products: tuple[str, ...] = ()


def names_of(workspace: Workspace, scope: Scope, wanted: Filter) -> Names:
    """One query, or none. An import is named to those who read a row of it."""
    rows_of_import = visible_rows(workspace, scope).filter(origin=OuterRef("pk"))
    clients, products = ClientAccount.objects.all(), SeenProduct.objects.all()
    items, imports = CatalogItem.objects.all(), Import.objects.filter(Exists(rows_of_import))
    asked: list[tuple[str, Iterable[int | None], QuerySet[Any], str]] = [
        ("client", [wanted.client_id], clients, "name"),
        ("product", [wanted.product_id], products, "text"),
        ("item", [wanted.item_id], items, "code"),
        ("origin", [wanted.import_id], imports, "name"),
        ("not_clients", wanted.not_clients, clients, "name"),
        ("not_products", wanted.not_products, products, "text"),
        ("not_products", wanted.not_items, items, "code"),
    ]
    parts = [
        rows.filter(workspace=workspace, pk__in=pks).values_list(
            Value(kind, output_field=CharField()), column
        )
        for kind, named, rows, column in asked
        if (pks := [pk for pk in named if pk])
    ]
    told: dict[str, list[str]] = defaultdict(list)
    for kind, name in parts[0].union(*parts[1:], all=True) if parts else ():
        told[kind].append(name)
    return Names(
        client="no client" if wanted.client_id == 0 else "".join(told["client"]),
        product="no product" if wanted.product_id == 0 else "".join(told["product"]),
        item="".join(told["item"]),
        origin="".join(told["origin"]),
        not_clients=tuple(sorted(told["not_clients"], key=str.casefold)),
        not_products=tuple(sorted(told["not_products"], key=str.casefold)),
    )


@dataclass(frozen=True)
class Offered:
    """The sources by name, and the month of the oldest row; None without rows."""

    sources: list[tuple[int, str]]
    first: Month | None


def offered(workspace: Workspace) -> Offered:
    """What the filters offer of the whole workspace; one query."""
    months = RowTotal.objects.filter(workspace=OuterRef("workspace"), split=Split.NONE).order_by("month")
    found = Source.objects.filter(workspace=workspace).order_by("key")
    lines = list(found.values_list("pk", "name", Subquery(months.values("month")[:1])))
    return Offered([(pk, name) for pk, name, _ in lines], lines[0][2] if lines else None)
