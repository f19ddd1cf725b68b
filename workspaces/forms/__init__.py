"""The shape of what people send."""

from django import forms
from django.http import HttpRequest

from workspaces.models import User


class SignupForm(forms.Form):
    """What signing up asks beside e-mail and password."""

    name = forms.CharField(label="Name", max_length=200)

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
