"""The background job that makes a review: rows copied, pages laid out, file kept (architecture 4).

Each step may run twice. The snapshot is made once: whoever takes the job over finds it and goes on from
there; nothing is a document before its file is kept.
"""

from datetime import datetime
from tempfile import TemporaryFile
from typing import Any

from django.utils import timezone

from kamtrak.history import because
from kamtrak.lib.months import Period
from kamtrak.tenancy import in_workspace
from reports.models import Document
from reports.pdf.render import pages_of, write_pdf
from reports.queries.review import Order
from reports.services.documents import keep_document, request_review
from reports.services.snapshots import next_number, snapshot_review
from workspaces.models import Job, Membership, Workspace
from workspaces.services.beating import beating
from workspaces.services.jobs import Run, carry_out

COPYING, DRAWING, KEEPING = "Copying the rows", "Making the pages", "Keeping the file"
STEPS = 3


def run_review(run: Run) -> dict[str, Any]:
    """Make the review that the job asks for; where it is to be seen."""
    run.progress(COPYING, 0, STEPS, now=timezone.now())
    with beating(run, COPYING, 0, STEPS):
        document = _snapshot(run)
    if not document.is_ready:
        run.progress(DRAWING, 1, STEPS, now=timezone.now())
        _make(run, document)
    return {
        "document": document.pk,
        "number": document.number,
        "path": f"documents/{document.pk}/",
        "action": "Open the review",
        "summary": f"{document.number} is issued.",
    }


def _snapshot(run: Run) -> Document:
    """The job's snapshot: found, or made now."""
    with in_workspace(run.workspace_id), because(user=run.user_id):
        job = Job.objects.select_related("workspace", "created_by").get(pk=run.job_id)
        document = Document.objects.filter(job=job).select_related("workspace").first()
        if document is None:
            person = Membership.objects.select_related("user").get(
                workspace=job.workspace, pk=run.params["person"]
            )
            period = job.workspace.calendar.period(run.params["period"])
            document = snapshot_review(
                Order(job.workspace, person, period, job.created_by, timezone.now(), job)
            )
        elif not document.number:  # given up once, and its number was given away
            document.number = next_number(document)
            document.save(update_fields=["number"])
        run.seal()
        return document


def _make(run: Run, document: Document) -> None:
    with pages_of(document) as pages, TemporaryFile() as file:
        with beating(run, DRAWING, 1, STEPS):
            write_pdf(pages, file)
        run.progress(KEEPING, 2, STEPS, now=timezone.now())
        with in_workspace(run.workspace_id), because(user=run.user_id):
            run.seal()  # first, for once: the file lies outside of the transaction
            keep_document(document=document, file=file, fingerprints=pages.fingerprints)


def issue_now(
    *, workspace: Workspace, by: Membership, person: Membership, period: Period, now: datetime
) -> Document:
    """The same work at once, without a worker; a job all the same, so that a worker can take it over.

    Raises Refused with what went wrong.
    """
    job = carry_out(
        workspace=workspace,
        by=by,
        ask=lambda: request_review(workspace=workspace, by=by, person=person, period=period, now=now),
        clock=timezone.now,
    )
    with in_workspace(workspace.pk):
        return Document.objects.select_related("person__user").get(job=job)
