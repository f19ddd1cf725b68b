"""Whom a name in a file means."""

from typing import Any

from django import forms
from django.http import QueryDict

from kamtrak.reasons import ReasonForm
from workspaces.models import Membership

NOBODY = "Nobody yet: its rows are unassigned"


class OwnerForm(ReasonForm):
    """The member, and why. `was` is the one that was shown."""

    member = forms.ChoiceField(label="This name is", required=False)
    was = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("member", "reason")

    def __init__(
        self, people: list[Membership], data: QueryDict | None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        named = [(str(person.pk), _said(person)) for person in people]
        self.fields["member"].choices = [("", NOBODY), *named]  # type: ignore[attr-defined]
        self.people = {str(person.pk): person for person in people}

    def chosen(self) -> Membership | None:
        """What a valid form says."""
        return self.people.get(self.cleaned_data["member"])


def _said(person: Membership) -> str:
    address = f" · {person.user.email}" if person.user.name else ""
    return f"{person}{address}{' (has left)' if person.ended_at else ''}"
