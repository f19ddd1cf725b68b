"""Issuing, keeping, sharing and proving documents (rules 7)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Period
from reports.models import Document
from reports.queries.documents import (
    REVIEW_JOB,
    anything_to_review,
    file_place,
    issued_number,
)
from workspaces.models import Job, Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right
from workspaces.services.jobs import create_job
from workspaces.services.settings import Held

CHUNK = 1 << 20
ZERO = Decimal(0)


def may_review(by: Membership, person_id: int) -> bool:
    """Whoever reads a person's contributions issues reviews of them; auditors issue nothing (rules 8.2)."""
    return by.can(Right.ISSUE) and scope_of(by).includes(person_id)


def request_review(
    *,
    workspace: Workspace,
    by: Membership,
    person: Membership,
    period: Period,
    now: datetime,
    once: str = "",
) -> Job:
    """Have a review made in the background. The same opened form (`once`) sent twice makes one.

    Raises Refused with the field that has to change.
    """
    if not may_review(by, person.pk):
        raise Refused("You may not issue documents about this person.", "person")
    check_period(workspace, period, now)
    if not anything_to_review(workspace, person, period):
        raise Refused(f"There is nothing to review in {period.label} yet.", "period")
    with transaction.atomic():
        Membership.objects.select_for_update(no_key=True).get(pk=by.pk)  # a second click waits here
        mine = Job.objects.filter(workspace=workspace, kind=REVIEW_JOB, created_by=by.user)
        if once and (made := mine.filter(params__once=once).first()):
            return made
        params = {"person": person.pk, "period": period.code, "once": once}
        return create_job(workspace=workspace, kind=REVIEW_JOB, by=by.user, params=params, now=now)


def check_period(workspace: Workspace, period: Period, now: datetime) -> None:
    """A review covers one quarter or one fiscal year that has begun. Raises Refused."""
    if not period.quarters:
        raise Refused("A review covers one quarter or one fiscal year, like 2026Q3 or FY2026.", "period")
    if period.quarters[0] > workspace.quarter_of(now):
        raise Refused(f"{period.label} has not begun. Choose a period that has.", "period")


def keep_document(*, document: Document, file: BinaryIO, fingerprints: Mapping[str, str]) -> Document:
    """Put the rendered file in its place; from now on the document is issued. Twice does no harm.

    `fingerprints`: the SHA-256 of each file inside, by the document's column.
    """
    digest, size = fingerprint(file)
    path = file_place(document)
    if default_storage.exists(path):  # kept by a worker who was killed before it could say so
        default_storage.delete(path)
    file.seek(0)
    document.path = default_storage.save(path, File(file))
    document.size, document.file_sha256 = size, digest
    for column, sha in fingerprints.items():
        setattr(document, column, sha)
    document.save(update_fields=["path", "size", "file_sha256", *fingerprints])
    return document


def share_document(*, document: Document, by: Membership, shared: bool) -> None:
    """Show it to everybody who reads this person's contributions, or to nobody else any more."""
    if document.issued_by_id != by.user_id or not by.can(Right.ISSUE):
        raise Refused("Only who issued a document shares it.")
    Document.objects.filter(pk=document.pk).update(shared=shared)
    document.shared = shared


def held_by_documents(workspace: Workspace, what: Held) -> list[str]:
    """The currency is held by what was issued in it (rules 6.9). Labels of the year each document keeps."""
    count = issued_number(workspace) if what is Held.CURRENCY else 0
    return [f"{count:,} issued document{'' if count == 1 else 's'}"] if count else []


def open_document(document: Document) -> BinaryIO:
    """The stored file, after its fingerprint was compared. Raises Refused when it is gone or altered."""
    try:
        file = cast(BinaryIO, default_storage.open(document.path))
    except OSError as problem:
        raise Refused(f"The file of {document.number} is missing from the storage.") from problem
    if fingerprint(file)[0] != document.file_sha256:
        file.close()
        raise Refused(
            f"The stored file of {document.number} is not the one that was issued. It is not served."
        )
    file.seek(0)
    return file


def fingerprint(file: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size of a file, read in bounded memory from its beginning."""
    digest, size = sha256(), 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size
