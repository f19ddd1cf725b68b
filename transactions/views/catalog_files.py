"""Catalog entries from a file: upload, look and ask, check every row, add exactly what was checked."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.intake import LayoutForm, answers_in, rejects_response, sample_response
from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Check, Kind, TableError
from kamtrak.uploads import megabytes, takes_upload
from kamtrak.web import go, moment, render_page, show_refusal
from transactions.forms.files import AddEntriesForm, CatalogFileForm
from transactions.models import CatalogFile
from transactions.queries.catalog_plans import Plan, job_of, plan_of, unfinished_files
from transactions.services import catalog_files as services
from transactions.sources.catalog_adding import AT_ONCE
from transactions.sources.catalog_checks import check_of
from transactions.sources.catalog_columns import COLUMNS, HOLDS, SAMPLE
from transactions.sources.catalog_file import Given, entries_in
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

QUESTIONS = tuple(column.name for column in COLUMNS if column.kind is not Kind.TEXT)
SHOWN = 50


@takes_upload("LIMIT_CATALOG_FILE_BYTES")
@workspace_view(Right.MASTERS)
def catalog_upload(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Choose a file; what was begun before and not finished is offered again."""
    form = CatalogFileForm(request)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = services.keep_catalog_file(
                workspace=workspace, by=member, name=upload.name, content=upload.read(), now=moment(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, reverse("catalog_file", args=[workspace.slug, file.pk]))
    context = {
        "form": form,
        "unfinished": list(unfinished_files(workspace)),
        "limit_hint": f"At most {megabytes(settings.LIMIT_CATALOG_FILE_BYTES)} "
        f"and {settings.LIMIT_CATALOG_FILE_ROWS:,} rows.",
        "columns": [(column.name, HOLDS[column.name], column.optional) for column in COLUMNS],
    }
    return render_page(request, "transactions/catalog_upload.html", context, status=form.status)


@workspace_view(Right.MASTERS)
def catalog_file(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The check of a file. Sent with `decide`, it keeps answers; else it adds what was checked."""
    file = _file(workspace, pk)
    if request.method == "POST" and "decide" in request.POST:
        answers = answers_in(request.POST, QUESTIONS)
        services.decide_catalog_file(file=file, by=member, decisions=answers)
        return go(request, reverse("catalog_file", args=[workspace.slug, pk]))
    try:
        check = check_of(file, workspace)
    except TableError as problem:
        return _page(request, file, None, problem=str(problem))
    posted = request.POST if request.method == "POST" else None
    form = AddEntriesForm(posted, initial={"seen": check.stamp})
    if posted is not None and form.is_valid():
        added = _added(request, member, file, check, form)
        if added is not None:
            return added
    plan = plan_of(workspace, entries_in(check))
    return _page(request, file, check, form=form, plan=plan, shown=_shown(plan))


@workspace_view(Right.MASTERS)
def catalog_rejects(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The rows that cannot go in, to be corrected and brought again."""
    file = _file(workspace, pk)
    try:
        return rejects_response(file.name, check_of(file, workspace))
    except TableError as problem:
        raise Http404(str(problem)) from problem


@workspace_view(Right.READ)
def catalog_sample(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """A file as it is expected."""
    return sample_response("catalog-sample.csv", SAMPLE)


@workspace_view(Right.MASTERS)
@require_POST
def catalog_discard(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    file = _file(workspace, pk)
    try:
        services.discard_catalog_file(file=file, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, reverse("catalog_file", args=[workspace.slug, pk]))
    messages.success(request, f"File discarded: {file.name}")
    return go(request, reverse("catalog_upload", args=[workspace.slug]))


def _file(workspace: Workspace, pk: int) -> CatalogFile:
    found = CatalogFile.objects.select_related("workspace", "uploaded_by")
    file = found.filter(workspace=workspace, pk=pk).first()
    if file is None:
        raise Http404
    return file


def _shown(plan: Plan) -> list[Any]:
    """The first entries that would change or be new: changes first, since they touch what there is."""
    return [*plan.changed, *plan.new][:SHOWN]


def _added(
    request: HttpRequest, member: Membership, file: CatalogFile, check: Check[Given], form: AddEntriesForm
) -> HttpResponse | None:
    """Where to go on: few entries are in by then, many are being added. None: the form is shown again."""
    if form.cleaned_data["seen"] != check.stamp:
        form.add_error(None, "The file is read otherwise by now. Look at what would be added, then add it.")
        form.data = {**form.data.dict(), "seen": check.stamp}  # type: ignore[attr-defined]
        return None
    said: dict[str, Any] = {
        "file": file,
        "by": member,
        "reason": form.cleaned_data["reason"],
        "now": moment(request),
    }
    try:
        if len(check.good) > AT_ONCE:
            job = services.request_adding(stamp=check.stamp, **said)
            return go(request, reverse("job", args=[file.workspace.slug, job.pk]))
        added = services.add_entries_of_file(entries=entries_in(check), **said)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    messages.success(request, _said(added, file.name))
    return go(request, reverse("catalog", args=[file.workspace.slug]))


def _page(
    request: HttpRequest, file: CatalogFile, check: Check[Given] | None, **context: Any
) -> HttpResponse:
    values = {
        "file": file,
        "job": None if file.added_at else job_of(file),
        "check": check,
        "layout_form": LayoutForm(check.layout.sheets if check else (), initial=file.decisions),
        "answered": [name for name in QUESTIONS if name in file.decisions],
        "sub_line": _sub_line(file, check),
        **context,
    }
    form = context.get("form")
    refused = form is not None and bool(form.errors)
    return render_page(request, "transactions/catalog_file.html", values, status=422 if refused else 200)


def _sub_line(file: CatalogFile, check: Check[Given] | None) -> str:
    if check is None:
        return f"Uploaded {file.uploaded_at:%-d %b %Y}. Nothing is written yet."
    if file.added_at:
        return f"Read as {check.layout.described}."
    if check.questions:
        return f"Read as {check.layout.described}. One answer decides for a whole column."
    return f"Read as {check.layout.described}. Every row was checked; nothing is written yet."


def _said(added: int, name: str) -> str:
    if not added:
        return f"Nothing to add: every entry of {name} stands in the catalog already."
    return f"{added:,} {'entry' if added == 1 else 'entries'} added or changed from {name}."
