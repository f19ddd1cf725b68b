"""Background work: make a job, ring, claim, report, finish, sweep (architecture: the row is the truth).

A handler runs in several short transactions, never in one: its progress must be seen while it works.
Every step may run twice; `attempts` is the fence that keeps a worker who lost its lease from writing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from workspaces.models import Job, JobState, Membership, User, Workspace

log = logging.getLogger(__name__)
RUN_TASK = "workspaces.tasks.run_job"  # by name: tasks call services, never the other way
MAX_ATTEMPTS = 5


class JobCancelled(Exception):
    """The person has cancelled; the handler stops and leaves nothing half done."""


class LeaseLost(Exception):
    """Another worker has taken the job over; this one must stop without a trace."""


@dataclass(frozen=True)
class JobKind:
    """How a kind of job runs, and whether a member may (still) have it done.

    `stopped` sets right what waits for a job that ends without a result, in the transaction that ends it.
    The result that `run` returns may name where it is to be seen: `path` below the workspace's address,
    `action` on the button and a sentence as `summary`.
    """

    run: Callable[["Run"], dict[str, Any]]
    allowed: Callable[[Membership, dict[str, Any]], bool]
    title: str = "Background work"
    unit: str = "rows"  # what its progress counts
    cancellable: bool = True
    stopped: Callable[[Job], None] = lambda job: None


_kinds: dict[str, JobKind] = {}


def kind_of(job: Job) -> JobKind | None:
    """How this job's kind is called and counted; None for a kind that this installation no longer has."""
    return _kinds.get(job.kind)


def register_job(kind: str, handler: JobKind) -> None:
    """Upper apps say in AppConfig.ready() how their jobs run."""
    _kinds[kind] = handler


def create_job(*, workspace: Workspace, kind: str, by: User, params: dict[str, Any], now: datetime) -> Job:
    """Record the job and ring once this transaction is committed."""
    job = Job.objects.create(
        workspace=workspace, kind=kind, created_by=by, created_at=now, params=params, rung_at=now
    )
    ring(workspace.pk, job.pk)
    return job


def ring(workspace_id: int, job_id: int) -> None:
    """Ring the workers after the commit. A broker that is down costs milliseconds; the sweeper rings on."""
    transaction.on_commit(lambda: _publish(workspace_id, job_id), robust=True)


def _publish(workspace_id: int, job_id: int) -> None:
    try:
        current_app.send_task(RUN_TASK, args=[workspace_id, job_id])
    except Exception as problem:  # noqa: BLE001 - any failure of the doorbell is the sweeper's business
        log.warning("job %s was not rung (%s); the sweeper will", job_id, problem)


@dataclass
class Run:
    """One worker's hold on a job, and its way to report."""

    workspace_id: int
    job_id: int
    attempt: int
    params: dict[str, Any]
    user_id: int

    def progress(self, stage: str, done: int = 0, total: int = 0, *, now: datetime) -> None:
        """Report and prolong the lease. Raises JobCancelled or LeaseLost."""
        with in_workspace(self.workspace_id):
            self.ask()
            self._mine().update(stage=stage, done=done, total=total, lease_until=now + _lease())

    def ask(self) -> None:
        """Whether to go on, asked inside the workspace. Raises JobCancelled or LeaseLost."""
        _go_on(self._mine().first())

    def seal(self) -> None:
        """The last statement of the transaction that keeps a result: until its end nobody takes the job over.

        Not earlier: while the row is held nobody can prolong the lease, cancel, or ring again. Raises
        JobCancelled or LeaseLost.
        """
        _go_on(self._mine().select_for_update().first())

    def note(self, **known: Any) -> None:
        """Keep what the result will say, in the transaction that makes it true: whoever does the rest after
        this worker was lost finds it `noted`, and so does who reads a job that failed after it."""
        self._mine().update(result=known)

    def noted(self) -> dict[str, Any]:
        """What an earlier attempt has noted."""
        return dict(Job.objects.values_list("result", flat=True).get(pk=self.job_id) or {})

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job_id, state=JobState.RUNNING, attempts=self.attempt)


def _go_on(job: Job | None) -> None:
    if job is None:
        raise LeaseLost
    if job.cancel_requested:
        raise JobCancelled


def _lease() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(*, workspace_id: int, job_id: int, now: datetime) -> Run | None:
    """Take the job if nobody holds it; None when it is held, over or gone. Enters the workspace itself.

    A job that was cancelled while a worker had it, and that this worker lost, is not begun again: it ends.
    """
    with in_workspace(workspace_id):
        lost = Job.objects.filter(
            pk=job_id, state=JobState.RUNNING, lease_until__lt=now, cancel_requested=True
        ).first()
        if lost is not None:
            _end(_run_of(lost), JobState.CANCELLED, now=now)
            return None
        free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now)
        taken = Job.objects.filter(free, pk=job_id).update(
            state=JobState.RUNNING,
            attempts=F("attempts") + 1,
            lease_until=now + _lease(),
            started_at=now,
        )
        if not taken:
            return None
        return _run_of(Job.objects.get(pk=job_id))


def _run_of(job: Job) -> Run:
    return Run(job.workspace_id, job.pk, job.attempts, job.params, job.created_by_id)


def execute(*, run: Run, clock: Callable[[], datetime]) -> None:
    """Run the job's handler and keep how it ended. The person's right is checked again first."""
    try:
        if run.attempt > MAX_ATTEMPTS:
            raise Refused("The work was interrupted too often and was given up. Start it again.")
        kind = _kinds[_kind_of(run)]
        with because(user=run.user_id):
            result = kind.run(run)
    except JobCancelled:
        _end(run, JobState.CANCELLED, now=clock())
    except LeaseLost:
        log.warning("job %s was taken over by another worker", run.job_id)
    except Refused as refusal:
        _end(run, JobState.FAILED, now=clock(), error=refusal.message)
    except Exception:
        log.exception("job %s failed", run.job_id)
        message = "Something went wrong on our side. It is in the log; please try again."
        _end(run, JobState.FAILED, now=clock(), error=message)
    else:
        _end(run, JobState.DONE, now=clock(), result=result)


def carry_out(
    *, workspace: Workspace, by: Membership, ask: Callable[[], Job], clock: Callable[[], datetime]
) -> Job:
    """Have this process do what `ask` asks for; a job all the same, so that a worker can take it over.

    Raises Refused with what went wrong.
    """
    with in_workspace(workspace.pk), because(user=by.user_id):
        job = ask()
        # Held before anybody hears of it: workers who are rung find it taken.
        run = claim(workspace_id=workspace.pk, job_id=job.pk, now=clock())
    if run is None:
        raise Refused("Somebody does this work already. Wait until it is done.")
    execute(run=run, clock=clock)
    with in_workspace(workspace.pk):
        job.refresh_from_db()
    if job.state != JobState.DONE:
        raise Refused(job.error or f"The work was {job.get_state_display().lower()}.")
    return job


def _kind_of(run: Run) -> str:
    with in_workspace(run.workspace_id):
        job = Job.objects.get(pk=run.job_id)
        member = Membership.objects.filter(
            workspace_id=run.workspace_id, user_id=run.user_id, user__is_active=True, ended_at=None
        ).first()
        if member is None or not _kinds[job.kind].allowed(member, job.params):
            raise Refused("You no longer have the right to do this.")
        return job.kind


def _end(
    run: Run, state: JobState, *, now: datetime, error: str = "", result: dict[str, Any] | None = None
) -> None:
    counted = {"done": F("total"), "result": result or {}} if state is JobState.DONE else {}
    with in_workspace(run.workspace_id), because(user=run.user_id):
        if state is not JobState.DONE:
            _stopped(Job.objects.get(pk=run.job_id))  # before the job, in the order in which work holds them
        mine = run._mine().update(state=state, ended_at=now, error=error[:1000], lease_until=None, **counted)
        if not mine:
            transaction.set_rollback(True)


def _stopped(job: Job) -> None:
    kind = kind_of(job)
    if kind is not None:
        kind.stopped(job)


@transaction.atomic
def cancel_job(*, job: Job, now: datetime) -> None:
    """Cancel at once what waits; ask what runs to stop at its next step."""
    waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
    if waiting.update(state=JobState.CANCELLED, ended_at=now):
        _stopped(job)
    else:
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested=True)


def sweep(*, now: datetime) -> int:
    """Ring again for jobs that were forgotten or whose lease ran out; how many. Loops over workspaces."""
    rung = 0
    patience = timedelta(seconds=settings.JOB_SWEEP_SECONDS)
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        with in_workspace(workspace_id):
            waiting = Job.objects.filter(
                Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now),
                Q(rung_at=None) | Q(rung_at__lt=now - patience),
            )
            for job in waiting.order_by("created_at", "pk")[:100]:
                Job.objects.filter(pk=job.pk).update(rung_at=now)
                ring(workspace_id, job.pk)
                rung += 1
    return rung
