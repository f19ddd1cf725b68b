"""The versions of a schedule: two compared month by month, and one restored as a new version."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from contracts.forms.endings import EndingForm
from contracts.models import Contract
from contracts.queries.contracts import get_contract
from contracts.queries.versions import VersionLine, version_lines
from contracts.rules import ComparedMonth, changes_between, compared_months
from contracts.services.drafts import can_write
from contracts.services.schedules import restore_version
from contracts.views.asking import dialog_page, done, page_of
from contracts.views.loading import own_contract
from kamtrak.web import go, moment, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of


@workspace_view()
def contract_compare(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Any two versions; what was confirmed and what is current, unless the address says otherwise."""
    row = get_contract(workspace, scope_of(member), pk)
    versions = version_lines(row)
    if not versions:
        return go(request, page_of(workspace, row))
    numbered = {line.version.number: line for line in versions}
    before = numbered.get(read_id(request.GET, "from") or 0, versions[-1])
    after = numbered.get(read_id(request.GET, "to") or 0, versions[0])
    context = {
        "row": row,
        "versions": versions,
        "before": before,
        "after": after,
        "changes": changes_between(before.terms, after.terms),
        "months": _compared(row, before, after),
        "difference": after.total - before.total,
        "may_write": can_write(row, member) and not row.is_void,
    }
    return render_page(request, "contracts/contract_compare.html", context)


@workspace_view()
def contract_version_restore(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int, number: int
) -> HttpResponse:
    """Bring an old version back, once its effect was shown and a reason given."""
    row = own_contract(workspace, member, pk)
    versions = version_lines(row)
    wanted = next((line for line in versions if line.version.number == number), None)
    if wanted is None:
        raise Http404
    form = EndingForm(request.POST if request.method == "POST" else None, initial={"revision": row.revision})

    def act() -> object:
        values = form.cleaned_data
        return restore_version(
            contract=row,
            by=member,
            number=number,
            revision=values["revision"] or 0,
            reason=values["reason"],
            now=moment(request),
        )

    if form.is_bound and form.is_valid() and done(form, row, act):
        messages.success(request, f"Version {number} restored: {row}")
        return go(request, page_of(workspace, row))
    context = {"row": row, "back": page_of(workspace, row), **_effect(wanted, versions[0])}
    return dialog_page(request, "contract_version_restore", form, context)


def _compared(row: Contract, before: VersionLine, after: VersionLine) -> tuple[ComparedMonth, ...]:
    return compared_months(
        before.terms,
        after.terms,
        frozen_until=row.frozen_until,
        cancelled_after=row.cancelled_after,
    )


def _effect(wanted: VersionLine, now: VersionLine) -> dict[str, Any]:
    """What the confirmed terms come to with it and now, and what changes."""
    return {"wanted": wanted, "now": now, "changes": changes_between(now.terms, wanted.terms)}
