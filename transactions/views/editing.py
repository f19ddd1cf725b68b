"""Editing one transaction by hand (rules 5.15)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import go, moment, show_refusal
from transactions.forms.editing import KEEP, Editable, TransactionForm
from transactions.models import Transaction
from transactions.pipeline.editing import edit_transaction, may_edit
from transactions.pipeline.explaining import Explained, explained
from transactions.queries.rows import get_row, tied_to
from transactions.rules import StepKind
from transactions.views.catalog import form_page
from transactions.views.detail import title_of
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right


@workspace_view()
def transaction_edit(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Change what a row provides; a form that was overtaken says what others changed and asks again."""
    scope = scope_of(member)
    row = get_row(workspace, scope, pk)
    if not may_edit(member, row):
        raise Http404  # rows of others are not there to be written (rules 8.2)
    behind = explained(row, tied_to(row, scope).sale)
    form = TransactionForm(_editable(row, behind, member), request.POST or None, stamp=str(row.turn))
    back = reverse("transaction", args=[workspace.slug, pk])
    context = {"row": row, "title": title_of(behind), "back": back}
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, member, row, form)
        except Stale as overtaken:
            context |= {"meanwhile": overtaken.message, "moved": form.moved, "refused": True}
            form = form.overtaken()
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Transaction saved: {title_of(behind)}")
            return go(request, back)
    return form_page(request, "transaction_edit", {"form": form, **context})


def _editable(row: Transaction, behind: Explained, member: Membership) -> Editable:
    told = (step.values["currency"] for step in behind.steps if step.kind is StepKind.CURRENCY)
    return Editable(
        mapping=behind.mapping,
        given=behind.given,
        edited=behind.edited,
        currency=str(next(told, "")),
        owner_too=member.can(Right.MASTERS) and row.origin.owner_id is None,
    )


def _save(request: HttpRequest, member: Membership, row: Transaction, form: TransactionForm) -> None:
    """Lay over the row what was changed. Raises Stale and Refused."""
    values: dict[str, Any] = form.cleaned_data
    with because(reason=values["reason"]):
        edit_transaction(
            row=row,
            values=form.values,
            protected=values["protected"] == KEEP,
            reason=values["reason"],
            stamp=values["stamp"],
            by=member,
            now=moment(request),
        )
