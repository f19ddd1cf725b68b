"""Another mapping for an import that is in: decided column by column, kept at once, and in force only when
its effect has been seen and accepted (rules 5.12).
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.web import go, moment
from transactions.models import ImportState
from transactions.pipeline.remapping import propose_mapping
from transactions.queries.imports import import_of
from transactions.services import proposals
from transactions.views.drafts import Draft, proposal_of
from transactions.views.mapping import form_of, preview_page, respond
from transactions.views.steps import file_said, import_url, moves_url
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

PAGE = "transactions/import_remap.html"


@workspace_view(Right.MASTERS)
def import_remap(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Each change is kept at once. Sent with `check`, the rows wait for a decision, if nothing is open."""
    imported = import_of(workspace, pk, member)
    if imported.state != ImportState.COMMITTED:
        return go(request, import_url(imported))
    draft = proposal_of(imported)
    if request.method != "POST":
        return _remap_page(request, draft, member)
    draft, wants = draft.answered(request.POST), "check" in request.POST
    try:
        proposals.keep_proposal(
            imported=imported, by=member, mapping=draft.mapping, answered=draft.decisions.answered
        )
        if wants and draft.is_complete:
            propose_mapping(imported=imported, by=member, now=moment(request))
            return go(request, moves_url(imported))
    except Refused as refusal:
        return _remap_page(request, draft, member, refusal=refusal)
    return _remap_page(request, draft, member, insists=wants)


def _remap_page(
    request: HttpRequest,
    draft: Draft,
    member: Membership,
    *,
    insists: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    imported = draft.imported
    context = {
        "imported": imported,
        "sub_line": file_said(imported),
        "refusal": refusal,
        "insists": insists,
        "waits": proposals.rows_wait(imported),
        "moves_url": moves_url(imported),
        "is_changed": draft.mapping != draft.known,
        **form_of(draft, member, "import_remap"),
    }
    return respond(request, PAGE, context)


@workspace_view(Right.MASTERS)
def import_remap_preview(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """The first rows of the file under the mapping that is proposed."""
    imported = import_of(workspace, pk, member)
    if imported.state != ImportState.COMMITTED:
        return go(request, import_url(imported))
    return preview_page(request, proposal_of(imported), "import_remap")


@workspace_view(Right.MASTERS)
@require_POST
def import_remap_discard(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Forget what was proposed; the mapping in force stays."""
    imported = import_of(workspace, pk, member)
    try:
        proposals.discard_proposal(imported=imported, by=member)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "The change of the mapping is discarded.")
    return go(request, import_url(imported))
