"""The history: who changed what, when, from what to what, and why (rules 8.4).

Events are told in the words of wording.py: fields that people know, values as they are printed elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models

from workspaces.models import User, Workspace
from workspaces.queries.events import Condition, Event, quoted, read_cursor, read_events, tracked_models
from workspaces.queries.wording import (
    ALWAYS_HIDDEN,
    NOTHING,
    Field,
    Reference,
    Wording,
    column_of,
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


def kinds() -> list[tuple[str, str]]:
    """(label, noun) of everything in the workspace's history, by noun."""
    return sorted(_open_kinds().items(), key=lambda pair: pair[1])


def _open_kinds() -> dict[str, str]:
    """Label → noun of what every reader of the workspace's history may read."""
    wordings = {kind: wording_of(_tracked(kind)) for kind in tracked_models()}
    return {kind: wording.noun for kind, wording in wordings.items() if not wording.private}


def workspace_history(workspace: Workspace, wanted: Wanted, size: int = PAGE) -> HistoryPage:
    """A page of the whole workspace's history, newest first, without changes that say nothing to people."""
    found: list[Event] = []
    cursor, more = wanted.after, True
    for _ in range(ROUNDS):
        read = read_events(workspace, _conditions(workspace, wanted), read_cursor(cursor), size + 1)
        more = len(read) > size
        found += [event for event in read[:size] if _changed(event) is not None]
        cursor = read[size - 1].cursor if more else ""
        if len(found) >= size or not more:
            break
    if len(found) > size:
        found, cursor = found[:size], found[size - 1].cursor
    return HistoryPage(_told(found, workspace), cursor if more or len(found) == size else "")


def history_of(
    *rows: models.Model,
    also: Iterable[tuple[type[models.Model], str, int]] = (),
    workspace: Workspace | None = None,
) -> list[Entry]:
    """What happened to these rows of one workspace, newest first.

    `also` adds rows that refer to one of them, as (model, field, id). Who may read is for the caller to say.
    """
    house = workspace or _workspace_of(rows[0])
    asked = [(row._meta.label_lower, "pgh_obj_id", row.pk) for row in rows]
    asked += [(model._meta.label_lower, _column(model, name), pk) for model, name, pk in also]
    conditions: dict[str, list[Condition]] = {}
    for kind in {kind for kind, _, _ in asked}:
        about = [(column, pk) for of_kind, column, pk in asked if of_kind == kind]
        either = " or ".join(f"e.{quoted(column)} = %s" for column, _ in about)
        conditions[kind] = [(f"({either})", tuple(pk for _, pk in about))]
    read = read_events(house, conditions, None, OBJECT_EVENTS)
    return _told([event for event in read if _changed(event) is not None], house)


def _column(model: type[models.Model], name: str) -> str:
    return next(column_of(field) for field in model._meta.local_fields if field.name == name)


def _workspace_of(row: models.Model) -> Workspace:
    return row if isinstance(row, Workspace) else row.workspace  # type: ignore[attr-defined]


def _conditions(workspace: Workspace, wanted: Wanted) -> dict[str, list[Condition]]:
    conditions: list[Condition] = []
    if wanted.user_id:
        conditions.append(("e.pgh_context->>'user' = %s", str(wanted.user_id)))
    if wanted.day:
        start = datetime.combine(wanted.day, time.min, workspace.zone)
        end = datetime.combine(wanted.day + timedelta(days=1), time.min, workspace.zone)
        conditions += [("e.pgh_created_at >= %s", start), ("e.pgh_created_at < %s", end)]
    return {kind: conditions for kind in _open_kinds() if wanted.kind in ("", kind)}


def _columns(kind: str) -> list[Field]:
    """The fields of which the history speaks, as the tracked model knows them."""
    tracked = _tracked(kind)
    kept = {field.name for field in tracked_models()[kind]._meta.local_fields}
    hidden = ALWAYS_HIDDEN | wording_of(tracked).hidden
    return [f for f in tracked._meta.local_fields if f.name in kept and f.name not in hidden]


def _changed(event: Event) -> list[Field] | None:
    """The fields that differ; of an addition those filled and not in its title. None: nothing to see."""
    columns, wording = _columns(event.kind), wording_of(_tracked(event.kind))
    if event.label == "delete":
        return []
    if wording.silent(event.row, event.before):
        return None
    if event.before is None:
        filled = [f for f in columns if event.row.get(column_of(f)) not in (None, "", [], False)]
        return [f for f in filled if f"{{{f.name}}}" not in wording.title]
    return [f for f in columns if event.row.get(column_of(f)) != event.before.get(column_of(f))] or None


def _tracked(kind: str) -> type[models.Model]:
    tracked: type[models.Model] = tracked_models()[kind].pgh_tracked_model  # type: ignore[attr-defined]
    return tracked


def _told(events: list[Event], workspace: Workspace) -> list[Entry]:
    names = _all_names(events)
    return [_entry(event, workspace, names) for event in events]


def _all_names(events: Iterable[Event]) -> dict[Reference, str]:
    """The names of everything that these events refer to."""
    wanted: dict[type[models.Model], set[int]] = {}
    for event in events:
        if isinstance(user := event.context.get("user"), int):
            wanted.setdefault(User, set()).add(user)
        for field in _columns(event.kind):
            if isinstance(field, models.ForeignKey):
                ids = {version.get(column_of(field)) for version in (event.row, event.before or {})}
                wanted.setdefault(field.related_model, set()).update(pk for pk in ids if pk)
    return names_of({model: ids for model, ids in wanted.items() if ids})


def _entry(event: Event, workspace: Workspace, names: dict[Reference, str]) -> Entry:
    wording = wording_of(_tracked(event.kind))
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
    event: Event,
    workspace: Workspace,
    wording: Wording,
    names: dict[Reference, str],
) -> str:
    if not wording.title:
        return ""
    columns = _tracked(event.kind)._meta.local_fields
    return wording.title.format_map(
        {field.name: printed(field, event.row, workspace, wording, names) for field in columns}
    )
