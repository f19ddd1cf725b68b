"""The workspace's settings, and the word that deletes it."""

from typing import Any

from django import forms
from django.http import QueryDict

from kamtrak.reasons import ReasonField
from workspaces.forms.fields import (
    CurrencyField,
    NameField,
    YearStartField,
    ZoneField,
    currency_choices,
)
from workspaces.models import RateMode, Workspace
from workspaces.services.settings import LIMIT_DAYS, Settings

NAMED_BY = [("end", "the calendar year in which it ends"), ("start", "the calendar year in which it starts")]
_DAYS = f"Enter a number of days from 0 to {LIMIT_DAYS}."


class SettingsForm(forms.Form):
    """Every setting, the reason for the change, and the stamp of the settings that were shown."""

    name = NameField(what="The workspace’s name", label="Name")
    time_zone = ZoneField()
    currency = CurrencyField()
    currencies = forms.MultipleChoiceField(
        label="Enabled currencies",
        choices=currency_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "“%(value)s” is not a currency. Choose from the list."},
    )
    fiscal_year_start = YearStartField()
    fiscal_year_named_by = forms.ChoiceField(
        label="It is named after", choices=NAMED_BY, widget=forms.RadioSelect
    )
    rate_mode = forms.ChoiceField(
        label="Where rates come from", choices=RateMode.choices, widget=forms.RadioSelect
    )
    rate_limit_days = forms.IntegerField(
        label="A published rate holds for",
        min_value=0,
        max_value=LIMIT_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _DAYS),
    )
    sales_follow_current = forms.BooleanField(
        label="The sales dashboard shows the current schedules", required=False
    )
    reason = ReasonField(label="Reason for the change")
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, workspace: Workspace, data: QueryDict | None = None) -> None:
        now = Settings.of(workspace)
        super().__init__(data, initial={**now.__dict__, "seen": now.stamp})

    def wanted(self) -> Settings:
        """What a valid form asks for."""
        values = {name: self.cleaned_data[name] for name in Settings.__dataclass_fields__}
        return Settings(**{**values, "currencies": tuple(values["currencies"])})

    def show_present(self, workspace: Workspace) -> None:
        """Let the next Save go over what the settings are now: the person has been told that they changed."""
        self.data: Any = self.data.copy()
        self.data["seen"] = Settings.of(workspace).stamp


class DeleteForm(forms.Form):
    """The name, typed: nobody deletes a workspace by a slip."""

    typed_name = forms.CharField(
        label="Name of the workspace",
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Type the name of the workspace to delete it."},
    )
