"""Live imported rows as a close or a document copies them: said in SQL, since there may be half a million."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contributions.models import FrozenTransaction
from fx.rules import Source as RateSource
from transactions.models import CatalogItem, Import, RowRate, SeenProduct, Source, Transaction
from transactions.rules import Status, Warning
from workspaces.models import ClientAccount, Membership, User, Workspace
from workspaces.queries.people import Scope

ROWS = Transaction._meta.db_table
# Of a copy whatever stands in every one of them.
COPIED = tuple(f.attname for f in FrozenTransaction._meta.local_fields)
KEPT = f"{Status.COUNTED.value}, {Status.UNKNOWN.value}"  # the rows that count, and those that wait

_SAME = (
    *("source_id", "key", "occurrence", "line", "day", "owner_id", "product_id", "status", "lack", "tier"),
    *("quantity", "currency", "revenue", "tax", "converted", "profit"),
)
_SAME_CURRENCY = RateSource.SAME.value
_known = "t.converted is not null and t.rate_id is null"  # in the workspace currency: no rate is needed
_TOLD = {
    **{name: f"t.{name}" for name in ("workspace_id", *_SAME)},
    "transaction_id": "t.id",
    "source_name": "source.name",
    "file_name": "origin.name",
    "client_id": "client.id",
    "client_name": "coalesce(client.name, '')",
    "owner_name": "coalesce(nullif(person.name, ''), person.email, '')",
    "item_id": "item.id",
    "product_name": (
        "case when item.id is null then coalesce(product.text, '') "
        "when item.name = '' then item.code else item.code || ' · ' || item.name end"
    ),
    "provisional": f"t.warnings & {Warning.PROVISIONAL.value} > 0",
    "earlier": "t.earlier > 0",
    "rate": f"case when {_known} then 1 else rate.rate end",
    "rate_day": f"case when {_known} then t.day else rate.rate_day end",
    "rate_source": f"case when {_known} then '{_SAME_CURRENCY}' else coalesce(rate.rate_source, '') end",
    "rate_legs": "coalesce(rate.rate_legs, '[]')",
    "rate_inverse": "coalesce(rate.rate_inverse, false)",
}
# The names that rows are copied with: joined to `t`, a table of transactions.
NAMED = f"""
    join {Source._meta.db_table} source on source.id = t.source_id
    join {Import._meta.db_table} origin on origin.id = t.origin_id
    left join {ClientAccount._meta.db_table} account on account.id = t.client_id
    left join {ClientAccount._meta.db_table} client on client.id = account.survivor_id
    left join {SeenProduct._meta.db_table} product on product.id = t.product_id
    left join {CatalogItem._meta.db_table} item on item.id = product.item_id
    left join {Membership._meta.db_table} owner on owner.id = t.owner_id
    left join {User._meta.db_table} person on person.id = owner.user_id
    left join {RowRate._meta.db_table} rate on rate.id = t.rate_id
"""


def told(**other: str) -> tuple[str, str]:
    """The columns of a copy and what they are of a live row `t` joined by NAMED: (names, expressions);
    `other` names more columns, or others in their place, with their SQL, our own."""
    values = {name: _TOLD[name] for name in COPIED if name != "id"} | other
    return ", ".join(values), ", ".join(values.values())


@dataclass(frozen=True)
class LiveRows:
    """Which live rows: SQL after "where" about `t`, and its parameters by name."""

    condition: str
    params: Mapping[str, Any]


def live_rows(workspace: Workspace, scope: Scope, start: date, end: date) -> LiveRows:
    """The rows from `start` up to `end` that count or wait, as far as this scope reads."""
    condition = (
        f"t.workspace_id = %(workspace)s and t.status in ({KEPT}) and t.day >= %(start)s and t.day < %(end)s"
    )
    params: dict[str, Any] = {"workspace": workspace.pk, "start": start, "end": end}
    if scope.owners is not None:
        condition, params["owners"] = f"{condition} and t.owner_id = any(%(owners)s)", sorted(scope.owners)
    return LiveRows(condition, params)
