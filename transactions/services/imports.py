"""Imports between their upload and their undo: what a person decides, and the work that it starts (rules
5).
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import kept_reason
from kamtrak.uploads import store, too_large
from transactions.models import Import, ImportState
from transactions.queries.books import ways_of
from transactions.queries.undoing import undone_together
from transactions.rules import Field, FileMapping, Looked, open_questions, refusals
from transactions.services.citations import cited_rows_that_go
from transactions.services.sources import check_identity, source_named
from workspaces.models import Job, Membership, Workspace
from workspaces.rules import Right
from workspaces.services.files import clean_file_name
from workspaces.services.jobs import cancel_job, create_job

FOLDER = "imports"
LOOK, CHECK, COMMIT, UNDO = (f"transactions_{step}" for step in ("look", "check", "commit", "undo"))
RELEASES = "Contributions are proved by rows that would go. Look at them, then confirm that they go."
BEFORE_COMMIT = (ImportState.UPLOADED, ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)
_BACK = {
    ImportState.UPLOADED: ImportState.FAILED,
    ImportState.CHECKING: ImportState.MAPPING,
    ImportState.COMMITTING: ImportState.CHECKED,
    ImportState.UNDOING: ImportState.COMMITTED,
}


@dataclass(frozen=True)
class Options:
    """What is decided beside the mapping: dates between which the import replaces its source's rows."""

    replaces: tuple[date, date] | None = None


def may_import(by: Membership) -> bool:
    """Owner and administrators import for all, an account manager rows of their own (rules 8.2)."""
    return by.can(Right.MASTERS) or by.can(Right.LOG)


def may_change(by: Membership, imported: Import) -> bool:
    """Whether this member works on the import: administrators on every one, others on their own."""
    return by.can(Right.MASTERS) or (by.can(Right.LOG) and imported.owner_id == by.pk)


def may_work(member: Membership, params: dict[str, Any]) -> bool:
    """Whether the member who started the work on an import may (still) have it done."""
    imported = Import.objects.filter(workspace=member.workspace_id, pk=params["import"]).first()
    return imported is not None and may_change(member, imported)


def start_import(
    *,
    workspace: Workspace,
    by: Membership,
    name: str,
    file: File,
    now: datetime,
    continues: Import | None = None,
    layout: Mapping[str, Any] | None = None,
) -> Import:
    """Keep a file as it came and have it looked at. `layout` as of `relook`, where it is known beforehand.

    Raises Refused, over a limit before anything is kept.
    """
    if not may_import(by):
        raise Refused("Only owners, administrators and account managers import transactions.")
    if continues is not None and (continues.state != ImportState.COMMITTED or not may_change(by, continues)):
        raise Refused("The import that this file corrects is not in.")
    if not file.size:
        raise Refused("The file is empty.", "file")
    if file.size > settings.LIMIT_IMPORT_BYTES:
        raise Refused(too_large(settings.LIMIT_IMPORT_BYTES, "read"), "file")
    digest = hashlib.sha256()
    for block in file.chunks():
        digest.update(block)
    with transaction.atomic():
        imported = Import.objects.create(
            workspace=workspace,
            name=clean_file_name(name),
            size=file.size,
            sha256=digest.hexdigest(),
            path=store(file, FOLDER),
            owner=_owner_of(by, continues),
            continues=continues,
            source=continues.source if continues else None,
            uploaded_by=by.user,
            uploaded_at=now,
        )
        _start(imported, LOOK, by, now, _layout(layout or {}))
    return imported


def _owner_of(by: Membership, continues: Import | None) -> Membership | None:
    """Whose all rows are: an account manager's own. A correction is of whoever the corrected import is."""
    if continues is not None:
        return continues.owner
    return None if by.can(Right.MASTERS) else by


def relook(*, imported: Import, by: Membership, layout: Mapping[str, Any], now: datetime) -> None:
    """Have the file read another way: `encoding`, `delimiter`, `sheet`, `header`. Raises Refused."""
    with transaction.atomic():
        held = held_import(imported, by, BEFORE_COMMIT)
        held.state, held.looked, held.mapping, held.answered = ImportState.UPLOADED, {}, {}, []
        held.save(update_fields=["state", "looked", "mapping", "answered"])
        _start(held, LOOK, by, now, _layout(layout))


def _layout(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"layout": {name: value for name, value in said.items() if value not in ("", None)}}


def keep_mapping(
    *,
    imported: Import,
    by: Membership,
    mapping: FileMapping,
    answered: Collection[int],
    source_name: str,
    options: Options,
    now: datetime,
) -> None:
    """Keep what was decided so far, complete or not: leaving and coming back loses nothing. Raises
    Refused.
    """
    with transaction.atomic():
        held = held_import(imported, by, (ImportState.MAPPING, ImportState.CHECKED))
        held.mapping, held.answered = mapping.to_json(), sorted(set(answered))
        held.source_name = source_name.strip()[:200]
        held.replaces_from, held.replaces_until = options.replaces or (None, None)
        held.state = ImportState.MAPPING  # what was checked was another mapping
        held.save(
            update_fields=[
                "mapping",
                "answered",
                "source_name",
                "replaces_from",
                "replaces_until",
                "state",
            ]
        )


@transaction.atomic
def request_check(*, imported: Import, by: Membership, now: datetime) -> Job:
    """Have every row checked under the mapping as it is kept. Raises Refused where it does not fit, or leaves
    open how a column is read; values of a type that nobody has declared are problems of their rows."""
    held = held_import(imported, by, (ImportState.MAPPING, ImportState.CHECKED, ImportState.CHECKING))
    if held.state == ImportState.CHECKING and held.job is not None and not held.job.is_over:
        return held.job
    mapping, looked = FileMapping.from_json(held.mapping), Looked.from_json(held.looked)
    ways = ways_of(held.workspace)
    names = [column.name for column in looked.columns]
    wrong = refusals(mapping, names, removes_taxes=ways.removes_tax, repeated=looked.repeated)
    if wrong:
        raise Refused(wrong[0].message)
    if asked := open_questions(mapping, looked, held.answered):
        raise Refused(f"Say how “{asked[0].column}” is to be read.")
    if held.continues_id is None:
        held.source = source_named(held.workspace, held.source_name, now)
    check_identity(held.known_source, mapping)
    held.state = ImportState.CHECKING
    held.save(update_fields=["source", "state"])
    return _start(held, CHECK, by, now)


@transaction.atomic
def request_commit(
    *,
    imported: Import,
    by: Membership,
    stamp: str,
    repeats_are_new: bool,
    without_bad_rows: bool,
    now: datetime,
) -> Job:
    """Have the checked rows put in. `stamp` is that of the check that was seen. Raises Refused and Stale."""
    held = held_import(imported, by, (ImportState.CHECKED, ImportState.COMMITTING, ImportState.COMMITTED))
    if held.job is not None and (held.state == ImportState.COMMITTED or not held.job.is_over):
        return held.job  # pressed twice
    if stamp != check_stamp(held):
        raise Stale("The file was checked again meanwhile. Look at the new check first.")
    if not held.checked["good"]:
        raise Refused("No row of the file can go in.")
    if held.checked["bad"] and not without_bad_rows:
        raise Refused("Say that the rows with problems stay out, or correct them first.")
    if repeats_are_new and Field.UNIQUE_ID in FileMapping.from_json(held.mapping).mapped:
        raise Refused("Lines with a Unique ID are the rows of that ID: they cannot be new sales.")
    if repeats_are_new and held.replaces_from:
        raise Refused("An import that replaces its source’s rows cannot bring them once more as new sales.")
    held.repeats_are_new, held.state = repeats_are_new, ImportState.COMMITTING
    held.save(update_fields=["repeats_are_new", "state"])
    return _start(held, COMMIT, by, now)


def check_stamp(imported: Import) -> str:
    """Names one check of the import."""
    return imported.prepared[-16:]


@transaction.atomic
def request_undo(
    *,
    imported: Import,
    by: Membership,
    reason: str,
    keep_edited: bool,
    release_cited: bool = False,
    now: datetime,
) -> Job:
    """Have the import undone, for ever possible (rules 5.18). `keep_edited`: rows that would be left with an
    edit by hand alone stay. `release_cited`: whoever asks has seen that contributions lose rows that prove
    them. Raises Refused."""
    kept = kept_reason(reason, "Say why the import is undone: it is kept in the history.")
    held = held_import(imported, by, (ImportState.COMMITTED, ImportState.UNDOING))
    if held.state == ImportState.UNDOING and held.job is not None and not held.job.is_over:
        return held.job
    going = cited_rows_that_go(held.workspace, undone_together(held), keep_edited=keep_edited)
    if not release_cited and going.exists():
        raise Refused(RELEASES, "release_cited")
    held.state = ImportState.UNDOING
    held.save(update_fields=["state"])
    choices = {"keep_edited": keep_edited, "release_cited": release_cited}
    return _start(held, UNDO, by, now, {**choices, "reason": kept})


def cancel_import_job(*, imported: Import, by: Membership, now: datetime) -> None:
    """Stop what is being done with the import at its next step. Raises Refused.

    The import is not held for it: its commit does that, and would hear of the wish at its end.
    """
    if not may_change(by, imported):
        raise Refused("This import is not yours to change.")
    if imported.job is None or imported.job.is_over:
        raise Refused("Nothing is being done with this import.")
    cancel_job(job=imported.job, now=now)


@transaction.atomic
def discard_import(*, imported: Import, by: Membership) -> list[str]:
    """Forget an import of which nothing is in; gives the files to delete. Raises Refused."""
    held = held_import(imported, by, BEFORE_COMMIT)
    if held.job is not None and not held.job.is_over:
        raise Refused("The file is being worked on. Cancel that first.")
    Import.objects.filter(pk=held.pk).delete()
    return [name for name in (held.path, held.prepared, held.promised, held.rejects) if name]


def lead_back(job: Job) -> None:
    """Work that ends without a result leaves its import where it can be tried again from."""
    found = Import.objects.select_for_update().filter(workspace=job.workspace_id, job=job)
    for held in found.filter(state__in=_BACK):
        held.state = _BACK[ImportState(held.state)]
        held.save(update_fields=["state"])


def held_import(imported: Import, by: Membership, states: Collection[ImportState]) -> Import:
    """The import as it is now, held. Raises Refused, Stale where it is gone."""
    if not may_change(by, imported):
        raise Refused("This import is not yours to change.")
    found = Import.objects.select_for_update(of=("self",)).select_related("job", "source", "workspace")
    held = found.filter(pk=imported.pk).first()
    if held is None:
        raise Stale("The import was discarded meanwhile.")
    if held.state not in states:
        raise Refused(f"This import is “{held.get_state_display().lower()}” by now.")
    return held


def _start(
    imported: Import, kind: str, by: Membership, now: datetime, params: Mapping[str, Any] | None = None
) -> Job:
    """Have the work done, and note which it is."""
    params = {"import": imported.pk, **(params or {})}
    job = create_job(workspace=imported.workspace, kind=kind, by=by.user, params=params, now=now)
    Import.objects.filter(pk=imported.pk).update(job=job)
    imported.job = job
    return job
