"""Rows derived with something that has changed since: before and after, and one decision (rules 5.12)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused
from kamtrak.web import go, moment, put_into, read_id, render_page, show_refusal, wants_part
from transactions.forms.moves import DecisionForm
from transactions.models import Import, ImportState, RowDecision
from transactions.pipeline import deciding, weighing
from transactions.pipeline.following import FOLLOW
from transactions.queries import marked as queries
from transactions.queries.imports import import_of
from transactions.queries.marked import Selection
from transactions.rules import Comparison, Move, Shift
from transactions.services.proposals import DECIDE
from transactions.views.drafts import proposal_of
from transactions.views.moved import PLACES, causes_of, currencies_of, lines_of
from transactions.views.steps import import_url
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

PAGE, PART = "transactions/moves.html", "transactions/_moves_compared.html"


@workspace_view(Right.MASTERS)
def row_moves(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What would move, and the decision. Before and after arrive on their own. Sent with `compare`, what is
    too much to show at once is worked out."""
    now, selection = moment(request), selection_of(request)
    remapped = _remapped(workspace, member, selection)
    if remapped is not None and (elsewhere := _undecidable(remapped)):
        return go(request, elsewhere)
    if request.method == "GET" and wants_part(request):
        return _before_and_after(request, workspace, selection, remapped)
    if request.method == "POST" and "compare" in request.POST:
        job = weighing.request_comparison(workspace=workspace, selection=selection, by=member, now=now)
        return go(request, reverse("job", args=[workspace.slug, job.pk]))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = _decided(request, workspace, member, selection, form)
        if done is not None:
            return go(request, done)
    state = queries.seen(workspace, selection, workspace.day_of(now))
    if form.is_bound:
        put_into(form, seen=state.stamp)
    else:
        form.initial["seen"] = state.stamp
    arrives = 0 < state.rows <= weighing.COMPARED_AT_ONCE and "shown" not in request.GET
    found = None if arrives else weighing.comparison(workspace, selection, state, now)
    context = {"form": form, "waiting": state.rows, "arrives": arrives, "remapped": remapped}
    context |= _context(workspace, selection, found)
    return render_page(request, PAGE, context, status=422 if form.errors else 200)


def _before_and_after(
    request: HttpRequest, workspace: Workspace, selection: Selection, remapped: Import | None
) -> HttpResponse:
    """What few rows come to; the page itself knows more of them by now where there are too many."""
    compared = weighing.compared_at_once(workspace, selection, moment(request))
    if compared is None:
        return go(request, request.get_full_path())
    found, waiting = compared
    context = {"comparison": found, "waiting": waiting, "remapped": remapped}
    context |= _compared(workspace, found, remaps=remapped is not None)
    return render_page(request, PAGE, context, part=PART)


def selection_of(request: HttpRequest) -> Selection:
    """Which rows the address names: `?import=` all of one; else `?product=` a catalog entry, `?currency=`."""
    imported = read_id(request.GET, "import")
    if imported is not None:
        return Selection(imported=imported)
    code = request.GET.get("currency", "")
    return Selection(read_id(request.GET, "product"), code if len(code) == 3 and code.isalpha() else "")


def _remapped(workspace: Workspace, member: Membership, selection: Selection) -> Import | None:
    """The import whose mapping is decided; 404 for one that this member does not read."""
    return None if selection.imported is None else import_of(workspace, selection.imported, member)


def _undecidable(imported: Import) -> str:
    """Where to go while nothing of the import waits for a decision, or its mapping is not complete; or ""."""
    if imported.proposed_at is None or imported.state != ImportState.COMMITTED:
        return import_url(imported)
    if not proposal_of(imported).is_complete:
        return reverse("import_remap", args=[imported.workspace.slug, imported.pk])
    return ""


def _decided(
    request: HttpRequest, workspace: Workspace, member: Membership, selection: Selection, form: DecisionForm
) -> str | None:
    """Decide; where to go then, or None where the form says why not."""
    try:
        done = deciding.decide(
            workspace=workspace,
            selection=selection,
            accept="accept" in request.POST,
            reason=form.cleaned_data["reason"],
            stamp=form.cleaned_data["seen"],
            by=member,
            now=moment(request),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    if done.job_id is not None:
        return reverse("job", args=[workspace.slug, done.job_id])
    messages.success(request, _said(done))
    if done.imported_id is not None:
        return reverse("import", args=[workspace.slug, done.imported_id])
    return reverse("row_moves", args=[workspace.slug])


def _said(decision: RowDecision) -> str:
    rows = "1 row" if decision.rows == 1 else f"{decision.rows:,} rows"
    if decision.imported_id is not None:
        done = (
            "derived with the new mapping."
            if decision.accepted
            else "stay as they were: the change is dropped."
        )
        return f"{rows} {done}"
    if decision.accepted:
        return f"{rows} derived again with what is on file."
    return f"{rows} decided: known figures stay as they were."


def _context(workspace: Workspace, selection: Selection, found: Comparison | None) -> dict[str, Any]:
    """All that the page shows beside the form; `comparison` is None where it has to be worked out first."""
    of_import = selection.imported is not None
    items, codes = ([], []) if of_import else queries.choices(workspace)
    context = {
        "comparison": found,
        "chosen": selection != Selection(),
        "products": [(str(item.pk), f"{item} ({number:,})") for item, number in items],
        "currencies": [(code, f"{code} ({number:,})") for code, number in codes],
        "jobs": queries.unfinished_jobs(workspace, [weighing.COMPARE, DECIDE, FOLLOW]),
        "remapping": [] if of_import else queries.proposed_imports(workspace),
        "decisions": [] if of_import else queries.decisions(workspace),
    }
    return context if found is None else context | _compared(workspace, found, remaps=of_import)


def _compared(workspace: Workspace, found: Comparison, *, remaps: bool) -> dict[str, Any]:
    """What the rows come to before and after, as the tables show it; with another mapping every change is
    one to look at."""
    return {
        "counts": {move.value: found.overall.moves[move] for move in Move},
        "changing": found.overall.rows - found.overall.moves[Move.NONE] if remaps else found.overall.asking,
        "placed": [(label, found.placed[name]) for name, label in PLACES if name in found.placed],
        "causes": causes_of(found),
        "of_currencies": currencies_of(found, workspace.currency),
        "with_profit": found.overall.profit != Shift(),
        "shown": lines_of(queries.rows_of(workspace, found.largest), workspace),
    }
