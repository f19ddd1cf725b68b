"""The clients that the filters of lists of contracts offer."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contracts.queries.listing import clients_in
from kamtrak.choosing import MOST, asked_name, choices_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of


@workspace_view()
def clients_of(request: HttpRequest, workspace: Workspace, member: Membership, of: str) -> HttpResponse:
    """Those that contracts name, each a link to the list of this name."""
    found = clients_in(workspace, scope_of(member), asked_name(request), MOST + 1)
    return choices_page(request, "Client", "client", found, reverse(of, args=[workspace.slug]))
