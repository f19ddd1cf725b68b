"""Fields that several forms of transactions share."""

from typing import Any

from django import forms

NO_DATE = "This is not a date of the calendar. Write it like 2026-09-04."


class DayField(forms.DateField):
    """A day of the calendar."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": NO_DATE, "required": "Choose the day."},
            **options,
        )


class LineField(forms.CharField):
    """A line of text; what is wrong with it the service says. Nothing is cut off by the browser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
