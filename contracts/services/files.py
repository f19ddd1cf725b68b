"""Files of older contracts between their upload and the moment their contracts are in (rules 4.9)."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from contracts.models import Contract, ContractsFile
from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import kept_reason
from workspaces.models import Job, JobState, Membership, Workspace
from workspaces.rules import Right
from workspaces.services.files import decide_file, discard_file, keep_file
from workspaces.services.jobs import create_job

FILE_JOB = "contracts_file"


def may_bring(by: Membership) -> bool:
    """Older contracts come in by an administrator (rules 4.9)."""
    return by.can(Right.MASTERS)


def keep_contracts_file(
    *, workspace: Workspace, by: Membership, name: str, content: bytes, now: datetime
) -> ContractsFile:
    """Keep a file as it came, to be checked. Raises Refused."""
    _may(by)
    most = settings.LIMIT_CONTRACTS_FILE_BYTES
    return keep_file(
        ContractsFile,
        workspace=workspace,
        by=by.user,
        name=name,
        content=content,
        most=most,
        now=now,
        forget=_nothing_in(workspace),
    )


def decide_contracts_file(*, file: ContractsFile, by: Membership, decisions: Mapping[str, str]) -> None:
    """Keep the answers to what the file leaves open; a blank answer takes one back."""
    _may(by)
    decide_file(file=file, decisions=decisions)


def discard_contracts_file(*, file: ContractsFile, by: Membership) -> None:
    """Forget a file of which nothing has been added. Refused for one whose contracts came in, or may."""
    _may(by)
    with transaction.atomic():
        held = _held(file)
        if held is None:
            return  # discarded by somebody else
        if held.job is not None and not held.job.is_over:
            raise Refused("The contracts of this file are being added. Cancel that first.")
        if brought_by(held).exists():
            raise Refused("Contracts of this file are in. It stays as their origin.")
        discard_file(file=held)


def request_adding(
    *, file: ContractsFile, by: Membership, stamp: str, accepted: bool, reason: str, now: datetime
) -> Job:
    """Have the contracts that were checked (`stamp`) added in the background. Pressed twice, one job does it.

    After a job that failed or was cancelled a new one goes on where it stopped. Raises Refused and Stale.
    """
    _may(by)
    kept = kept_reason(reason, "Say where the file comes from: it is kept in the history.")
    with transaction.atomic():
        held = _held(file)
        if held is None:
            raise Stale("The file was discarded meanwhile.")
        if held.job is not None and (held.added_at or not held.job.is_over):
            return held.job
        params = {"file": held.pk, "stamp": stamp, "accepted": accepted, "reason": kept}
        held.job = create_job(workspace=held.workspace, kind=FILE_JOB, by=by.user, params=params, now=now)
        held.save(update_fields=["job"])
        return held.job


def _held(file: ContractsFile) -> ContractsFile | None:
    """The file as it is now, held until the end of the transaction; None where it was discarded."""
    held = ContractsFile.objects.select_for_update(of=("self",)).defer("content")
    return held.select_related("job", "workspace").filter(pk=file.pk).first()


def brought_by(file: ContractsFile) -> QuerySet[Contract]:
    """The contracts that came in by this file."""
    return Contract.objects.filter(workspace=file.workspace, once__startswith=once_of(file.pk, ""))


def once_of(file_id: int, line: int | str) -> str:
    """Names a contract of a file, so that a file that is taken up again adds none twice."""
    return f"file-{file_id}-{line}"


def _nothing_in(workspace: Workspace) -> Q:
    """Files that nobody works at and of which no contract is in: of one whose job failed, a part may be."""
    once = Concat(Value("file-"), Cast(OuterRef("pk"), CharField()), Value("-"))  # as once_of names them
    brought = Contract.objects.filter(workspace=workspace, once__startswith=once)
    stopped = Q(job__state__in=(JobState.FAILED, JobState.CANCELLED))
    return Q(job=None) | stopped & ~Q(Exists(brought))


def _may(by: Membership) -> None:
    if not may_bring(by):
        raise Refused("Only an owner or administrator brings older contracts by file.")
