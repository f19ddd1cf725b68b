"""Cancelling, taking back, voiding, restoring, handing over: a reason each, and what it is about."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from kamtrak.lib.months import Month, PeriodError, possible_day
from kamtrak.reasons import ReasonField, ReasonForm
from workspaces.models import Membership


class EndingForm(ReasonForm):
    """A reason, over exactly the revision that was on the form."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class CancelForm(EndingForm):
    """The day as well; `seen` is the day whose effect was shown."""

    on = forms.DateField(
        label="Last day of the contract",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose the last day.",
            "invalid": "This is not a date of the calendar. Write it like 2026-09-30.",
        },
    )
    seen = forms.DateField(required=False, widget=forms.HiddenInput)

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        try:
            return possible_day(day)
        except PeriodError as problem:
            raise forms.ValidationError(str(problem)) from problem


class HandOverForm(forms.Form):
    """Who gets it, from which month, and why; `seen` names the effect that was shown. The reason is asked
    for once it was: the service refuses without one."""

    to = forms.TypedChoiceField(label="To", coerce=int, error_messages={"required": "Choose who gets it."})
    first = forms.CharField(
        label="From month",
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-09"}),
        error_messages={"required": "Choose the first month."},
    )
    reason = ReasonField(required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, people: Iterable[Membership], data: Any = None, *, first: Month) -> None:
        super().__init__(data, initial={"first": str(first)})
        self.people = {person.pk: person for person in people}
        choices = [("", "Choose a person"), *((pk, str(person)) for pk, person in self.people.items())]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    def clean_first(self) -> Month:
        try:
            return Month.parse(self.cleaned_data["first"])
        except PeriodError as problem:
            raise forms.ValidationError(str(problem)) from problem

    @property
    def person(self) -> Membership | None:
        """Who was chosen, once the form has been read."""
        return self.people.get(self.cleaned_data.get("to", 0))
