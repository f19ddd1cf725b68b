"""Cancelling a contract and taking that back, voiding one and restoring it, discarding a draft."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contracts.forms.endings import CancelForm, EndingForm
from contracts.models import Contract
from contracts.queries.months import month_lines
from contracts.queries.previews import cancel_preview
from contracts.services import endings as services
from contracts.services.drafts import discard_draft
from contracts.views.asking import dialog_page, done, page_of
from contracts.views.loading import own_contract
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, moment, put_into, read_day, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

AT_ONCE = "Taken back at once"


@workspace_view()
def contract_cancel(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Choose the day, see what is lost, say why. Another day than the one shown is shown first."""
    row = own_contract(workspace, member, pk)
    if row.is_draft or row.is_void:
        return _not_here(request, workspace, row)
    day = row.cancelled_on or workspace.day_of(moment(request))
    day = read_day(request.GET, "on") or day
    form = CancelForm(_sent(request), initial={"on": day, "seen": day, "revision": row.revision})
    asked = form.is_bound and form.is_valid()
    day = form.cleaned_data.get("on", day) if form.is_bound else day
    context = {**_frame(workspace, row), "preview": cancel_preview(row, month_lines(row), day)}
    if request.headers.get("HX-Target") == "lost":
        return render_page(request, "contracts/_cancel_preview.html", {"form": form, **context})
    if asked and form.cleaned_data["seen"] != day:
        put_into(form, seen=day.isoformat())
        return dialog_page(request, "contract_cancel", form, context)
    act = _with_reason(request, services.cancel_contract, row, member, form, on=day)
    return _answer(request, workspace, row, "contract_cancel", form, act, "Contract cancelled", context)


@workspace_view()
def contract_take_back(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Let a cancelled contract go on."""
    row = own_contract(workspace, member, pk)
    if row.cancelled_on is None or row.is_void:
        return _not_here(request, workspace, row)
    form = EndingForm(_sent(request), initial={"revision": row.revision})
    act = _with_reason(request, services.take_cancellation_back, row, member, form)
    context = {"preview": cancel_preview(row, month_lines(row), None)}
    return _answer(
        request, workspace, row, "contract_take_back", form, act, "Cancellation taken back", context
    )


@workspace_view(Right.CONTRACTS)
def contract_void(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take a contract that was added by mistake out of every live total."""
    row = own_contract(workspace, member, pk)
    if row.is_draft or row.is_void:
        return _not_here(request, workspace, row)
    form = EndingForm(_sent(request), initial={"revision": row.revision})
    act = _with_reason(request, services.void_contract, row, member, form)
    undo = reverse("contract_restore", args=[workspace.slug, pk])
    return _answer(request, workspace, row, "contract_void", form, act, "Contract voided", {}, undo=undo)


@workspace_view(Right.CONTRACTS)
def contract_restore(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take a void back. Undo, pressed right after it, is its own reason."""
    row = own_contract(workspace, member, pk)
    if not row.is_void:
        return _not_here(request, workspace, row)
    at_once = request.method == "POST" and "reason" not in request.POST
    form = ReasonForm({"reason": AT_ONCE} if at_once else _sent(request))

    def act() -> object:
        reason = form.cleaned_data["reason"]
        return services.restore_contract(contract=row, by=member, reason=reason, now=moment(request))

    return _answer(request, workspace, row, "contract_restore", form, act, "Contract restored", {})


@workspace_view()
def contract_discard(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Delete a draft: it was never in a figure, so it takes no reason."""
    row = own_contract(workspace, member, pk)
    if not row.is_draft:
        return _not_here(request, workspace, row)
    form = Form(_sent(request))
    if form.is_bound and done(form, row, lambda: discard_draft(contract=row, by=member)):
        messages.success(request, f"Draft discarded: {row}")
        return go(request, reverse("contracts", args=[workspace.slug]))
    return dialog_page(request, "contract_discard", form, _frame(workspace, row))


# ------------------------------------------------------------------ what they share


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _with_reason(
    request: HttpRequest,
    service: Callable[..., Contract],
    row: Contract,
    member: Membership,
    form: EndingForm,
    **given: date,
) -> Callable[[], object]:
    """The service with what the form says, once it is valid."""

    def act() -> object:
        values = form.cleaned_data
        return service(
            contract=row,
            by=member,
            reason=values["reason"],
            revision=values["revision"] or 0,
            now=moment(request),
            **given,
        )

    return act


def _answer(
    request: HttpRequest,
    workspace: Workspace,
    row: Contract,
    name: str,
    form: Form,
    act: Callable[[], object],
    said: str,
    context: dict[str, Any],
    undo: str = "",
) -> HttpResponse:
    """Do it and go to the contract's page, or show the dialog, with what was refused."""
    if form.is_bound and form.is_valid() and done(form, row, act):
        messages.success(request, f"{said}: {row}", extra_tags=f"undo={undo}" if undo else "")
        return go(request, page_of(workspace, row))
    return dialog_page(request, name, form, {**_frame(workspace, row), **context})


def _frame(workspace: Workspace, row: Contract) -> dict[str, Any]:
    return {
        "row": row,
        "back": page_of(workspace, row),
        "mixed": row.currency != workspace.currency,
    }


def _not_here(request: HttpRequest, workspace: Workspace, row: Contract) -> HttpResponse:
    """It is not, or no longer, in the state that this is for."""
    messages.warning(request, f"{row} was changed meanwhile. See what can be done with it now.")
    return go(request, page_of(workspace, row))
