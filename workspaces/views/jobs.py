"""A piece of background work: how far it is, what came of it, cancelling it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.web import go, moment, render_page
from workspaces.access import workspace_view
from workspaces.models import Job, Membership, Workspace
from workspaces.rules import Right
from workspaces.services.jobs import cancel_job, kind_of


@workspace_view()
def job(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The page asks for its own part each second until the work is over; then it shows the result."""
    found = _own_job(workspace, member, pk)
    kind = kind_of(found)
    may_stop = kind is None or kind.cancellable
    context = {
        "job": found,
        "kind": kind,
        "url": reverse("job", args=[workspace.slug, pk]),
        "cancel_url": reverse("job_cancel", args=[workspace.slug, pk]) if may_stop else "",
        "result_url": _result_url(workspace, found),
    }
    return render_page(request, "workspaces/job.html", context, part="workspaces/_job.html")


@workspace_view()
@require_POST
def job_cancel(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Ask for the work to stop; it leaves nothing half done."""
    found = _own_job(workspace, member, pk)
    kind = kind_of(found)
    if not found.is_over and (kind is None or kind.cancellable):
        cancel_job(job=found, now=moment(request))
    return go(request, reverse("job", args=[workspace.slug, pk]))


def _own_job(workspace: Workspace, member: Membership, pk: int) -> Job:
    """A job of one's own; of anybody's for those who keep the workspace."""
    found = get_object_or_404(Job.objects.select_related("created_by"), workspace=workspace, pk=pk)
    if found.created_by_id != member.user_id and not member.can(Right.MASTERS):
        raise Http404
    return found


def _result_url(workspace: Workspace, found: Job) -> str:
    """Where the result is: handlers name it below the workspace's address, as `path`."""
    path = found.result.get("path", "")
    below = reverse("job", args=[workspace.slug, found.pk]).removesuffix(f"jobs/{found.pk}/")
    return f"{below}{path}" if path else ""
