"""Name, number, client and details of a contract that is confirmed."""

from typing import Any

from django import forms

from contracts.models import Contract
from contracts.services.drafts import Details
from workspaces.models import Membership
from workspaces.rules import DESCRIPTION_LENGTH


class DetailsForm(forms.Form):
    """Text as it was typed, so that a refused form comes back exactly as it was sent."""

    name = forms.CharField(label="Name", error_messages={"required": "Give the contract a name."})
    number = forms.CharField(label="Number", error_messages={"required": "Give the contract a number."})
    client = forms.CharField(label="Client account", error_messages={"required": "Enter the client account."})
    details = forms.CharField(
        label="Details",
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "max_length": "The details have %(show_value)d characters; at most %(limit_value)d are kept."
        },
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def initial_of(row: Contract) -> dict[str, Any]:
        client = row.client.survivor or row.client
        return {
            "name": row.name,
            "number": row.number,
            "client": client.name,
            "details": row.details,
            "revision": row.revision,
        }

    def details_of(self, owner: Membership) -> Details:
        """What a valid form says; the owner stays, for it changes by a hand-over only."""
        values = self.cleaned_data
        return Details(values["name"], values["number"], values["client"], owner, values["details"])
