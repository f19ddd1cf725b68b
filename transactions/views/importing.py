"""Imports: the list, bringing a file, and one import wherever it has come to."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.uploads import megabytes, takes_upload
from kamtrak.web import go, moment, read_id, render_page, wants_part
from transactions.forms.imports import ImportForm, RereadForm
from transactions.models import Import, ImportState
from transactions.pipeline.files import forget, import_limits
from transactions.queries import imports as queries
from transactions.services import imports as services
from transactions.views.checking import check_page
from transactions.views.files import file_response
from transactions.views.results import result_page
from transactions.views.steps import import_url, step_of, stopped_because
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right
from workspaces.services.jobs import kind_of

RUNNING = (ImportState.UPLOADED, ImportState.CHECKING, ImportState.COMMITTING, ImportState.UNDOING)
STATES = (
    ("mapping", "to be mapped"),
    ("checked", "checked"),
    ("committed", "imported"),
    ("undone", "undone"),
    ("all", "all"),
)


@workspace_view()
def imports(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Every import that the member reads, newest first."""
    scope, state = scope_of(member), request.GET.get("state", "")
    page = queries.imports_page(workspace, scope, state=state, after=request.GET.get("after", ""))
    context = {
        "page": page,
        "lines": [(row, services.may_change(member, row)) for row in page.imports],
        "state_choices": STATES,
        "is_empty": not page.imports and not state and not request.GET.get("after"),
        "limits": limits_said(),
        "reads_everyone": member.reads_everyone,
    }
    return render_page(request, "transactions/imports.html", context)


def limits_said() -> str:
    """What a file may have, said before anybody waits for an upload (rules 10)."""
    limits = import_limits()
    largest, packed = megabytes(limits.bytes), megabytes(limits.xlsx_packed)
    return f"CSV up to {largest} and {limits.rows:,} rows, XLSX up to {packed}."


@takes_upload("LIMIT_IMPORT_BYTES")
@workspace_view(Right.IMPORT)
def import_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Choose a file; the corrected reject file of an import names that import (`continues`)."""
    continues = _continued(request, workspace, member)
    form = ImportForm(request)
    if form.is_valid():
        upload, now = form.cleaned_data["file"], moment(request)
        try:
            imported = services.start_import(
                workspace=workspace, by=member, name=upload.name, file=upload, now=now, continues=continues
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, import_url(imported))
    context = {
        "form": form,
        "limits": limits_said(),
        "most": settings.LIMIT_IMPORT_BYTES,
        "continues": continues,
        "own_alone": not member.can(Right.MASTERS),
    }
    return render_page(request, "transactions/import_add.html", context, status=form.status)


def _continued(request: HttpRequest, workspace: Workspace, member: Membership) -> Import | None:
    """The import whose rejected rows come back: it is in, and the member's to go on with."""
    pk = read_id(request.GET, "continues")
    if pk is None:
        return None
    found = queries.import_of(workspace, pk, member, changing=True)
    return found if found.state == ImportState.COMMITTED else None


@workspace_view()
def import_page(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """One import at the step that it has come to."""
    imported = queries.import_of(workspace, pk, member)
    may_change = services.may_change(member, imported)
    if imported.state in RUNNING:
        return _progress_page(request, imported, may_change=may_change)
    asks_now = "now" in request.GET and imported.state == ImportState.COMMITTED
    if wants_part(request) and not asks_now:  # what asked for the progress of work that is over
        return go(request, import_url(imported))
    if imported.state == ImportState.MAPPING and may_change:
        return go(request, reverse("import_map", args=[workspace.slug, pk]))
    if imported.state == ImportState.CHECKED:
        return check_page(request, imported, member, may_change=may_change)
    if imported.state in (ImportState.COMMITTED, ImportState.UNDONE):
        return result_page(request, imported, member, may_change=may_change)
    return _waiting_page(request, imported, may_change=may_change)


def _progress_page(request: HttpRequest, imported: Import, *, may_change: bool) -> HttpResponse:
    """How far the work is, from its real counts; the part asks again each second."""
    job = imported.job
    slug = imported.workspace.slug
    context: dict[str, Any] = {
        "imported": imported,
        "step": step_of(imported),
        "job": job,
        "kind": kind_of(job) if job else None,
        "url": import_url(imported),
        "cancel_url": reverse("import_cancel", args=[slug, imported.pk]) if may_change else "",
        "may_change": may_change,
    }
    return render_page(
        request, "transactions/import_running.html", context, part="transactions/_import_running.html"
    )


def _waiting_page(request: HttpRequest, imported: Import, *, may_change: bool) -> HttpResponse:
    """A file that cannot be read, or one whose columns somebody else has still to map."""
    layout = queries.layout_of(imported)
    context = {
        "imported": imported,
        "step": step_of(imported),
        "layout_form": RereadForm(None, layout),
        "may_change": may_change,
        "problem": imported.failure or stopped_because(imported),
    }
    return render_page(request, "transactions/import_waiting.html", context)


@workspace_view(Right.IMPORT)
@require_POST
def import_reread(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Look at the file again: as it is said, or as it is found."""
    imported = queries.import_of(workspace, pk, member, changing=True)
    form = RereadForm(request.POST, queries.layout_of(imported))
    if not form.is_valid():
        messages.error(request, "Choose how the file is read from the lists.")
        return go(request, import_url(imported))
    answers, now = form.answers(), moment(request)
    return _done(
        request, imported, lambda: services.relook(imported=imported, by=member, layout=answers, now=now)
    )


@workspace_view(Right.IMPORT)
@require_POST
def import_cancel(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Ask for the work to stop; it leaves nothing half done."""
    imported = queries.import_of(workspace, pk, member, changing=True)
    return _done(
        request,
        imported,
        lambda: services.cancel_import_job(imported=imported, by=member, now=moment(request)),
    )


@workspace_view(Right.IMPORT)
@require_POST
def import_discard(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Forget a file of which nothing went in."""
    imported = queries.import_of(workspace, pk, member, changing=True)
    try:
        files = services.discard_import(imported=imported, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, import_url(imported))
    for file in files:
        transaction.on_commit(partial(forget, file), robust=True)
    messages.success(request, f"Import discarded: {imported.name}")
    return go(request, reverse("imports", args=[workspace.slug]))


def _done(request: HttpRequest, imported: Import, act: Any) -> HttpResponse:
    """Do it, and go to the import as it then stands; what was refused is said there."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.message)
    return go(request, import_url(imported))


@workspace_view()
def import_rejects(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponseBase:
    """The rows that could not go in, to be corrected and brought again."""
    imported = queries.import_of(workspace, pk, member)
    if not imported.rejects or not imported.checked.get("bad"):
        raise Http404
    return file_response(imported.rejects, f"{imported.name.rsplit('.', 1)[0]}-rejects.csv")
