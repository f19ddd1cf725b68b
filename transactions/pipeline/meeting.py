"""Finished rows beside the rows that are there: which are new, which meet which (rules 5.14).

The check tells what would come of it and the commit does it: both load the same lines and ask the same way.
"""

from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from kamtrak.tenancy import in_workspace
from transactions.models import Import, RowVersion, Transaction
from transactions.pipeline.differing import first_changes
from transactions.pipeline.finished import NAMES, TABLE
from transactions.queries.families import family_of
from transactions.rules import Status

ROWS, VERSIONS = Transaction._meta.db_table, RowVersion._meta.db_table
_BLOCK = 1 << 20
# What makes a row another one than it was: what was provided, and everything that follows from it.
_SAME = " and ".join(
    f"t.{name} is not distinct from f.{name}" for name in NAMES if name not in ("key", "occurrence", "line")
)


def load_finished(prepared: Path) -> int:
    """Copy the finished lines into the temporary table `finished`, gone with the transaction: how many."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists finished, met")
        cursor.execute(f"create temporary table finished ({TABLE}) on commit drop")
        copying = f"copy finished ({', '.join(NAMES)}) from stdin"
        with prepared.open("rb") as lines, cursor.copy(copying) as copy:
            while block := lines.read(_BLOCK):
                copy.write(block)
        return int(cursor.rowcount)


def has_rows(imported: Import) -> bool:
    """Whether the source has any row that a line could meet."""
    return Transaction.objects.filter(workspace=imported.workspace_id, source=imported.source_id).exists()


def meet(imported: Import) -> None:
    """Which finished lines meet which rows, as the temporary table `met`; `same`: nothing would change."""
    with connection.cursor() as cursor:
        cursor.execute("analyze finished")
        cursor.execute(
            f"""
            create temporary table met on commit drop as
            select t.id, f.key, f.occurrence, t.protected, t.replaced_by_id is not null as replaced,
                t.edit_id is null and {_SAME} as same,
                case when t.status = %s then t.converted end as was
            from {ROWS} t join finished f on t.key = f.key and t.occurrence = f.occurrence
            where t.workspace_id = %s and t.source_id = %s
            """,  # noqa: S608 - our own names
            [Status.COUNTED, imported.workspace_id, imported.source_id],
        )
        cursor.execute("create unique index on met (id)")
        cursor.execute("analyze met")


def keys_of_others(imported: Import, keys: Collection[bytes]) -> set[bytes]:
    """Which of these keys are rows of the source that are not this person's: an account manager's own import
    leaves them as they are (rules 8.2).

    It enters the workspace by itself: a check asks while it streams through its file, in no transaction.
    """
    wanted = [key.hex() for key in keys]
    with in_workspace(imported.workspace_id):
        found = Transaction.objects.filter(
            workspace=imported.workspace_id, source=imported.source_id, key__in=wanted
        )
        others = found.filter(~Q(owner=imported.owner_id) | Q(owner=None))
        return {key.bytes for key in others.values_list("key", flat=True)}


def meets_others(imported: Import) -> bool:
    """Whether a line has met a row that is not the person's whose import this is, by now."""
    if imported.owner_id is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"select exists (select from met join {ROWS} t using (id) where t.workspace_id = %s "  # noqa: S608
            "and t.owner_id is distinct from %s)",
            [imported.workspace_id, imported.owner_id],
        )
        return bool(cursor.fetchone()[0])


def renumber(imported: Import) -> None:
    """Lines that are new sales although equal ones came before: behind the last number of their key."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            update finished f set occurrence = l.last + n.number
            from (select ctid, row_number() over (partition by key order by line) as number from finished) n,
                (
                    select key, max(occurrence) as last from {ROWS}
                    where workspace_id = %s and source_id = %s and key in (select key from finished)
                    group by key
                ) l
            where n.ctid = f.ctid and l.key = f.key
            """,  # noqa: S608 - our own names
            [imported.workspace_id, imported.source_id],
        )


def compare(imported: Import, prepared: Path) -> dict[str, Any]:
    """What would come of the finished lines: rows created, updated, unchanged, kept as edited by hand.

    `repeated` counts and values the lines that equal lines of earlier files of a source without Unique ID,
    `voided` the rows that the import would replace. `added` is by how much the totals of the workspace would
    change, in its currency; None where all that goes in is new. `changes` are the first rows with other
    values.
    """
    if not has_rows(imported):
        nothing = dict.fromkeys(("updated", "unchanged", "kept", "voided"), 0)
        return nothing | {"repeated": None, "added": None, "changes": []}
    load_finished(prepared)
    meet(imported)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(*) filter (where not protected and not same),
                count(*) filter (where not protected and same), count(*) filter (where protected)
            from met
            """
        )
        updated, unchanged, kept = cursor.fetchone()
    rows, value, added = _met()
    gone = to_be_voided(imported) if imported.replaces_from else []
    by_id = imported.source is not None and imported.source.by_id
    return {
        "updated": updated,
        "unchanged": unchanged,
        "kept": kept,
        "repeated": None if by_id or not rows else {"rows": rows, "value": f"{value:f}"},
        "voided": len(gone),
        "added": f"{added - _counted(gone):f}",
        "changes": first_changes(imported) if updated else [],
    }


def _met() -> tuple[int, Decimal, Decimal]:
    """The lines that meet a row, what they come to, and by how much all lines would change the totals."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select count(m.id), coalesce(sum(f.converted) filter (where m.id is not null), 0),
                coalesce(sum(f.converted) filter (where m.protected is not true and f.status = %s), 0)
                    - coalesce(sum(m.was) filter (where not m.protected), 0)
            from finished f left join met m using (key, occurrence)
            """,
            [Status.COUNTED],
        )
        rows, value, added = cursor.fetchone()
        return rows, value, added


def _counted(ids: list[int]) -> Decimal:
    """What the rows come to in the totals."""
    rows = Transaction.objects.filter(pk__in=ids, status=Status.COUNTED)
    return rows.aggregate(total=Sum("converted"))["total"] or Decimal(0)


def to_be_voided(imported: Import) -> list[int]:
    """The rows of the source between the two dates that the import does not hold (rules 5.14); of an account
    manager's own import only rows of theirs (rules 8.2).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select id from {ROWS} t
            where workspace_id = %s and source_id = %s and day between %s and %s and status <> %s
                and origin_id <> %s and not exists (select from met where met.id = t.id)
                and (%s::bigint is null or owner_id = %s)
            """,  # noqa: S608 - our own names
            [
                imported.workspace_id,
                imported.source_id,
                imported.replaces_from,
                imported.replaces_until,
                Status.VOIDED,
                imported.pk,
                *[imported.owner_id] * 2,
            ],
        )
        return [pk for (pk,) in cursor.fetchall()]


def counted_lines(imported: Import) -> dict[bytes, int]:
    """How many lines of each key the import has, with the corrections of it that are in: what one more
    corrected reject file goes on from (rules 5.14).
    """
    ids = sorted(family_of(imported))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select key, count(*) from (
                select key from {ROWS} where workspace_id = %s and origin_id = any(%s) and edit_id is null
                union all
                select r.key
                from {VERSIONS} v join {ROWS} r on r.id = v.row_id
                where v.workspace_id = %s and v.origin_id = any(%s) and v.edit_id is null
            ) lines group by key
            """,  # noqa: S608 - our own names
            [imported.workspace_id, ids] * 2,
        )
        return {key.bytes: count for key, count in cursor.fetchall()}
