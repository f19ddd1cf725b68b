"""Rows that an import voids because it replaces its source's rows between two dates (rules 5.14)."""

from collections.abc import Collection
from datetime import date

from django.db import connection

from transactions.models import STANDING, Import
from transactions.pipeline.meeting import ROWS, VERSIONS
from transactions.rules import Status
from workspaces.models import Workspace

IMPORTS = Import._meta.db_table
_STANDING = ", ".join(f"'{state}'" for state in STANDING)
# The newest import that replaces the span of a row `r` and came after every import that holds it; an account
# manager's own import replaces only rows of theirs (rules 8.2). `of` has the row's day and owner.
_BY = f"""
    select i.id from {IMPORTS} i
    where i.source_id = r.source_id and i.state in ({_STANDING})
        and {{of}}.day between i.replaces_from and i.replaces_until
        and (i.owner_id is null or i.owner_id = {{of}}.owner_id)
        and i.turn > coalesce(greatest(
            case when r.edit_id is null then r.turn end,
            (select max(v.turn) from {VERSIONS} v where v.row_id = r.id and v.edit_id is null)
        ), 0)
    order by i.turn desc limit 1
"""  # noqa: S608 - our own names


def refresh_voided(workspace: Workspace, ids: Collection[int]) -> list[int]:
    """Note of each row which import voids it, if any: the rows of which that has changed.

    Their status has still to be derived again, and the totals are the caller's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            update {ROWS} t set replaced_by_id = n.by
            from (
                select r.id, ({_BY.format(of="r")}) as by from {ROWS} r
                where r.workspace_id = %s and r.id = any(%s)
            ) n
            where t.workspace_id = %s and t.id = n.id and t.replaced_by_id is distinct from n.by
            returning t.id
            """,  # noqa: S608 - our own names
            [workspace.pk, list(ids), workspace.pk],
        )
        return [pk for (pk,) in cursor.fetchall()]


def replaced_on(workspace: Workspace, placed: Collection[tuple[int, date, int | None]]) -> set[int]:
    """Which rows an import would void if they were of another day and owner: (row, day, owner)."""
    if not placed:
        return set()
    ids, days, owners = zip(*placed, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select r.id from {ROWS} r
                join unnest(%s::bigint[], %s::date[], %s::bigint[]) d(id, day, owner_id) on d.id = r.id
            where r.workspace_id = %s and exists ({_BY.format(of="d")})
            """,  # noqa: S608 - our own names
            [list(ids), list(days), list(owners), workspace.pk],
        )
        return {pk for (pk,) in cursor.fetchall()}


def void(workspace: Workspace, ids: Collection[int], by: int) -> None:
    """Void these rows: they are in no total while the import that replaces them stands."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"update {ROWS} set replaced_by_id = %s, status = %s where workspace_id = %s and id = any(%s)",  # noqa: S608
            [by, Status.VOIDED, workspace.pk, list(ids)],
        )
