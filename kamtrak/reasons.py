"""Why something was done: how it is kept, the field, and the form that asks for nothing else (rules 8.4)."""

from typing import Any

from django import forms

from kamtrak.lib.errors import Refused

REASON_LENGTH = 500


def kept_reason(reason: str, missing: str = "") -> str:
    """The reason as it is kept: whole, never cut. Raises Refused for one that is too long, and without one
    where `missing` is what to say then.
    """
    kept = reason.strip()
    if missing and not kept:
        raise Refused(missing, "reason")
    if len(kept) > REASON_LENGTH:
        raise Refused(f"The reason has {len(kept)} characters; at most {REASON_LENGTH} are kept.", "reason")
    return kept


def reason_of_file(name: str, reason: str) -> str:
    """A kept reason behind the name of the file that it is about; the name gives way where both are long."""
    room = REASON_LENGTH - len(reason) - len(": ")
    if room < len("…"):
        return reason
    return f"{name if len(name) <= room else name[: room - 1] + '…'}: {reason}"


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
