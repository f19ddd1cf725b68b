"""Plain builders for the catalog and what rows name."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from transactions.models import (
    CatalogItem,
    Import,
    ImportState,
    RowTotal,
    SavedMapping,
    SeenOwner,
    SeenProduct,
    Source,
    Split,
)
from transactions.rules import Column, Field, FileMapping, Lack, Measure, RowKind, Status, product_key
from transactions.rules.entries import Dated, Entry
from transactions.services.catalog import create_item
from workspaces.models import Membership, Workspace
from workspaces.rules import name_key

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)
MAPPED = FileMapping(
    (
        Column(0, "Order no.", Field.UNIQUE_ID),
        Column(1, "Date", Field.DATE),
        Column(2, "Item", Field.PRODUCT),
        Column(3, "Qty", Field.QUANTITY, decimal=","),
        Column(4, "Amount", Field.REVENUE, decimal=",", blanks=("-",), currency="EUR", tax_included=True),
        Column(5, "Kind", Field.TYPE),
        Column(6, "Remark"),
    ),
    given={Field.OWNER: "alex@example.com"},
    types={"sale": RowKind.SALE, "return": RowKind.REFUND},
    refunds_negative=False,
)


def worth(measure: Measure, value: str | None, since: date = JANUARY, *, gross: bool = False) -> Dated:
    return Dated(measure, since, None if value is None else Decimal(value), gross)


def make_item(
    by: Membership, code: str = "TRK-T4", values: Sequence[Dated] | None = None, **said: Any
) -> CatalogItem:
    """Tracker T4 at 112.00 from January and 118.00 from July, unless something else is said."""
    entry = Entry(code, said.get("name", "Tracker T4"), tuple(said.get("aliases", ())))
    given = values if values is not None else [
        worth(Measure.REVENUE, "112.00"),
        worth(Measure.COST, "69.80"),
        worth(Measure.REVENUE, "118.00", JULY),
    ]  # fmt: skip
    with in_workspace(by.workspace_id):
        return create_item(
            workspace=by.workspace, by=by, entry=entry, values=given, reason="Price list", now=NOW
        )


def make_seen(workspace: Workspace, text: str = "Cold-chain sensor CS-9", rows: int = 0) -> SeenProduct:
    """A product that files name; `rows` of them wait for its entry, with three units each."""
    with in_workspace(workspace.pk):
        seen = SeenProduct.objects.create(workspace=workspace, key=product_key(text), text=text)
        if rows:
            RowTotal.objects.create(
                workspace=workspace,
                split=Split.PRODUCT,
                month=Month(2026, 8),
                about=seen.pk,
                status=Status.UNKNOWN,
                lack=Lack.NO_ENTRY,
                tier=3,
                currency="USD",
                rows=rows,
                quantity=3 * rows,
            )
    return seen


def make_owner(
    workspace: Workspace, text: str = "A. Lindqvist", member: Membership | None = None
) -> SeenOwner:
    with in_workspace(workspace.pk):
        return SeenOwner.objects.create(workspace=workspace, key=product_key(text), text=text, member=member)


def make_source(workspace: Workspace, name: str = "Shop system") -> Source:
    with in_workspace(workspace.pk):
        return Source.objects.create(
            workspace=workspace, name=name, key=name_key(name), by_id=True, created_at=NOW
        )


def make_mapping(by: Membership, source: Source | None = None, **changes: Any) -> SavedMapping:
    """What was decided for seven columns of the shop system's files."""
    source = source or make_source(by.workspace)
    with in_workspace(by.workspace_id):
        return SavedMapping.objects.create(
            workspace=by.workspace,
            source=source,
            header=changes.get("header", [column.name for column in MAPPED.columns]),
            header_key=changes.get("header_key", f"{source.pk:064d}"),
            mapping=changes.get("mapping", MAPPED.to_json()),
            saved_by=by.user,
            saved_at=NOW,
        )


def make_import(by: Membership, source: Source, name: str, **said: Any) -> Import:
    """A file of this source that was imported, read by the mapping above."""
    with in_workspace(by.workspace_id):
        return Import.objects.create(
            workspace=by.workspace,
            name=name,
            state=said.get("state", ImportState.COMMITTED),
            size=1,
            sha256="0" * 64,
            path="x",
            mapping=said.get("mapping", MAPPED.to_json()),
            source=source,
            uploaded_by=by.user,
            uploaded_at=NOW,
            committed_at=NOW,
        )
