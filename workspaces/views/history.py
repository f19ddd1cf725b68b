"""The history of the whole workspace."""

from django.http import HttpRequest, HttpResponse

from kamtrak.web import read_day, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import Wanted, kinds, workspace_history
from workspaces.queries.people import members
from workspaces.rules import Right


@workspace_view(Right.HISTORY)
def history(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Who changed what, when, from what to what, and why; newest first."""
    wanted, problem = _wanted(request)
    context = {
        "page": workspace_history(workspace, wanted),
        "wanted": wanted,
        "problem": problem,
        "filtered": bool(wanted.user_id or wanted.kind or wanted.day),
        "people": [(person.user_id, str(person)) for person in members(workspace, ended=True)],
        "kinds": kinds(),
    }
    return render_page(request, "workspaces/history.html", context)


def _wanted(request: HttpRequest) -> tuple[Wanted, str]:
    """The filter in the address, and what could not be read in it."""
    written, day, problem = request.GET.get("day", ""), read_day(request.GET, "day"), ""
    if written and day is None:
        problem = f"“{written[:40]}” is not a date. Write it like 2026-09-04. All days are shown instead."
    return Wanted(
        user_id=read_id(request.GET, "person"),
        kind=request.GET.get("kind", ""),
        day=day,
        after=request.GET.get("after", ""),
    ), problem
