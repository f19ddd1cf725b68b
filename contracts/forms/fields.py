"""A field that the forms of contracts share."""

from typing import Any

from django import forms

from workspaces.rules import UnfitName, clean_name


class NameField(forms.CharField):
    """A name as it is kept. `what` begins the sentence of a refusal: "The client name"."""

    def __init__(self, *, what: str, **options: Any) -> None:
        self.what = what
        super().__init__(strip=False, error_messages={"required": f"{what} is empty."}, **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return clean_name(text, self.what) if text else ""
        except UnfitName as problem:
            raise forms.ValidationError(str(problem)) from problem
