"""Transactions in tests: imports that are in, and rows of theirs, derived as the pipeline derives them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from kamtrak.lib.tables import Layout
from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from tests.transactions.builders import make_item, worth
from transactions.models import CatalogItem, Import, ImportState, Source, Transaction
from transactions.pipeline.making import key_of
from transactions.pipeline.rederiving import Rederivation
from transactions.rules import (
    Column,
    Field,
    FileMapping,
    LineReader,
    Measure,
    RowKind,
    Status,
)
from transactions.services.totals import add_totals, hold_rows
from transactions.services.turns import next_turn
from workspaces.models import Membership, Workspace

# The columns of every file in tests, and what each is mapped to; "Warehouse" is kept as it is.
COLUMNS: dict[str, Field | None] = {
    "Order no": Field.UNIQUE_ID,
    "Booked": Field.DATE,
    "Customer": Field.CLIENT,
    "Rep": Field.OWNER,
    "Item": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Unit price": Field.PRICE_SOLD,
    "Net total": Field.REVENUE,
    "Cur": Field.CURRENCY,
    "Kind": Field.TYPE,
    "Sale no": Field.ORIGINAL_ID,
    "Remark": Field.DESCRIPTION,
    "Warehouse": None,
}
TYPES = {"order": RowKind.SALE, "return": RowKind.REFUND, "sample": RowKind.NOT_REVENUE}
ROWS = Transaction._meta.db_table


def mapping_of(columns: dict[str, Field | None] | None = None, **changes: Any) -> FileMapping:
    """A mapping of these columns: days are written 2026-08-09, numbers 1234.5, returns without a minus."""
    named = COLUMNS if columns is None else columns
    found = tuple(Column(place, name, known) for place, (name, known) in enumerate(named.items()))
    return FileMapping(found, types=TYPES, **{"refunds_negative": False, **changes})


def _orders(workspace: Workspace, *, by_id: bool) -> Source:
    """The source of all files that name no other."""
    with in_workspace(workspace.pk):
        found, _ = Source.objects.get_or_create(
            workspace=workspace,
            key="orders" if by_id else "till",
            defaults={"name": "Orders" if by_id else "Till", "by_id": by_id, "created_at": NOW},
        )
    return found


def make_import(
    by: Membership,
    name: str = "orders-2026-08.csv",
    *,
    source: Source | None = None,
    mapping: FileMapping | None = None,
    owner: Membership | None = None,
    now: datetime = NOW,
) -> Import:
    """An import that went in. `owner`: all its rows are this person's."""
    workspace, mapped = by.workspace, mapping or mapping_of()
    names = tuple(column.name for column in mapped.columns)
    from_source = source or _orders(workspace, by_id=Field.UNIQUE_ID in mapped.mapped)
    with in_workspace(workspace.pk):
        return Import.objects.create(
            workspace=workspace,
            name=name,
            state=ImportState.COMMITTED,
            size=1000,
            sha256="0" * 64,
            path=f"imports/{name}",
            layout=asdict(Layout("csv", names, header_line=1, first_line=2)),
            mapping=mapped.to_json(),
            source=from_source,
            owner=owner,
            turn=next_turn(),
            uploaded_by=by.user,
            uploaded_at=now,
            committed_by=by.user,
            committed_at=now,
        )


def make_row(imported: Import, **cells: str) -> Transaction:
    """One row of an import, cells by field: `make_row(orders, client="Nordhavn", revenue="50")`.

    It is of 9 August 2026 unless said otherwise, and bears the next number. Rates and catalog are those on
    file; the totals follow.
    """
    workspace = imported.workspace
    assert imported.source
    assert imported.turn
    with in_workspace(workspace.pk):
        hold_rows(workspace)
        newest = Transaction.objects.filter(origin=imported).aggregate(line=Max("line"))["line"] or 1
        mapping = FileMapping.from_json(imported.mapping)
        given = {"date": "2026-08-09", "unique_id": f"ORD-{imported.pk}-{newest + 1}", **cells}
        written = [given.get(column.field or column.name.lower(), "") for column in mapping.columns]
        key = key_of(mapping, ())(LineReader(mapping).read(written))
        same = Transaction.objects.filter(source=imported.source, key=key.hex()).count()
        row = Transaction.objects.create(
            workspace=workspace,
            source=imported.source,
            key=key.hex(),
            occurrence=same + 1,
            turn=imported.turn,
            origin=imported,
            line=newest + 1,
            cells=written,
            day=date(2000, 1, 1),
            status=Status.UNKNOWN,
        )
        Rederivation(workspace, NOW).rewrite([row.pk])
        add_totals(workspace, f"{ROWS} where workspace_id = {workspace.pk} and id = {row.pk}")
        return Transaction.objects.get(pk=row.pk)


def make_entry(
    by: Membership,
    code: str,
    *,
    valid_from: date = date(2026, 1, 1),
    **values: str,
) -> CatalogItem:
    """A catalog entry with these values per unit: `make_entry(ada, "W", revenue="19.99", cost="5")`."""
    dated = [worth(Measure(measure), amount, valid_from) for measure, amount in values.items()]
    return make_item(by, code, dated, name="")
