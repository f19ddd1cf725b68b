"""The event tables of every tracked model, read as one: newest first, each change with what was before.

One statement reads them all, so a model is in the history by being tracked and nothing else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import connection, models
from pghistory.core import event_models

from workspaces.models import Workspace
from workspaces.queries.wording import Row, column_of

Condition = tuple[str, Any]  # SQL about the event `e`, and its value (a tuple where it takes several)
Cursor = tuple[datetime, str, int]


@dataclass(frozen=True)
class Event:
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


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _workspace_column(event: type[models.Model]) -> str:
    """The column that names the workspace; of the workspace's own events it is their id. "" if none does."""
    if event.pgh_tracked_model is Workspace:  # type: ignore[attr-defined]
        return "id"
    fields = {field.name: column_of(field) for field in event._meta.local_fields}
    return fields.get("workspace", "")


def read_cursor(cursor: str) -> Cursor | None:
    try:
        at, kind, number = cursor.split("~")
        return datetime.fromisoformat(at), kind, int(number)
    except ValueError:
        return None  # none, or one that nobody made here: the first page


def read_events(
    workspace: Workspace,
    conditions: Mapping[str, Sequence[Condition]],
    after: Cursor | None,
    limit: int,
) -> list[Event]:
    """The newest events that meet the conditions of their kind; after the cursor, if there is one."""
    statements, values = [], []
    for kind, wanted in sorted(conditions.items()):
        statement, given = _statement(kind, workspace, [*wanted, *_beyond(kind, after)], limit)
        statements.append(statement)
        values += given
    if not statements:
        return []
    union = " union all ".join(statements)
    sql = f"select * from ({union}) as every order by at desc, kind, number desc limit %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, limit])
        return [_event(*row) for row in cursor.fetchall()]


def _beyond(kind: str, after: Cursor | None) -> list[Condition]:
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
) -> Event:
    def read(text: str) -> Any:
        return json.loads(text, parse_float=Decimal) if text else None

    return Event(kind, number, at, label, read(context) or {}, object_id, read(row), read(before))
