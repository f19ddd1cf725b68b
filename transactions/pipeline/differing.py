"""Which rows a checked file would change, and in which values: the first of them, told before it is done
(rules 5.14).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from kamtrak.lib.tables import cells_from_array
from transactions.models import Import, Transaction
from transactions.rules import Status

SHOWN, CELLS = 20, 6  # rows, and cells of each
LONGEST = 100
ROWS = Transaction._meta.db_table


def first_changes(imported: Import) -> list[dict[str, Any]]:
    """The first lines of `finished` that meet a row with other values, as `met` tells them.

    `cells`: [column, before, after] of those that differ, as provided. `was` and `is`: the revenue in the
    workspace currency, None where it is unknown. `edited`: an edit by hand, which the line overwrites. Of an
    account manager's own import, rows of their own alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select f.line, t.id, t.origin_id, t.edit_id is not null, t.cells, f.cells, m.was,
                case when f.status = %s then f.converted end
            from met m join finished f using (key, occurrence) join {ROWS} t on t.id = m.id
            where t.workspace_id = %s and not m.protected and not m.same and coalesce(t.owner_id = %s, true)
            order by f.line limit %s
            """,  # noqa: S608 - our own name
            [Status.COUNTED, imported.workspace_id, imported.owner_id, SHOWN],
        )
        found = cursor.fetchall()
    names = _names(imported, {origin for _, _, origin, *_ in found})
    return [
        {
            "line": line,
            "row": pk,
            "edited": edited,
            "cells": list(_differing(names[origin], before, names[imported.pk], after))[:CELLS],
            "was": _text(was),
            "is": _text(now),
        }
        for line, pk, origin, edited, before, after, was, now in found
    ]


def _names(imported: Import, origins: set[int]) -> Mapping[int, Sequence[str]]:
    """The columns of the imports by place: what their cells are called."""
    imports = Import.objects.filter(workspace=imported.workspace_id, pk__in=origins | {imported.pk})
    return {
        pk: [column["name"] for column in mapping["columns"]]
        for pk, mapping in imports.values_list("pk", "mapping")
    }


def _differing(
    names_before: Sequence[str], before: list[str], names_now: Sequence[str], now: list[str]
) -> Iterator[list[str]]:
    """The cells of columns that both files have, where they differ; both as they are stored."""
    earlier = dict(zip(names_before, cells_from_array(before), strict=False))
    for name, cell in zip(names_now, cells_from_array(now), strict=False):
        if name in earlier and earlier[name] != cell:
            yield [name, earlier[name][:LONGEST], cell[:LONGEST]]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
