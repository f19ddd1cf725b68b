"""Rows of contributions between their upload, the moment they are in, and their undo (rules 3.10)."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from contributions.models import Contribution, ContributionsFile
from contributions.models.contributions import BROUGHT
from contributions.services.doubles import refresh_doubles
from contributions.services.figures import refresh_alerts
from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import kept_reason, reason_of_file
from workspaces.models import Job, Membership, Workspace
from workspaces.rules import Right
from workspaces.services.files import decide_file, discard_file, keep_file
from workspaces.services.jobs import create_job
from workspaces.services.locks import hold_together

FILE_JOB = "contributions_file"


def may_bring(by: Membership) -> bool:
    """Whoever logs contributions brings their own (rules 8.2)."""
    return by.can(Right.LOG)


def keep_contributions_file(
    *, workspace: Workspace, by: Membership, name: str, content: bytes, now: datetime
) -> ContributionsFile:
    """Keep rows as they came, to be checked. Raises Refused."""
    if not may_bring(by):
        raise Refused("Only account managers log contributions.")
    return keep_file(
        ContributionsFile,
        workspace=workspace,
        by=by.user,
        name=name,
        content=content,
        most=settings.LIMIT_CONTRIBUTIONS_FILE_BYTES,
        now=now,
        forget=Q(job=None),
    )


def decide_contributions_file(
    *, file: ContributionsFile, by: Membership, decisions: Mapping[str, str]
) -> None:
    """Keep the answers to what the rows leave open; a blank answer takes one back."""
    _own(file, by)
    decide_file(file=file, decisions=decisions)


def discard_contributions_file(*, file: ContributionsFile, by: Membership) -> None:
    """Forget rows of which none has been added. Raises Refused."""
    _own(file, by)
    with transaction.atomic():
        held = held_file(file)
        if held is None:
            return
        if held.added_at or (held.job is not None and not held.job.is_over):
            raise Refused("These rows are in, or about to be. Undo them as a whole.")
        discard_file(file=held)


def request_adding(*, file: ContributionsFile, by: Membership, stamp: str, reason: str, now: datetime) -> Job:
    """Have the rows that were checked (`stamp`) added in the background. Pressed twice, one job does it.
    Raises Refused and Stale."""
    _own(file, by)
    with transaction.atomic():
        held = held_file(file)
        if held is None:
            raise Stale("The rows were discarded meanwhile.")
        if held.job is not None and (held.added_at or not held.job.is_over):
            return held.job
        params = {"file": held.pk, "stamp": stamp, "reason": kept_reason(reason)}
        held.job = create_job(workspace=held.workspace, kind=FILE_JOB, by=by.user, params=params, now=now)
        held.save(update_fields=["job"])
        return held.job


@transaction.atomic
def undo_contributions_file(*, file: ContributionsFile, by: Membership, reason: str, now: datetime) -> int:
    """Void every contribution that the file brought and that still counts, with a reason; how many.

    Each stays on record and can be restored by itself. Raises Refused.
    """
    _own(file, by)
    said = kept_reason(reason, "Say why the rows are undone: it is kept in the history of each.")
    workspace = hold_together(file.workspace)
    held = held_file(file)
    if held is None or held.added_at is None:
        raise Refused("These rows are not in.")
    if held.undone_at is not None:
        return 0
    living = brought_by(held).filter(voided_at=None).select_for_update()
    pks = list(living.values_list("pk", flat=True))
    why = reason_of_file(held.name, said)
    with because(reason=why):
        voided = Contribution.objects.filter(workspace=workspace, pk__in=pks)
        voided.update(voided_at=now, void_reason=why, version=F("version") + 1, updated_at=now)
    held.undone_at, held.undone_by, held.undo_reason, held.undone = now, by.user, said, len(pks)
    held.save(update_fields=["undone_at", "undone_by", "undo_reason", "undone"])
    refresh_alerts(workspace=workspace, now=now)
    refresh_doubles(workspace=workspace, only=pks, now=now)
    return len(pks)


def held_file(file: ContributionsFile) -> ContributionsFile | None:
    """The file as it is now, held until the end of the transaction; None where it was discarded."""
    found = ContributionsFile.objects.select_for_update(of=("self",)).select_related("job", "workspace")
    return found.filter(pk=file.pk).first()


def brought_by(file: ContributionsFile) -> QuerySet[Contribution]:
    """The contributions that came in by this file."""
    return Contribution.objects.filter(workspace=file.workspace, once__startswith=once_of(file.pk, ""))


def once_of(file_id: int, line: int | str) -> str:
    """Names a contribution of a file, so that a file that is taken up again adds none twice."""
    return f"{BROUGHT}-{file_id}-{line}"


def _own(file: ContributionsFile, by: Membership) -> None:
    if file.uploaded_by_id != by.user_id or not may_bring(by):
        raise Refused("These rows are not yours.")
