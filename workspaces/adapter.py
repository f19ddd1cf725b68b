"""How people sign up and in."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from kamtrak.lib.errors import Refused
from kamtrak.web import moment
from workspaces.forms.signup import INVITATION, invitation_needed
from workspaces.services.invitations import open_invitation


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up and sign-in of this installation."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This e-mail and this password do not belong together.",
        "email_taken": "There is an account with this e-mail already. Sign in, or use another one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An installation may be open to those alone who hold an invitation that can still be used."""
        return not invitation_needed() or self._invited(request)

    def _invited(self, request: HttpRequest) -> bool:
        try:
            open_invitation(token=request.session.get(INVITATION, ""), now=moment(request))
        except Refused:
            return False
        return True
