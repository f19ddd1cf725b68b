"""Names of owners as files write them: the list, and whom one means (rules 5.19)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import back_to, go, moment, render_page, show_refusal
from transactions.forms.owners import OwnerForm
from transactions.pipeline.following import FOLLOW
from transactions.queries import owners as queries
from transactions.queries.marked import unfinished_jobs
from transactions.queries.people import members_by_name
from transactions.services.owners import confirm_owner
from transactions.views.catalog import form_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.rules import Right

MEANINGS = [("none", "nobody yet"), ("alias", "said by a person"), ("found", "found by e-mail or name")]


@workspace_view(Right.MASTERS)
def owner_names(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Every name that a file gave as an owner, with the member that it means."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    meaning = request.GET.get("means", "")
    page = queries.owner_page(
        workspace,
        text=text,
        meaning=meaning,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    plain = not text and not meaning
    context = {
        "page": page,
        "text": text,
        "meanings": MEANINGS,
        "following": unfinished_jobs(workspace, [FOLLOW]).get(FOLLOW),
        "is_empty": plain and not page.total and not queries.any_owner(workspace),
    }
    return render_page(request, "transactions/owner_names.html", context)


@workspace_view(Right.MASTERS)
def owner_name(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Whom one name means: from the alert that asks for it, or to correct it."""
    owner = queries.get_owner(workspace, pk)
    proposed = None if owner.is_alias else members_by_name(workspace).get(owner.key)
    shown = {"member": str(owner.member_id or proposed or ""), "was": owner.member_id}
    people = queries.owner_candidates(workspace)
    form = OwnerForm(people, request.POST or None, initial=shown)
    back = back_to(request, reverse("owner_names", args=[workspace.slug]))
    if request.method == "POST" and form.is_valid():
        try:
            confirm_owner(
                owner=owner,
                member=form.chosen(),
                was=form.cleaned_data["was"],
                by=member,
                reason=form.cleaned_data["reason"],
                now=moment(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
            if isinstance(refusal, Stale):  # whom it means by now is shown: the next Save is a decision
                owner = queries.get_owner(workspace, pk)
                form.data = {**form.data.dict(), "was": str(owner.member_id or "")}  # type: ignore[attr-defined]
        else:
            meant = form.chosen()
            messages.success(request, f"“{owner}” is {meant}." if meant else f"“{owner}” is nobody yet.")
            return go(request, back)
    alert = queries.alert_about(workspace, owner)
    context = {"form": form, "owner": owner, "alert": alert, "back": back, "history": history_of(owner)[:10]}
    return form_page(request, "owner_name", context)
