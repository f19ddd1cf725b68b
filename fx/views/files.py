"""Own rates from a file: upload, look and ask, check every row, add exactly what was checked."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from fx.forms import LEAVE_OUT, AddFileForm, FileForm
from fx.models import RatesFile
from fx.queries import OffMarket, off_market_rates, own_on_record, unfinished_files
from fx.queries.own import place_of
from fx.rules import OwnRate
from fx.services import files as services
from fx.services.own import Entry
from fx.sources.rates_file import SAMPLE, check_file
from kamtrak.intake import LayoutForm, answers_in, rejects_response, sample_response
from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Check, Limits, TableError
from kamtrak.uploads import megabytes, takes_upload
from kamtrak.web import go, moment, put_into, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

QUESTIONS = ("date", "rate", "until")


@dataclass(frozen=True)
class Outlook:
    """What adding the good rows of a check would do."""

    new: int
    corrections: int
    same: int
    off_market: list[OffMarket]

    @property
    def changes(self) -> int:
        return self.new + self.corrections


@takes_upload("LIMIT_RATES_FILE_BYTES")
@workspace_view(Right.MASTERS)
def rates_upload(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Choose a file; what was begun before and not finished is offered again."""
    form = FileForm(request)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = services.keep_rates_file(
                workspace=workspace, by=member, name=upload.name, content=upload.read(), now=moment(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return go(request, reverse("rates_file", args=[workspace.slug, file.pk]))
    context = {
        "form": form,
        "unfinished": list(unfinished_files(workspace)),
        "limit_hint": f"At most {megabytes(settings.LIMIT_RATES_FILE_BYTES)} "
        f"and {settings.LIMIT_RATES_FILE_ROWS:,} rows.",
    }
    return render_page(request, "fx/rates_upload.html", context, status=form.status)


@workspace_view(Right.MASTERS)
def rates_file(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The check of a file. Sent with `decide`, it keeps answers; else it adds what was checked."""
    file = _file(workspace, pk)
    if request.method == "POST" and "decide" in request.POST:
        answers = answers_in(request.POST, QUESTIONS)
        services.decide_rates_file(file=file, by=member, decisions=answers)
        return go(request, reverse("rates_file", args=[workspace.slug, pk]))
    context: dict[str, Any] = {"file": file, "check": None}
    try:
        check = _check(request, workspace, file)
    except TableError as problem:
        context["problem"] = str(problem)
        return _page(request, file, context)
    outlook = _outlook(request, workspace, check)
    posted = request.POST if request.method == "POST" else None
    form = AddFileForm(posted, ask=bool(outlook.off_market), initial={"seen": check.stamp})
    sent = posted is not None and form.is_valid()
    if sent and (added := _added(request, member, file, check, outlook, form)) is not None:
        messages.success(request, _said(added, file.name))
        return go(request, reverse("rates", args=[workspace.slug]))
    return _page(request, file, context | {"check": check, "outlook": outlook, "form": form})


@workspace_view(Right.MASTERS)
def rates_rejects(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The rows that cannot go in, to be corrected and brought again."""
    file = _file(workspace, pk)
    try:
        check = _check(request, workspace, file)
    except TableError as problem:
        raise Http404(str(problem)) from problem
    return rejects_response(file.name, check)


@workspace_view(Right.READ)
def rates_sample(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """A file as it is expected."""
    return sample_response("rates-sample.csv", SAMPLE)


@workspace_view(Right.MASTERS)
@require_POST
def rates_discard(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    file = _file(workspace, pk)
    services.discard_rates_file(file=file, by=member)
    messages.success(request, f"File discarded: {file.name}")
    return go(request, reverse("rates_upload", args=[workspace.slug]))


def _file(workspace: Workspace, pk: int) -> RatesFile:
    file = RatesFile.objects.filter(workspace=workspace, pk=pk).select_related("uploaded_by").first()
    if file is None:
        raise Http404
    return file


def _check(request: HttpRequest, workspace: Workspace, file: RatesFile) -> Check[OwnRate]:
    today = workspace.day_of(moment(request))
    limits = Limits(bytes=settings.LIMIT_RATES_FILE_BYTES, rows=settings.LIMIT_RATES_FILE_ROWS)
    left_out = services.left_out_of(file)
    return check_file(bytes(file.content), file.decisions, today=today, limits=limits, left_out=left_out)


def _outlook(request: HttpRequest, workspace: Workspace, check: Check[OwnRate]) -> Outlook:
    rates = check.things
    known = own_on_record(workspace) if rates else {}
    same = sum(known.get(place_of(rate)) == rate for rate in rates)
    new = sum(place_of(rate) not in known or known[place_of(rate)].withdrawn for rate in rates)
    off_market = off_market_rates(workspace, rates, workspace.day_of(moment(request)))
    return Outlook(new, len(rates) - new - same, same, off_market)


def _added(
    request: HttpRequest,
    member: Membership,
    file: RatesFile,
    check: Check[OwnRate],
    outlook: Outlook,
    form: AddFileForm,
) -> int | None:
    """How many rates were added; None where the form has to be shown again."""
    if form.cleaned_data["seen"] != check.stamp and not file.added_at:  # else it has been sent twice
        form.add_error(None, "The file is read otherwise by now. Look at what would be added, then add it.")
        put_into(form, seen=check.stamp)
        return None
    leave = form.cleaned_data.get("confirmed") == LEAVE_OUT
    out = {found.own for found in outlook.off_market} if leave else set()
    taken = [row for row in check.good if row.thing not in out]
    entries = [Entry(row.thing, f"{file.name}, line {row.line}") for row in taken if row.thing]
    try:
        return services.add_rates_of_file(
            workspace=member.workspace,
            by=member,
            file=file,
            entries=entries,
            reason=form.cleaned_data["reason"],
            now=moment(request),
            left_out=[row.line for row in check.good if row.thing in out],
        )
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
    return None


def _page(request: HttpRequest, file: RatesFile, context: dict[str, Any]) -> HttpResponse:
    check: Check[OwnRate] | None = context["check"]
    sheets = check.layout.sheets if check else ()
    form = LayoutForm(sheets, initial=file.decisions)
    context |= {
        "layout_form": form,
        "answered": [name for name in QUESTIONS if name in file.decisions],
        "sub_line": _sub_line(file, check),
    }
    sent = context.get("form")
    return render_page(
        request, "fx/rates_file.html", context, status=422 if sent is not None and sent.errors else 200
    )


def _sub_line(file: RatesFile, check: Check[OwnRate] | None) -> str:
    if check is None:
        return f"Uploaded {file.uploaded_at:%-d %b %Y}. Nothing is written yet."
    if file.added_at:
        return f"Read as {check.layout.described}."
    if check.questions:
        return f"Read as {check.layout.described}. One answer decides for a whole column."
    return f"Read as {check.layout.described}. Every row was checked; nothing is written yet."


def _said(added: int, name: str) -> str:
    if not added:
        return f"Nothing to add: every rate of {name} was on record already."
    return f"{added:,} {'rate' if added == 1 else 'rates'} added from {name}."
