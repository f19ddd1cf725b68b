"""Issuing, keeping, sharing and proving documents (rules 7)."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from typing import BinaryIO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum

from contributions.queries.periods import sums_of
from contributions.rules import RevenueType
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Period
from reports.models import Document
from reports.queries.documents import (
    REVIEW_JOB,
    anything_to_review,
    file_place,
    issued_number,
    review_of,
)
from reports.services.data import DATA_NAME, read_data, write_data
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


def keep_document(*, document: Document, file: BinaryIO, data_sha256: str) -> Document:
    """Put the rendered file in its place; from now on the document is issued. Twice does no harm."""
    digest, size = fingerprint(file)
    path = file_place(document)
    if default_storage.exists(path):  # kept by a worker who was killed before it could say so
        default_storage.delete(path)
    file.seek(0)
    document.path = default_storage.save(path, File(file))
    document.size, document.file_sha256, document.data_sha256 = size, digest, data_sha256
    document.save(update_fields=["path", "size", "file_sha256", "data_sha256"])
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


# ------------------------------------------------------------------ proof


@dataclass(frozen=True)
class Verification:
    """What is wrong with a document; nothing, if it is its own snapshot."""

    number: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_document(document: Document) -> Verification:
    """Rows = printed figures = embedded CSV in the stored file = fingerprints (rules 7.2)."""
    return Verification(document.number, (*_wrong_figures(document), *_wrong_file(document)))


def _wrong_figures(document: Document) -> Iterator[str]:
    """Printed totals against the rows that were copied."""
    sums = sums_of(document.rows.filter(counts=True))
    changed = document.rows.filter(later__isnull=False).order_by().values("type").annotate(total=Sum("later"))
    later = {line["type"]: line["total"] for line in changed}
    for line in review_of(document).totals:
        own = [figures for (_, kind), figures in sums.items() if kind is line.type]
        total = sum((figures.converted for figures in own), ZERO)
        if (total, sum(figures.rows for figures in own)) != (line.converted, line.rows):
            yield f"{line.type.label}: printed {line.converted}, the rows sum to {total}"
        if later.get(line.type.value, ZERO) != line.later:
            yield f"{line.type.label}: printed later changes {line.later} are not those of the rows"
    if document.rows.count() != document.rows_count:
        yield "rows are missing or were added"


def _wrong_file(document: Document) -> Iterator[str]:
    """The stored file and the data inside it against the fingerprints, and the data against the figures."""
    try:
        with open_document(document) as file:
            data = read_data(file)
    except Refused as refusal:
        yield refusal.message
        return
    if sha256(data).hexdigest() != document.data_sha256:
        yield f"the embedded {DATA_NAME} is not the one whose fingerprint is printed"
    if write_data(document) != document.data_sha256:
        yield "the rows no longer give the data that were embedded"
    embedded = _embedded_sums(data)
    for line in review_of(document).totals:
        counted, later = embedded[line.type]
        if (counted, later) != (line.converted, line.later):
            yield f"{line.type.label}: printed {line.converted}, the embedded rows sum to {counted}"


def _embedded_sums(data: bytes) -> dict[RevenueType, tuple[Decimal, Decimal]]:
    """Per type the sums of `counted` and of `later_change` in the CSV."""
    sums: dict[RevenueType, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for row in csv.DictReader(StringIO(data.decode(), newline="")):
        kind = RevenueType(row["type"])
        counted, later = sums[kind]
        sums[kind] = (counted + Decimal(row["counted"] or 0), later + Decimal(row["later_change"] or 0))
    return sums
