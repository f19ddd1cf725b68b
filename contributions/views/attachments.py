"""Attaching a file to a contribution, handing it out, removing and restoring it."""

import logging

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from contributions.forms.attachments import AttachmentForm
from contributions.models import Attachment, Contribution
from contributions.queries.attachments import get_attachment
from contributions.queries.contributions import get_contribution
from contributions.services import attachments as services
from kamtrak.lib.errors import Refused
from kamtrak.lib.money import grouped
from kamtrak.uploads import takes_upload
from kamtrak.web import go, is_dialog, moment, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right

log = logging.getLogger(__name__)
PAGE, PART = "contributions/attachment_add.html", "contributions/_attachment_add.html"
# The browser saves the file and never shows it as a page of ours, whatever it holds.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@takes_upload("LIMIT_ATTACHMENT_BYTES")
@workspace_view(Right.LOG)
def attachment_add(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    row = own_contribution(workspace, member, pk)
    form = AttachmentForm(request)
    if form.is_valid():
        try:
            kept = services.attach_file(
                contribution=row, by=member, file=form.cleaned_data["file"], now=moment(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"File attached: {kept.name}")
            return go(request, _row_url(workspace, row.pk))
    back, dialog = _row_url(workspace, pk), is_dialog(request)
    context = {
        "form": form,
        "back": back,
        "sub_line": row_line(row),
        "most": settings.LIMIT_ATTACHMENT_BYTES,
        "too_large": services.too_large_to_keep(),
    }
    return render_page(request, PAGE, context, PART if dialog else None, 200 if dialog else form.status)


@workspace_view()
def attachment(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponseBase:
    """The file, to whoever may read its contribution at this moment; always saved, never shown in place."""
    kept = get_attachment(workspace, scope_of(member), pk)
    try:
        content = default_storage.open(kept.path)
    except Exception:  # each storage has its own errors
        log.exception("the file of attachment %s cannot be read", kept.pk)
        messages.error(request, f"{kept.name} cannot be read from the storage just now. Try again later.")
        return go(request, _row_url(workspace, kept.contribution_id))
    return FileResponse(
        content, as_attachment=True, filename=kept.name, content_type=kept.content_type, headers=HEADERS
    )


@workspace_view(Right.LOG)
@require_POST
def attachment_remove(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    kept = _own_file(workspace, member, pk)
    services.remove_file(attachment=kept, by=member, now=moment(request))
    undo = reverse("attachment_restore", args=[workspace.slug, pk])
    messages.success(request, f"File removed: {kept.name}", extra_tags=f"undo={undo}")
    return go(request, _row_url(workspace, kept.contribution_id))


@workspace_view(Right.LOG)
@require_POST
def attachment_restore(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    kept = _own_file(workspace, member, pk)
    try:
        services.restore_file(attachment=kept, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"File restored: {kept.name}")
    return go(request, _row_url(workspace, kept.contribution_id))


def own_contribution(workspace: Workspace, member: Membership, pk: int) -> Contribution:
    """A contribution that this member may write; rows of others do not exist here (rules 8.2)."""
    row = get_contribution(workspace, scope_of(member), pk)
    if row.owner_id != member.pk:
        raise Http404
    return row


def row_line(row: Contribution) -> str:
    """A contribution in one line: "Nordhavn Logistics, 48,000.00 EUR"."""
    client = row.client.survivor or row.client
    return f"{client.name}, {grouped(row.amount.amount, row.currency)} {row.currency}"


def _own_file(workspace: Workspace, member: Membership, pk: int) -> Attachment:
    kept = get_attachment(workspace, scope_of(member), pk, removed=True)
    if kept.contribution.owner_id != member.pk:
        raise Http404
    return kept


def _row_url(workspace: Workspace, contribution_id: int) -> str:
    return reverse("contribution", args=[workspace.slug, contribution_id])
