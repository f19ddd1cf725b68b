"""Bringing a file through the whole pipeline as a person does, the jobs worked off in the test itself."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile

from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from transactions.models import Import, ImportState, Transaction
from transactions.rules import Column, Field, FileMapping, RowKind
from transactions.services.imports import (
    Options,
    check_stamp,
    keep_mapping,
    request_check,
    request_commit,
    request_undo,
    start_import,
)
from workspaces.models import Job, JobState, Membership, Workspace
from workspaces.services.jobs import claim, execute


def work(workspace: Workspace, now: datetime = NOW) -> None:
    """Work off all jobs that wait in the workspace."""
    with in_workspace(workspace.pk):
        waiting = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        run = claim(workspace_id=workspace.pk, job_id=pk, now=now)
        if run is not None:
            execute(run=run, clock=lambda: now)


def fresh(imported: Import) -> Import:
    return Import.objects.select_related("job", "source", "workspace").get(pk=imported.pk)


def upload(
    by: Membership,
    content: str | bytes,
    name: str = "sales.csv",
    now: datetime = NOW,
    continues: Import | None = None,
) -> Import:
    """A file that was uploaded and looked at."""
    data = content.encode() if isinstance(content, str) else content
    imported = start_import(
        workspace=by.workspace, by=by, name=name, file=ContentFile(data, name), now=now, continues=continues
    )
    work(by.workspace, now)
    return fresh(imported)


def mapped(imported: Import, fields: Mapping[str, Field | None], **given: Any) -> FileMapping:
    """The mapping as it was suggested, with these columns on these fields and all others as they are.

    `fields` by name of the column; a Column stands for itself. `given`: of FileMapping.
    """
    mapping = FileMapping.from_json(imported.mapping)
    columns: list[Column] = []
    for column in mapping.columns:
        found: Any = fields.get(column.name, column.field if fields is SUGGESTED else None)
        columns.append(found if isinstance(found, Column) else replace(column, field=found))
    return replace(mapping, columns=tuple(columns), **given)


SUGGESTED: Mapping[str, Field | None] = {}


def check(
    imported: Import,
    by: Membership,
    mapping: FileMapping | None = None,
    *,
    source: str = "Shop",
    answered: Sequence[int] | None = None,
    replaces: tuple[date, date] | None = None,
    now: datetime = NOW,
) -> Import:
    """Decide the mapping and have the file checked; everything that is open counts as answered."""
    mapping = mapping or FileMapping.from_json(imported.mapping)
    places = [column.place for column in mapping.columns] if answered is None else answered
    keep_mapping(
        imported=imported,
        by=by,
        mapping=mapping,
        answered=places,
        source_name=source,
        options=Options(replaces),
        now=now,
    )
    request_check(imported=fresh(imported), by=by, now=now)
    work(by.workspace, now)
    return fresh(imported)


def commit(imported: Import, by: Membership, *, new: bool = False, now: datetime = NOW) -> Import:
    """Have a checked import put in, without the rows that cannot go in."""
    assert imported.state == ImportState.CHECKED, (imported.state, imported.job and imported.job.error)
    request_commit(
        imported=imported,
        by=by,
        stamp=check_stamp(imported),
        repeats_are_new=new,
        without_bad_rows=True,
        now=now,
    )
    work(by.workspace, now)
    return fresh(imported)


def bring(
    by: Membership,
    content: str | bytes,
    fields: Mapping[str, Field | None] = SUGGESTED,
    *,
    source: str = "Shop",
    new: bool = False,
    replaces: tuple[date, date] | None = None,
    now: datetime = NOW,
    name: str = "sales.csv",
    types: Mapping[str, RowKind] | None = None,
    **given: Any,
) -> Import:
    """A file through all steps: its import, in."""
    imported = upload(by, content, name, now)
    if types is not None:
        given["types"] = types
    mapping = mapped(imported, fields, **given)
    checked = check(imported, by, mapping, source=source, replaces=replaces, now=now)
    done = commit(checked, by, new=new, now=now)
    assert done.state == ImportState.COMMITTED, (done.state, done.job and done.job.error)
    return done


def undo(imported: Import, by: Membership, *, keep_edited: bool = True, now: datetime = NOW) -> Import:
    request_undo(imported=imported, by=by, reason="Wrong file", keep_edited=keep_edited, now=now)
    work(by.workspace, now)
    done = fresh(imported)
    assert done.state == ImportState.UNDONE, (done.state, done.job and done.job.error)
    return done


def rows(workspace: Workspace) -> list[Transaction]:
    found = Transaction.objects.filter(workspace=workspace).select_related("client", "product", "rate")
    return list(found.order_by("day", "line", "pk"))
