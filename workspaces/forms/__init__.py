"""The shape of what people send. Values are cleaned here, judged by the services."""

from workspaces.forms.signup import SignupForm

__all__ = ["SignupForm"]
