"""The page behind the link of an invitation."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.web import go, moment, render_page
from workspaces.context import start_of
from workspaces.forms.signup import INVITATION
from workspaces.models import Invitation
from workspaces.queries.people import membership_of
from workspaces.rules import Role
from workspaces.services.invitations import accept_invitation, open_invitation


@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites whom into what. Signed in, one joins; signed out, one signs up or in and comes back."""
    try:
        found = open_invitation(token=token, now=moment(request))
    except Refused as refusal:
        request.session.pop(INVITATION, None)
        context = {"problem": refusal.message}
        return render_page(request, "workspaces/invitation.html", context, status=410)
    if request.method == "POST":
        return _answer(request, found, token)
    if request.user.is_authenticated:
        request.session.pop(INVITATION, None)  # seen: it no longer stands in the way of the start page
    else:
        request.session[INVITATION] = token
    return render_page(request, "workspaces/invitation.html", _shown(request, found, token))


def _answer(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """Join, or sign out to come back as somebody else."""
    here = reverse("invitation", args=[token])
    if not request.user.is_authenticated:
        return go(request, here)
    if "other" in request.POST:
        logout(request)
        return go(request, here)
    request.session.pop(INVITATION, None)
    try:
        with because(user=request.user.pk):
            accept_invitation(token=token, user=request.user, now=moment(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, here)
    messages.success(request, f"Welcome to {found.workspace.name}.")
    return go(request, start_of(found.workspace.slug))


def _shown(request: HttpRequest, found: Invitation, token: str) -> dict[str, Any]:
    user = request.user
    back = urlencode({"next": reverse("invitation", args=[token])})
    member = membership_of(found.workspace, user) if user.is_authenticated else None
    return {
        "invitation": found,
        "roles": [role for role in Role if role in found.roles],
        "login_url": f"{reverse('account_login')}?{back}",
        "signup_url": f"{reverse('account_signup')}?{urlencode({'email': found.email})}",
        "somebody_else": user.is_authenticated and user.email != found.email,
        "member_already": member is not None,
        "workspace_url": start_of(found.workspace.slug) if member else "",
    }
