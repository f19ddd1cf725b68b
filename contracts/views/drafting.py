"""Making a contract and editing it before it is added (rules 4.1 to 4.5)."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contracts.forms.contracts import ContractForm, blank, initial_of, rows_of
from contracts.forms.rules import DIALOG_IDS
from contracts.forms.terms import TermsForm
from contracts.models import Contract
from contracts.queries.contracts import next_number
from contracts.queries.formulas import any_formula
from contracts.services import drafts as services
from contracts.views.asking import page_of
from contracts.views.loading import own_contract, owners_for
from contracts.views.regions import region
from contracts.views.steps import Step, retyped, step_of
from contracts.wording import rules_said
from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import go, is_dialog, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


@workspace_view(Right.CONTRACTS)
def contract_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Make a contract: kept as a draft, and from there on to Add."""
    make = partial(ContractForm, workspace, owners_for(workspace, member))
    today = workspace.day_of(moment(request))
    number = next_number(workspace, today.year)
    context: dict[str, Any] = {"title": "Add contract", "free_number": number}
    if step_of(request.POST):
        return _form_page(request, workspace, *retyped(make, request.POST), **context)
    initial = blank(workspace, member, today, number, formulas=any_formula(workspace))
    form = make(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = _created(form, workspace, member, request)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(request, workspace, row)
    return _form_page(request, workspace, form, **context)


@workspace_view(Right.CONTRACTS)
def contract_draft(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Edit a contract that is not confirmed yet; a form that was overtaken shows what changed."""
    row = own_contract(workspace, member, pk)
    if not row.is_draft:
        return go(request, page_of(workspace, row))
    make = partial(ContractForm, workspace, _owners(workspace, member, row), kept_currency=row.currency)
    context: dict[str, Any] = {"title": "Edit draft", "row": row}
    if step_of(request.POST):
        return _form_page(request, workspace, *retyped(make, request.POST), **context)
    form = make(request.POST or None, initial=initial_of(row), rows=rows_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            saved = _edited(form, row, member, request)
        except Stale as overtaken:
            context |= {"row": own_contract(workspace, member, pk), "meanwhile": overtaken.message}
            form = _overtaken(make, request, context["row"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(request, workspace, saved)
    return _form_page(request, workspace, form, **context)


@workspace_view(Right.CONTRACTS)
@require_POST
def schedule_customise(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The pencil of a contract that is not saved yet: its dialog, and what it hands back to the form."""
    make = partial(TermsForm, workspace, kept_currency=request.POST.get("kept", ""))
    if step_of(request.POST) == "open":
        data = request.POST.copy()
        data["ids"], data["look"] = DIALOG_IDS, ""
        form, step = retyped(make, data)
        return render_page(request, "contracts/_customise.html", {**region(form, step), "problems": []})
    form = make(request.POST)
    if problems := form.rule_problems():
        return render_page(request, "contracts/_customise.html", {**region(form), "problems": problems})
    return _taken(request, make(initial=_handed_back(request), rows=form.rows))


def _handed_back(request: HttpRequest) -> dict[str, Any]:
    return {**request.POST.dict(), "ids": "", "earlier": "", "look": "compact"}


def _taken(request: HttpRequest, form: TermsForm) -> HttpResponse:
    """What the dialog hands back takes the place of the form's own rows."""
    response = render_page(request, "contracts/_contract_terms.html", region(form))
    response["HX-Retarget"], response["HX-Reswap"] = "#editor", "outerHTML"
    response["HX-Trigger"] = "schedule-taken"
    return response


def _owners(workspace: Workspace, member: Membership, row: Contract) -> list[Membership]:
    """Also the one whom it is now, who may have left: the service says so where it is saved."""
    owners = owners_for(workspace, member)
    return owners if row.owner in owners else [*owners, row.owner]


def _created(form: ContractForm, workspace: Workspace, member: Membership, request: HttpRequest) -> Contract:
    return services.create_draft(
        workspace=workspace,
        by=member,
        details=form.details_of(),
        terms=form.terms(),
        formula=form.cleaned_data["formula"],
        now=moment(request),
        once=form.cleaned_data["once"] or None,
    )


def _edited(form: ContractForm, row: Contract, member: Membership, request: HttpRequest) -> Contract:
    return services.edit_draft(
        contract=row,
        by=member,
        details=form.details_of(),
        terms=form.terms(),
        formula=form.cleaned_data["formula"],
        revision=form.cleaned_data["revision"] or 0,
        now=moment(request),
    )


def _overtaken(make: "partial[ContractForm]", request: HttpRequest, row: Contract) -> ContractForm:
    """The same input over the revision that is current now: the next save is a decision."""
    data = request.POST.copy()
    data["revision"] = str(row.revision)
    return make(data)


def _saved(request: HttpRequest, workspace: Workspace, row: Contract) -> HttpResponse:
    """On to Add, which says what it will freeze; or back to the contract."""
    if "add" in request.POST:
        return go(request, reverse("contract_confirm", args=[workspace.slug, row.pk]))
    messages.success(request, f"Draft saved: {row}")
    return go(request, page_of(workspace, row))


def _form_page(
    request: HttpRequest, workspace: Workspace, form: ContractForm, step: Step | None = None, **context: Any
) -> HttpResponse:
    """Always a page: the pencil opens its dialog upon it."""
    if is_dialog(request):
        return go(request, request.get_full_path())
    row: Contract | None = context.get("row")
    free = context.get("free_number", "")
    values = {
        **region(form, step),
        "said": rules_said(row.terms.rules, row.currency) if row else "",
        "full": request.POST.get("look") == "full" or step_of(request.POST) == "open",
        "back": page_of(workspace, row) if row else reverse("contracts", args=[workspace.slug]),
        "first_focus": not form.is_bound and step is None,
        "owner_said": "" if "owner" in form.fields else next(iter(form.owners.values())),
        "client_wrap": "k-c8 k-c12n" if "owner" in form.fields else "k-c12",
        "number_hint": f"{free} is free." if free and form.errors.get("number") else "",
        **context,
    }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render_page(request, "contracts/contract_form.html", values, status=status)
