"""Why something was done: the field, and the form that asks for nothing else (rules 8.4)."""

from typing import Any

from django import forms

REASON_LENGTH = 500


class ReasonField(forms.CharField):
    """Why: kept in the history, so never empty."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Reason")
        super().__init__(
            max_length=REASON_LENGTH,
            widget=forms.Textarea(attrs={"rows": 2}),
            error_messages={
                "required": "Say why: it is kept in the history.",
                "max_length": "The reason has %(show_value)d characters; at most %(limit_value)d are kept.",
            },
            **options,
        )


class ReasonForm(forms.Form):
    """Nothing but the reason."""

    reason = ReasonField()
