"""Supplying what rows wait for: a new entry, an alias of one that there is, or only its value."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from kamtrak.lib.money import AmountError
from kamtrak.reasons import ReasonField
from transactions.forms.catalog import INCLUDES_TAX, read_value
from transactions.forms.fields import DayField, LineField
from transactions.rules import PROFIT_MEASURES, Measure
from transactions.rules.entries import LABELS, MONEY_MEASURES, Dated, find_unfit
from workspaces.models import Workspace

ADD, ALIAS, VALUE = "add", "alias", "value"


class MissingForm(forms.Form):
    """`how` is the chosen way; without an entry both are offered, with one only its value is asked for.

    `seen` names what was shown of that entry's values.
    """

    how = forms.ChoiceField(choices=[(ADD, ""), (ALIAS, ""), (VALUE, "")])
    code = LineField(label="Code")
    name = LineField(label="Name")
    measure = forms.ChoiceField(label="What is given")
    value = LineField(label="Value")
    includes_tax = forms.ChoiceField(
        label="The revenue is", choices=INCLUDES_TAX, widget=forms.RadioSelect, required=False
    )
    valid_from = DayField(label="Valid from", required=False)
    into = LineField(label="It is an alias of")
    reason = ReasonField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        measure: Measure,
        asks_tax: bool,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        self.currency = workspace.currency
        offered = [m for m in Measure if m in PROFIT_MEASURES] if measure in PROFIT_MEASURES else [measure]
        choices = [(each.value, self._label(each)) for each in offered]
        self.fields["measure"].choices = choices  # type: ignore[attr-defined]
        if len(offered) == 1:
            self.fields["measure"].widget = forms.HiddenInput()
            self.fields["value"].label = self._label(measure)
        if not (asks_tax and measure is Measure.REVENUE):
            del self.fields["includes_tax"]

    def _label(self, measure: Measure) -> str:
        return f"{LABELS[measure]}, {self.currency}" if measure in MONEY_MEASURES else LABELS[measure]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("how") == ALIAS:
            if not values.get("into", "").strip():
                self.add_error("into", "Choose the entry that it means.")
            return values
        if values.get("measure"):
            values["worth"] = self._read(values["value"], Measure(values["measure"]))
        if not values.get("valid_from") and "valid_from" not in self.errors:
            self.add_error("valid_from", "Say from which day on the value holds.")
        if "includes_tax" in self.fields and not values.get("includes_tax"):
            self.add_error("includes_tax", "Say whether the revenue includes tax.")
        return values

    def dated(self) -> Dated:
        """The value that a valid form gives."""
        values = self.cleaned_data
        gross = values.get("includes_tax") == "yes"
        return Dated(Measure(values["measure"]), values["valid_from"], values["worth"], gross)

    def _read(self, text: str, measure: Measure) -> Decimal | None:
        try:
            value = read_value(text, measure, self.currency)
        except AmountError as problem:
            self.add_error("value", str(problem))
            return None
        if unfit := find_unfit(measure, value):
            self.add_error("value", f"{unfit.reason} {unfit.repair}")
        return value
