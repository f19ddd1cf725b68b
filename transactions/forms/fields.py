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
    """A line of text; what is wrong with it the service says. Nothing is cut off by the browser.

    `opt` stands beside its label: a field that may be left blank says so, and any other is asked for.
    """

    def __init__(self, *, optional: bool = False, **options: Any) -> None:
        super().__init__(required=False, strip=False, **options)
        self.ask(optional=optional)

    def ask(self, *, optional: bool) -> None:
        """Say whether it may be left blank: beside its label, and to those who do not see that."""
        self.opt = "optional" if optional else ""
        self.widget.attrs.pop("required", None)
        if not optional:
            self.widget.attrs["required"] = True
