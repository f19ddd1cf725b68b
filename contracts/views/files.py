"""Older contracts from a file: upload, look and ask, check every row, add exactly what was checked."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contracts.forms.files import AddContractsForm, ContractsFileForm
from contracts.models import ContractsFile
from contracts.services import files as services
from contracts.sources.adding import check_of
from contracts.sources.columns import COLUMNS, HOLDS, sample
from contracts.sources.contracts_file import Given, OlderContract, contracts_in, gathered
from kamtrak.intake import LayoutForm, answers_in, rejects_response, sample_response
from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Check, Kind, TableError
from kamtrak.uploads import megabytes, takes_upload
from kamtrak.web import go, moment, put_into, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import account_managers, scope_of
from workspaces.rules import Right

QUESTIONS = tuple(column.name for column in COLUMNS if column.kind is not Kind.TEXT)


@takes_upload("LIMIT_CONTRACTS_FILE_BYTES")
@workspace_view(Right.MASTERS)
def contracts_upload(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Choose a file; what was begun before and not finished is offered again."""
    form = ContractsFileForm(request)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = services.keep_contracts_file(
                workspace=workspace, by=member, name=upload.name, content=upload.read(), now=moment(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, reverse("contracts_file", args=[workspace.slug, file.pk]))
    waiting = ContractsFile.objects.filter(workspace=workspace, added_at=None).defer("content")
    context = {
        "form": form,
        "unfinished": waiting.select_related("uploaded_by").order_by("-uploaded_at"),
        "limit_hint": f"At most {megabytes(settings.LIMIT_CONTRACTS_FILE_BYTES)} "
        f"and {settings.LIMIT_CONTRACTS_FILE_ROWS:,} rows.",
        "columns": [(column.name, HOLDS[column.name], column.optional) for column in COLUMNS],
    }
    return render_page(request, "contracts/upload.html", context, status=form.status)


@workspace_view(Right.MASTERS)
def contracts_file(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The check of a file. Sent with `decide`, it keeps answers; else it has the contracts added."""
    file = _file(workspace, pk)
    if request.method == "POST" and "decide" in request.POST:
        answers = answers_in(request.POST, QUESTIONS)
        services.decide_contracts_file(file=file, by=member, decisions=answers)
        return go(request, reverse("contracts_file", args=[workspace.slug, pk]))
    try:
        check = check_of(file, moment(request))
    except TableError as problem:
        return _page(request, file, None, problem=str(problem))
    contracts = contracts_in(check)
    asked = gathered([contract.questions for contract in contracts])
    posted = request.POST if request.method == "POST" else None
    form = AddContractsForm(posted, ask=bool(asked), seen=check.stamp)
    if posted is not None and form.is_valid():
        job = _requested(request, member, file, check, form)
        if job is not None:
            return go(request, reverse("job", args=[workspace.slug, job]))
    return _page(request, file, check, form=form, **_outlook(contracts), asked=asked)


@workspace_view(Right.MASTERS)
def contracts_rejects(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """The rows that cannot go in, to be corrected and brought again."""
    file = _file(workspace, pk)
    try:
        return rejects_response(file.name, check_of(file, moment(request)))
    except TableError as problem:
        raise Http404(str(problem)) from problem


@workspace_view(Right.READ)
def contracts_sample(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Of this workspace: its owners are people whose contracts can be brought."""
    people = account_managers(workspace, scope_of(member))
    owner = people[0].user.email if people else member.user.email
    return sample_response("contracts-sample.csv", sample(owner))


@workspace_view(Right.MASTERS)
@require_POST
def contracts_discard(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    file = _file(workspace, pk)
    try:
        services.discard_contracts_file(file=file, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, reverse("contracts_file", args=[workspace.slug, pk]))
    messages.success(request, f"File discarded: {file.name}")
    return go(request, reverse("contracts_upload", args=[workspace.slug]))


def _file(workspace: Workspace, pk: int) -> ContractsFile:
    found = ContractsFile.objects.select_related("workspace", "uploaded_by", "job")
    file = found.filter(workspace=workspace, pk=pk).first()
    if file is None:
        raise Http404
    return file


def _outlook(contracts: list[OlderContract]) -> dict[str, Any]:
    """What adding the good contracts would do."""
    return {
        "contracts": contracts,
        "rules": sum(len(contract.terms.rules) for contract in contracts),
        "warnings": gathered([contract.warnings for contract in contracts])[:20],
    }


def _requested(
    request: HttpRequest,
    member: Membership,
    file: ContractsFile,
    check: Check[Given],
    form: AddContractsForm,
) -> int | None:
    """The job that adds them; None where the form has to be shown again."""
    if form.cleaned_data["seen"] != check.stamp:
        form.add_error(None, "The file is read otherwise by now. Look at what would be added, then add it.")
        put_into(form, seen=check.stamp)
        return None
    try:
        job = services.request_adding(
            file=file,
            by=member,
            stamp=check.stamp,
            accepted=form.is_accepted,
            reason=form.cleaned_data["reason"],
            now=moment(request),
        )
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
        return None
    return job.pk


def _page(
    request: HttpRequest, file: ContractsFile, check: Check[Given] | None, **context: Any
) -> HttpResponse:
    values = {
        "file": file,
        "check": check,
        "layout_form": LayoutForm(check.layout.sheets if check else (), initial=file.decisions),
        "answered": [name for name in QUESTIONS if name in file.decisions],
        "sub_line": _sub_line(file, check),
        **context,
    }
    form = context.get("form")
    refused = form is not None and bool(form.errors)
    return render_page(request, "contracts/file.html", values, status=422 if refused else 200)


def _sub_line(file: ContractsFile, check: Check[Given] | None) -> str:
    if check is None:
        return f"Uploaded {file.uploaded_at:%-d %b %Y}. Nothing is written yet."
    if file.added_at:
        return f"Read as {check.layout.described}."
    if check.questions:
        return f"Read as {check.layout.described}. One answer decides for a whole column."
    return f"Read as {check.layout.described}. Every row was checked; nothing is written yet."
