"""Contributions from a file or pasted rows: bring, look and ask, check every row, add exactly what was
checked, undo it as a whole (rules 3.10)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contributions.forms.files import AddContributionsForm, ContributionsFileForm
from contributions.models import ContributionsFile
from contributions.services import files as services
from contributions.sources.adding import AT_ONCE, add_rows, alike_of, check_of, known_clients
from contributions.sources.columns import COLUMNS, HOLDS, sample
from contributions.sources.contributions_file import Given
from kamtrak.intake import LayoutForm, answers_in, rejects_response, sample_response
from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Check, Kind, TableError
from kamtrak.reasons import ReasonForm
from kamtrak.uploads import megabytes, takes_upload
from kamtrak.web import go, is_dialog, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right, name_key

QUESTIONS = tuple(column.name for column in COLUMNS if column.kind is not Kind.TEXT)
SHOWN = 50
MOST_ALIKE = 20


@takes_upload("LIMIT_CONTRIBUTIONS_FILE_BYTES")
@workspace_view(Right.LOG)
def contributions_upload(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Choose a file or paste rows; below, what was begun before and what is in."""
    form = ContributionsFileForm(request)
    if form.is_valid():
        brought = form.brought
        try:
            file = services.keep_contributions_file(
                workspace=workspace, by=member, name=brought.name, content=brought.read(), now=moment(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return go(request, _url(file))
    own = ContributionsFile.objects.filter(workspace=workspace, uploaded_by=member.user).defer("content")
    context = {
        "form": form,
        "unfinished": own.filter(added_at=None).order_by("-uploaded_at"),
        "finished": own.exclude(added_at=None).order_by("-added_at")[:SHOWN],
        "limit_hint": f"At most {megabytes(settings.LIMIT_CONTRIBUTIONS_FILE_BYTES)} "
        f"and {settings.LIMIT_CONTRIBUTIONS_FILE_ROWS:,} rows.",
        "columns": [(column.name, HOLDS[column.name], column.optional) for column in COLUMNS],
    }
    return render_page(request, "contributions/upload.html", context, status=form.status)


@workspace_view(Right.LOG)
def contributions_file(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """The check of rows. Sent with `decide`, it keeps answers; else it has the contributions added."""
    file = _file(workspace, member, pk)
    if request.method == "POST" and "decide" in request.POST:
        answers = answers_in(request.POST, QUESTIONS)
        services.decide_contributions_file(file=file, by=member, decisions=answers)
        return go(request, _url(file))
    try:
        check = check_of(file, member, moment(request))
    except TableError as problem:
        return _page(request, file, None, problem=str(problem))
    posted = request.POST if request.method == "POST" else None
    form = AddContributionsForm(posted, seen=check.stamp)
    if posted is not None and form.is_valid():
        added = _added(request, member, file, check, form)
        if added is not None:
            return added
    return _page(request, file, check, form=form, **_outlook(file, check.things))


@workspace_view(Right.LOG)
def contributions_file_undo(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Void everything that came with the rows, with a reason."""
    file = _file(workspace, member, pk)
    if file.added_at is None or file.undone_at is not None:
        return go(request, _url(file))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            voided = services.undo_contributions_file(
                file=file, by=member, reason=form.cleaned_data["reason"], now=moment(request)
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            many = "" if voided == 1 else "s"
            messages.success(request, f"{file.name} undone: {voided:,} contribution{many} voided")
            return go(request, _url(file))
    living = services.brought_by(file).filter(voided_at=None)
    context = {
        "form": form,
        "file": file,
        "living": living.count(),
        "edited": living.filter(version__gt=1).count(),
        "back": _url(file),
    }
    part = "contributions/_file_undo.html" if is_dialog(request) else None
    return render_page(request, "contributions/file_undo.html", context, part)


@workspace_view(Right.LOG)
def contributions_rejects(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """The rows that cannot go in, to be corrected and brought again."""
    file = _file(workspace, member, pk)
    try:
        return rejects_response(file.name, check_of(file, member, moment(request)))
    except TableError as problem:
        raise Http404(str(problem)) from problem


@workspace_view(Right.LOG)
def contributions_sample(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Of this person and the running quarter, so that it can be brought as it is."""
    calendar = workspace.calendar
    quarter = calendar.code(calendar.quarter_of(workspace.day_of(moment(request))))
    return sample_response("contributions-sample.csv", sample(member.user.email, quarter))


@workspace_view(Right.LOG)
@require_POST
def contributions_discard(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    file = _file(workspace, member, pk)
    try:
        services.discard_contributions_file(file=file, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, _url(file))
    messages.success(request, f"Discarded: {file.name}")
    return go(request, reverse("contributions_upload", args=[workspace.slug]))


def _file(workspace: Workspace, member: Membership, pk: int) -> ContributionsFile:
    """Rows that this person brought; those of others do not exist here (rules 8.2)."""
    found = ContributionsFile.objects.select_related("workspace", "undone_by", "job")
    file = found.filter(workspace=workspace, uploaded_by=member.user, pk=pk).first()
    if file is None:
        raise Http404
    return file


def _url(file: ContributionsFile) -> str:
    return reverse("contributions_file", args=[file.workspace.slug, file.pk])


def _outlook(file: ContributionsFile, given: list[Given]) -> dict[str, Any]:
    """What adding the good rows would do, or has done."""
    clients = known_clients(file.workspace, given)
    new = {name_key(each.entry.client): each.entry.client for each in given}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in given:
        sums[each.entry.currency] += each.entry.amount
    label = file.workspace.calendar.label
    alike = [] if file.added_at else alike_of(file, given, clients)
    return {
        "given": [(each.line, each.entry, label(each.entry.quarter)) for each in given[:SHOWN]],
        "good": len(given),
        "sums": sorted(sums.items()),
        "new_clients": [] if file.added_at else [name for key, name in new.items() if key not in clients],
        "alike": alike,
        "alike_shown": alike[:MOST_ALIKE],
        "at_once": len(given) <= AT_ONCE,
    }


def _added(
    request: HttpRequest,
    member: Membership,
    file: ContributionsFile,
    check: Check[Given],
    form: AddContributionsForm,
) -> HttpResponse | None:
    """Where to go on: few rows are in by then, many are being added. None: the form is shown again."""
    if form.cleaned_data["seen"] != check.stamp:
        form.add_error(None, "The rows are read otherwise by now. Look at what would be added, then add it.")
        form.data = {**form.data.dict(), "seen": check.stamp}  # type: ignore[attr-defined]
        return None
    said: dict[str, Any] = {
        "stamp": check.stamp,
        "reason": form.cleaned_data["reason"],
        "now": moment(request),
    }
    try:
        if len(check.things) > AT_ONCE:
            job = services.request_adding(file=file, by=member, **said)
            return go(request, reverse("job", args=[file.workspace.slug, job.pk]))
        added = add_rows(file=file, by=member, **said)
    except Refused as refusal:
        show_refusal(form, refusal)
        return None
    messages.success(request, f"{added:,} contribution{'' if added == 1 else 's'} added from {file.name}")
    return go(request, _url(file))


def _page(
    request: HttpRequest, file: ContributionsFile, check: Check[Given] | None, **context: Any
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
    return render_page(request, "contributions/file.html", values, status=422 if refused else 200)


def _sub_line(file: ContributionsFile, check: Check[Given] | None) -> str:
    if check is None:
        return f"Brought {file.uploaded_at:%-d %b %Y}. Nothing is written yet."
    if file.added_at:
        return f"Read as {check.layout.described}."
    if check.questions:
        return f"Read as {check.layout.described}. One answer decides for a whole column."
    return f"Read as {check.layout.described}. Every row was checked; nothing is written yet."
