"""Workspaces, members, teams, invitations, the profile."""

from collections.abc import Iterable
from typing import Any

from django import forms

from kamtrak.reasons import ReasonField
from kamtrak.web import one_time_token
from workspaces.forms.fields import BeginningForm, NameField
from workspaces.models import Membership, User
from workspaces.rules import Role

_NO_ROLE = "Choose at least one role."


class WorkspaceForm(BeginningForm):
    """A new workspace; everything else has a default and can be set later."""

    name = NameField(what="The workspace’s name", label="Name")
    once = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput, initial=one_time_token)


class RolesField(forms.MultipleChoiceField):
    """Roles add up, so any number of those offered."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label="Roles",
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _NO_ROLE, "invalid_choice": "You may not give this role."},
            **options,
        )

    def offer(self, roles: Iterable[Role]) -> None:
        self.choices = [(role.value, role.label) for role in roles]


class InviteForm(forms.Form):
    """Whom to invite, and into which roles. The address is judged by the service alone."""

    email = forms.CharField(
        label="E-mail",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter an e-mail address, like ada@example.com."},
    )
    roles = RolesField()

    def __init__(self, grantable: Iterable[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].offer(grantable)  # type: ignore[attr-defined]


class RolesForm(forms.Form):
    """A member's roles instead of those they have."""

    roles = RolesField()
    reason = ReasonField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].offer(Role)  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """The account managers assigned to a manager."""

    members = forms.MultipleChoiceField(
        label="Account managers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "A team consists of other people who are account managers."},
    )
    reason = ReasonField()

    def __init__(self, people: Iterable[Membership], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["members"].choices = [(pk, str(person)) for pk, person in self.people.items()]  # type: ignore[attr-defined]

    def chosen(self) -> list[Membership]:
        return [self.people[pk] for pk in self.cleaned_data["members"]]


class ProfileForm(forms.ModelForm):
    """The person's own name, and whether C adds a contribution from anywhere."""

    name = NameField(what="Your name", label="Name")

    class Meta:
        model = User
        fields = ("name", "quick_add_key")
