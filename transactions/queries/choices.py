"""What the filters of the list offer: names that rows in the reader's scope bear."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from kamtrak.lib.months import Quarter
from transactions.models import CatalogItem, Import, ImportState, RowTotal, SeenProduct, Source, Split
from transactions.queries.rows import visible_rows
from workspaces.models import ClientAccount, Workspace
from workspaces.queries.clients import client_choices
from workspaces.queries.people import Scope

RECENT = 8  # imports that are offered beside the chosen one


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


def sources(workspace: Workspace) -> list[tuple[int, str]]:
    """All sources by name."""
    return list(Source.objects.filter(workspace=workspace).order_by("key").values_list("pk", "name"))


def imports_offered(workspace: Workspace, scope: Scope, chosen: int | None) -> list[tuple[int, str]]:
    """The newest imports that went in, and the chosen one wherever it stands: (id, file name).

    Who does not read everyone's rows is offered the imports of their people's own rows.
    """
    found = Import.objects.filter(workspace=workspace, state=ImportState.COMMITTED)
    if scope.owners is not None:
        found = found.filter(owner__in=sorted(scope.owners))
    newest = list(found.order_by("-turn").values_list("pk", "name")[:RECENT])
    if chosen and chosen not in dict(newest):
        newest += Import.objects.filter(workspace=workspace, pk=chosen).values_list("pk", "name")
    return newest


def product_name(workspace: Workspace, pk: int | None) -> str:
    """How files write the product of this number; "" for none."""
    return _text(SeenProduct.objects.filter(workspace=workspace, pk=pk), "text") if pk else ""


def entry_name(workspace: Workspace, pk: int | None) -> str:
    """The code of the catalog entry of this number; "" for none."""
    return _text(CatalogItem.objects.filter(workspace=workspace, pk=pk), "code") if pk else ""


def _text(found: QuerySet[Any], column: str) -> str:
    return found.values_list(column, flat=True).first() or ""


def first_quarter(workspace: Workspace) -> Quarter | None:
    """The quarter of the oldest row; None without rows."""
    months = RowTotal.objects.filter(workspace=workspace, split=Split.NONE).order_by("month")
    month = months.values_list("month", flat=True).first()
    return None if month is None else workspace.calendar.quarter_of(month.first)
