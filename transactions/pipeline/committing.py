"""Committing a checked import: set-based, in one transaction, whole or not at all (rules 5.14, 5.17).

The finished lines are copied into a temporary table and put into the rows from there: what is new is made,
what meets a row becomes its topmost version and the former one moves beneath. The maintained totals follow
in the same transaction. A worker that is killed leaves nothing; the next one begins anew.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, connection
from django.utils import timezone

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from transactions.models import Import, ImportState, Source, Transaction
from transactions.pipeline.files import at_hand, tidy
from transactions.pipeline.finished import NAMES
from transactions.pipeline.marking import mark_refunds
from transactions.pipeline.meeting import (
    ROWS,
    VERSIONS,
    has_rows,
    load_finished,
    meet,
    meets_others,
    renumber,
    to_be_voided,
)
from transactions.pipeline.names import create_clients
from transactions.pipeline.rederiving import Rederivation
from transactions.pipeline.refunds import follow_sales
from transactions.pipeline.voiding import refresh_voided, void
from transactions.queries.relied import changed_since
from transactions.rules import Field, FileMapping
from transactions.services.alerts import refresh_alerts
from transactions.services.citations import look_again
from transactions.services.sources import remember_mapping
from transactions.services.totals import (
    TOTALS,
    add_totals,
    drop_empty_totals,
    hold_rows,
    take_totals,
    totals_follow,
)
from transactions.services.turns import next_turn
from workspaces.models import Workspace
from workspaces.services.beating import Beat, beating
from workspaces.services.jobs import Run

STAGE = "Importing"
SLICE = 100_000  # rows that go in by one statement, after which they are told
MANY = 10_000  # rows after which the planner has to count anew
_NAMES = ", ".join(NAMES)
_SET = ", ".join(f"{name} = f.{name}" for name in NAMES if name not in ("key", "occurrence"))


def run_commit(run: Run) -> dict[str, Any]:
    """The job: put the checked rows in. Raises Refused where what the check stood on has changed."""
    with in_workspace(run.workspace_id):
        imported = _held(run)
        if imported.state == ImportState.COMMITTED:
            tidy(imported.path, imported.rejects)
            return _result(imported)
        differs = changed_since(imported, timezone.now())
    if differs:
        raise _changed(differs)
    with (
        at_hand(imported.prepared) as prepared,
        at_hand(imported.promised) as promised,
        beating(run, STAGE, 0, imported.checked["good"]) as beat,
    ):
        try:
            return _commit(run, beat, prepared, promised, timezone.now())
        except IntegrityError:  # a name was taken in the very moment
            with in_workspace(run.workspace_id):
                imported = _held(run)
                differs = changed_since(imported, timezone.now())
            if differs:
                raise _changed(differs) from None
            raise


def _changed(differs: list[str]) -> Refused:
    return Refused(f"Changed since the check: {', '.join(differs)}. Check the file again.")


def _held(run: Run) -> Import:
    found = Import.objects.select_related("workspace", "source").select_for_update(of=("self",))
    return found.get(pk=run.params["import"])


def _commit(run: Run, beat: Beat, prepared: Path, promised: Path, now: datetime) -> dict[str, Any]:
    """The one transaction."""
    with in_workspace(run.workspace_id):
        workspace = hold_rows(Workspace.objects.get(pk=run.workspace_id))
        imported = _held(run)
        if imported.state == ImportState.COMMITTED:
            return _result(imported)
        run.ask()
        if differs := changed_since(imported, now):
            raise _changed(differs)
        imported.turn, imported.state = next_turn(), ImportState.COMMITTED
        imported.committed_at, imported.committed_by_id = now, run.user_id
        imported.save(update_fields=["turn", "state", "committed_at", "committed_by"])
        _fix_identity(imported)
        remember_mapping(imported, run.user_id, now)
        _make_clients(imported, promised)
        load_finished(prepared)
        _put(workspace, imported, now, beat)
        mark_refunds(workspace, _refunds(imported))
        imported.prepared = imported.promised = ""
        imported.save(update_fields=["created", "updated", "unchanged", "skipped", "prepared", "promised"])
        refresh_alerts(workspace=workspace, now=now)
        run.seal()
    tidy(imported.path, imported.rejects)
    if imported.created + imported.updated >= MANY:
        _tell_planner()
    with in_workspace(run.workspace_id):
        look_again(workspace, now)
    return _result(imported)


def _tell_planner() -> None:
    """Have the rows counted for the planner: autovacuum comes in its own time, and until then a workspace
    with its first million rows is planned as if it had none.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {ROWS}, {VERSIONS}, {TOTALS}")


def _fix_identity(imported: Import) -> None:
    """A source keeps how its rows are identified from its first import on (rules 5.14)."""
    mapping = FileMapping.from_json(imported.mapping)
    Source.objects.filter(pk=imported.known_source.pk, by_id=None).update(
        by_id=Field.UNIQUE_ID in mapping.mapped, key_fields=list(mapping.key_fields)
    )


def _make_clients(imported: Import, promised: Path) -> None:
    """Make the client accounts that the check promised, with the ids that it took."""
    with promised.open(encoding="utf-8") as lines:
        new = dict(json.loads(line) for line in lines)
    create_clients(imported.workspace, new.items(), dict.fromkeys(new, imported.pk))


def _put(workspace: Workspace, imported: Import, now: datetime, beat: Beat) -> None:
    """Put the finished lines into the rows, and count what became of them."""
    before = has_rows(imported)
    if before and imported.repeats_are_new:
        renumber(imported)
    if before:
        meet(imported)
        if meets_others(imported):  # a row has become another person's since the check
            raise _changed(["whose rows its lines are"])
        _update(workspace, imported, now)
    beat.reached(imported.updated + imported.unchanged + imported.skipped)
    _insert(workspace, imported, beat, met=before)
    if before:
        if imported.replaces_from:
            _void(workspace, imported)
        sales = "select key from finished"
        follow_sales(workspace, imported.source_id, sales, now, but=imported.pk)
        drop_empty_totals(workspace)


def _insert(workspace: Workspace, imported: Import, beat: Beat, *, met: bool) -> None:
    new = "finished f where true"
    if met:
        new += " and not exists (select from met m where m.key = f.key and m.occurrence = f.occurrence)"
    imported.created = 0
    with connection.cursor() as cursor:
        for part in _slices():
            cursor.execute(
                f"""
                insert into {ROWS} (workspace_id, source_id, turn, origin_id, protected, earlier, {_NAMES})
                select %s, %s, %s, %s, false, 0, {_NAMES} from {new} and {part}
                """,  # noqa: S608 - our own names
                [workspace.pk, imported.source_id, imported.turn, imported.pk],
            )
            imported.created += cursor.rowcount
            beat.reached(beat.done + cursor.rowcount)
    add_totals(workspace, f"(select f.*, 0 as earlier from {new}) f")  # noqa: S608 - our own names


def _slices() -> Iterator[str]:
    """Conditions that part the finished lines where they lie, by about SLICE of them each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*), pg_relation_size('finished') / current_setting('block_size')::bigint "
            "from finished"
        )
        rows, pages = cursor.fetchone()
    step = max(1, pages * SLICE // max(1, rows))
    for first in range(0, pages, step):
        yield f"f.ctid >= '({first},0)' and f.ctid < '({first + step},0)'"


def _update(workspace: Workspace, imported: Import, now: datetime) -> None:
    """What meets a row becomes its topmost version; a protected edit stays above it (rules 5.15, 5.18)."""
    changing = (
        f"{ROWS} t join met m using (id) where t.workspace_id = {int(workspace.pk)} and not m.protected"
    )
    take_totals(workspace, changing)
    with connection.cursor() as cursor:
        run = cursor.execute
        columns = "workspace_id, row_id, turn, origin_id, line, cells, edit_id"
        run(
            f"insert into {VERSIONS} ({columns}) select t.workspace_id, t.id, t.turn, t.origin_id, t.line, "  # noqa: S608
            f"t.cells, t.edit_id from {changing}"
        )
        run(
            f"insert into {VERSIONS} ({columns}) select %s, m.id, %s, %s, f.line, f.cells, null "  # noqa: S608
            "from met m join finished f using (key, occurrence) where m.protected",
            [workspace.pk, imported.turn, imported.pk],
        )
        imported.skipped = cursor.rowcount
        run(
            f"""
            update {ROWS} t set turn = %s, origin_id = %s, edit_id = null, protected = false,
                replaced_by_id = null, earlier = 0, declined = null, {_SET}
            from met m join finished f using (key, occurrence)
            where t.workspace_id = %s and t.id = m.id and not m.protected
            """,  # noqa: S608 - our own names
            [imported.turn, imported.pk, workspace.pk],
        )
        met = cursor.rowcount
        run("select count(*) from met where same and not protected")
        imported.unchanged = cursor.fetchone()[0]
        imported.updated = met - imported.unchanged
    add_totals(workspace, changing)
    _bring_back(workspace, now)


def _bring_back(workspace: Workspace, now: datetime) -> None:
    """Rows that were replaced, but that this import holds again beneath an edit, count again (rules 5.14)."""
    with connection.cursor() as cursor:
        cursor.execute("select id from met where protected and replaced")
        back = [pk for (pk,) in cursor.fetchall()]
    with totals_follow(workspace, back):
        Rederivation(workspace, now).rewrite(refresh_voided(workspace, back))


def _void(workspace: Workspace, imported: Import) -> None:
    """Void the rows that the import replaces; they come back with its undo (rules 5.14)."""
    gone = to_be_voided(imported)
    with totals_follow(workspace, gone):
        void(workspace, gone, imported.pk)


def _refunds(imported: Import) -> list[int]:
    """The rows of the import that undo a sale of theirs or of another import."""
    tied = Transaction.objects.filter(workspace=imported.workspace_id, source=imported.source_id)
    rows = tied.filter(sale_key__isnull=False, origin=imported)  # by the index of refunds
    return list(rows.values_list("pk", flat=True))


def _result(imported: Import) -> dict[str, Any]:
    rows = imported.created + imported.updated + imported.unchanged
    return {
        "path": f"imports/{imported.pk}/",
        "action": "See the result",
        "summary": f"{rows:,} {'row is' if rows == 1 else 'rows are'} in.",
    }
