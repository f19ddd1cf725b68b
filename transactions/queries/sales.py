"""Sales and the refunds that undo them, as they are stored (rules 5.13)."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import F, Q

from transactions.models import CatalogValue, RowRate, Source, Transaction
from transactions.queries.books import use_of
from transactions.queries.catalog import value_of
from transactions.rules import Sale, currency_of_sale
from workspaces.models import Workspace

BATCH = 5000
ROWS = Transaction._meta.db_table
# What undoes another row is no sale itself: what undoes that stands on its own day (rules 5.13).
IS_SALE = Q(sale_key=None) | Q(sale_key=F("key"))
RATES, PRICES = ("rate", "profit_rate"), ("price", "profit_price", "tax_price")


def stored_sales(
    source: Source | None, keys: Iterable[bytes], *, protected: bool = False
) -> dict[bytes, Sale]:
    """The sales among the rows of the source, by key, and what they stand on; of `protected`, those that no
    import overwrites. Called inside the workspace."""
    if source is None:
        return {}
    ordered = sorted(keys)
    found: dict[bytes, Sale] = {}
    for start in range(0, len(ordered), BATCH):
        some = [key.hex() for key in ordered[start : start + BATCH]]
        rows = Transaction.objects.filter(
            IS_SALE, workspace=source.workspace_id, source=source, key__in=some, occurrence=1
        )
        if protected:
            rows = rows.filter(protected=True)
        found |= _standing(list(rows.values_list("key", "day", "tier", "currency", *RATES, *PRICES)))
    return found


def _standing(rows: list[Any]) -> dict[bytes, Sale]:
    last = 4 + len(RATES)
    rates = RowRate.objects.in_bulk({pk for row in rows for pk in row[4:last] if pk})
    prices = CatalogValue.objects.in_bulk({pk for row in rows for pk in row[last:] if pk})
    uses = {pk: use for pk, rate in rates.items() if (use := use_of(rate)) is not None}
    values = {pk: value_of(price) for pk, price in prices.items()}
    return {
        key.bytes: Sale(
            day,
            currency_of_sale(tier, currency),
            tuple(uses[pk] for pk in used[: len(RATES)] if pk in uses),
            tuple(values[pk] for pk in used[len(RATES) :] if pk in values),
        )
        for key, day, tier, currency, *used in rows
    }


def apart(workspace: Workspace, ids: Collection[int]) -> tuple[list[int], list[int]]:
    """Rows that undo no sale, and those that do: they are derived after what they stand on."""
    ordered, tied = sorted(ids), set[int]()
    for start in range(0, len(ordered), BATCH):
        some = Transaction.objects.filter(workspace=workspace, pk__in=ordered[start : start + BATCH])
        tied.update(some.exclude(sale_key=None).values_list("pk", flat=True))
    return [pk for pk in ordered if pk not in tied], sorted(tied)


def refunds_of(workspace: Workspace, ids: Collection[int]) -> list[int]:
    """The rows that undo one of these."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select r.id from {ROWS} s join {ROWS} r
                on r.workspace_id = s.workspace_id and r.source_id = s.source_id and r.sale_key = s.key
            where s.workspace_id = %s and s.id = any(%s) and s.occurrence = 1 and r.id <> s.id
                and (s.sale_key is null or s.sale_key = s.key)
            order by r.id
            """,  # noqa: S608 - our own names
            [workspace.pk, list(ids)],
        )
        return [pk for (pk,) in cursor.fetchall()]
