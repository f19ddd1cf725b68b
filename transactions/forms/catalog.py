"""What people type into the catalog, read as values."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from kamtrak.lib.money import (
    AmountError,
    parse_percentage,
    parse_points,
    parse_unit_value,
    plain,
    share_text,
)
from kamtrak.reasons import ReasonField
from transactions.forms.fields import DayField, LineField
from transactions.rules import Measure
from transactions.rules.entries import LABELS, MONEY_MEASURES, PERCENT_MEASURES, Dated, Entry, find_unfit
from workspaces.models import Workspace

INCLUDES_TAX = [("no", "Without tax"), ("yes", "Tax included")]


class ValuesForm(forms.Form):
    """What one unit is worth from a day on. A measure that is left blank stays as it is.

    `asks_tax`: the workspace removes taxes, so a revenue must say whether it includes them (rules 5.9).
    """

    valid_from = DayField(label="Valid from", required=False)
    revenue = LineField(label=LABELS[Measure.REVENUE], optional=True)
    cost = LineField(label=LABELS[Measure.COST], optional=True)
    profit = LineField(label=LABELS[Measure.PROFIT], optional=True)
    profit_percent = LineField(label=LABELS[Measure.PROFIT_PERCENT], optional=True)
    tax_percent = LineField(label=LABELS[Measure.TAX_PERCENT], optional=True)
    points = LineField(label=LABELS[Measure.POINTS], optional=True)
    includes_tax = forms.ChoiceField(
        label="The revenue is", choices=INCLUDES_TAX, widget=forms.RadioSelect, required=False
    )

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        asks_tax: bool,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.currency = workspace.currency
        for measure in MONEY_MEASURES:
            self.fields[measure.value].label = f"{LABELS[measure]}, {workspace.currency}"
        if not asks_tax:
            del self.fields["includes_tax"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        given = {measure: self._read(measure) for measure in Measure if values.get(measure.value, "").strip()}
        values["given"] = {measure: value for measure, value in given.items() if value is not None}
        if given and not values.get("valid_from") and "valid_from" not in self.errors:
            self.add_error("valid_from", "Say from which day on the values hold.")
        asked = "includes_tax" in self.fields and Measure.REVENUE in values["given"]
        if asked and not values.get("includes_tax"):
            self.add_error("includes_tax", "Say whether the revenue includes tax.")
        return values

    def values(self) -> tuple[Dated, ...]:
        """What a valid form gives."""
        day: date = self.cleaned_data["valid_from"]
        gross = self.cleaned_data.get("includes_tax") == "yes"
        return tuple(
            Dated(measure, day, value, gross and measure is Measure.REVENUE)
            for measure, value in self.cleaned_data["given"].items()
        )

    def _read(self, measure: Measure) -> Decimal | None:
        try:
            value = read_value(self.cleaned_data[measure.value], measure, self.currency)
        except AmountError as problem:
            self.add_error(measure.value, str(problem))
            return None
        if unfit := find_unfit(measure, value):
            self.add_error(measure.value, f"{unfit.reason} {unfit.repair}")
            return None
        return value


class NamesForm(forms.Form):
    """How an entry is called, and why it is changed."""

    code = LineField(label="Code")
    name = LineField(label="Name", optional=True)
    aliases = forms.CharField(
        label="Aliases", required=False, strip=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = ReasonField()

    def entry(self) -> Entry:
        """What a valid form says; blank lines are no aliases."""
        aliases = self.cleaned_data.get("aliases", "").splitlines()
        return Entry(
            self.cleaned_data["code"],
            self.cleaned_data["name"],
            tuple(alias for alias in aliases if alias.strip()),
        )


class EntryForm(NamesForm, ValuesForm):
    """A new entry with its first values."""


class EditForm(NamesForm):
    """Another code, name, other aliases. `stamp` names what was shown."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)


class ChangeForm(ValuesForm):
    """Values from a day on, or a correction of that day's. `seen` names what was shown."""

    reason = ReasonField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and not values["given"]:
            self.add_error(None, "Enter at least one value; 0 is a value.")
        return values


def read_value(text: str, measure: Measure, currency: str) -> Decimal:
    """What was typed as the value of a measure. Raises AmountError."""
    if measure in MONEY_MEASURES:
        return parse_unit_value(text, currency)
    return parse_percentage(text) if measure in PERCENT_MEASURES else parse_points(text)


def typed_value(value: Decimal, measure: Measure, currency: str) -> str:
    """A value as its field shows it."""
    if measure not in MONEY_MEASURES:
        return share_text(value)
    text = plain(value, currency)
    three = len(text.partition(".")[2]) == 3  # which could be read as thousands
    return f"{text}0" if three else text


def typed_values(values: dict[Measure, Dated], currency: str) -> Iterator[tuple[str, str]]:
    """(field, text) of the values of a day, for a form that corrects them."""
    for measure, dated in values.items():
        if dated.value is not None:
            yield measure.value, typed_value(dated.value, measure, currency)
