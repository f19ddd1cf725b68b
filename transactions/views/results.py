"""What came of an import, and undoing it."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Window
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused
from kamtrak.web import go, is_dialog, moment, render_page, show_refusal, wants_part
from transactions.forms.imports import UndoForm
from transactions.models import Import, ImportState
from transactions.queries import undoing
from transactions.queries.became import made_clients
from transactions.queries.families import together_with
from transactions.queries.imports import import_of
from transactions.queries.missing import blocked_by_catalog
from transactions.queries.waiting import MOST_RAISED, raised_by
from transactions.services import imports as services
from transactions.services.citations import cited_and_going
from transactions.views.became import brought, present_of
from transactions.views.outlook import outlook_of
from transactions.views.steps import file_said, import_url, page_below, step_of, stopped_because
from workspaces.access import workspace_view
from workspaces.context import address
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right

PAGE, NOW = "transactions/import_result.html", "transactions/_import_now.html"
COUNTED_AT_ONCE = 20_000  # rows; more are counted while the page stands there already
MOST_ALERTS = 10


def result_page(
    request: HttpRequest, imported: Import, member: Membership, *, may_change: bool
) -> HttpResponse:
    """What is in, what it is worth, what waits for a person, and the way back."""
    listed = address("transactions", imported.workspace.slug) or ""
    now = {} if imported.state == ImportState.UNDONE else present_of(request, imported, listed)
    if now and wants_part(request):
        return render_page(request, PAGE, now, part=NOW)
    family = together_with(imported)
    context = {
        "imported": imported,
        "step": step_of(imported),
        "sub_line": _came_in(imported),
        "may_change": may_change,
        "outlook": outlook_of(imported),
        "problem": stopped_because(imported),
        "rows_url": f"{listed}?period=all&import={imported.pk}" if listed else "",
        "family": [(each, outlook_of(each)) for each in family] if len(family) > 1 else [],
        "together": _together(family),
        "is_corrected": any(each.continues_id == imported.pk for each in family),
        **now,
    }
    if now:
        context |= {"made": made_clients(imported)} | _needs(imported, member, listed)
    else:
        context |= _undone_said(imported)
    return render_page(request, PAGE, context)


def _needs(imported: Import, member: Membership, listed: str) -> dict[str, Any]:
    """What waits for a person: the alerts that it has raised; what waits for the catalog in all, where alerts
    do not stand for all of it; and the rows that nobody owns or that name no client, as checked."""
    raised, outlook = raised_by(imported, scope_of(member)), outlook_of(imported)
    first = list(raised.annotate(in_all=Window(Count("pk")))[:MOST_ALERTS])
    count, beyond = first[0].in_all if first else 0, None
    if member.reads_everyone and outlook.missing_count > count:
        beyond = blocked_by_catalog(imported.workspace)
    return {
        "alerts": [(alert, page_below(imported, alert.path)) for alert in first],
        "alert_count": count,
        "raised_at_most": MOST_RAISED,
        "beyond": beyond if beyond and beyond.products > MOST_RAISED else None,
        "no_owner": outlook.rows_apart("no_owner"),
        "no_client": outlook.rows_apart("no_client"),
        "those_url": f"{listed}?period=all&import={imported.pk}" if listed else "",
    }


def _together(family: list[Import]) -> dict[str, Any]:
    """The sums of a file and its corrections. Still out are rows that the latest file left out."""
    found = [outlook_of(each) for each in family]
    continued = {each.continues_id for each in family}
    return {
        "created": sum(each.created for each in family),
        "updated": sum(each.updated for each in family),
        "unchanged": sum(each.unchanged for each in family),
        "left_out": sum(each.bad for each in found if each.imported.pk not in continued),
        "added": sum((each.added or Decimal(0) for each in found), Decimal(0)),
    }


def _undone_said(imported: Import) -> dict[str, Any]:
    """Why it was undone, what has left the totals, and rows that stayed because they had been edited."""
    job = imported.job
    done = job if job is not None and job.kind == services.UNDO else None
    left = (done.result or {}).get("left") if done else None
    return {
        "reason": done.params.get("reason", "") if done else "",
        "left": left and (left["rows"], Decimal(left["value"])),
        "brought": brought(imported),
        "kept": undoing.kept_edited(imported),
    }


def _came_in(imported: Import) -> str:
    """When, by whom and from where: the first thing that an auditor asks."""
    assert imported.committed_at is not None  # noqa: S101 - it is in
    day = imported.workspace.day_of(imported.committed_at)
    by = f"Imported {day:%-d %b %Y} by {imported.committed_by}, from “{imported.source}”."
    return f"{by} {file_said(imported)}"


@workspace_view(Right.IMPORT)
def import_undo(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """What the undo would leave, first; then it is asked for, with a reason."""
    imported = import_of(workspace, pk, member, changing=True)
    if imported.state != ImportState.COMMITTED:
        return go(request, import_url(imported))
    ids = undoing.undone_together(imported)
    if "counts" in request.GET:
        return _counts(request, imported, ids)
    alone = undoing.left_alone(imported, ids)
    posted = request.POST if request.method == "POST" else None
    keeps = posted is None or posted.get("keep_edited") != "no"
    # Rows that would go although something cites them, with what does as far as this member reads it.
    cited = cited_and_going(workspace, scope_of(member), ids, keep_edited=keeps)
    form = UndoForm(posted, asks=bool(alone.total), releases=bool(cited.total))
    if form.is_valid() and _undone(request, imported, member, form):
        return go(request, import_url(imported))
    context = _outlook_of_undo(imported, ids) | {"form": form, "alone": alone, "cited": cited}
    status = 422 if form.errors and not is_dialog(request) else 200
    part = "transactions/_import_undo.html" if is_dialog(request) else None
    return render_page(request, "transactions/import_undo.html", context, part=part, status=status)


def _outlook_of_undo(imported: Import, ids: list[int]) -> dict[str, Any]:
    """What the undo would leave; of a large import the counts come by themselves."""
    is_large = imported.created + imported.updated > COUNTED_AT_ONCE
    return {
        "imported": imported,
        "together": undoing.corrections(imported, ids),
        "clients": undoing.clients_made(imported, ids),
        "counts": None if is_large else undoing.undo_counts(imported, ids),
        "action": reverse("import_undo", args=[imported.workspace.slug, imported.pk]),
        "back": import_url(imported),
    }


def _counts(request: HttpRequest, imported: Import, ids: list[int]) -> HttpResponse:
    """The counts of a large import, when they are ready."""
    counts = undoing.undo_counts(imported, ids)
    if not wants_part(request):
        return go(request, import_url(imported))
    return render_page(request, "transactions/_undo_counts.html", {"counts": counts})


def _undone(request: HttpRequest, imported: Import, member: Membership, form: UndoForm) -> bool:
    said = form.cleaned_data
    try:
        services.request_undo(
            imported=imported,
            by=member,
            reason=said["reason"],
            keep_edited=said.get("keep_edited", True),
            release_cited=said.get("release_cited", False),
            now=moment(request),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    return True
