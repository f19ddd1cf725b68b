"""The shape of what people send about documents."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict

from kamtrak.lib.months import Period, PeriodError, Quarter
from kamtrak.uploads import UploadForm, too_large
from workspaces.models import Membership, Workspace

QUARTERS, YEARS = 12, 4


class ReviewForm(forms.Form):
    """Of whom, and of which period."""

    person = forms.ChoiceField(
        label="Person",
        error_messages={"invalid_choice": "This person’s contributions are not yours to read."},
    )
    period = forms.ChoiceField(
        label="Period",
        error_messages={"invalid_choice": "“%(value)s” is not a period that has begun. Choose one."},
    )
    once = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(
        self,
        workspace: Workspace,
        people: list[Membership],
        today: date,
        data: QueryDict | None = None,
        *,
        oldest: Quarter | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.workspace, self.people = workspace, {str(person.pk): person for person in people}
        ended = {True: "", False: " (left)"}
        names = [(pk, f"{person}{ended[person.ended_at is None]}") for pk, person in self.people.items()]
        self.fields["person"].choices = names  # type: ignore[attr-defined]
        self.fields["period"].choices = period_choices(workspace, today, oldest)  # type: ignore[attr-defined]

    def clean_person(self) -> Membership:
        return self.people[self.cleaned_data["person"]]

    def clean_period(self) -> Period:
        try:
            return self.workspace.calendar.period(self.cleaned_data["period"])
        except PeriodError as problem:
            raise forms.ValidationError(str(problem)) from problem


class CheckForm(UploadForm):
    """A file to be compared with what was issued."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large(settings.LIMIT_CHECKED_BYTES, "checked"))
        self.fields["file"].label = "PDF file"
        self.fields["file"].widget = forms.FileInput(attrs={"accept": "application/pdf,.pdf"})


def period_choices(
    workspace: Workspace, today: date, oldest: Quarter | None
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Quarters and fiscal years that have begun, newest first, back to the `oldest` with figures."""
    calendar = workspace.calendar
    running = calendar.quarter_of(today)
    back = 1 + (running.first - oldest.first) // 3 if oldest else 0
    quarters = [running - step for step in range(max(back, QUARTERS))]
    last = calendar.year_of(running)
    first = min(calendar.year_of(oldest or running), last - YEARS + 1)
    years = [calendar.year(year) for year in range(last, first - 1, -1)]
    return [
        ("Quarters", [(calendar.code(each), calendar.label(each)) for each in quarters]),
        ("Fiscal years", [(period.code, period.label) for period in years]),
    ]
