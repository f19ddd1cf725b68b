"""How people sign up and in."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
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
        "cannot_remove_primary_email": "The main address cannot be removed. Make another one main first.",
        "duplicate_email": "This address is yours already.",
        "enter_current_password": "This is not your password.",
        "incorrect_password": "This is not your password.",
        "incorrect_code": "This code is not right, or no longer.",
        "too_many_login_attempts": "Too many attempts. Try again later.",
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


class MFAAdapter(DefaultMFAAdapter):
    """The second proof beside the password."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or no longer.",
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What a key is called until its owner says otherwise."""
        others = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {others + 1}" if others else "Passkey"
