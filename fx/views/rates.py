"""The page of rates: what is covered, what a currency is worth, one rate looked up, own rates on record."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from fx.forms import PairForm
from fx.queries import Coverage, Lookup, coverage, last_fetch, look_up, own_rates_page
from fx.queries.published import end_of
from fx.rules import Mode
from fx.services.followers import currency_uses, work_that_follows
from kamtrak.web import BESIDE, moment, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace

SHOWN = 50


@workspace_view()
def rates(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Everything about the workspace's rates; the look-up alone when only that is asked for."""
    context = _looked_up(request, workspace)
    if request.htmx and request.htmx.target == "lookup":  # type: ignore[attr-defined]
        return render_page(request, "fx/_lookup.html", context)
    today = workspace.day_of(moment(request))
    covered = coverage(workspace, currency_uses(workspace), today)
    uses_published = workspace.rate_mode != Mode.MANUAL
    end = end_of(workspace, covered.reached, today)
    page = own_rates_page(workspace, request.GET, size=SHOWN)
    context |= {
        "today": today,
        "covered": covered,
        "following": None if context["found"] else work_that_follows(workspace),
        "banner": end.text(covered.waiting) if end else "",
        "fetch": last_fetch() if uses_published else None,
        "page": page,
        "shows": request.GET.get("show", ""),
        "show_choices": [("current", "In force")],
        "currency_choices": [(code, code) for code in sorted(_codes(workspace, covered))],
        "state_line": f"To {workspace.currency} · {workspace.get_rate_mode_display().lower()}",
    }
    return render_page(request, "fx/rates.html", context)


def _codes(workspace: Workspace, covered: Coverage) -> set[str]:
    return {workspace.currency, *(row.currency for row in covered.rows)}


def _looked_up(request: HttpRequest, workspace: Workspace) -> dict[str, Any]:
    """The look-up form and, once it was sent, its answer."""
    today = workspace.day_of(moment(request))
    asked = "base" in request.GET
    blank = {"quote": workspace.currency, "day": today}
    form = PairForm(workspace, request.GET if asked else None, initial=blank, auto_id=BESIDE)
    found: Lookup | None = None
    if asked and form.is_valid():
        values = form.cleaned_data
        found = look_up(workspace, values["base"], values["quote"], values["day"], today)
    return {"pair_form": form, "found": found}
