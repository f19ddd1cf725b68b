"""The mail with which a person is invited."""

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from workspaces.models import Invitation
from workspaces.rules import Role


def invitation_link(request: HttpRequest, token: str) -> str:
    """The whole address; of the installation where that is set, else of this request."""
    path = reverse("invitation", args=[token])
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def mails_go_out() -> bool:
    """Whether a mail server is set; without one mails are only printed by the server."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def send_invitation(invitation: Invitation, link: str) -> None:
    """Send the link. A mail server that fails is logged: the inviter has the link on the page."""
    roles = [Role(role).label.lower() for role in invitation.roles]
    text = render_to_string(
        "workspaces/mail/invitation.txt", {"invitation": invitation, "link": link, "roles": roles}
    )
    subject = f"{invitation.invited_by} invites you to {invitation.workspace} on KamTrak"
    send_mail(" ".join(subject.split()), text, None, [invitation.email])
