"""Trailing revenue formulas in the admin console: the list, adding, editing, copying, archiving."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contracts.forms.formulas import FormulaForm, blank, initial_of, rows_of
from contracts.models import Formula
from contracts.queries.formulas import formula_page, get_formula
from contracts.services import formulas as services
from contracts.views.regions import region
from contracts.views.steps import Step, retyped, step_of
from contracts.wording import rules_said
from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, is_dialog, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.rules import Right

PASTE_HINT = "An empty To month is onwards · paste rows from a spreadsheet into any field"
PAGE, PART = "contracts/formula_form.html", "contracts/_formula_form.html"


@workspace_view(Right.MASTERS)
def formulas(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Every formula, or those that were archived."""
    text, archived = request.GET.get("q", "").strip(), request.GET.get("archived") == "only"
    page = formula_page(
        workspace,
        text=text,
        archived=archived,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "lines": [(row, rules_said(row.schedule, row.currency)) for row in page.formulas],
        "text": text,
        "archived_choices": [("only", "only archived")],
        "is_empty": not page.total and not text and not archived,
    }
    return render_page(request, "contracts/formulas.html", context)


@workspace_view(Right.MASTERS)
def formula_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Configure a formula: a dialog from the list, a page without JavaScript."""
    if step_of(request.POST):
        return _form_page(request, *stepped(request, workspace), title="Add formula")
    form = FormulaForm(workspace, request.POST or None, initial=blank(workspace))
    if request.method == "POST" and form.is_valid():
        once = form.cleaned_data["once"] or None
        try:
            row = services.create_formula(
                workspace=workspace, by=member, template=form.template(), now=moment(request), once=once
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(request, workspace, row)
    return _form_page(request, form, title="Add formula")


@workspace_view(Right.MASTERS)
def formula_edit(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Change a formula; contracts keep what they copied. One that was overtaken asks again."""
    row = get_formula(workspace, pk)
    context: dict[str, Any] = {"title": "Edit formula", "row": row}
    if step_of(request.POST):
        return _form_page(request, *stepped(request, workspace, row), **context)
    form = FormulaForm(
        workspace,
        request.POST or None,
        initial=initial_of(row),
        rows=rows_of(row),
        kept_currency=row.currency,
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = _edited(form, row, member, request)
        except Stale as overtaken:
            row = get_formula(workspace, pk)
            form = _overtaken(request, workspace, row)
            context |= {"row": row, "meanwhile": overtaken.message}
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _saved(request, workspace, saved)
    return _form_page(request, form, history=history_of(row), **context)


@workspace_view(Right.MASTERS)
def formula_copy(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The form of a copy, to be looked over and saved like a new one."""
    row = get_formula(workspace, pk)
    initial = {**initial_of(row), **blank(workspace), "name": f"{row.name}, copy"[:200]}
    if row.currency:
        initial["currency"] = row.currency
    form = FormulaForm(workspace, initial=initial, rows=rows_of(row), kept_currency=row.currency)
    return _form_page(request, form, title="Copy formula", source=row)


@workspace_view(Right.MASTERS)
def formula_archive(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Offer a formula no longer, with a reason."""
    row = get_formula(workspace, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.archive_formula(formula=row, by=member, reason=reason, now=moment(request))
        undo = reverse("formula_restore", args=[workspace.slug, pk])
        messages.success(request, f"Formula archived: {row.name}", extra_tags=f"undo={undo}")
        return go(request, reverse("formulas", args=[workspace.slug]))
    part = "contracts/_formula_archive.html" if is_dialog(request) else None
    context = {"form": form, "row": row}
    status = 422 if form.errors and not part else 200
    return render_page(request, "contracts/formula_archive.html", context, part, status)


@workspace_view(Right.MASTERS)
@require_POST
def formula_restore(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    row = get_formula(workspace, pk)
    reason = "The archiving was taken back"
    try:
        services.restore_formula(formula=row, by=member, reason=reason, now=moment(request))
    except Refused as refusal:
        messages.warning(request, f"Not restored. {refusal.message}")
    else:
        messages.success(request, f"Formula restored: {row.name}")
    return go(request, reverse("formulas", args=[workspace.slug]))


def stepped(
    request: HttpRequest, workspace: Workspace, row: Formula | None = None
) -> tuple[FormulaForm, Step]:
    """The form as it is typed so far, after a button of the editor."""
    make = partial(FormulaForm, workspace, kept_currency=row.currency if row else "")
    return retyped(make, request.POST)


def _edited(form: FormulaForm, row: Formula, member: Membership, request: HttpRequest) -> Formula:
    return services.edit_formula(
        formula=row,
        by=member,
        template=form.template(),
        version=form.cleaned_data["version"] or 0,
        reason=form.cleaned_data["reason"],
        now=moment(request),
    )


def _overtaken(request: HttpRequest, workspace: Workspace, row: Formula) -> FormulaForm:
    """The same input over the version that is current now: the next save is a decision."""
    data = request.POST.copy()
    data["version"] = str(row.version)
    return FormulaForm(workspace, data, kept_currency=row.currency)


def _saved(request: HttpRequest, workspace: Workspace, row: Formula) -> HttpResponse:
    messages.success(request, f"Formula saved: {row.name}")
    return go(request, reverse("formulas", args=[workspace.slug]))


def _form_page(
    request: HttpRequest, form: FormulaForm, step: Step | None = None, **context: Any
) -> HttpResponse:
    dialog = is_dialog(request)
    row: Formula | None = context.get("row")
    values = {
        **region(form, step),
        "said": rules_said(row.schedule, row.currency) if row else "",
        "in_dialog": dialog,
        "foot_hint": PASTE_HINT,
        "first_focus": step is None and not form.is_bound,
        **context,
    }
    refused = form.is_bound and not form.is_valid()
    return render_page(
        request, PAGE, values, PART if dialog else None, 422 if refused and not dialog else 200
    )
