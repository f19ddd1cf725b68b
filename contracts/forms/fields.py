"""Fields that the forms of contracts share."""

from typing import Any

from django import forms

from workspaces.rules import UnfitName, clean_name

REASON_LENGTH = 500


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


class ReasonField(forms.CharField):
    """Why, in one line; kept with what it explains."""

    def __init__(self, **options: Any) -> None:
        messages = {
            "required": "Say why: it is kept in the history.",
            "max_length": "The reason has %(show_value)d characters; at most %(limit_value)d are kept.",
        }
        super().__init__(label="Reason", max_length=REASON_LENGTH, error_messages=messages, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: the browser would cut a longer text without a word."""
        return {}


class ReasonForm(forms.Form):
    """Nothing but the reason."""

    reason = ReasonField()
