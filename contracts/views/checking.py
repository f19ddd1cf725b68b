"""Redrawing the editor while it is typed in, and after its buttons: the server is the one judge."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from contracts.forms.formulas import FormulaForm
from contracts.forms.rules import RulesForm
from contracts.forms.terms import TermsForm
from contracts.views.regions import region
from contracts.views.steps import retyped, step_of
from kamtrak.web import render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

REGIONS = {
    "formula": "contracts/_formula_rules.html",
    "contract": "contracts/_contract_terms.html",
    "customise": "contracts/_customise_rules.html",
}


@workspace_view(Right.CONTRACTS)
@require_POST
def schedule_check(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """While typing, what is drawn around the fields; after a button, the fields as well."""
    data = request.POST.copy()
    if "do" in request.GET:  # a choice in a list that replaces the fields
        data["do"] = request.GET["do"]
    place = data.get("place", "contract")
    if place not in REGIONS:
        raise Http404
    form, step = retyped(_maker(workspace, place, data), data)
    if step_of(data):
        return render_page(request, REGIONS[place], region(form, step))
    if form.copied_now != data.get("copied", ""):
        return HttpResponse(status=204)  # the choice of another formula is on its way, with its rows
    return render_page(request, "contracts/_drawn.html", {**region(form, step), "oob": True})


def _maker(workspace: Workspace, place: str, data: QueryDict) -> Callable[..., RulesForm]:
    """What makes the form that stands on the page."""
    make = FormulaForm if place == "formula" else TermsForm
    return partial(make, workspace, kept_currency=data.get("kept", ""))
