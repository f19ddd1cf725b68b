"""How rows are read and derived, in the admin console (rules 5.7 to 5.9)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import go, moment, render_page, show_refusal
from transactions.forms.ways import WaysForm
from transactions.models import TransactionWays
from transactions.pipeline.following import FOLLOW
from transactions.queries.books import ways_of
from transactions.queries.marked import unfinished_jobs
from transactions.queries.ways import catalog_lacks, ways_row
from transactions.services.ways import change_ways
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.rules import Right


@workspace_view(Right.MASTERS)
def transaction_settings(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What signs mean, whether taxes are removed, whether profit is measured; each change with its reason."""
    form = WaysForm(workspace, ways_of(workspace), request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(request, workspace, member, form):
        return go(request, reverse("transaction_settings", args=[workspace.slug]))
    context = {
        "form": form,
        "lacks": catalog_lacks(workspace),
        "following": unfinished_jobs(workspace, [FOLLOW]).get(FOLLOW),
        "history": _history(ways_row(workspace)),
    }
    return render_page(request, "transactions/settings.html", context, status=422 if form.errors else 200)


def _history(row: TransactionWays) -> list[object]:
    return list(history_of(row)[:10]) if row.pk else []


def _saved(request: HttpRequest, workspace: Workspace, member: Membership, form: WaysForm) -> bool:
    """Save the settings, or show at the form why not."""
    try:
        changed = change_ways(
            workspace=workspace,
            by=member,
            wanted=form.wanted(),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            now=moment(request),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        if isinstance(refusal, Stale):
            form.show_present(ways_of(workspace))
        return False
    messages.success(request, "Settings saved." if changed else "Nothing changed.")
    return True
