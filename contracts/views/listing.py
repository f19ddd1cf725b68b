"""The list of contracts with its totals, and its export."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from contracts import exports
from contracts.forms.filters import Selection, read_selection
from contracts.queries import listing as queries
from contracts.queries.contracts import contract_state, visible_contracts
from contracts.queries.formulas import find_formula
from contracts.queries.listing import ENDING_DAYS, CurrencyTotal
from contracts.rules import ContractType, State, known
from contracts.views.present import TONES, confirmed_said, current_said
from fx.queries import rates_banner
from kamtrak.exports import export_response
from kamtrak.lib.money import currency_name
from kamtrak.lib.months import Month
from kamtrak.web import moment, render_page, workspace_urls
from workspaces.access import workspace_view
from workspaces.context import address
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import client_name
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of
from workspaces.rules import Right

ZERO = Decimal(0)


@workspace_view()
def contracts(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The list: what the address asks for, with the totals of all that it shows."""
    scope, selection = scope_of(member), read_selection(request.GET)
    today = workspace.day_of(moment(request))
    chosen = scope.narrowed(selection.staff)
    rows = queries.filtered(workspace, chosen, selection.filter, today)
    page = queries.list_page(
        rows,
        selection.sort,
        Month.of(today),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    address_of = workspace_urls("contract", workspace.slug)
    context = {
        "page": page,
        "lines": [
            ListLine(row, contract_state(row, today), workspace, address_of(row.pk)) for row in page.rows
        ],
        "running": Month.of(today),
        "may_add": member.can(Right.LOG) or member.can(Right.MASTERS),
        "add_contract_url": address("contract_add", workspace.slug),
        **_totals(rows, workspace, chosen, today),
        **_choices(workspace, scope, selection),
    }
    if not page.rows:
        has_past = selection.is_plain and visible_contracts(workspace, scope).exists()
        context |= {"is_empty": selection.is_plain, "has_past": has_past, **_nothing_found(selection)}
    return render_page(request, "contracts/contracts.html", context)


@workspace_view()
def contracts_export(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponseBase:
    """Exactly the contracts that the list shows, month by month, as CSV (streamed) or XLSX."""
    selection, today = read_selection(request.GET), workspace.day_of(moment(request))
    rows = queries.filtered(workspace, scope_of(member).narrowed(selection.staff), selection.filter, today)
    export = exports.contracts_export(workspace, rows, today)
    return export_response(export, f"contracts-{workspace.slug}", request.GET.get("format", ""))


@dataclass(frozen=True)
class ListLine:
    """A contract as the list shows it."""

    contract: Any  # a Contract with the annotations of queries.list_page
    state: State
    workspace: Workspace
    url: str

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "")

    @property
    def total(self) -> Any:
        """Its maintained totals; None for a draft and for a void contract, which are in no total."""
        return getattr(self.contract, "total", None)

    @property
    def confirmed_said(self) -> str:
        """Which confirmation its figure follows (rules 4.10)."""
        row = self.contract
        return confirmed_said(row.terms_confirmed or 1, row.last_confirmed_on or row.confirmed_on)

    @property
    def current_said(self) -> str:
        """What made its current figure what it is (rules 4.10)."""
        row = self.contract
        edited = None if row.edited_at is None else self.workspace.day_of(row.edited_at)
        return current_said(edited, row.edited_by or "", row.cancelled_on)

    @property
    def difference(self) -> Decimal | None:
        return None if self.total is None else self.total.current - self.total.confirmed


def _totals(rows: Any, workspace: Workspace, scope: Scope, today: date) -> dict[str, Any]:
    """The totals of the whole list: one subtotal per currency, and all of them converted."""
    found = queries.list_totals(rows, scope)
    totals = found.currencies
    provisional = sum(total.provisional for total in totals)
    return {
        "totals": totals,
        "converted": _converted(totals, workspace),
        "banner": rates_banner(workspace, today, provisional),
        **{name: getattr(found, name) for name in ("shown", "drafts", "void", "handed")},
    }


def _converted(totals: list[CurrencyTotal], workspace: Workspace) -> dict[str, Any]:
    """Both sides in the workspace currency, and the difference of the contracts whose rates are all known;
    None for a figure of which nothing is known."""

    def in_all(name: str) -> Any:
        return sum((getattr(total, name) for total in totals), ZERO)

    counted = ("contracts", "confirmed_unknown", "current_unknown", "difference_unknown", "provisional")
    counts = {name: int(in_all(name)) for name in counted}
    compares = counts["difference_unknown"] < counts["contracts"]
    return {
        **counts,
        "confirmed": known(in_all("confirmed_converted"), counts["confirmed_unknown"]),
        "lost": in_all("lost_converted"),
        "current": known(in_all("current_converted"), counts["current_unknown"]),
        "difference": in_all("difference_converted") if compares or not totals else None,
    }


def _choices(workspace: Workspace, scope: Scope, selection: Selection) -> dict[str, Any]:
    """What the filters offer."""
    codes = sorted({*workspace.currencies, selection.filter.currency} - {""})
    staff = account_managers(workspace, scope, ended=True)
    return {
        "staff": [(person.pk, str(person)) for person in staff],
        "everyone": scope_label(scope, len(staff)),
        "state_choices": [*((state.value, state.value) for state in State), ("all", "all")],
        "type_choices": [(kind.value, kind.label) for kind in ContractType],
        "client_name": client_name(workspace, selection.filter.client_id),
        "formula_choices": _formula_choices(workspace, selection),
        "currency_choices": [(code, f"{code} {currency_name(code)}") for code in codes],
        "ends_choices": [(ENDING_DAYS, f"within {ENDING_DAYS} days")],
        "figure_choices": [("provisional", "Provisional"), ("unknown", "Unknown, no rate")],
    }


def _formula_choices(workspace: Workspace, selection: Selection) -> list[tuple[int, str]]:
    """The formula that the list was opened for, from the admin console; nobody looks for one here."""
    chosen = find_formula(workspace, selection.filter.formula_id)
    return [(chosen.pk, chosen.name)] if chosen else []


def _nothing_found(selection: Selection) -> dict[str, str]:
    """Names what was asked for and the one filter to clear first."""
    wanted = selection.filter
    asked = {
        "q": (f"“{wanted.text}”" if wanted.text else "", "search"),
        "type": (ContractType(wanted.kind).label.lower() if wanted.kind else "", "type"),
        "currency": (wanted.currency, "currency"),
        "ends": (f"ends within {ENDING_DAYS} days" if wanted.ending else "", "end"),
        "figure": (f"figure {wanted.figure}" if wanted.figure else "", "figure filter"),
        "client": ("this client" if wanted.client_id else "", "client"),
        "formula": ("this formula" if wanted.formula_id else "", "formula"),
        "staff": ("this person" if selection.staff else "", "person"),
        "state": (wanted.state if wanted.state != "all" else "", "state"),
    }
    said = ", ".join(words for words, _ in asked.values() if words)
    clear = next((name for name, (words, _) in asked.items() if words), "state")
    return {
        "nothing_text": f"No contract matches {said or 'these filters'}.",
        "clear_name": clear,
        "clear_label": f"Clear the {asked[clear][1]}",
    }
