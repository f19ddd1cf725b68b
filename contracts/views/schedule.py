"""The pencil of a contract: its effect is shown first, then it is a version with its reason (rules 4.10)."""

from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from contracts.forms.schedule import ScheduleForm, in_place
from contracts.models import Contract
from contracts.queries.versions import latest_version
from contracts.services.drafts import check_revision
from contracts.services.schedules import save_schedule
from contracts.views.asking import page_of
from contracts.views.loading import own_contract
from contracts.views.regions import schedule_region, was_shown
from contracts.views.steps import Step, retyped, step_of
from contracts.wording import rules_said, terms_said
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import Month
from kamtrak.web import go, is_dialog, moment, read_id, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

IN_TERMS = {"kind", "start_on", "period", "currency", "basis", "formula"}
PAGE, PART = "contracts/contract_schedule.html", "contracts/_contract_schedule.html"


@workspace_view(Right.CONTRACTS)
def contract_schedule(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Modify the schedule or the terms of a contract: a dialog from its page, a page without JavaScript."""
    row = own_contract(workspace, member, pk)
    if row.is_void:
        return go(request, page_of(workspace, row))
    make = maker(request, row)
    if step_of(request.POST):
        return _form_page(request, row, *retyped(make, request.POST))
    return _answer(request, member, row, make(request.POST or None))


@workspace_view(Right.CONTRACTS)
@require_POST
def contract_revenue(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Overtype a period on the contract's page; what is in its way is shown in the pencil's dialog."""
    row = own_contract(workspace, member, pk)
    if row.is_void:
        return go(request, page_of(workspace, row))
    form = maker(request, row)(in_place(row, request.POST))
    try:
        check_revision(row, read_id(request.POST, "revision"))
    except Stale as overtaken:
        return _overtaken(request, row, form, overtaken)
    return _answer(request, member, row, form)


def maker(request: HttpRequest, row: Contract) -> "partial[ScheduleForm]":
    """What makes the form of this contract, in the running month."""
    running = Month.of(row.workspace.day_of(moment(request)))
    return partial(ScheduleForm, row, running)


def _answer(request: HttpRequest, member: Membership, row: Contract, form: ScheduleForm) -> HttpResponse:
    """Save what can be saved; else show the form with what is in the way."""
    if form.is_bound and form.is_valid() and was_shown(form, _today(request, row)):
        try:
            saved = _save(request, member, row, form)
        except Stale as overtaken:
            return _overtaken(request, own_contract(row.workspace, member, row.pk), form, overtaken)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _done(row, saved))
            return go(request, page_of(row.workspace, row))
    return _form_page(request, row, form)


def _save(request: HttpRequest, member: Membership, row: Contract, form: ScheduleForm) -> Contract:
    values = form.cleaned_data
    return save_schedule(
        contract=row,
        by=member,
        terms=form.terms(),
        formula=values["formula"],
        revision=values["revision"] or 0,
        reason=values["reason"],
        now=moment(request),
        from_month=values["from_month"],
        accepted=form.is_accepted,
    )


def _overtaken(request: HttpRequest, row: Contract, form: ScheduleForm, overtaken: Stale) -> HttpResponse:
    """The same input over the revision that is current now: the next save is a decision (rules 4.17)."""
    data = form.data.copy()  # type: ignore[attr-defined]
    data["revision"] = str(row.revision)
    latest = latest_version(row)
    return _form_page(request, row, maker(request, row)(data), meanwhile=overtaken.message, latest=latest)


def _done(before: Contract, saved: Contract) -> str:
    if saved.revision == before.revision:
        return f"Nothing has changed: {saved}"
    return f"Schedule saved: {saved}" + ("" if saved.is_draft else f", version {saved.version}")


def _today(request: HttpRequest, row: Contract) -> date:
    return row.workspace.day_of(moment(request))


def _form_page(
    request: HttpRequest, row: Contract, form: ScheduleForm, step: Step | None = None, **context: Any
) -> HttpResponse:
    dialog = is_dialog(request)
    if not form.is_bound and step is None:
        step = Step(form.rows, focus="revenue-1")
    values = {
        **schedule_region(form, _today(request, row), step),
        "title": "Modify the schedule" if row.duration else "Modify trailing revenue formula",
        "sub_line": f"{row.number} {row.client} · {terms_said(row.terms)}",
        "said": rules_said(row.terms.rules, row.currency),
        "in_dialog": dialog,
        "back": page_of(row.workspace, row),
        "terms_open": form.is_duration or bool(set(form.errors) & IN_TERMS),
        **context,
    }
    refused = form.is_bound and not form.is_valid() and not dialog
    return render_page(request, PAGE, values, PART if dialog else None, 422 if refused else 200)
