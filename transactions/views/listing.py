"""The list of transactions with its totals, and its export."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from fx.queries import rates_banner
from kamtrak.choosing import MOST, asked_name, choices_page
from kamtrak.exports import export_response
from kamtrak.lib.money import currency_name
from kamtrak.web import moment, render_page, wants_part, workspace_urls
from transactions import exports
from transactions.forms.filters import NOBODY, Selection, read_selection
from transactions.queries import choices, listing, sums
from transactions.queries.filters import Chosen, choose
from transactions.queries.sums import RowSums
from transactions.rules.states import Mark, State
from transactions.views import listed, told
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of

TOTALS = "transactions/_totals.html"
AT_ONCE = 5_000  # rows that are added up with the page; the sums of more arrive on their own


@workspace_view()
def transactions(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The list: what the address asks for, with the totals of all that it shows."""
    scope, selection = scope_of(member), _selection(request, workspace)
    chosen = choose(workspace, scope.narrowed(selection.staff), selection.filter)
    context: dict[str, Any] = {
        "selection": selection,
        "found": chosen.found,
        "sums": _sums(request, workspace, chosen),
    }
    if not wants_part(request):
        context |= _lines(request, workspace, chosen) | _choices(workspace, scope, selection)
        if not context["lines"]:
            context |= _emptiness(selection, anything=context["first"] is not None)
        known = context["sums"]
        context["rows"] = known.rows if known else None
        waiting = known.provisional if known else 0
        context["banner"] = rates_banner(workspace, context["today"], waiting)
    return render_page(request, "transactions/transactions.html", context, part=TOTALS)


@workspace_view()
def transactions_export(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponseBase:
    """Exactly the rows that the list shows, in its order, as CSV (streamed) or XLSX."""
    selection = _selection(request, workspace)
    chosen = choose(workspace, scope_of(member).narrowed(selection.staff), selection.filter)
    export = exports.transactions_export(workspace, listing.filtered(workspace, chosen))
    some = "" if selection.is_plain else "-filtered"
    name = f"transactions-{workspace.slug}-{selection.period.code}{some}"
    return export_response(export, name, request.GET.get("format", ""))


@workspace_view()
def transaction_clients(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The clients that the filter of the list offers."""
    found = choices.clients_in(workspace, scope_of(member), asked_name(request), MOST + 1)
    return choices_page(request, "Client", "client", found, reverse("transactions", args=[workspace.slug]))


@workspace_view()
def transaction_products(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The products that the filter of the list offers, as the files write them."""
    found = choices.products_in(workspace, scope_of(member), asked_name(request), MOST + 1)
    return choices_page(request, "Product", "product", found, reverse("transactions", args=[workspace.slug]))


def _selection(request: HttpRequest, workspace: Workspace) -> Selection:
    return read_selection(request.GET, workspace.calendar, workspace.day_of(moment(request)))


def _sums(request: HttpRequest, workspace: Workspace, chosen: Chosen) -> RowSums | None:
    """From the maintained totals; where those do not answer, of few rows at once and of many on request."""
    known = sums.looked_up(workspace, chosen)
    if sums.can_be_looked_up(chosen):
        return known
    if known.rows <= AT_ONCE or wants_part(request) or request.GET.get("totals"):
        return sums.added_up(listing.filtered(workspace, chosen))
    return None


def _lines(request: HttpRequest, workspace: Workspace, chosen: Chosen) -> dict[str, Any]:
    page = listing.list_page(
        listing.filtered(workspace, chosen),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    url = workspace_urls("transaction", workspace.slug)
    lines = [
        listed.list_row(row, page.descriptions.get(row["pk"], ""), workspace.currency, url(row["pk"]))
        for row in page.rows
    ]
    return {"page": page, "lines": lines, "today": workspace.day_of(moment(request))}


def _choices(workspace: Workspace, scope: Scope, selection: Selection) -> dict[str, Any]:
    """What the filters offer."""
    wanted = selection.filter
    codes = sorted({*workspace.currencies, wanted.currency} - {""})
    staff = account_managers(workspace, scope, ended=True)
    offered = choices.offered(workspace)
    nobody = [(NOBODY, "Unassigned")] if scope.owners is None else []
    names = choices.names_of(workspace, scope, wanted)
    return {
        "calendar": workspace.calendar,
        "first": offered.first and workspace.calendar.quarter_of(offered.first.first),
        "staff": [*((person.pk, str(person)) for person in staff), *nobody],
        "everyone": scope_label(scope, len(staff)),
        "names": names,
        "left_out": listed.left_out(wanted, names),
        "source_choices": offered.sources,
        "state_choices": [(state.value, told.STATES[state]) for state in State],
        "tier_choices": list(told.RULES.items()),
        "mark_choices": [(mark.value, told.MARKS[mark]) for mark in Mark],
        "currency_choices": [(code, f"{code} {currency_name(code)}") for code in codes],
    }


def _emptiness(selection: Selection, *, anything: bool) -> dict[str, Any]:
    """An empty workspace asks for its first file; an empty filter names what excludes most."""
    if not anything:
        return {"is_empty": True}
    return listed.nothing_found(selection)
