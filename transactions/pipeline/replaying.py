"""Keys whose rows may change places when an import is undone: replayed by the rule (rules.stacks, rules
5.18).
"""

from collections import defaultdict
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from transactions.models import Edit, Import, ImportState, RowVersion, Transaction
from transactions.queries.families import family_of
from transactions.rules import Answer, Committed, Row, Version, VersionKind, replayed
from transactions.rules import Edit as EditMade
from transactions.services.citations import follow_rows
from workspaces.models import Workspace

BATCH = 500
Place = tuple[int, int]  # turn and line: what names a version among those of its key


@dataclass(frozen=True)
class _Stored:
    """What one version provided, and the row that has it now."""

    row: int
    origin: int
    line: int
    cells: list[str]
    edit: int | None


def replay(workspace: Workspace, source: int, keys: Collection[UUID]) -> None:
    """Put the versions of committed imports and of edits where a replay puts them. Totals are the caller's.

    A row follows its newest version, so that what refers to it goes on meaning the same line.
    """
    ordered = sorted(keys)
    live = set(
        Import.objects.filter(workspace=workspace, source=source, state=ImportState.COMMITTED).values_list(
            "pk", flat=True
        )
    )
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        rows = defaultdict(list)
        found = Transaction.objects.filter(workspace=workspace, source=source, key__in=some)
        for row in found.order_by("key", "occurrence"):
            rows[row.key].append(row)
        beneath = defaultdict(list)
        ids = [row.pk for of_key in rows.values() for row in of_key]
        for version in RowVersion.objects.filter(workspace=workspace, row__in=ids).order_by("turn"):
            beneath[version.row_id].append(version)
        for of_key in rows.values():
            _replay_key(workspace, of_key, beneath, live)


def _replay_key(
    workspace: Workspace, rows: list[Transaction], beneath: dict[int, list[RowVersion]], live: set[int]
) -> None:
    stored: dict[Place, _Stored] = {}
    for row in rows:
        versions: list[RowVersion | Transaction] = [*beneath[row.pk], row]
        for each in versions:
            place = (each.turn, 0 if each.edit_id else each.line)
            stored[place] = _Stored(row.pk, each.origin_id, each.line, each.cells, each.edit_id)
    edits = Edit.objects.in_bulk([each.edit for each in stored.values() if each.edit is not None])
    commits = _commits(stored, live)
    made = [EditMade(e.turn, (e.on_turn, e.on_line), e.number, e.protected) for e in edits.values()]
    new = replayed(commits, made)
    _rewrite(workspace, rows, new, stored, {edit.turn: edit for edit in edits.values()})


def _commits(stored: dict[Place, _Stored], live: set[int]) -> list[Committed]:
    """What each import that stands holds of the key, in the order of its file."""
    lines: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (turn, line), each in stored.items():
        if each.edit is None and each.origin in live:
            lines[turn, each.origin].append(line)
    imports = Import.objects.select_related("source", "continues").in_bulk([origin for _, origin in lines])
    return [
        Committed(
            turn,
            origin,
            Answer.NEW_SALES if imports[origin].repeats_are_new else Answer.SEEN_BEFORE,
            tuple(sorted(of)),
            1 + _counted_before(imports[origin], turn, lines),
        )
        for (turn, origin), of in lines.items()
    ]


def _counted_before(imported: Import, turn: int, lines: dict[tuple[int, int], list[int]]) -> int:
    """How many lines of the key a corrected reject file goes on from: none where an ID names the row."""
    if imported.continues is None or imported.known_source.by_id:
        return 0
    family = family_of(imported)
    return sum(len(of) for (before, origin), of in lines.items() if origin in family and before < turn)


def _rewrite(
    workspace: Workspace,
    rows: list[Transaction],
    new: Collection[Row],
    stored: dict[Place, _Stored],
    edits: dict[int, Any],
) -> None:
    """Give the rows their new stacks; rows without versions go, and what cites one follows its line."""
    ids = [row.pk for row in rows]
    by_id = {row.pk: row for row in rows}
    free = set(ids)
    placed: list[tuple[Row, Transaction]] = []
    for each in new:
        wanted = stored[_place(each.stack[-1])].row
        row = (
            by_id[wanted] if wanted in free else _copy_of(by_id[wanted], -len(rows) - len(new) - each.number)
        )
        free.discard(wanted)
        placed.append((each, row))
    lies = {_place(version): row.pk for each, row in placed for version in each.stack}
    tops = {row.pk: (row.turn, 0 if row.edit_id else row.line) for row in rows}
    follow_rows(workspace, {pk: lies.get(tops[pk]) for pk in free})
    RowVersion.objects.filter(workspace=workspace, row__in=ids).delete()
    Transaction.objects.filter(workspace=workspace, pk__in=free).delete()
    kept = [row.pk for _, row in placed]
    for number, pk in enumerate(kept, start=1):  # out of the way, since numbers are unique
        Transaction.objects.filter(workspace=workspace, pk=pk).update(occurrence=-number)
    versions = []
    for each, row in placed:
        top = each.top
        _put(row, stored[_place(top)], top, each.number, edits)
        versions += [
            RowVersion(
                workspace=workspace,
                row_id=row.pk,
                turn=version.turn,
                origin_id=stored[_place(version)].origin,
                line=stored[_place(version)].line,
                cells=stored[_place(version)].cells,
                edit_id=stored[_place(version)].edit,
            )
            for version in each.stack
            if version is not top
        ]
    RowVersion.objects.bulk_create(versions)


def _copy_of(row: Transaction, occurrence: int) -> Transaction:
    """Another row, where one parts into two: the edit of an undone line stands apart from later lines."""
    other = copy(row)
    other.pk, other.occurrence = None, occurrence
    other.save(force_insert=True)
    return other


def _place(version: Version) -> Place:
    return version.turn, version.line if version.kind is VersionKind.IMPORT else 0


def _put(row: Transaction, stored: _Stored, top: Version, number: int, edits: dict[int, Any]) -> None:
    row.turn, row.occurrence = top.turn, number
    row.origin_id, row.line, row.cells = stored.origin, stored.line, stored.cells
    row.edit_id, row.protected = stored.edit, top.protected
    row.save(
        update_fields=["turn", "occurrence", "origin", "line", "cells", "edit", "protected"],
    )
