"""Names of client accounts, and two that are one."""

from django import forms

from kamtrak.reasons import ReasonField
from workspaces.forms.fields import NameField


class ClientNameForm(forms.Form):
    """Another name, or one more."""

    name = NameField(what="The name", label="Name")


class MergeForm(forms.Form):
    """Which account survives, and why. `seen` is the survivor whose preview was shown."""

    into = NameField(what="The name of the other account", label="Merge into")
    reason = ReasonField(required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
