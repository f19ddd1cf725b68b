"""Documents: the list, issuing one, one with its figures and its file, checking a file."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from kamtrak.lib.errors import Refused
from kamtrak.uploads import megabytes, takes_upload
from kamtrak.web import go, is_dialog, moment, one_time_token, render_page
from reports.forms import CheckForm, ReviewForm
from reports.models import Document
from reports.queries.contracts import ContractDrift, contract_drift
from reports.queries.documents import (
    Drift,
    anything_on_record,
    document_page,
    get_document,
    live_drift,
    readable_documents,
    readers_of,
    review_of,
    reviewable_people,
    reviews_being_made,
)
from reports.queries.imported_rows import imported_drift
from reports.queries.oldest import oldest_quarter
from reports.rules.imported import ImportedDrift
from reports.services.check import check_file
from reports.services.documents import open_document, request_review, share_document
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right
from workspaces.services.settings import Held, held_by


@workspace_view()
@require_safe
def documents(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """One's own documents and shared ones; what is being made stands above."""
    page = document_page(
        workspace, member, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "page": page,
        "total": readable_documents(workspace, member).count(),
        "jobs": [
            (job, workspace.calendar.period(job.params["period"]).label)
            for job in reviews_being_made(workspace, member)
        ],
        "anything": anything_on_record(workspace, scope_of(member)),
    }
    return render_page(request, "reports/documents.html", context)


@workspace_view(Right.ISSUE)
def document_issue(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Choose a person and a period; a worker makes the review, and its page shows how far it is."""
    people = reviewable_people(workspace, scope_of(member))
    sent = request.POST if request.method == "POST" else None
    first = _initial(request, workspace, member)
    today, oldest = workspace.day_of(moment(request)), oldest_quarter(workspace, scope_of(member))
    form = ReviewForm(workspace, people, today, sent, oldest=oldest, initial=first)
    if sent is not None and form.is_valid():
        asked = form.cleaned_data
        try:
            job = request_review(workspace=workspace, by=member, now=moment(request), **asked)
            return go(request, reverse("job", args=[workspace.slug, job.pk]))
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
    context = {
        "form": form,
        "back": reverse("documents", args=[workspace.slug]),
        "holds_currency": held_by(workspace, Held.CURRENCY),
    }
    part = "reports/_document_issue.html" if is_dialog(request) else None
    return render_page(request, "reports/document_issue.html", context, part, 422 if form.errors else 200)


def _initial(request: HttpRequest, workspace: Workspace, member: Membership) -> dict[str, Any]:
    """Oneself and the quarter that ended last, unless the address names others."""
    calendar = workspace.calendar
    ended = calendar.code(workspace.quarter_of(moment(request)) - 1)
    return {
        "person": request.GET.get("staff") or member.pk,
        "period": request.GET.get("period") or ended,
        "once": one_time_token(),
    }


@workspace_view()
@require_safe
def document(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    return _document_page(request, workspace, member, pk)


def _document_page(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int, problem: str = ""
) -> HttpResponse:
    found = get_document(workspace, member, pk)
    review, drift = review_of(found), live_drift(found)
    sides, imported = contract_drift(found, review.contracts), imported_drift(found, review.imported)
    context = {
        "document": found,
        "review": review,
        "lines": list(zip(review.totals, drift, strict=True)),
        "sides": sides,
        "imported": imported,
        "moved": _moved(drift, sides, imported),
        "provisional": review.sum_of("provisional_rows"),
        "unknown": review.sum_of("unknown_rows"),
        "earlier": review.sum_of("earlier_rows"),
        "own": found.issued_by_id == member.user_id,
        "readers": [str(reader) for reader in readers_of(found) if reader.user_id != member.user_id],
        "problem": problem,
    }
    return render_page(request, "reports/document.html", context, status=409 if problem else 200)


@workspace_view(Right.ISSUE)
@require_POST
def document_share(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Show a document of one's own to those who read the person's contributions, or hide it again."""
    found = get_document(workspace, member, pk)
    try:
        share_document(document=found, by=member, shared=request.POST.get("shared") == "yes")
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"{found.number} is {'shared' if found.shared else 'yours alone'} now.")
    return go(request, reverse("document", args=[workspace.slug, pk]))


@workspace_view()
@require_safe
def document_file(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponseBase:
    """The PDF, if it still is the one that was issued; the right is checked at each download."""
    found = get_document(workspace, member, pk)
    try:
        file = open_document(found)
    except Refused as refusal:
        return _document_page(request, workspace, member, pk, refusal.message)
    response = FileResponse(file, as_attachment=True, filename=f"{found.number}.pdf")
    response["Content-Type"] = "application/pdf"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@takes_upload("LIMIT_CHECKED_BYTES")
@workspace_view()
def document_check(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Drop a file: intact, altered or unknown, and whether the live figures have moved since."""
    form = CheckForm(request)
    hint = f"A PDF of at most {megabytes(settings.LIMIT_CHECKED_BYTES)}. It is compared and not kept."
    context: dict[str, Any] = {"form": form, "hint": hint}
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            checked = check_file(workspace=workspace, file=upload, size=upload.size)
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            context |= {"checked": checked, "name": upload.name}
            context |= _readable(workspace, member, checked.document)
    return render_page(request, "reports/document_check.html", context, status=form.status)


def _readable(workspace: Workspace, member: Membership, found: Document | None) -> dict[str, Any]:
    """What may be said beside the verdict: figures only to those who read the person's contributions."""
    if found is None or not scope_of(member).includes(found.person_id):
        return {}
    review = review_of(found)
    drift, sides = live_drift(found), contract_drift(found, review.contracts)
    imported = imported_drift(found, review.imported)
    return {
        "drift": drift,
        "sides": sides,
        "imported": imported,
        "moved": _moved(drift, sides, imported),
        "readable": readable_documents(workspace, member).filter(pk=found.pk).exists(),
    }


def _moved(drift: list[Drift], sides: list[ContractDrift], imported: ImportedDrift | None) -> bool:
    """Whether any live figure is another one than at issue."""
    moved = [line.moved for line in drift] + [side.moved for side in sides]
    return any(moved) or (imported is not None and imported.moved)
