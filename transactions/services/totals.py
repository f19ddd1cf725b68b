"""Keeping the maintained totals in step with the rows, in the same transaction.

Whoever changes rows holds the workspace's rows (`hold_rows`), takes what they came to away, changes them, and
adds what they come to then. `reconcile` proves that the totals are the sums of the rows.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from transactions.models import RowTotal, Transaction
from transactions.rules import Warning
from workspaces.models import Workspace
from workspaces.services.locks import hold_together

ROWS, TOTALS = Transaction._meta.db_table, RowTotal._meta.db_table
KEY = ("split", "month", "about", "owner_id", "status", "lack", "tier", "currency")
SUMS = (
    "rows",
    "quantity",
    "revenue",
    "converted",
    "tax",
    "profit",
    "profit_unknown",
    "provisional",
    "earlier",
)
_BY = "month, status, lack, tier, currency"
# What rows come to. `{rows}` is a table or a join with the columns of Transaction; `{sign}` 1 or -1.
SUM = f"""
    select %s::bigint,
        (case when grouping(client_id) = 0 then 1 when grouping(product_id) = 0 then 2 else 0 end)::smallint,
        month, coalesce(client_id, product_id, 0), owner_id, status, lack, tier, currency,
        {{sign}} * count(*),
        {{sign}} * coalesce(sum(quantity), 0),
        {{sign}} * coalesce(sum(revenue), 0),
        {{sign}} * coalesce(sum(converted), 0),
        {{sign}} * coalesce(sum(tax), 0),
        {{sign}} * coalesce(sum(profit), 0),
        {{sign}} * count(*) filter (where profit_lack > 0),
        {{sign}} * count(*) filter (where warnings & {int(Warning.PROVISIONAL)} > 0),
        {{sign}} * count(*) filter (where earlier > 0)
    from (
        select date_trunc('month', day)::date as month, owner_id, client_id, product_id, status, lack, tier,
            currency, quantity, revenue, converted, tax, profit, profit_lack, warnings, earlier
        from {{rows}}
    ) rows
    group by grouping sets (
        ({_BY}, owner_id), ({_BY}, owner_id, client_id), ({_BY}, product_id)
    )
"""  # noqa: S608 - our own names and numbers
_ADD = (
    f"insert into {TOTALS} as t (workspace_id, {', '.join(KEY)}, {', '.join(SUMS)}) {SUM} "
    f"on conflict (workspace_id, {', '.join(KEY)}) do update set "
    + ", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)
)


def hold_rows(workspace: Workspace) -> Workspace:
    """The workspace as it is; until the end of the transaction nobody else changes its transactions.

    Settings and rates stand still meanwhile, and whoever derives other figures goes on (rules 5.17).
    """
    current = hold_together(workspace)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s, %s)", [ROWS_LOCK, workspace.pk % 2**31])
    return current


ROWS_LOCK = 5  # after section 5 of the rules; no other lock of the product has two numbers


def add_totals(workspace: Workspace, rows: str) -> None:
    """Add what these rows come to: `rows` is SQL after "from", our own."""
    _add(workspace, rows, 1)


def take_totals(workspace: Workspace, rows: str) -> None:
    """Take away what these rows come to."""
    _add(workspace, rows, -1)


def _add(workspace: Workspace, rows: str, sign: int, params: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(rows=rows, sign=sign), [workspace.pk, *params])


def drop_empty_totals(workspace: Workspace) -> None:
    """Forget the totals that no row is left in."""
    RowTotal.objects.filter(workspace=workspace, rows=0).delete()


@contextmanager
def totals_follow(workspace: Workspace, ids: Collection[int]) -> Iterator[None]:
    """Whatever is written inside to these rows reaches the totals."""
    if not ids:
        yield
        return
    rows = f"{ROWS} where workspace_id = {int(workspace.pk)} and id = any(%s)"
    _add(workspace, rows, -1, [list(ids)])
    yield
    _add(workspace, rows, 1, [list(ids)])
    drop_empty_totals(workspace)


@transaction.atomic
def rebuild_row_totals(workspace: Workspace) -> int:
    """Make all totals of transactions anew from the rows, should they ever differ: how many there are."""
    workspace = hold_rows(workspace)
    RowTotal.objects.filter(workspace=workspace).delete()
    add_totals(workspace, f"{ROWS} where workspace_id = {int(workspace.pk)}")
    return RowTotal.objects.filter(workspace=workspace).count()
