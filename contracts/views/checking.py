"""Redrawing the editor while it is typed in, and after its buttons: the server is the one judge."""

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from contracts.forms.formulas import FormulaForm
from contracts.forms.rules import RulesForm
from contracts.forms.schedule import ScheduleForm
from contracts.forms.terms import TermsForm
from contracts.views.loading import own_contract
from contracts.views.regions import region, schedule_region
from contracts.views.schedule import maker
from contracts.views.steps import retyped, step_of
from kamtrak.web import moment, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

REGIONS = {
    "formula": "contracts/_formula_rules.html",
    "contract": "contracts/_contract_terms.html",
    "customise": "contracts/_customise_rules.html",
    "schedule": "contracts/_schedule_rules.html",
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
    form, step = retyped(_maker(request, workspace, member, place), data)
    pressed = step_of(data)
    drawn = (data.get("copied", ""), data.get("drawn", ""))
    if not pressed and drawn != (form.copied_now, form.typed("basis")):
        return HttpResponse(status=204)  # another choice is on its way, with its rows
    context = region(form, step)
    if isinstance(form, ScheduleForm):
        context = schedule_region(form, workspace.day_of(moment(request)), step)
    if pressed:
        return render_page(request, REGIONS[place], context)
    return render_page(request, "contracts/_drawn.html", {**context, "oob": True})


def _maker(
    request: HttpRequest, workspace: Workspace, member: Membership, place: str
) -> Callable[..., RulesForm]:
    """What makes the form that stands on the page."""
    if place == "schedule":
        return maker(request, own_contract(workspace, member, read_id(request.POST, "contract") or 0))
    make = FormulaForm if place == "formula" else TermsForm
    return partial(make, workspace, kept_currency=request.POST.get("kept", ""))
