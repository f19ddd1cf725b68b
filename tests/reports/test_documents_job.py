"""The job that makes a review: watched, cancelled, killed, taken over (architecture 4)."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.test import override_settings
from django.utils import timezone

from kamtrak.lib.errors import Refused
from reports.models import Document
from reports.pdf import job as making
from reports.queries.documents import file_place, issued_documents, reviews_being_made
from reports.services import documents as services
from reports.services.documents import check_period, request_review
from reports.services.proving import verify_document
from tests.cast import NOW, Cast
from tests.reports.builders import make_contribution
from workspaces.models import Job, JobState, Membership
from workspaces.rules import Role
from workspaces.services.beating import beating
from workspaces.services.jobs import LeaseLost, Run, cancel_job, claim, execute


def asked(cast: Cast, by: Membership | None = None, once: str = "") -> Job:
    """alex's review of Q3 2026, asked for by alex unless somebody else is named."""
    period = cast.acme.calendar.period("2026Q3")
    return request_review(
        workspace=cast.acme, by=by or cast.alex, person=cast.alex, period=period, now=NOW, once=once
    )


def taken(job: Job, now: datetime = NOW) -> Run:
    run = claim(workspace_id=job.workspace_id, job_id=job.pk, now=now)
    assert run is not None
    return run


def worked(job: Job, now: datetime = NOW) -> Job:
    """A worker takes the job and does it."""
    execute(run=taken(job, now), clock=lambda: now)
    job.refresh_from_db()
    return job


def test_a_worker_makes_the_document_and_the_job_leads_to_it(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    job = asked(inside)
    assert list(reviews_being_made(inside.acme, inside.alex)) == [job]
    worked(job)
    document = Document.objects.get()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert job.result["path"] == f"documents/{document.pk}/"
    assert job.result["summary"] == "ACME-2026-0001 is issued."
    assert (document.is_ready, document.issued_by) == (True, inside.alex.user)
    assert verify_document(document).problems == ()
    assert list(reviews_being_made(inside.acme, inside.alex)) == []


def test_its_stages_are_seen_while_it_works(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_contribution(inside, "100.00")
    seen: list[tuple[str, int, int]] = []

    def progress(run: Run, stage: str, done: int = 0, total: int = 0, *, now: datetime) -> None:
        seen.append((stage, done, total))

    monkeypatch.setattr(Run, "progress", progress)
    worked(asked(inside))
    stages = list(dict.fromkeys(seen))  # a slow step reports more than once
    assert stages == [("Copying the rows", 0, 3), ("Making the pages", 1, 3), ("Keeping the file", 2, 3)]


class Killed(BaseException):
    """Ends a worker as kill -9 does: nothing after it runs."""


def killed_while(monkeypatch: pytest.MonkeyPatch, step: str, job: Job) -> None:
    """A worker takes the job and dies when it reaches this step."""
    with monkeypatch.context() as dying:
        dying.setattr(making, step, _die)
        with pytest.raises(Killed):
            execute(run=taken(job), clock=timezone.now)


def _die(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.mark.parametrize("step", ["write_pdf", "keep_document"])
def test_who_takes_over_from_a_killed_worker_goes_on_from_its_snapshot(
    inside: Cast, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    make_contribution(inside, "100.00")
    job = asked(inside)
    killed_while(monkeypatch, step, job)
    begun = Document.objects.get()
    assert list(issued_documents(inside.acme)) == [], "nothing half-issued is listed"
    make_contribution(inside, "900.00")  # after the snapshot: not in the document
    worked(job, timezone.now() + timedelta(hours=1))
    document = Document.objects.get()
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert (document.pk, document.number, document.rows_count) == (begun.pk, "ACME-2026-0001", 1)
    assert verify_document(document).ok


def test_a_worker_killed_after_the_file_was_kept_has_done_its_work(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    job = worked(asked(inside))
    digest = Document.objects.get().file_sha256
    Job.objects.update(state=JobState.RUNNING, lease_until=NOW - timedelta(minutes=1))
    assert worked(job).state == JobState.DONE
    assert Document.objects.get().file_sha256 == digest


def test_a_worker_whose_job_was_taken_over_writes_nothing(
    inside: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path  # files of earlier runs bear the same numbers
    make_contribution(inside, "100.00")
    job = asked(inside)

    def overtaken(*_: Any, **__: Any) -> None:
        Job.objects.filter(pk=job.pk).update(attempts=9)

    monkeypatch.setattr(making, "write_pdf", overtaken)
    execute(run=taken(job), clock=timezone.now)
    assert not Document.objects.get().is_ready
    assert not default_storage.exists(file_place(Document.objects.get()))


def test_a_cancelled_review_leaves_no_document(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_contribution(inside, "100.00")
    job = asked(inside)
    monkeypatch.setattr(making, "write_pdf", lambda *_: cancel_job(job=job, now=NOW))
    assert worked(job).state == JobState.CANCELLED
    assert list(issued_documents(inside.acme)) == []
    monkeypatch.undo()
    assert worked(asked(inside)).result["number"] == "ACME-2026-0001", "the number was free again"


def test_the_right_is_checked_again_when_the_work_begins(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    job = asked(inside, by=inside.mia)
    Membership.objects.filter(pk=inside.mia.pk).update(roles=[Role.AUDITOR.value])
    assert worked(job).state == JobState.FAILED
    assert job.error == "You no longer have the right to do this."
    assert not Document.objects.exists()


def test_a_manager_reviews_the_team_and_nobody_else(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    assert asked(inside, by=inside.mia).state == JobState.QUEUED
    assert asked(inside, by=inside.ada).state == JobState.QUEUED
    for who in (inside.amir, inside.audrey):
        with pytest.raises(Refused, match="may not issue documents about this person"):
            asked(inside, by=who)


def test_the_same_form_sent_twice_makes_one_review(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    assert asked(inside, once="abc") == asked(inside, once="abc") != asked(inside, once="xyz")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("all", "A review covers one quarter or one fiscal year"),
        ("2027Q1", "Q1 2027 has not begun"),
        ("FY2027", "FY 2027 has not begun"),
    ],
)
def test_a_review_covers_a_quarter_or_year_that_has_begun(cast: Cast, code: str, message: str) -> None:
    with pytest.raises(Refused, match=message):
        check_period(cast.acme, cast.acme.calendar.period(code), NOW)


def test_a_file_kept_by_a_worker_who_died_before_saying_so_is_replaced(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_contribution(inside, "100.00")
    job = asked(inside)
    killed_while(monkeypatch, "keep_document", job)
    path = file_place(Document.objects.get())
    default_storage.save(path, ContentFile(b"half of"))
    worked(job, timezone.now() + timedelta(hours=1))
    document = Document.objects.get()
    assert (document.path, verify_document(document).problems) == (path, ())


# ------------------------------------------------------------------ the heartbeat


@pytest.mark.django_db(transaction=True)
@override_settings(JOB_LEASE_SECONDS=0.3)
def test_a_long_step_keeps_its_lease_and_notices_that_it_was_lost(cast: Cast) -> None:
    from time import sleep

    from kamtrak.tenancy import in_workspace

    with in_workspace(cast.acme.pk):
        make_contribution(cast, "100.00")
        job = asked(cast)
    run = taken(job, timezone.now())
    with beating(run, "Making the pages", 1, 3):
        sleep(0.8)
    with in_workspace(cast.acme.pk):
        job.refresh_from_db()
        assert (job.stage, job.done) == ("Making the pages", 1)
        assert job.lease_until is not None
        assert job.lease_until > job.started_at + timedelta(seconds=0.5)  # type: ignore[operator]
        Job.objects.update(attempts=5)
    with beating(run, "Making the pages", 1, 3):
        sleep(0.3)  # the thread has stopped by itself
    with pytest.raises(LeaseLost):
        run.progress("Keeping the file", now=timezone.now())


def test_altered_rows_figures_or_files_do_not_verify(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    worked(asked(inside))
    document = Document.objects.get()
    with default_storage.open(document.path, "ab") as file:
        file.write(b"%")
    assert verify_document(document).problems == (
        "The stored file of ACME-2026-0001 is not the one that was issued. It is not served.",
    )
    default_storage.delete(document.path)
    assert verify_document(document).problems == ("The file of ACME-2026-0001 is missing from the storage.",)
    document.content["totals"][0]["converted"] = "101.00"
    assert "Direct revenue: printed 101.00, the rows sum to 100.0000" in verify_document(document).problems
    with pytest.raises(IntegrityError):
        document.save()


def test_storage_that_cannot_be_read_is_said_plainly(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make_contribution(inside, "100.00")
    worked(asked(inside))

    def refuses(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(default_storage, "open", refuses)
    with pytest.raises(Refused, match="missing from the storage"):
        services.open_document(Document.objects.get())
