"""The forms of accounts in our words: what a refused one says names the fields as the page does."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm

ADDRESS = "Enter an e-mail address, like ada@example.com."
CODE = "Code from your authenticator app, or a recovery code"
# Name of a field: its label, and what a blank one is told.
WORDS = {
    "login": ("E-mail", ADDRESS),
    "email": ("E-mail", ADDRESS),
    "password": ("Password", "Enter your password."),
    "oldpassword": ("Present password", "Enter the password that holds now."),
    "password1": ("New password", "Enter the new password."),
    "password2": ("The same again", "Enter the new password again."),
    "code": (CODE, "Enter a code."),
}


class InOurWords:
    """Names the fields of a form; `words` says what this form calls otherwise than the others."""

    words: dict[str, tuple[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, missing) in {**WORDS, **self.words}.items():
            if field := self.fields.get(name):  # type: ignore[attr-defined]
                field.label = label
                field.error_messages |= {"required": missing, "invalid": missing}


class LoginForm(InOurWords, account.LoginForm):
    """Signing in."""


class SignupForm(InOurWords, account.SignupForm):
    """Signing up."""

    words = {"password1": ("Password", "Choose a password.")}


class AddEmailForm(InOurWords, account.AddEmailForm):
    """One more address."""


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    """Another password."""


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    """A first password."""

    words = {
        "password1": ("Password", "Choose a password."),
        "password2": ("The same again", "Enter it again."),
    }


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):
    """A link to choose a new password."""


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):
    """The new password behind that link."""


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):
    """The password once more."""


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):
    """The second proof."""


class ReauthenticateByCodeForm(InOurWords, mfa.ReauthenticateForm):
    """The second proof once more."""


class ActivateAppForm(InOurWords, ActivateTOTPForm):
    """The first code of an authenticator app."""

    words = {"code": ("Six digits from the app", "Enter the six digits that the app shows.")}
