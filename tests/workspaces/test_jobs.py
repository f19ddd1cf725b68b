"""Background work: the row is the truth, the broker a doorbell, the attempt a fence."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_job
from workspaces.models import ClientAccount, Job, JobState, User
from workspaces.queries.history import Wanted, workspace_history
from workspaces.services import jobs
from workspaces.services.clients import pick_or_create_client
from workspaces.services.jobs import JobKind, LeaseLost, Run, cancel_job, claim, execute, sweep
from workspaces.services.people import end_membership

LATER = NOW + timedelta(minutes=5)  # after the lease of a worker that died


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The workspaces and jobs for which somebody rang, instead of the bell."""
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(jobs, "_publish", lambda workspace_id, job_id: heard.append((workspace_id, job_id)))
    return heard


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, JobKind]:
    known: dict[str, JobKind] = {}
    monkeypatch.setattr(jobs, "_kinds", known)
    return known


def handle(
    kinds: dict[str, JobKind],
    run: Callable[[Run], dict[str, Any]],
    allowed: bool = True,
    stopped: Callable[[Job], None] = lambda job: None,
) -> None:
    kinds["test"] = JobKind(run, lambda member, params: allowed, stopped=stopped)


def work(cast: Cast, job: Job, at: Any = NOW) -> Job:
    """Claim the job and do it, as a worker does; the job as it is afterwards."""
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=at)
    if run is not None:
        execute(run=run, clock=lambda: at)
    return fresh(cast, job)


def fresh(cast: Cast, job: Job) -> Job:
    with in_workspace(cast.acme.pk):
        return Job.objects.get(pk=job.pk)


def test_a_job_is_done_once_and_keeps_its_result(cast: Cast, kinds: dict[str, JobKind]) -> None:
    handle(kinds, lambda run: {"summary": f"{run.params['rows']} rows"})
    job = make_job(cast.acme, cast.alex.user, rows=3)
    done = work(cast, job)
    assert (done.state, done.result, done.attempts) == (JobState.DONE, {"summary": "3 rows"}, 1)
    assert claim(workspace_id=cast.acme.pk, job_id=job.pk, now=LATER) is None


def test_a_job_is_not_found_from_another_workspace(cast: Cast) -> None:
    job = make_job(cast.acme, cast.alex.user)
    assert claim(workspace_id=cast.other.pk, job_id=job.pk, now=NOW) is None


def test_two_workers_do_not_share_a_job(cast: Cast) -> None:
    job = make_job(cast.acme, cast.alex.user)
    assert claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW) is not None
    assert claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW) is None


def test_whoever_lost_the_lease_can_neither_report_nor_write(cast: Cast) -> None:
    job = make_job(cast.acme, cast.alex.user)
    first = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    second = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=LATER)
    assert first
    assert second
    with pytest.raises(LeaseLost):
        first.progress("Writing", 1, 9, now=LATER)
    with in_workspace(cast.acme.pk):
        for asked in (first.ask, first.seal):
            with pytest.raises(LeaseLost):
                asked()
        second.ask()
        second.seal()


def test_progress_is_seen_and_prolongs_the_lease(cast: Cast) -> None:
    job = make_job(cast.acme, cast.alex.user)
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    assert run
    run.progress("Writing the rows", 7200, 12213, now=NOW + timedelta(seconds=20))
    seen = fresh(cast, job)
    assert (seen.stage, seen.done, seen.total) == ("Writing the rows", 7200, 12213)
    assert claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW + timedelta(seconds=40)) is None


def test_a_cancelled_job_stops_at_its_next_step(cast: Cast, kinds: dict[str, JobKind]) -> None:
    job = make_job(cast.acme, cast.alex.user)

    def run(held: Run) -> dict[str, Any]:
        with in_workspace(cast.acme.pk):
            cancel_job(job=job, now=NOW)
        held.progress("Second step", now=NOW)
        raise AssertionError("it went on")

    handle(kinds, run)
    assert work(cast, job).state == JobState.CANCELLED


def test_a_cancelled_job_whose_worker_was_lost_ends_and_is_not_begun_again(
    cast: Cast, kinds: dict[str, JobKind]
) -> None:
    heard: list[int] = []
    handle(kinds, lambda run: {}, stopped=lambda job: heard.append(job.pk))
    job = make_job(cast.acme, cast.alex.user)
    assert claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    with in_workspace(cast.acme.pk):
        cancel_job(job=job, now=NOW)
    assert claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW + timedelta(hours=1)) is None
    seen = fresh(cast, job)
    assert (seen.state, seen.attempts, seen.lease_until) == (JobState.CANCELLED, 1, None)
    assert heard == [job.pk]


def test_what_a_lost_worker_has_noted_is_there_for_the_next_one_and_for_who_reads_a_job_that_failed(
    cast: Cast, kinds: dict[str, JobKind]
) -> None:
    def run(held: Run) -> dict[str, Any]:
        with in_workspace(cast.acme.pk):
            if held.attempt == 1:
                held.note(left=3)
            found = held.noted()
        if held.attempt == 1:
            raise LeaseLost
        if held.params.get("breaks"):
            raise RuntimeError
        return {**found, "summary": "Undone"}

    handle(kinds, run)
    done, failed = make_job(cast.acme, cast.alex.user), make_job(cast.acme, cast.alex.user, breaks=True)
    for job in (done, failed):
        work(cast, job)
    assert work(cast, done, LATER).result == {"left": 3, "summary": "Undone"}
    assert work(cast, failed, LATER).result == {"left": 3}


def test_what_a_handler_refuses_is_said_and_what_breaks_is_not(cast: Cast, kinds: dict[str, JobKind]) -> None:
    def refuse(run: Run) -> dict[str, Any]:
        raise Refused("The file has no header.")

    def break_down(run: Run) -> dict[str, Any]:
        raise RuntimeError("secret path /srv/kamtrak")

    handle(kinds, refuse)
    assert work(cast, make_job(cast.acme, cast.alex.user)).error == "The file has no header."
    handle(kinds, break_down)
    failed = work(cast, make_job(cast.acme, cast.alex.user))
    assert failed.state == JobState.FAILED
    assert "secret" not in failed.error


@pytest.mark.parametrize("lost", ["membership", "account", "right"])
def test_the_right_is_asked_again_when_the_work_begins(
    cast: Cast, kinds: dict[str, JobKind], lost: str
) -> None:
    handle(kinds, lambda run: {}, allowed=lost != "right")
    job = make_job(cast.acme, cast.amir.user)
    if lost == "membership":
        with in_workspace(cast.acme.pk):
            end_membership(member=cast.amir, by=cast.olive, reason="Left", now=NOW)
    if lost == "account":
        User.objects.filter(pk=cast.amir.user_id).update(is_active=False)
    assert work(cast, job).error == "You no longer have the right to do this."


def test_work_that_is_interrupted_again_and_again_is_given_up(cast: Cast, kinds: dict[str, JobKind]) -> None:
    handle(kinds, lambda run: {})
    job = make_job(cast.acme, cast.alex.user)
    with in_workspace(cast.acme.pk):
        Job.objects.filter(pk=job.pk).update(attempts=jobs.MAX_ATTEMPTS)
    assert "interrupted too often" in work(cast, job).error


def test_what_waits_for_a_job_hears_of_its_end_without_a_result(
    cast: Cast, kinds: dict[str, JobKind]
) -> None:
    heard: list[int] = []

    def run(held: Run) -> dict[str, Any]:
        if held.params.get("breaks"):
            raise RuntimeError
        return {}

    handle(kinds, run, stopped=lambda job: heard.append(job.pk))
    work(cast, make_job(cast.acme, cast.alex.user))
    assert heard == []
    failed, given_up, cancelled = (make_job(cast.acme, cast.alex.user, breaks=True) for _ in range(3))
    work(cast, failed)
    with in_workspace(cast.acme.pk):
        Job.objects.filter(pk=given_up.pk).update(attempts=jobs.MAX_ATTEMPTS)
        cancel_job(job=cancelled, now=NOW)
    work(cast, given_up)
    assert heard == [failed.pk, cancelled.pk, given_up.pk]


def test_a_worker_that_lost_the_lease_sets_nothing_right(cast: Cast, kinds: dict[str, JobKind]) -> None:
    def run(held: Run) -> dict[str, Any]:
        claim(workspace_id=cast.acme.pk, job_id=job.pk, now=LATER)
        raise RuntimeError

    def stopped(of: Job) -> None:
        Job.objects.filter(pk=of.pk).update(stage="set right")

    handle(kinds, run, stopped=stopped)
    job = make_job(cast.acme, cast.alex.user)
    assert (work(cast, job).state, fresh(cast, job).stage) == (JobState.RUNNING, "")


def test_a_kind_that_this_installation_no_longer_has_fails_plainly(cast: Cast) -> None:
    assert work(cast, make_job(cast.acme, cast.alex.user)).state == JobState.FAILED


def test_what_a_job_writes_bears_the_name_of_who_asked_for_it(cast: Cast, kinds: dict[str, JobKind]) -> None:
    def run(held: Run) -> dict[str, Any]:
        with in_workspace(held.workspace_id):
            pick_or_create_client(workspace=cast.acme, name="Nordhavn")
        return {}

    handle(kinds, run)
    work(cast, make_job(cast.acme, cast.alex.user))
    with in_workspace(cast.acme.pk):
        assert ClientAccount.objects.get().name == "Nordhavn"
        told = workspace_history(cast.acme, Wanted(kind="workspaces.clientaccount")).entries
    assert told[0].person == "Alex"


def test_the_sweeper_rings_for_what_was_forgotten_and_for_whom_the_lease_ran_out(
    cast: Cast, rung: list[tuple[int, int]], django_capture_on_commit_callbacks: Any
) -> None:
    forgotten, dead = make_job(cast.acme, cast.alex.user), make_job(cast.other, cast.sam.user)
    held, over = make_job(cast.acme, cast.alex.user), make_job(cast.acme, cast.alex.user)
    claim(workspace_id=cast.other.pk, job_id=dead.pk, now=NOW)
    claim(workspace_id=cast.acme.pk, job_id=held.pk, now=LATER)
    with in_workspace(cast.acme.pk):
        cancel_job(job=over, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(now=LATER) == 2
    assert sorted(rung) == sorted([(cast.acme.pk, forgotten.pk), (cast.other.pk, dead.pk)])


def test_the_sweeper_does_not_ring_again_for_what_was_just_rung(cast: Cast) -> None:
    make_job(cast.acme, cast.alex.user)
    assert sweep(now=NOW + timedelta(seconds=1)) == 0
    assert sweep(now=LATER) == 1
    assert sweep(now=LATER + timedelta(seconds=1)) == 0


def test_a_broker_that_is_down_leaves_the_job_to_the_sweeper(
    cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr("celery.current_app.send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        job = make_job(cast.acme, cast.alex.user)
    assert fresh(cast, job).state == JobState.QUEUED
