"""Members, their roles, teams, and invitations."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.reasons import ReasonForm
from kamtrak.web import BESIDE, go, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.forms.people import InviteForm, RolesForm, TeamForm
from workspaces.mail import invitation_link, mails_go_out, send_invitation
from workspaces.models import Invitation, Membership, Workspace
from workspaces.queries import people as queries
from workspaces.queries.history import history_of
from workspaces.rules import Right, Role, grantable_roles
from workspaces.services import invitations as invitation_services
from workspaces.services import people as services

INVITED = "workspaces/_invited.html"


@workspace_view(Right.MASTERS)
def members(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Everybody in the workspace, and who has been invited."""
    context = {
        "people": queries.members_with_teams(workspace, ended="ended" in request.GET),
        "invitations": queries.open_invitations(workspace),
        "now": moment(request),
        "ended_count": queries.ended_count(workspace),
        "shows_ended": "ended" in request.GET,
    }
    return render_page(request, "workspaces/members.html", context)


@workspace_view(Right.MASTERS)
def member_invite(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Invite by e-mail; the link is sent, and shown this once."""
    roles = grantable_roles(member.roles)
    initial = {"roles": [Role.ACCOUNT_MANAGER.value]}
    form = InviteForm(roles, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made, token = invitation_services.invite(
                workspace=workspace, by=member, now=moment(request), **form.cleaned_data
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            return _invited(request, made, token)
    context = {"form": form, "roles": roles}
    return _form(request, "member_invite", context, form.errors)


@workspace_view(Right.MASTERS)
@require_POST
def invitation_act(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Withdraw an open invitation, or replace it by a new link."""
    found, now = queries.get_invitation(workspace, pk), moment(request)
    if request.POST.get("action") != "renew":
        invitation_services.revoke_invitation(invitation=found, now=now)
        messages.success(request, f"The invitation of {found.email} is withdrawn.")
        return go(request, reverse("members", args=[workspace.slug]))
    try:
        made, token = invitation_services.renew_invitation(invitation=found, by=member, now=now)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, reverse("members", args=[workspace.slug]))
    return _invited(request, made, token)


def _invited(request: HttpRequest, made: Invitation, token: str) -> HttpResponse:
    """Send the link once this transaction is safe, and show it: only its hash is kept."""
    link = invitation_link(request, token)
    transaction.on_commit(lambda: send_invitation(made, link), robust=True)
    context = {"invitation": made, "link": link, "mails": mails_go_out()}
    return render_page(request, "workspaces/invited.html", context, part="workspaces/_invited.html")


@workspace_view(Right.MASTERS)
def member(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """One member: roles, team, history. Roles are the owner's to change (rules 8.1)."""
    person = queries.get_member(workspace, pk)
    form = RolesForm(request.POST or None, initial={"roles": person.roles}, auto_id=BESIDE)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_roles(member=person, by=member, **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{person.user} has other roles now.")
            return go(request, _after_roles(workspace, member, person))
    context = {
        "person": person,
        "form": form,
        "roles": list(Role),
        "team": queries.team_of(person),
        "managers": queries.managers_of(person),
        "history": history_of(person, workspace=workspace)[:20],
    }
    return render_page(request, "workspaces/member.html", context, status=422 if form.errors else 200)


def _after_roles(workspace: Workspace, member: Membership, person: Membership) -> str:
    """The member's page; after taking from oneself the right to see it, the start."""
    if person.pk != member.pk:
        return reverse("member", args=[workspace.slug, person.pk])
    return reverse("home")


@workspace_view(Right.MASTERS)
def member_end(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take a person out of the workspace, with a reason."""
    person = queries.get_member(workspace, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_membership(member=person, by=member, now=moment(request), **form.cleaned_data)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{person.user} is no longer a member.")
            return go(request, _after_end(workspace, member, person))
    return _form(request, "member_end", {"form": form, "person": person}, form.errors)


def _after_end(workspace: Workspace, member: Membership, person: Membership) -> str:
    return reverse("home") if person.pk == member.pk else reverse("members", args=[workspace.slug])


@workspace_view(Right.MASTERS)
def team(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The account managers whose contributions a manager reads."""
    manager = queries.get_member(workspace, pk)
    present = [str(person.pk) for person in queries.team_of(manager)]
    form = TeamForm(
        queries.team_candidates(workspace, manager), request.POST or None, initial={"members": present}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_team(manager=manager, members=form.chosen(), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"The team of {manager.user} is saved.")
            return go(request, reverse("member", args=[workspace.slug, pk]))
    return _form(request, "team", {"form": form, "person": manager}, form.errors)


def _form(request: HttpRequest, name: str, context: dict[str, Any], errors: Any) -> HttpResponse:
    """A form that is a dialog, and a page without JavaScript."""
    page, part = f"workspaces/{name}.html", f"workspaces/_{name}.html"
    return render_page(request, page, context, part=part, status=422 if errors else 200)
