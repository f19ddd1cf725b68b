"""The check of an import: what it would do, what repairs whole groups of rows, and the import itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.lib.money import is_currency
from kamtrak.web import go, moment, read_day, read_id, render_page
from transactions.forms.imports import CommitForm
from transactions.models import Import, ImportState
from transactions.queries import imports as queries
from transactions.queries.named import named_by
from transactions.rules import RowKind
from transactions.rules.repairs import RepairKind, repaired
from transactions.services import imports as services
from transactions.views.drafts import draft_of
from transactions.views.map_rows import KINDS
from transactions.views.outlook import outlook_of
from transactions.views.steps import import_url, step_of
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


def check_page(
    request: HttpRequest,
    imported: Import,
    member: Membership,
    *,
    may_change: bool,
    form: CommitForm | None = None,
) -> HttpResponse:
    """Counts first, then what cannot go in and what repairs it, what is unknown, and the button."""
    outlook = outlook_of(imported)
    context = {
        "imported": imported,
        "step": step_of(imported),
        "may_change": may_change,
        "outlook": outlook,
        "form": form or CommitForm(initial={"stamp": outlook.stamp}),
        "twin": queries.same_file(imported),
        "kinds": [(kind.value, label) for kind, label in KINDS],
        **named_by(imported.workspace, imported.checked),
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "transactions/import_check.html", context, status=status)


@workspace_view(Right.IMPORT)
@require_POST
def import_commit(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Import exactly what was checked; rows that cannot go in are left out and can follow."""
    imported = queries.import_of(workspace, pk, member, changing=True)
    if imported.state != ImportState.CHECKED:
        return go(request, import_url(imported))
    form = CommitForm(request.POST)
    if form.is_valid():
        try:
            services.request_commit(
                imported=imported,
                by=member,
                stamp=form.cleaned_data["stamp"],
                repeats_are_new=form.are_new,
                replaces=form.span,
                without_bad_rows=True,
                now=moment(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return go(request, import_url(imported))
    return check_page(request, imported, member, may_change=True, form=form)


@workspace_view(Right.IMPORT)
@require_POST
def import_recheck(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Check every row again: something that it relied on has changed, or an entry was added."""
    imported = queries.import_of(workspace, pk, member, changing=True)
    return _check_again(request, imported, member)


@workspace_view(Right.IMPORT)
@require_POST
def import_repair(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take one decision for all rows that share a problem, and check again."""
    imported = queries.import_of(workspace, pk, member, changing=True)
    if imported.state != ImportState.CHECKED:
        return go(request, import_url(imported))
    draft = draft_of(imported)
    repair = _sent(request, len(draft.answers.columns))
    if repair is None:
        form = CommitForm(initial={"stamp": outlook_of(imported).stamp})
        form.errors  # noqa: B018 - makes the form's errors, which an unbound one has not
        return _unrepaired(request, imported, member)
    answers = repaired(draft.answers, **repair)
    try:
        services.keep_mapping(
            imported=imported,
            by=member,
            mapping=draft.with_answers(answers).mapping,
            source=draft.source,
            options=answers.to_json(),
            now=moment(request),
        )
    except Refused as refusal:
        return _unrepaired(request, imported, member, refusal.message)
    return _check_again(request, imported, member)
