"""Keys whose rows may change places when an import is undone: replayed by the rule (rules.stacks, rules
5.18).
"""

from collections import defaultdict
from collections.abc import Collection
from copy import copy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F

from transactions.models import STANDING, Edit, Import, RowVersion, Transaction
from transactions.queries.families import family_of
from transactions.rules import Answer, Committed, Row, Version, VersionKind, replayed
from transactions.rules import Edit as EditMade
from transactions.services.citations import follow_rows
from workspaces.models import Workspace

BATCH = 500
OUT_OF_THE_WAY = -(10**9)  # numbers that no row has
_WRITTEN = ("turn", "occurrence", "origin", "line", "cells", "edit", "protected")
Place = tuple[int, int]  # turn and line: what names a version among those of its key


@dataclass(frozen=True)
class _Stored:
    """What one version provided, and the row that has it now."""

    row: int
    origin: int
    line: int
    cells: list[str]
    edit: int | None


@dataclass
class _Plan:
    """What a batch of keys comes to: written together, since each statement costs more than its rows."""

    placed: list[tuple[Row, Transaction]] = field(default_factory=list)
    copies: list[Transaction] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    follows: dict[int, Place] = field(default_factory=dict)  # of rows that go: where their line is
    stored: dict[UUID, dict[Place, _Stored]] = field(default_factory=dict)


def replay(workspace: Workspace, source: int, keys: Collection[UUID]) -> None:
    """Put the versions of imports that stand and of edits where a replay puts them. Totals are the caller's.

    A row follows its newest version, so that what refers to it goes on meaning the same line.
    """
    ordered = sorted(keys)
    found = Import.objects.filter(workspace=workspace, source=source, state__in=STANDING)
    live = found.select_related("source", "continues").in_bulk()
    families = {pk: family_of(each) for pk, each in live.items() if each.continues_id is not None}
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        rows: dict[UUID, list[Transaction]] = defaultdict(list)
        of_keys = Transaction.objects.filter(workspace=workspace, source=source, key__in=some)
        for row in of_keys.order_by("key", "occurrence"):
            rows[row.key].append(row)
        ids = [row.pk for of_key in rows.values() for row in of_key]
        beneath: dict[int, list[RowVersion]] = defaultdict(list)
        for version in RowVersion.objects.filter(workspace=workspace, row__in=ids).order_by("turn"):
            beneath[version.row_id].append(version)
        plan = _Plan()
        edits = _edits_of(ids, rows, beneath)
        for of_key in rows.values():
            _plan_key(plan, of_key, beneath, live, families, edits)
        _write(workspace, ids, plan)


def _edits_of(
    ids: Collection[int], rows: dict[UUID, list[Transaction]], beneath: dict[int, list[RowVersion]]
) -> dict[int, Edit]:
    tops = [row.edit_id for of_key in rows.values() for row in of_key]
    under = [version.edit_id for pk in ids for version in beneath[pk]]
    return Edit.objects.in_bulk([pk for pk in (*tops, *under) if pk is not None])


def _plan_key(
    plan: _Plan,
    rows: list[Transaction],
    beneath: dict[int, list[RowVersion]],
    live: dict[int, Import],
    families: dict[int, Any],
    edits: dict[int, Edit],
) -> None:
    """The rows of one key: what a replay leaves of them."""
    stored: dict[Place, _Stored] = {}
    for row in rows:
        versions: list[RowVersion | Transaction] = [*beneath[row.pk], row]
        for each in versions:
            place = (each.turn, 0 if each.edit_id else each.line)
            stored[place] = _Stored(row.pk, each.origin_id, each.line, each.cells, each.edit_id)
    of_key = [edits[each.edit] for each in stored.values() if each.edit is not None]
    made = [EditMade(e.turn, (e.on_turn, e.on_line), e.number, e.protected) for e in of_key]
    _place_rows(plan, rows, replayed(_commits(stored, live, families), made), stored)
    plan.stored[rows[0].key] = stored


def _commits(
    stored: dict[Place, _Stored], live: dict[int, Import], families: dict[int, Any]
) -> list[Committed]:
    """What each import that stands holds of the key, in the order of its file."""
    lines: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (turn, line), each in stored.items():
        if each.edit is None and each.origin in live:
            lines[turn, each.origin].append(line)
    return [
        Committed(
            turn,
            origin,
            Answer.NEW_SALES if live[origin].repeats_are_new else Answer.SEEN_BEFORE,
            tuple(sorted(of)),
            1 + _counted_before(live[origin], turn, lines, families.get(origin, ())),
        )
        for (turn, origin), of in lines.items()
    ]


def _counted_before(
    imported: Import, turn: int, lines: dict[tuple[int, int], list[int]], family: Collection[int]
) -> int:
    """How many lines of the key a corrected reject file goes on from: none where an ID names the row."""
    if imported.continues is None or imported.known_source.by_id:
        return 0
    return sum(len(of) for (before, origin), of in lines.items() if origin in family and before < turn)


def _place_rows(
    plan: _Plan, rows: list[Transaction], new: Collection[Row], stored: dict[Place, _Stored]
) -> None:
    """Which row gets which stack: the one that has its newest version, or a copy where it parts into two."""
    by_id = {row.pk: row for row in rows}
    free = set(by_id)
    for each in new:
        wanted = stored[_place(each.stack[-1])].row
        row = by_id[wanted]
        if wanted not in free:  # the edit of an undone line stands apart from later lines
            row = copy(row)
            row.pk, row.occurrence = None, OUT_OF_THE_WAY - each.number
            plan.copies.append(row)
        free.discard(wanted)
        plan.placed.append((each, row))
    plan.gone |= free
    plan.follows |= {pk: _top_of(by_id[pk]) for pk in free}


def _top_of(row: Transaction) -> Place:
    return row.turn, 0 if row.edit_id else row.line


def _write(workspace: Workspace, ids: Collection[int], plan: _Plan) -> None:
    """Give the rows their new stacks; rows without versions go, and what cites one follows its line."""
    Transaction.objects.bulk_create(plan.copies)
    lies = {(row.key, _place(version)): row.pk for each, row in plan.placed for version in each.stack}
    keys = dict(Transaction.objects.filter(pk__in=plan.gone).values_list("pk", "key"))
    follow_rows(workspace, {pk: lies.get((keys[pk], place)) for pk, place in plan.follows.items()})
    RowVersion.objects.filter(workspace=workspace, row__in=ids).delete()
    Transaction.objects.filter(workspace=workspace, pk__in=plan.gone).delete()
    kept = Transaction.objects.filter(workspace=workspace, pk__in=set(ids) - plan.gone)
    kept.update(occurrence=-F("occurrence"))  # out of the way, since numbers are unique
    for each, row in plan.placed:
        _put(row, plan.stored[row.key][_place(each.top)], each)
    Transaction.objects.bulk_update([row for _, row in plan.placed], _WRITTEN, batch_size=BATCH)
    RowVersion.objects.bulk_create(
        [
            _beneath(workspace, row, version, plan.stored[row.key][_place(version)])
            for each, row in plan.placed
            for version in each.stack
            if version is not each.top
        ],
        batch_size=2000,
    )


def _beneath(workspace: Workspace, row: Transaction, version: Version, stored: _Stored) -> RowVersion:
    return RowVersion(
        workspace=workspace,
        row_id=row.pk,
        turn=version.turn,
        origin_id=stored.origin,
        line=stored.line,
        cells=stored.cells,
        edit_id=stored.edit,
    )


def _place(version: Version) -> Place:
    return version.turn, version.line if version.kind is VersionKind.IMPORT else 0


def _put(row: Transaction, stored: _Stored, stack: Row) -> None:
    row.turn, row.occurrence = stack.top.turn, stack.number
    row.origin_id, row.line, row.cells = stored.origin, stored.line, stored.cells
    row.edit_id, row.protected = stored.edit, stack.top.protected
