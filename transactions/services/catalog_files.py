"""Files of catalog entries between their upload and the moment their entries are in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import reason_of_file
from transactions.models import CatalogFile, CatalogItem, CatalogName
from transactions.queries.catalog_plans import FILE_JOB, Plan, Planned, job_of, plan_of
from transactions.rules import product_key
from transactions.rules.entries import FullEntry
from transactions.services.catalog import name_item
from transactions.services.catalog_values import record_values
from transactions.services.following import catalog_changed
from transactions.services.guards import reason_of
from workspaces.models import Job, Membership, Workspace
from workspaces.rules import Right
from workspaces.services.files import decide_file, discard_file, keep_file
from workspaces.services.jobs import create_job
from workspaces.services.locks import hold_alone

WHAT = "the catalog"
SEVERAL = 1000  # rows per statement


def keep_catalog_file(
    *, workspace: Workspace, by: Membership, name: str, content: bytes, now: datetime
) -> CatalogFile:
    """Keep a file as it came, to be checked. Raises Refused."""
    _may(by)
    most = settings.LIMIT_CATALOG_FILE_BYTES
    return keep_file(
        CatalogFile, workspace=workspace, by=by.user, name=name, content=content, most=most, now=now
    )


def decide_catalog_file(*, file: CatalogFile, by: Membership, decisions: Mapping[str, str]) -> None:
    """Keep the answers to what the file leaves open; a blank answer takes one back."""
    _may(by)
    decide_file(file=file, decisions=decisions)


def discard_catalog_file(*, file: CatalogFile, by: Membership) -> None:
    """Forget a file whose entries were not added; one whose entries were stays as their origin. Raises
    Refused while they are being added.
    """
    _may(by)
    with transaction.atomic():
        current = _held(file)
        job = job_of(file)
        if current is not None and not current.added_at and job is not None and not job.is_over:
            raise Refused("The entries of this file are being added.")
        discard_file(file=file)


def request_adding(*, file: CatalogFile, by: Membership, stamp: str, reason: str, now: datetime) -> Job:
    """Have the entries that were checked (`stamp`) added in the background. Pressed twice, one job does it.

    Raises Refused and Stale.
    """
    params = {"file": file.pk, "stamp": stamp, "reason": reason_of(by, reason, WHAT)}
    with transaction.atomic():
        current = _held(file)
        if current is None:
            raise Stale("The file was discarded meanwhile.")
        job = job_of(current)
        if job is not None and (current.added_at or not job.is_over):
            return job
        return create_job(workspace=file.workspace, kind=FILE_JOB, by=by.user, params=params, now=now)


def _held(file: CatalogFile) -> CatalogFile | None:
    """The file as it is now, held until the end of the transaction; None where it was discarded."""
    return CatalogFile.objects.select_for_update().defer("content").filter(pk=file.pk).first()


def add_entries_of_file(
    *, file: CatalogFile, by: Membership, entries: Sequence[FullEntry], reason: str, now: datetime
) -> int:
    """Make and change the entries that were checked; how many. Sent twice, it is done once.

    Raises Stale where the file was discarded meanwhile, and Refused.
    """
    reason = reason_of(by, reason, WHAT)
    if not entries:
        raise Refused("There is no entry to add. Correct the rows and bring the file again.")
    said = reason_of_file(file.name, reason)
    with transaction.atomic(), because(reason=said):
        workspace = hold_alone(file.workspace)
        current = _held(file)
        if current is None:
            raise Stale("The file was discarded meanwhile.")
        if current.added_at is not None:
            return current.added
        plan = plan_of(workspace, entries)
        touched = _carried_out(workspace, by, plan, said, now)
        current.added, current.added_at = plan.changes, now
        current.save(update_fields=["added", "added_at"])
        if touched:
            catalog_changed(workspace=workspace, by=by, items=touched, reason=said, now=now)
    return current.added


def _carried_out(workspace: Workspace, by: Membership, plan: Plan, reason: str, now: datetime) -> list[int]:
    """The entries that were made or changed."""
    made = _made(workspace, plan.new, now)
    for planned in plan.changed:
        if planned.item is not None and (planned.new_name or planned.new_aliases):
            name_item(planned.item, planned.entry)
    known = [(planned.item, planned) for planned in plan.changed if planned.item is not None]
    rows = [
        (item.pk, value)
        for item, planned in (*zip(made, plan.new, strict=True), *known)
        for value, _ in planned.values
    ]
    record_values(workspace=workspace, by=by, values=rows, reason=reason, now=now)
    return [item.pk for item in (*made, *(item for item, _ in known))]


def _made(workspace: Workspace, new: Sequence[Planned], now: datetime) -> list[CatalogItem]:
    """New entries with what finds them, all in a few statements."""
    items = [
        CatalogItem(workspace=workspace, code=each.entry.code, name=each.entry.name, created_at=now)
        for each in new
    ]
    CatalogItem.objects.bulk_create(items, batch_size=SEVERAL)
    names = [
        CatalogName(
            workspace=workspace, item=item, text=text, key=product_key(text), is_code=text is each.entry.code
        )
        for item, each in zip(items, new, strict=True)
        for text in (each.entry.code, *each.entry.aliases)
    ]
    try:
        with transaction.atomic():
            CatalogName.objects.bulk_create(names, batch_size=SEVERAL)
    except IntegrityError as problem:
        raise Stale(
            "One of these codes was given to another entry meanwhile. Look at the check once more."
        ) from problem
    return items


def may_bring(by: Membership) -> bool:
    """Whoever keeps the masters brings files of entries (rules 8.2)."""
    return by.can(Right.MASTERS)


def _may(by: Membership) -> None:
    if not may_bring(by):
        raise Refused(f"Only an owner or administrator changes {WHAT}.")
