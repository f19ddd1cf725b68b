"""Redrawing the editor while it is typed in, and after its buttons: the server is the one judge."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from contracts.views import formulas
from contracts.views.steps import step_of
from kamtrak.web import render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

REGIONS = {"formula": "contracts/_formula_rules.html"}


@workspace_view(Right.CONTRACTS)
@require_POST
def schedule_check(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """While typing, what is drawn around the fields; after a button, the fields as well."""
    form, step = formulas.stepped(request, workspace)
    context: dict[str, Any] = formulas.region(form, step)
    if step_of(request.POST):
        return render_page(request, REGIONS["formula"], context)
    return render_page(request, "contracts/_drawn.html", {**context, "oob": True})
