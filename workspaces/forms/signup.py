"""What signing up asks beside e-mail and password."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

from kamtrak.web import moment
from workspaces.access import LAST_WORKSPACE
from workspaces.forms.fields import BeginningForm, NameField
from workspaces.models import User
from workspaces.services.signup import receive_newcomer

INVITATION = "invitation"  # in the session: the token of the link with which somebody came


class SignupForm(BeginningForm):
    """The base of the form with which people sign up; e-mail and password join it."""

    field_order = ["name", "email", "password1", "currency", "time_zone", "fiscal_year_start"]
    name = NameField(what="Your name", label="Name")

    def signup(self, request: HttpRequest, user: User) -> None:
        """A workspace of one's own, and the one that the person was invited to (rules 8.3)."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        token = request.session.pop(INVITATION, "")
        opened, problem = receive_newcomer(
            user=user, token=token, now=moment(request), beginning=self.beginning()
        )
        request.session[LAST_WORKSPACE] = opened.slug
        if problem:
            messages.warning(request, problem)


def invitation_needed() -> bool:
    """Whether this installation lets people in by invitation only (rules 8.3)."""
    return bool(settings.INVITATION_ONLY)
