"""Reviews of yuki: one issued, shared and overtaken since; others in every state of the work."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.core.files.storage import default_storage

from contributions.models import Contribution
from contributions.services.contributions import edit_contribution, entry_of
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from reports.models import Document
from reports.services.documents import request_review
from tests.cast import NOW
from tests.e2e.walk.world import World
from workspaces.models import Job, JobState, Membership, Workspace
from workspaces.services.jobs import claim, execute

ASKED = {
    "done": "2026Q1",
    "queued": "FY2025",
    "running": "2025Q4",
    "failed": "2025Q3",
    "cancelled": "2025Q2",
}
AS_LEFT: dict[str, dict[str, Any]] = {
    "running": {"state": JobState.RUNNING, "stage": "Drawing the pages", "done": 3, "total": 5},
    "failed": {"state": JobState.FAILED, "error": "You no longer have the right to do this."},
    "cancelled": {"state": JobState.CANCELLED},
}


def furnish_documents(workspace: Workspace, world: World) -> None:
    """Enters the workspace itself, as a worker does."""
    yuki = world.member("yuki")
    with in_workspace(workspace.pk), because(user=yuki.user_id):
        jobs = {state: _asked(yuki, period) for state, period in ASKED.items()}
    run = claim(workspace_id=workspace.pk, job_id=jobs["done"].pk, now=NOW)
    assert run is not None
    execute(run=run, clock=lambda: NOW)
    with in_workspace(workspace.pk), because(user=yuki.user_id):
        for state, values in AS_LEFT.items():
            Job.objects.filter(pk=jobs[state].pk).update(**values)
        document = Document.objects.get()
        Document.objects.filter(pk=document.pk).update(shared=True)
        _overtake(document, yuki)
    world.rows |= {f"{state} job": {"pk": job.pk} for state, job in jobs.items()}
    world.rows["document"] = {"pk": document.pk}
    with default_storage.open(document.path) as file:
        world.files |= {"review": file.read(), "another": b"%PDF-1.7 of another house", "nothing": b""}


def _asked(yuki: Membership, period: str) -> Job:
    workspace = yuki.workspace
    return request_review(
        workspace=workspace, by=yuki, person=yuki, period=workspace.calendar.period(period), now=NOW
    )


def _overtake(document: Document, yuki: Membership) -> None:
    """A contribution of the printed quarter changes after the review was issued."""
    quarter = yuki.workspace.calendar.period(document.period_code).quarters[0]
    rows = Contribution.objects.select_related("workspace", "client")
    row = rows.filter(owner=yuki, quarter=quarter, voided_at=None).order_by("pk")[0]
    entry = entry_of(row)
    edit_contribution(
        contribution=row,
        by=yuki,
        entry=replace(entry, amount=entry.amount + Decimal(1000)),
        version=row.version,
        now=NOW,
        reason="The credit note was taken back",
    )
