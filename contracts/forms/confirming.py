"""What Add asks for: the day of an older confirmation, and the yes to negative revenue (rules 4.7, 4.9)."""

from datetime import date
from typing import Any

from django import forms

from kamtrak.lib.months import FIRST_DAY


class ConfirmForm(forms.Form):
    """`question`: what is asked about, "" for nothing; the field of the day is there for administrators."""

    confirmed_on = forms.DateField(
        label="Confirmed on",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose the day.",
            "invalid": "This is not a date of the calendar. Write it like 2026-03-03.",
        },
    )
    accepted = forms.BooleanField(label="Yes", required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, initial: dict[str, Any], question: str, states_day: bool) -> None:
        super().__init__(data, initial=initial)
        self.question = question
        if not states_day:
            del self.fields["confirmed_on"]
        if not question:
            del self.fields["accepted"]

    def clean_accepted(self) -> bool:
        if not self.cleaned_data["accepted"]:
            raise forms.ValidationError("Answer with yes, or change the revenue in the draft.")
        return True

    def day(self, today: date) -> date:
        """The day that label and rate follow; today while none can be read."""
        if "confirmed_on" not in self.fields:
            return today
        try:
            found: date = self.fields["confirmed_on"].clean(self["confirmed_on"].value())
        except forms.ValidationError:
            return today
        return today if found < FIRST_DAY else min(found, today)
