"""The workspace's settings, and deleting it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import go, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.forms.settings import DeleteForm, SettingsForm
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.rules import Right
from workspaces.services.deletion import delete_workspace
from workspaces.services.settings import Held, change_settings, held_by


@workspace_view(Right.MASTERS)
def settings(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Everything that a workspace decides for itself, each change with its reason."""
    now = moment(request)
    form = SettingsForm(workspace, request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(form, workspace, member, now):
        messages.success(request, "Settings saved.")
        return go(request, reverse("settings", args=[workspace.slug]))
    return render_page(
        request,
        "workspaces/settings.html",
        _shown(workspace, form) | {"today_label": workspace.calendar.label(workspace.quarter_of(now))},
        status=422 if form.errors else 200,
    )


def _saved(form: SettingsForm, workspace: Workspace, member: Membership, now: datetime) -> bool:
    """Save the settings, or show at the form why not."""
    values = form.cleaned_data
    try:
        change_settings(
            workspace=workspace,
            by=member,
            wanted=form.wanted(),
            reason=values["reason"],
            seen=values["seen"],
            now=now,
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        if isinstance(refusal, Stale):
            form.show_present(workspace)
        return False
    return True


def _shown(workspace: Workspace, form: SettingsForm) -> dict[str, object]:
    enabled = set(form["currencies"].value() or ())
    boxes = list(form["currencies"])
    return {
        "form": form,
        "enabled": [box for box in boxes if box.data["value"] in enabled],
        "others": [box for box in boxes if box.data["value"] not in enabled],
        "holds_currency": held_by(workspace, Held.CURRENCY),
        "holds_year": held_by(workspace, Held.FISCAL_YEAR_START),
        "history": history_of(workspace)[:10],
    }


@workspace_view(Right.ROLES)
def workspace_delete(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Delete the workspace with everything in it, after its name has been typed."""
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            delete_workspace(workspace=workspace, by=member, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{workspace.name} is deleted.")
            return go(request, reverse("home"))
    return render_page(
        request,
        "workspaces/workspace_delete.html",
        {"form": form},
        part="workspaces/_workspace_delete.html",
        status=422 if form.errors else 200,
    )
