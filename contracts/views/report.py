"""The revenue report: the current schedules of one month beside what was confirmed, and its export."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from contracts.exports import report_export
from contracts.forms.report import ReportSelection, read_report
from contracts.queries import report as queries
from contracts.queries.report import ReportRow
from contracts.queries.report_sums import report_sums
from contracts.queries.sales import month_figures
from contracts.rules.report import over_currencies
from contracts.rules.sales import AT_ONCE, NOTHING, Basis, Trailing
from contracts.services.panels import beside_period
from contracts.views.report_months import months_offered, years_around
from kamtrak.exports import export_response
from kamtrak.lib.money import currency_name
from kamtrak.lib.months import Month
from kamtrak.web import moment, render_page, wants_part
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import client_name
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of

TOTALS = "contracts/_report_totals.html"


@workspace_view()
def revenue_report(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Contract by contract what the month brings now, what was confirmed, and why they differ."""
    scope, today = scope_of(member), workspace.day_of(moment(request))
    selection = read_report(request.GET, today)
    chosen = scope.narrowed(selection.staff)
    rows = queries.report_rows(workspace, chosen, selection.filter)
    months, alone = month_figures(workspace, chosen, Basis.CURRENT), wants_part(request)
    context: dict[str, Any] = {"selection": selection, "count": None}
    context |= {"is_empty": not months and selection.staff is None} | months_offered(selection, months, today)
    if alone or request.GET.get("totals") or _are_few(selection, months):
        context |= _totals(workspace, rows) | _beside(workspace, chosen, selection)
        context |= years_around(workspace, chosen, selection, months, today)
    if not alone:
        context |= _choices(workspace, scope, selection)
        context |= _lines(request, workspace, rows, selection, context)
    return render_page(request, "contracts/revenue_report.html", context, part=TOTALS)


@workspace_view()
def revenue_report_export(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponseBase:
    """Exactly the contracts that the report shows, as CSV (streamed) or XLSX."""
    selection = read_report(request.GET, workspace.day_of(moment(request)))
    scope = scope_of(member).narrowed(selection.staff)
    export = report_export(
        workspace, queries.report_rows(workspace, scope, selection.filter), selection.month
    )
    name = f"revenue-{workspace.slug}-{selection.month}"
    return export_response(export, name, request.GET.get("format", ""))


def _are_few(selection: ReportSelection, months: Mapping[Month, Trailing]) -> bool:
    """Whether the totals are made at once; those of many contracts arrive on their own."""
    figures = months.get(selection.month, NOTHING)
    return bool(selection.filter.client_id) or figures.rows + figures.expected_rows <= AT_ONCE


def _totals(workspace: Workspace, rows: Any) -> dict[str, Any]:
    lines = report_sums(workspace, rows)
    total = over_currencies(lines)
    return {"lines": lines, "total": total, "count": total.contracts}


def _beside(workspace: Workspace, scope: Scope, selection: ReportSelection) -> dict[str, Any]:
    """What stands beside the totals of the whole month; nothing where the report shows a part of it."""
    wanted, month = selection.filter, selection.month
    if wanted.client_id or wanted.currency or wanted.state:
        return {}
    bases = (Basis.CURRENT, Basis.CONFIRMED)
    return {"beside": beside_period(workspace, scope, bases, month.first, month.end, f"{month.first:%B %Y}")}


@dataclass(frozen=True)
class ReportLine:
    """A contract as the report shows it."""

    row: ReportRow
    owner: str


def _lines(
    request: HttpRequest,
    workspace: Workspace,
    rows: Any,
    selection: ReportSelection,
    choices: Mapping[str, Any],
) -> dict[str, Any]:
    page = queries.report_page(
        workspace,
        rows,
        selection.month,
        selection.sort,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    people = dict(choices["people"])
    return {
        "page": page,
        "contracts": [ReportLine(row, people.get(row.owner, "")) for row in page.rows],
    }


def _choices(workspace: Workspace, scope: Scope, selection: ReportSelection) -> dict[str, Any]:
    """What the filters offer."""
    people = account_managers(workspace, scope, ended=True)
    codes = sorted({*workspace.currencies, workspace.currency, selection.filter.currency} - {""})
    return {
        "people": [(person.pk, str(person)) for person in people],
        "everyone": scope_label(scope, len(people)),
        "client_name": client_name(workspace, selection.filter.client_id),
        "currency_choices": [(code, f"{code} {currency_name(code)}") for code in codes],
        "state_choices": [
            ("current", "current"),
            ("confirmed", "as confirmed"),
            ("changed", "differs from what was confirmed"),
            ("expected", "expected, not confirmed yet"),
            ("provisional", "provisional"),
            ("unknown", "unknown, no rate"),
            *([] if scope.narrowed(selection.staff).owners is None else [("handed", "handed over")]),
        ],
    }
