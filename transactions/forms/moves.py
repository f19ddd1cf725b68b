"""Deciding whether marked rows move."""

from django import forms

from kamtrak.reasons import ReasonForm


class DecisionForm(ReasonForm):
    """A reason, and the name of exactly the state that was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)
