"""One contribution: why its figure is what it is, the evidence behind it, its history."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from contributions.models import Contribution
from contributions.queries.behind import evidence_of
from contributions.queries.contributions import get_with_doubles
from contributions.queries.evidence import events_of_evidence
from contributions.queries.periods import close_around
from fx.rules import Source, stored_legs
from kamtrak.web import moment, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.queries.people import scope_of
from workspaces.rules import Right


@workspace_view()
def contribution(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    scope = scope_of(member)
    row, doubles = get_with_doubles(workspace, scope, pk)
    may_write = row.owner_id == member.pk and member.can(Right.LOG)
    running = workspace.calendar.quarter_of(workspace.day_of(moment(request)))
    closed = close_around(row)
    context = {
        "row": row,
        "client": row.client.survivor or row.client,
        "label": workspace.calendar.label(row.quarter),
        "code": workspace.calendar.code(row.quarter),
        "may_write": may_write,
        "has_next": row.quarter < running,
        "why": why(row),
        "closed": closed,
        "moved": closed is not None and _differs(closed, row),
        "doubles": [double if scope.includes(double.owner_id) else None for double in doubles],
        "history": history_of(row, also=events_of_evidence(row), workspace=workspace),
        **evidence_of(workspace, member, scope, row),
    }
    return render_page(request, "contributions/contribution.html", context)


def _differs(closed: Any, row: Contribution) -> bool:
    """Whether the closed quarter holds another figure than the row has now."""
    if not closed.was_there:
        return not row.is_void  # what was voided before the close was never in it
    return row.is_void or closed.as_closed != row.converted


def why(row: Contribution) -> dict[str, Any]:
    """What the page needs to replay the sum: the source and each stored rate it stands on (rules 6.7)."""
    legs = stored_legs(row.rate_legs)
    return {
        "same": row.rate_source == Source.SAME,
        "source": Source(row.rate_source).label if row.rate_source else "",
        "legs": legs,
        "cross": len(legs) > 1,
    }
