"""The imported rows in a document: of the person alone, copied by the database itself (rules 7.2)."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from contributions.models import ClosedPeriod, ClosedTransaction
from contributions.queries.revenue_changes import moved_rows
from contributions.queries.revenue_rows import COPIED, NAMED, ROWS, live_rows, told
from kamtrak.lib.months import Quarter
from reports.models import Document, DocumentTransaction
from reports.queries.review import Order
from transactions.models import CatalogItem, SeenProduct
from workspaces.models import ClientAccount

_INTO = DocumentTransaction._meta.db_table
_COPIES = ClosedTransaction._meta.db_table
# What a copy of a close is called at issue: an account or a product that is gone keeps the name it had.
_AT_ISSUE = {
    "client_id": "coalesce(client.id, c.client_id)",
    "client_name": "coalesce(client.name, c.client_name)",
    "item_id": "item.id",
    "product_name": (
        "case when product.id is null then c.product_name when item.id is null then product.text "
        "when item.name = '' then item.code else item.code || ' · ' || item.name end"
    ),
}
_NAMED_NOW = f"""
    left join {ClientAccount._meta.db_table} account on account.id = c.client_id
    left join {ClientAccount._meta.db_table} client on client.id = account.survivor_id
    left join {SeenProduct._meta.db_table} product on product.id = c.product_id
    left join {CatalogItem._meta.db_table} item on item.id = product.item_id
"""
_OF_IT = {"document_id": "%(document)s::bigint"}


def copy_transactions(document: Document, order: Order, closed: Mapping[Quarter, ClosedPeriod]) -> int:
    """Copy the rows of the period: of a closed quarter as closed, with what changed since beside them, of an
    open one as they stand; how many."""
    return sum(
        _copy_closed(document, order, quarter, closed[quarter])
        if quarter in closed
        else _copy_open(document, order, quarter)
        for quarter in order.period.quarters
    )


def _copy_open(document: Document, order: Order, quarter: Quarter) -> int:
    rows = live_rows(order.workspace, order.scope, quarter.start, quarter.end)
    names, values = told(**_OF_IT, counts="true", later="null::numeric", why="''")
    select = f"select {values} from {ROWS} t {NAMED} where {rows.condition}"  # noqa: S608 - our own names
    return _insert(f"insert into {_INTO} ({names}) {select}", document, rows.params)


def _copy_closed(document: Document, order: Order, quarter: Quarter, period: ClosedPeriod) -> int:
    """The copies with their later changes, and the rows that came later, which count in no total."""
    moved, params = moved_rows(order.workspace, order.scope, quarter, period)
    beside = {"later": "m.difference", "why": "m.why"}
    names, added = told(**_OF_IT, counts="false", **beside)
    copied = {name: f"c.{name}" for name in COPIED if name != "id"} | _AT_ISSUE | _OF_IT
    copied |= {"counts": "true", "later": "m.difference", "why": "coalesce(m.why, '')"}
    values = ", ".join(copied[name] for name in names.split(", "))
    return _insert(
        f"""
        insert into {_INTO} ({names}) with {moved}
        select {values} from {_COPIES} c left join told m on m.copy_id = c.id {_NAMED_NOW}
            where c.workspace_id = %(workspace)s and c.period_id = %(period)s
                and c.owner_id = any(%(owners)s)
        union all
        select {added} from told m join {ROWS} t on t.id = m.live_id {NAMED} where m.copy_id is null
        """,  # noqa: S608 - our own names
        document,
        params,
    )


def _insert(sql: str, document: Document, params: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, {**params, "document": document.pk})
        return cursor.rowcount
