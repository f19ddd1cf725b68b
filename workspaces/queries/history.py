"""The history: who changed what, when, from what to what, and why (rules 8.4).

Read from the event tables of every tracked model alike, so a new model is in the history by being tracked.
One statement reads a page of all of them, with the version before each change.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, models
from pghistory.core import event_models

from workspaces.models import User, Workspace
from workspaces.queries.wording import (
    ALWAYS_HIDDEN,
    NOTHING,
    Field,
    Row,
    Wording,
    label_of,
    names_of,
    printed,
    wording_of,
)

PAGE = 50
OBJECT_EVENTS = 200  # of one thing and what belongs to it, newest first
ROUNDS = 4  # of reading on while all that was found is of no interest to people
ACTIONS = {"insert": "added", "update": "changed", "delete": "removed"}
MACHINE = "KamTrak"


@dataclass(frozen=True)
class Change:
    """One field, before and after; NOTHING where it was or became empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One change of one row, in plain words."""

    at: datetime
    person: str
    noun: str
    title: str
    action: str
    changes: tuple[Change, ...]
    reason: str
    model: str  # its label, "workspaces.clientaccount": what a filter asks for
    object_id: int


@dataclass(frozen=True)
class Wanted:
    """What a page of the history shows; every field stands in its address."""

    user_id: int | None = None
    kind: str = ""
    day: date | None = None
    after: str = ""  # the cursor where the page before ended


@dataclass(frozen=True)
class HistoryPage:
    entries: list[Entry]
    next: str = ""


@dataclass(frozen=True)
class _Event:
    """One row of an event table as it was read."""

    kind: str
    number: int
    at: datetime
    label: str
    context: dict[str, Any]
    object_id: int
    row: Row
    before: Row | None

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}~{self.kind}~{self.number}"


@cache
def tracked_models() -> dict[str, type[models.Model]]:
    """Label → event model, of every tracked model of a workspace."""
    return {
        event.pgh_tracked_model._meta.label_lower: event  # type: ignore[attr-defined]
        for event in event_models()
        if _workspace_column(event)
    }


def kinds() -> list[tuple[str, str]]:
    """(label, noun) of everything that has a history, by noun."""
    nouns = {label: wording_of(event.pgh_tracked_model).noun for label, event in tracked_models().items()}  # type: ignore[attr-defined]
    return sorted(nouns.items(), key=lambda pair: pair[1])


def workspace_history(workspace: Workspace, wanted: Wanted, size: int = PAGE) -> HistoryPage:
    """A page of the whole workspace's history, newest first, without changes that say nothing to people."""
    found: list[_Event] = []
    cursor, more = wanted.after, True
    for _ in range(ROUNDS):
        read = _read(workspace, _conditions(workspace, wanted), _after(cursor), size + 1)
        more = len(read) > size
        found += [event for event in read[:size] if _changed(event) is not None]
        cursor = read[size - 1].cursor if more else ""
        if len(found) >= size or not more:
            break
    if len(found) > size:
        found, cursor = found[:size], found[size - 1].cursor
    return HistoryPage(_told(found, workspace), cursor if more or len(found) == size else "")


def history_of(
    workspace: Workspace, *rows: models.Model, also: Iterable[tuple[type[models.Model], str, int]] = ()
) -> list[Entry]:
    """What happened to these rows, newest first; `also` adds rows that refer to one: (model, field, id)."""
    asked = [(row._meta.label_lower, "pgh_obj_id", row.pk) for row in rows]
    asked += [(model._meta.label_lower, model._meta.get_field(name).column, pk) for model, name, pk in also]
    conditions = {kind: [(f"e.{quoted(column)} = %s", pk)] for kind, column, pk in asked}
    read = _read(workspace, conditions, None, OBJECT_EVENTS)
    return _told([event for event in read if _changed(event) is not None], workspace)


# ---------------------------------------------------------------------------------------------- reading
Condition = tuple[str, Any]


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _workspace_column(event: type[models.Model]) -> str:
    """The column that names the workspace; of the workspace's own events it is their id. "" if none does."""
    if event.pgh_tracked_model is Workspace:  # type: ignore[attr-defined]
        return "id"
    fields = {field.name: field.column for field in event._meta.local_fields}
    return fields.get("workspace", "")


def _conditions(workspace: Workspace, wanted: Wanted) -> dict[str, list[Condition]]:
    conditions: list[Condition] = []
    if wanted.user_id:
        conditions.append(("e.pgh_context->>'user' = %s", str(wanted.user_id)))
    if wanted.day:
        start = datetime.combine(wanted.day, time.min, workspace.zone)
        end = datetime.combine(wanted.day + timedelta(days=1), time.min, workspace.zone)
        conditions += [("e.pgh_created_at >= %s", start), ("e.pgh_created_at < %s", end)]
    return {kind: conditions for kind in tracked_models() if wanted.kind in ("", kind)}


def _after(cursor: str) -> tuple[datetime, str, int] | None:
    try:
        at, kind, number = cursor.split("~")
        return datetime.fromisoformat(at), kind, int(number)
    except ValueError:
        return None  # none, or one that nobody made here: the first page


def _read(
    workspace: Workspace,
    conditions: dict[str, list[Condition]],
    after: tuple[datetime, str, int] | None,
    limit: int,
) -> list[_Event]:
    """The newest events that meet the conditions of their kind; after the cursor, if there is one."""
    statements, values = [], []
    for kind, wanted in sorted(conditions.items()):
        statement, given = _statement(kind, workspace, wanted + _beyond(kind, after), limit)
        statements.append(statement)
        values += given
    if not statements:
        return []
    union = " union all ".join(statements)
    sql = f"select * from ({union}) as every order by at desc, kind, number desc limit %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, limit])
        return [_event(*row) for row in cursor.fetchall()]


def _beyond(kind: str, after: tuple[datetime, str, int] | None) -> list[Condition]:
    """What of this kind comes after the cursor, in the order (newest, kind, newest number)."""
    if after is None:
        return []
    at, of_kind, number = after
    if kind == of_kind:
        return [("(e.pgh_created_at, e.pgh_id) < (%s, %s)", (at, number))]
    return [("e.pgh_created_at <= %s" if kind > of_kind else "e.pgh_created_at < %s", at)]


def _statement(
    kind: str, workspace: Workspace, conditions: Sequence[Condition], limit: int
) -> tuple[str, list[Any]]:
    """The newest events of one kind as JSON, each update with the version before it."""
    event = tracked_models()[kind]
    table = quoted(event._meta.db_table)
    where = " and ".join([f"e.{quoted(_workspace_column(event))} = %s", *(sql for sql, _ in conditions)])
    before = (
        f"select to_jsonb(p)::text from {table} p "  # noqa: S608 - names of our own models
        "where p.pgh_obj_id = e.pgh_obj_id and p.pgh_id < e.pgh_id order by p.pgh_id desc limit 1"
    )
    statement = (
        "(select %s::text as kind, e.pgh_id as number, e.pgh_created_at as at, e.pgh_label as label, "  # noqa: S608
        f"e.pgh_context::text as context, e.pgh_obj_id as object_id, to_jsonb(e)::text as row, "
        f"case when e.pgh_label = 'update' then ({before}) end as before "
        f"from {table} e where {where} order by e.pgh_created_at desc, e.pgh_id desc limit %s)"
    )
    given: list[Any] = [kind, workspace.pk]
    for _, value in conditions:
        given += value if isinstance(value, tuple) else (value,)
    return statement, [*given, limit]


def _event(
    kind: str, number: int, at: datetime, label: str, context: str, object_id: int, row: str, before: str
) -> _Event:
    def read(text: str) -> Any:
        return json.loads(text, parse_float=Decimal) if text else None

    return _Event(kind, number, at, label, read(context) or {}, object_id, read(row), read(before))


# ---------------------------------------------------------------------------------------------- telling
def _columns(kind: str) -> list[Field]:
    """The fields of which the history speaks, as the tracked model knows them."""
    event = tracked_models()[kind]
    tracked = event.pgh_tracked_model  # type: ignore[attr-defined]
    kept = {field.name for field in event._meta.local_fields}
    hidden = ALWAYS_HIDDEN | wording_of(tracked).hidden
    return [f for f in tracked._meta.local_fields if f.name in kept and f.name not in hidden]


def _changed(event: _Event) -> list[Field] | None:
    """The fields that differ; of an addition those that are filled. None where people would see nothing."""
    if event.label == "delete":
        return []
    columns = _columns(event.kind)
    if event.before is None:
        return [f for f in columns if event.row.get(f.column) not in (None, "", [], False)]
    return [f for f in columns if event.row.get(f.column) != event.before.get(f.column)] or None


def _told(events: list[_Event], workspace: Workspace) -> list[Entry]:
    names = _all_names(events)
    return [_entry(event, workspace, names) for event in events]


def _all_names(events: Iterable[_Event]) -> dict[tuple[type[models.Model], int], str]:
    """The names of everything that these events refer to: one question per model."""
    wanted: dict[type[models.Model], set[int]] = {User: set()}
    for event in events:
        if isinstance(user := event.context.get("user"), int):
            wanted[User].add(user)
        for field in _columns(event.kind):
            if isinstance(field, models.ForeignKey):
                ids = (version.get(field.column) for version in (event.row, event.before or {}))
                wanted.setdefault(field.related_model, set()).update(pk for pk in ids if pk)  # type: ignore[arg-type]
    return {
        (model, pk): name for model, ids in wanted.items() if ids for pk, name in names_of(model, ids).items()
    }


def _entry(event: _Event, workspace: Workspace, names: dict[tuple[type[models.Model], int], str]) -> Entry:
    tracked = tracked_models()[event.kind].pgh_tracked_model  # type: ignore[attr-defined]
    wording = wording_of(tracked)
    changes = tuple(
        Change(
            label_of(field, wording),
            printed(field, event.before, workspace, wording, names) if event.before else NOTHING,
            printed(field, event.row, workspace, wording, names),
        )
        for field in _changed(event) or ()
    )
    return Entry(
        at=event.at,
        person=names.get((User, event.context.get("user") or 0), MACHINE),
        noun=wording.noun,
        title=_title(event, workspace, wording, names),
        action=ACTIONS.get(event.label, event.label),
        changes=changes,
        reason=str(event.context.get("reason") or ""),
        model=event.kind,
        object_id=event.object_id,
    )


def _title(
    event: _Event,
    workspace: Workspace,
    wording: Wording,
    names: dict[tuple[type[models.Model], int], str],
) -> str:
    if not wording.title:
        return ""
    columns = tracked_models()[event.kind].pgh_tracked_model._meta.local_fields  # type: ignore[attr-defined]
    return wording.title.format_map(
        {field.name: printed(field, event.row, workspace, wording, names) for field in columns}
    )
