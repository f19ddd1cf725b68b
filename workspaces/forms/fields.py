"""Fields that many forms share."""

import zoneinfo
from functools import cache
from typing import Any

from django import forms

from kamtrak.lib.money import CURRENCIES
from kamtrak.lib.months import Month
from workspaces.rules import UnfitName, clean_name

MONTHS = [(month, f"{Month(2000, month).first:%B}") for month in range(1, 13)]


def currency_choices() -> list[tuple[str, str]]:
    """Every currency of ISO 4217, by code."""
    return [(code, f"{code} {currency.name}") for code, currency in sorted(CURRENCIES.items())]


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Every time zone, by name."""
    return [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones())]


class CurrencyField(forms.ChoiceField):
    """The workspace's currency."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", "Workspace currency")
        message = "“%(value)s” is not a currency. Choose one from the list."
        super().__init__(choices=currency_choices, error_messages={"invalid_choice": message}, **options)


class ZoneField(forms.ChoiceField):
    """The time zone that decides which day, and so which quarter, it is."""

    def __init__(self, **options: Any) -> None:
        message = "Choose a time zone from the list, like Europe/Berlin."
        errors = dict.fromkeys(("required", "invalid_choice"), message)
        super().__init__(label="Time zone", choices=zone_choices, error_messages=errors, **options)


class YearStartField(forms.TypedChoiceField):
    """The month in which the fiscal year starts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Fiscal year starts in", choices=MONTHS, coerce=int, **options)


class BeginningForm(forms.Form):
    """What a new workspace is asked; left out, it is USD, UTC and January. All of it can be set later."""

    currency = CurrencyField(required=False, initial="USD")
    time_zone = ZoneField(required=False, initial="UTC")
    fiscal_year_start = YearStartField(required=False, initial=1)

    def beginning(self) -> dict[str, Any]:
        """The settings that a valid form gives."""
        names = ("currency", "time_zone", "fiscal_year_start")
        return {name: self.cleaned_data[name] or self.fields[name].initial for name in names}


class NameField(forms.CharField):
    """A name as rules.clean_name takes it. `what` begins the sentence of a refusal: "The client name"."""

    def __init__(self, *, what: str, **options: Any) -> None:
        self.what = what
        options.setdefault("error_messages", {"required": f"{what} is empty."})
        # No maxlength: the browser would cut a longer text without a word. The length is checked here.
        super().__init__(strip=False, **options)

    def clean(self, value: Any) -> str:
        text = self.to_python(value) or ""
        text = text if text.strip() else ""
        self.validate(text)
        try:
            return clean_name(text, self.what) if text else ""
        except UnfitName as problem:
            raise forms.ValidationError(str(problem)) from problem
