"""The months behind a figure of the sales dashboard."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from contracts.exports import sales_export
from contracts.forms.sales import AHEAD, RowSelection, months_address, read_rows
from contracts.queries import sales_rows as queries
from contracts.queries.sales import month_figures
from contracts.queries.sums import ZERO
from contracts.rules import known
from contracts.rules.sales import AT_ONCE, Basis, Kind, Trailing
from contracts.views.sales_months import periods_offered, span_of
from kamtrak.exports import export_response
from kamtrak.lib.money import currency_name
from kamtrak.lib.months import Month
from kamtrak.web import moment, render_page, wants_part
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import client_name
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of


@workspace_view()
def sales_rows(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Months of contracts with what each is converted at; together they are the figure that led here."""
    scope, today = scope_of(member), workspace.day_of(moment(request))
    basis = Basis.of(workspace.sales_follow_current)
    selection = read_rows(request.GET, workspace.calendar, today, basis)
    chosen, kind = scope.narrowed(selection.staff), selection.filter.kind
    rows = queries.rows_behind(workspace, chosen, selection.filter)
    context: dict[str, Any] = {"selection": selection, "kind": kind, "count": None}
    alone = wants_part(request)
    months = {} if alone else month_figures(workspace, chosen, kind.basis)
    if alone or request.GET.get("totals") or _are_few(selection, months):
        context |= _totals(queries.currency_totals(workspace, rows, kind))
    if not alone:
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        context["page"] = queries.rows_page(workspace, rows, kind, after=after, before=before)
        context |= periods_offered(workspace, today, span_of(months)) | _choices(workspace, scope, selection)
    return render_page(request, "contracts/sales_rows.html", context, part="contracts/_sales_totals.html")


@workspace_view()
def sales_rows_export(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponseBase:
    """Exactly the months that the list shows, as CSV (streamed) or XLSX."""
    today, basis = workspace.day_of(moment(request)), Basis.of(workspace.sales_follow_current)
    selection = read_rows(request.GET, workspace.calendar, today, basis)
    kind = selection.filter.kind
    rows = queries.rows_behind(workspace, scope_of(member).narrowed(selection.staff), selection.filter)
    name = f"trailing-{kind.value}-{workspace.slug}-{selection.period.code}"
    return export_response(sales_export(workspace, rows, kind), name, request.GET.get("format", ""))


def _are_few(selection: RowSelection, months: Mapping[Month, Trailing]) -> bool:
    """Whether the sums are made at once; those of many months arrive on their own."""
    wanted = selection.filter
    inside = [
        figures.rows_of(wanted.kind)
        for month, figures in months.items()
        if (wanted.start is None or month.first >= wanted.start)
        and (wanted.end is None or month.first < wanted.end)
    ]
    return bool(wanted.client_id) or sum(inside) <= AT_ONCE


def _totals(totals: list[queries.CurrencyTotal]) -> dict[str, Any]:
    unknown = sum(total.unknown for total in totals)
    return {
        "totals": totals,
        "count": sum(total.rows for total in totals),
        "converted": known(sum((total.converted for total in totals), ZERO), unknown),
        "unknown": unknown,
    }


def _choices(workspace: Workspace, scope: Scope, selection: RowSelection) -> dict[str, Any]:
    """What the filters offer."""
    people = account_managers(workspace, scope, ended=True)
    months = [month for quarter in selection.period.quarters for month in quarter.months]
    codes = sorted({*workspace.currencies, workspace.currency, selection.filter.currency} - {""})
    return {
        "people": [(person.pk, str(person)) for person in people],
        "everyone": scope_label(scope, len(people)),
        "sales_url": reverse("sales", args=[workspace.slug])
        + months_address(selection.period, selection.staff),
        "kinds": [(kind.value, kind.label) for kind in Kind],
        "month_choices": [(str(month), f"{month.first:%b %Y}") for month in months],
        "when_choices": [(AHEAD, "forecast only")],
        "client_name": client_name(workspace, selection.filter.client_id),
        "currency_choices": [(code, f"{code} {currency_name(code)}") for code in codes],
        "state_choices": [("unknown", "Unknown, no rate"), ("provisional", "Provisional")],
    }
