"""Stand-in until the pages of contracts are there."""

from django.http import HttpRequest, HttpResponse

from contracts.queries.contracts import get_contract, visible_contracts
from contracts.views.regions import revenue_field
from kamtrak.web import render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of


@workspace_view()
def contracts(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    rows = visible_contracts(workspace, scope_of(member)).order_by("-pk")[:50]
    return render_page(request, "contracts/standin.html", {"rows": rows})


@workspace_view()
def contract(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    row = get_contract(workspace, scope_of(member), pk)
    return render_page(
        request, "contracts/standin.html", {"rows": [], "row": row, "field": revenue_field(row)}
    )
