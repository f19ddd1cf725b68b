"""The list of contributions with its totals, and its export."""

from collections import defaultdict
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from contributions import exports
from contributions.forms.filters import Selection, read_selection
from contributions.queries import contributions as queries
from contributions.queries.contributions import Filter
from contributions.queries.listing import Listed, list_page
from contributions.queries.periods import closed_periods
from contributions.rules import RevenueType, TypeTotal, touched, type_totals
from contributions.rules.periods import period_state
from contributions.views import present
from fx.queries import rates_banner
from kamtrak.exports import export_response
from kamtrak.lib.money import currency_name
from kamtrak.web import moment, render_page, workspace_urls
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import client_name
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of


@workspace_view()
def contributions(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The list: what the address asks for, grouped by type, with the totals of all rows shown."""
    scope, selection = scope_of(member), _selection(request, workspace)
    rows = queries.filtered(workspace, scope.narrowed(selection.staff), selection.filter)
    sums = queries.list_sums(rows, voided=bool(selection.filter.void))
    totals = type_totals(sums.lines)
    page = list_page(
        rows, selection.sort, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "selection": selection,
        "calendar": workspace.calendar,
        "today": workspace.day_of(moment(request)),
        "page": page,
        **_totals(workspace, totals, page.rows, one_quarter=selection.period.kind == "quarter"),
        **_state(request, workspace, selection),
        **_choices(workspace, scope, selection),
    }
    waiting = sum(total.provisional_rows for total in totals)
    context["banner"] = rates_banner(workspace, context["today"], waiting)
    context["voided"] = sums.voided
    context["exported"] = context["shown"] + sums.voided
    if not page.rows:
        context |= _emptiness(workspace, member, selection, anything=context["first"] is not None)
    return render_page(request, "contributions/contributions.html", context)


@workspace_view()
def contributions_export(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponseBase:
    """Exactly the rows that the list shows, as CSV (streamed) or XLSX."""
    selection = _selection(request, workspace)
    rows = queries.filtered(workspace, scope_of(member).narrowed(selection.staff), selection.filter)
    name = f"contributions-{workspace.slug}-{selection.period.code}"
    export = exports.contributions_export(workspace, rows)
    return export_response(export, name, request.GET.get("format", ""))


def _selection(request: HttpRequest, workspace: Workspace) -> Selection:
    return read_selection(request.GET, workspace.calendar, workspace.day_of(moment(request)))


def _totals(
    workspace: Workspace, totals: list[TypeTotal], rows: list[Listed], *, one_quarter: bool
) -> dict[str, Any]:
    """The totals of the whole list, and this page's rows under their types."""
    lines, sums = present.total_lines(totals)
    address = workspace_urls("contribution", workspace.slug)
    label = cache(workspace.calendar.label)
    drawn: dict[str, list[present.ListRow]] = defaultdict(list)
    for row in rows:
        quarter = "" if one_quarter else label(row["quarter"])
        line = present.list_row(row, workspace.currency, address(row["pk"]), quarter)
        drawn[row["type"]].append(line)
    return {
        "totals": lines,
        "sums": sums,
        "currencies": [cell.currency for cell in sums],
        "touched": touched(totals),
        "shown": sum(total.rows for total in totals),
        "groups": [(line, drawn[line.type]) for line in lines if line.type in drawn],
    }


def _state(request: HttpRequest, workspace: Workspace, selection: Selection) -> dict[str, Any]:
    """What the head says of the period, and which of its quarters are closed."""
    today, period = workspace.day_of(moment(request)), selection.period
    everything = period.kind == "all"
    closed = [c for q, c in closed_periods(workspace).items() if everything or q in period.quarters]
    calendar = workspace.calendar
    return {
        "state_line": period_state(period, today, len(closed)),
        "converted_label": f"In {workspace.currency}",
        "closed_notes": [
            {
                "label": calendar.label(close.quarter),
                "by": close.closed_by,
                "at": close.closed_at,
                "url": reverse("quarter", args=[workspace.slug, calendar.code(close.quarter)]),
            }
            for close in closed
            if period.kind == "quarter"
        ],
        "closed_count": 0 if period.kind == "quarter" else len(closed),
    }


def _emptiness(
    workspace: Workspace, member: Membership, selection: Selection, *, anything: bool
) -> dict[str, Any]:
    """An empty period asks for its first entry; an empty filter names what excludes most."""
    plain = selection == Selection(Filter(selection.period), selection.sort, None, selection.problem)
    if not plain:
        return present.nothing_found(selection)
    steps = present.first_steps(workspace, member, any_row=anything)
    return {
        "is_empty": True,
        "definitions": present.definitions(),
        "steps": steps,
        "steps_done": sum(step.done for step in steps),
    }


def _choices(workspace: Workspace, scope: Scope, selection: Selection) -> dict[str, Any]:
    """What the filters offer."""
    codes = sorted({*workspace.currencies, selection.filter.currency} - {""})
    staff = account_managers(workspace, scope, ended=True)
    return {
        "staff": [(person.pk, str(person)) for person in staff],
        "everyone": scope_label(scope, len(staff)),
        "types": [(kind.value, kind.label) for kind in RevenueType],
        "client_name": client_name(workspace, selection.filter.client_id),
        "currency_choices": [(code, f"{code} {currency_name(code)}") for code in codes],
        "evidence_choices": [("with", "With evidence"), ("without", "Without evidence")],
        "state_choices": [
            ("provisional", "Provisional"),
            ("unknown", "Unknown, no rate"),
            ("earlier", "Made with an earlier rate"),
        ],
        "void_choices": [("shown", "shown"), ("only", "only")],
        "first": queries.first_quarter(workspace, scope),
    }
