"""Add: what it will freeze is said first, then it is done (rules 4.9)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from contracts.forms.confirming import ConfirmForm
from contracts.models import Contract
from contracts.queries.effects import FrozenTerm, terms_to_freeze
from contracts.rules import Finding, Weight, check_schedule, questions_in
from contracts.services.confirming import add_contract
from contracts.views.asking import page_of
from contracts.views.loading import own_contract
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import months_between
from kamtrak.web import go, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


@workspace_view(Right.CONTRACTS)
def contract_confirm(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Say what will be frozen, and freeze it. Pressed twice, it is added once."""
    row = own_contract(workspace, member, pk)
    today = workspace.day_of(moment(request))
    form = _form(request, member, row, today)
    meanwhile = ""
    if request.method == "POST" and form.is_valid():
        try:
            _added(form, row, member, request)
        except Stale as overtaken:
            row = own_contract(workspace, member, pk)
            form, meanwhile = _form(request, member, row, today, again=True), overtaken.message
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Contract added: {row}")
            return go(request, page_of(workspace, row))
    elif not row.is_draft:
        return go(request, page_of(workspace, row))
    return _page(request, row, form, today, meanwhile)


def _form(
    request: HttpRequest, member: Membership, row: Contract, today: date, *, again: bool = False
) -> ConfirmForm:
    """`again`: unbound, with what was sent, over the contract as it is now."""
    sent = request.method == "POST" and not again
    asked = questions_in(_findings(row))
    given = request.GET.get("confirmed_on") or request.POST.get("confirmed_on") or today
    return ConfirmForm(
        request.POST if sent else None,
        initial={"confirmed_on": given, "revision": row.revision},
        question="\n".join(finding.message for finding in asked),
        states_day=member.can(Right.MASTERS),
    )


def _findings(row: Contract) -> list[Finding]:
    terms = row.terms
    return check_schedule(
        terms.rules, months=terms.term_months, monthly=terms.monthly, currency=terms.currency
    )


def _added(form: ConfirmForm, row: Contract, member: Membership, request: HttpRequest) -> None:
    values = form.cleaned_data
    add_contract(
        contract=row,
        by=member,
        revision=values["revision"] or 0,
        now=moment(request),
        confirmed_on=values.get("confirmed_on"),
        accepted=values.get("accepted", False),
    )


def _page(
    request: HttpRequest, row: Contract, form: ConfirmForm, today: date, meanwhile: str
) -> HttpResponse:
    day = form.day(today)
    terms = terms_to_freeze(row, confirmed_on=day, today=today)
    context: dict[str, Any] = {
        "row": row,
        "form": form,
        "terms": terms,
        "total": sum((term.amount for term in terms), Decimal(0)),
        "converted": _converted(terms),
        "months": sum(term.months for term in terms),
        "warnings": [f for f in _findings(row) if f.weight is Weight.WARNING],
        "meanwhile": meanwhile,
        "span": months_between(terms[0].first, terms[-1].last),
        "sub_line": f"{row.number} {row.client} · {row.type_label}",
    }
    return render_page(
        request, "contracts/contract_confirm.html", context, status=422 if form.errors else 200
    )


def _converted(terms: list[FrozenTerm]) -> Decimal | None:
    """In the workspace currency; not known while a rate is missing."""
    amounts = [term.converted for term in terms]
    return None if None in amounts else sum((a for a in amounts if a is not None), Decimal(0))
