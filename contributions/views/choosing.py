"""The clients that the filter of the list offers."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contributions.queries.contributions import clients_in
from kamtrak.choosing import MOST, asked_name, choices_page
from kamtrak.web import moment, read_period
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of


@workspace_view()
def contribution_clients(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Those that the rows of the chosen period name."""
    period, _ = read_period(request.GET, workspace.calendar, workspace.day_of(moment(request)))
    found = clients_in(workspace, scope_of(member), period, asked_name(request), MOST + 1)
    return choices_page(request, "Client", "client", found, reverse("contributions", args=[workspace.slug]))
