"""Undoing an import, for ever possible: what is left is what there would be without it (rules 5.18).

Its versions leave their stacks, the topmost of what is left counts, and a row without versions goes. Where a
later import answered "new sales", equal lines may have to change places: those keys are replayed by the rule
(rules.stacks tells when).
Corrected reject files that went on from the import leave with it.
"""

from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from transactions.models import STANDING, Edit, Import, ImportState
from transactions.pipeline.meeting import ROWS, VERSIONS
from transactions.pipeline.names import drop_clients
from transactions.pipeline.rederiving import Rederivation
from transactions.pipeline.refunds import follow_sales
from transactions.pipeline.replaying import replay
from transactions.pipeline.voiding import refresh_voided
from transactions.queries.families import family_of
from transactions.queries.undoing import in_totals, undone_together
from transactions.services.alerts import refresh_alerts
from transactions.services.citations import cited_rows_that_go, follow_rows, look_again
from transactions.services.imports import RELEASES
from transactions.services.totals import add_totals, drop_empty_totals, hold_rows, take_totals
from workspaces.models import Workspace
from workspaces.services.beating import Beat, beating
from workspaces.services.jobs import Run

STAGE = "Undoing"
EDITS, IMPORTS = Edit._meta.db_table, Import._meta.db_table


def run_undo(run: Run) -> dict[str, Any]:
    """The job: undo the import in one transaction. Its result keeps what has left the totals by it."""
    with beating(run, STAGE) as beat, in_workspace(run.workspace_id):
        workspace = hold_rows(Workspace.objects.get(pk=run.workspace_id))
        imported = Import.objects.select_for_update().get(pk=run.params["import"])
        run.ask()
        if imported.state != ImportState.UNDONE:
            before = in_totals(workspace)
            with because(reason=run.params["reason"]):
                undo(
                    workspace,
                    imported,
                    keep_edited=run.params["keep_edited"],
                    release_cited=run.params.get("release_cited", False),
                    by=run.user_id,
                    beat=beat,
                )
            after = in_totals(workspace)
            left = {"rows": before.rows - after.rows, "value": f"{before.value - after.value:f}"}
            run.note(left=left)
        run.seal()
    with in_workspace(run.workspace_id):
        noted = run.noted()
        look_again(workspace, timezone.now())
    return {
        "path": f"imports/{run.params['import']}/",
        "action": "See the import",
        "summary": "It is undone.",
        **noted,
    }


def undo(
    workspace: Workspace, imported: Import, *, keep_edited: bool, release_cited: bool, by: int, beat: Beat
) -> None:
    """Leave what there would be had the import never been committed. The workspace's rows are held.

    A row that goes takes what cites it along: Refused unless `release_cited` says so. Between two steps
    `beat` says how many rows are derived again, and raises JobCancelled.
    """
    now = timezone.now()
    ids = undone_together(imported)
    undone = Import.objects.filter(workspace=workspace, pk__in=ids)
    undone.update(state=ImportState.UNDONE, undone_at=now, undone_by=by, proposed=None, proposed_at=None)
    _release(workspace, ids, keep_edited=keep_edited, may=release_cited)
    _touch(workspace, ids)
    replayed = [*_keys_of_new_sales(workspace, imported), *_keys_of_moved_edits(workspace, ids)]
    _touch_keys(workspace, imported, replayed)
    rows = f"{ROWS} t join touched using (id) where t.workspace_id = {int(workspace.pk)}"
    take_totals(workspace, rows)
    if replayed:
        replay(workspace, imported.known_source.pk, set(replayed))
        _touch_keys(workspace, imported, replayed)
    beat.reached(0)
    _pop(workspace, ids)
    if not keep_edited:
        _drop_edited_alone(workspace)
    with connection.cursor() as cursor:
        cursor.execute(f"select id from touched join {ROWS} using (id)")  # noqa: S608 - our own name
        left = [pk for (pk,) in cursor.fetchall()]
    beat.reached(0)
    work = Rederivation(workspace, now)
    work.rewrite(left)
    beat.reached(len(left))
    work.rewrite(refresh_voided(workspace, left))
    add_totals(workspace, rows)
    drop_empty_totals(workspace)
    follow_sales(workspace, imported.source_id, "select key from touched", now)
    drop_clients(workspace, ids)
    refresh_alerts(workspace=workspace, now=now)


def _release(workspace: Workspace, ids: list[int], *, keep_edited: bool, may: bool) -> None:
    """Take away what cites rows that go. Raises Refused where nobody has agreed to that (rules 5.18)."""
    going = list(cited_rows_that_go(workspace, ids, keep_edited=keep_edited).values_list("pk", flat=True))
    if going and not may:
        raise Refused(RELEASES)
    follow_rows(workspace, dict.fromkeys(going))


def _touch(workspace: Workspace, ids: list[int]) -> None:
    """The rows that have a version of the imports, or were voided by them, with their keys: `touched`."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists touched")
        cursor.execute(
            f"""
            create temporary table touched on commit drop as
            select id, key from {ROWS}
            where workspace_id = %s and (origin_id = any(%s) or replaced_by_id = any(%s))
            union
            select r.id, r.key from {VERSIONS} v join {ROWS} r on r.id = v.row_id
            where v.workspace_id = %s and v.origin_id = any(%s)
            """,  # noqa: S608 - our own names
            [workspace.pk, ids, ids, workspace.pk, ids],
        )
        cursor.execute("create unique index on touched (id)")
        cursor.execute("analyze touched")


def _touch_keys(workspace: Workspace, imported: Import, keys: list[Any]) -> None:
    """A replay may move any row of its keys, also those that the imports never held, and make some."""
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into touched select id, key from {ROWS} "  # noqa: S608 - our own name
            "where workspace_id = %s and source_id = %s and key = any(%s) on conflict do nothing",
            [workspace.pk, imported.source_id, keys],
        )


def _keys_of_moved_edits(workspace: Workspace, ids: list[int]) -> list[Any]:
    """The keys with an edit of one of the imports' versions whose row an earlier undo gave another number."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select distinct t.key
            from {EDITS} e
            join {IMPORTS} i on i.workspace_id = e.workspace_id and i.turn = e.on_turn and i.id = any(%s)
            join {ROWS} r on r.workspace_id = e.workspace_id and r.occurrence <> e.number
            join touched t on t.id = r.id
            where e.workspace_id = %s and (
                r.edit_id = e.id or exists (
                    select from {VERSIONS} v
                    where v.workspace_id = e.workspace_id and v.row_id = r.id and v.edit_id = e.id
                )
            )
            """,  # noqa: S608 - our own names
            [ids, workspace.pk],
        )
        return [key for (key,) in cursor.fetchall()]


def _keys_of_new_sales(workspace: Workspace, imported: Import) -> list[Any]:
    """The keys of which a later import holds equal lines as new sales, or as a correction that went on with
    the count: there, rows may change places.
    """
    later = Import.objects.filter(
        Q(repeats_are_new=True) | Q(pk__in=family_of(imported)),
        workspace=workspace,
        source=imported.source_id,
        state__in=STANDING,
        turn__gt=imported.turn,
    ).values_list("pk", flat=True)
    if not later:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select distinct key from touched where key in (
                select key from {ROWS} where workspace_id = %s and origin_id = any(%s)
                union all
                select r.key
                from {VERSIONS} v join {ROWS} r on r.id = v.row_id
                where v.workspace_id = %s and v.origin_id = any(%s)
            )
            """,  # noqa: S608 - our own names
            [workspace.pk, list(later)] * 2,
        )
        return [key for (key,) in cursor.fetchall()]


def _pop(workspace: Workspace, ids: list[int]) -> None:
    """Take the imports' versions out of the stacks; what was beneath comes up, rows without versions go."""
    with connection.cursor() as cursor:
        run = cursor.execute
        run(
            f"delete from {VERSIONS} v using touched t "  # noqa: S608 - our own names
            "where v.workspace_id = %s and v.row_id = t.id and v.origin_id = any(%s) and v.edit_id is null",
            [workspace.pk, ids],
        )
        run(
            f"""
            with gone as (
                select r.id from {ROWS} r join touched using (id)
                where r.workspace_id = %s and r.origin_id = any(%s) and r.edit_id is null
            ), up as (
                select distinct on (v.row_id) v.* from {VERSIONS} v join gone on gone.id = v.row_id
                where v.workspace_id = %s order by v.row_id, v.turn desc
            ), lifted as (
                delete from {VERSIONS} v using up where v.workspace_id = %s and v.id = up.id
            ), raised as (
                update {ROWS} r
                set turn = up.turn, origin_id = up.origin_id, line = up.line, cells = up.cells,
                    edit_id = up.edit_id
                from up where r.workspace_id = %s and r.id = up.row_id returning r.id
            )
            delete from {ROWS} r using gone
            where r.workspace_id = %s and r.id = gone.id
                and not exists (select from up where up.row_id = gone.id)
            """,  # noqa: S608 - our own names
            [workspace.pk, ids, *[workspace.pk] * 4],
        )
        _rebase_edits(workspace, ids)


def _rebase_edits(workspace: Workspace, ids: list[int]) -> None:
    """An edit whose provided cells came from an undone import lies on an import that is left (rules 5.15).

    The one that was on top when it was made, as far as there is one; else the first that came later.
    """
    columns = "turn, origin_id, line, cells"
    with connection.cursor() as cursor:
        for table, row in ((ROWS, "e.id"), (VERSIONS, "e.row_id")):
            imports = (
                f"(select {columns} from {VERSIONS} where row_id = {row} and edit_id is null "  # noqa: S608
                f"union all select {columns} from {ROWS} where id = {row} and edit_id is null)"
            )
            cursor.execute(
                f"""
                update {table} e set (origin_id, line, cells) = (
                    select b.origin_id, b.line, b.cells from {imports} b
                    order by b.turn < e.turn desc, abs(b.turn - e.turn) limit 1
                )
                from touched t
                where e.workspace_id = %s and {row} = t.id and e.edit_id is not null and e.origin_id = any(%s)
                    and exists {imports}
                """,  # noqa: S608 - our own names
                [workspace.pk, ids],
            )


EDITED_ALONE = f"""
    r.edit_id is not null and not exists (
        select from {VERSIONS} v where v.row_id = r.id and v.edit_id is null
    )
"""


def _drop_edited_alone(workspace: Workspace) -> None:
    """Rows that no import holds any more go, with their edits, where the person chose so."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select r.id from {ROWS} r join touched t using (id) "  # noqa: S608 - our own names
            f"where r.workspace_id = %s and {EDITED_ALONE}",
            [workspace.pk],
        )
        follow_rows(workspace, {pk: None for (pk,) in cursor.fetchall()})
        cursor.execute(
            f"delete from {VERSIONS} v using {ROWS} r, touched t "  # noqa: S608 - our own names
            f"where r.workspace_id = %s and r.id = t.id and {EDITED_ALONE} "
            "and v.workspace_id = r.workspace_id and v.row_id = r.id",
            [workspace.pk],
        )
        cursor.execute(
            f"delete from {ROWS} r using touched t "  # noqa: S608 - our own names
            f"where r.workspace_id = %s and r.id = t.id and {EDITED_ALONE}",
            [workspace.pk],
        )
