"""Imports from their upload to their undo (rules 5.14 to 5.18)."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from kamtrak.lib.errors import Refused, Stale
from kamtrak.uploads import deleted_on_failure, megabytes, store
from transactions.models import Import, ImportState, Source
from transactions.rules import FileMapping
from workspaces.models import Membership, Workspace
from workspaces.rules import Right, UnfitName, clean_name, name_key
from workspaces.services.files import clean_file_name
from workspaces.services.jobs import cancel_job, create_job

LOOK, CHECK, COMMIT, UNDO = "import_look", "import_check", "import_commit", "import_undo"
RUNNING = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.COMMITTING, ImportState.UNDOING)


def may_change(imported: Import, by: Membership) -> bool:
    """Whoever keeps the masters imports for all; an account manager rows of their own (rules 8.2)."""
    if by.can(Right.MASTERS):
        return True
    return by.can(Right.IMPORT) and imported.owner_id == by.pk


def start_import(
    *,
    workspace: Workspace,
    by: Membership,
    name: str,
    file: UploadedFile,
    now: datetime,
    continues: Import | None = None,
) -> Import:
    """Keep an uploaded file and have it looked at. Raises Refused over the limits and for an empty file."""
    if not by.can(Right.IMPORT):
        raise Refused("You do not import transactions in this workspace.")
    if not file.size:
        raise Refused("The file is empty.", "file")
    if file.size > settings.LIMIT_IMPORT_BYTES:
        raise Refused(f"The file is larger than {megabytes(settings.LIMIT_IMPORT_BYTES)}.", "file")
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    with deleted_on_failure(), transaction.atomic():
        imported = Import.objects.create(
            workspace=workspace,
            name=clean_file_name(name),
            size=file.size,
            sha256=digest.hexdigest(),
            path=store(file, "imports"),
            source=continues.source if continues else None,
            continues=continues,
            owner=None if by.can(Right.MASTERS) else by,
            uploaded_by=by.user,
            uploaded_at=now,
        )
        _run(imported, LOOK, by, now)
    return imported


def relook(*, imported: Import, by: Membership, layout: Mapping[str, str], now: datetime) -> None:
    """Look at the file again under these answers: encoding, delimiter, sheet, header ("yes", "no")."""
    held = _held(imported, by, ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)
    held.state = ImportState.UPLOADED
    held.save(update_fields=["state"])
    _run(held, LOOK, by, now, layout=dict(layout))


def keep_mapping(
    *,
    imported: Import,
    by: Membership,
    mapping: FileMapping,
    source: str,
    options: Mapping[str, Any],
    now: datetime,
) -> Import:
    """Keep what was decided so far: leaving and coming back loses nothing. A check that was made is void."""
    with transaction.atomic():
        held = _held(imported, by, ImportState.MAPPING, ImportState.CHECKED)
        held.mapping, held.options = mapping.to_json(), dict(options)
        held.source = _source(held.workspace, source, now)
        held.state, held.checked = ImportState.MAPPING, {}
        held.save(update_fields=["mapping", "options", "source", "state", "checked"])
        return held


def request_check(*, imported: Import, by: Membership, now: datetime) -> None:
    """Have every row checked."""
    with transaction.atomic():
        held = _held(imported, by, ImportState.MAPPING, ImportState.CHECKED)
        held.state = ImportState.CHECKING
        held.save(update_fields=["state"])
        _run(held, CHECK, by, now)


def request_commit(
    *,
    imported: Import,
    by: Membership,
    stamp: str,
    repeats_are_new: bool,
    replaces: tuple[date, date] | None,
    without_bad_rows: bool,
    now: datetime,
) -> None:
    """Have the rows that were checked (`stamp`) imported. Raises Stale where the check is another one."""
    with transaction.atomic():
        held = _held(imported, by, ImportState.CHECKED)
        if stamp != held.checked.get("stamp", ""):
            raise Stale("The file was checked again meanwhile. Look at what would be imported.")
        if held.checked.get("bad") and not without_bad_rows:
            raise Refused("Some rows cannot go in. Repair them, or import without them.")
        held.state, held.repeats_are_new = ImportState.COMMITTING, repeats_are_new
        held.replaces_from, held.replaces_until = replaces or (None, None)
        held.save()
        _run(held, COMMIT, by, now)


def request_undo(*, imported: Import, by: Membership, reason: str, keep_edited: bool, now: datetime) -> None:
    """Have an import undone (rules 5.18)."""
    with transaction.atomic():
        held = _held(imported, by, ImportState.COMMITTED)
        held.state = ImportState.UNDOING
        held.save(update_fields=["state"])
        _run(held, UNDO, by, now, reason=reason, keep_edited=keep_edited)


def cancel(*, imported: Import, by: Membership, now: datetime) -> None:
    """Stop what runs; it leaves nothing half done."""
    held = _held(imported, by, *RUNNING)
    if held.job is not None and not held.job.is_over:
        cancel_job(job=held.job, now=now)


def discard(*, imported: Import, by: Membership) -> None:
    """Forget an import of which nothing went in."""
    with transaction.atomic():
        held = _held(imported, by, ImportState.MAPPING, ImportState.CHECKED, ImportState.FAILED)
        held.delete()


def _held(imported: Import, by: Membership, *states: ImportState) -> Import:
    """The import as it is now, held until the end of the transaction."""
    found = Import.objects.select_for_update(of=("self",)).select_related("workspace", "job", "source")
    held = found.filter(pk=imported.pk).first()
    if held is None:
        raise Stale("This import was discarded meanwhile.")
    if not may_change(held, by):
        raise Refused("Only an owner, an administrator or whoever imported their own rows may do this.")
    if held.state not in states:
        raise Stale(f"This import has moved on: {held.get_state_display().lower()}.")
    return held


def _run(imported: Import, kind: str, by: Membership, now: datetime, **params: Any) -> None:
    given = {"import": imported.pk, **params}
    imported.job = create_job(workspace=imported.workspace, kind=kind, by=by.user, params=given, now=now)
    imported.save(update_fields=["job"])


def _source(workspace: Workspace, text: str, now: datetime) -> Source | None:
    """The named source, made where there is none of that name."""
    if not text.strip():
        return None
    try:
        name = clean_name(text, "The source")
    except UnfitName as problem:
        raise Refused(str(problem), "source") from problem
    return Source.objects.get_or_create(
        workspace=workspace, key=name_key(name), defaults={"name": name, "created_at": now}
    )[0]
