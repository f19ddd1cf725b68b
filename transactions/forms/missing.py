"""Supplying what rows wait for: a new entry, an alias of one that there is, or only its values."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.http import QueryDict

from kamtrak.reasons import ReasonField
from transactions.forms.catalog import ValuesForm
from transactions.forms.fields import LineField
from transactions.rules import PROFIT_MEASURES, Measure
from workspaces.models import Workspace

ADD, ALIAS, VALUE = "add", "alias", "value"
NOTHING_GIVEN = {
    Measure.REVENUE: "Enter the revenue of one unit: its rows wait for it.",
    Measure.COST: "Enter the cost, the profit or the percentage: its rows wait for one of them.",
    Measure.TAX_PERCENT: "Enter the tax that its figures include, in percent.",
    Measure.POINTS: "Enter the points of one unit.",
}


class MissingForm(ValuesForm):
    """`how` is the chosen way; without an entry both are offered, with one only its values are asked for.

    Of the measures in `asked` only the one that the alert is about has to be given; of a profit any of the
    three that give one will do. `seen` names what was shown of that entry's values.
    """

    how = forms.ChoiceField(choices=[(ADD, ""), (ALIAS, ""), (VALUE, "")])
    code = LineField(label="Code")
    name = LineField(label="Name", optional=True)
    into = LineField(label="It is an alias of")
    reason = ReasonField()
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        measure: Measure,
        asked: Collection[Measure],
        asks_tax: bool,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(workspace, data, asks_tax=asks_tax, initial=initial)
        self.measure = measure
        kept = {each for wanted in asked for each in _given_by(wanted)}
        for each in Measure:
            if each not in kept:
                del self.fields[each.value]
        if Measure.REVENUE not in kept:
            self.fields.pop("includes_tax", None)
        self.fields[measure.value].ask(optional=False)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("how") == ALIAS:
            if not self.cleaned_data.get("into", "").strip():
                self.add_error("into", "Choose the entry that it means.")
            return self.cleaned_data
        values = super().clean()
        answers = _given_by(self.measure)
        if not any(each.value in self.errors or each in values["given"] for each in answers):
            self.add_error(self.measure.value, NOTHING_GIVEN[self.measure])
        return values


def _given_by(measure: Measure) -> tuple[Measure, ...]:
    """The fields that answer for it."""
    return PROFIT_MEASURES if measure in PROFIT_MEASURES else (measure,)
