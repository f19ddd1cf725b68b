"""How rows are read: what signs mean, whether taxes are removed, whether profit is measured."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from kamtrak.lib.money import DEFAULT_CURRENCIES, currency_name, shared_symbols
from kamtrak.reasons import ReasonForm
from transactions.queries.books import Ways
from transactions.rules import Terms, read_currency
from transactions.services.ways import stamp_of
from workspaces.models import Workspace

TAXES = [("no", "as it stands in the file"), ("yes", "after taxes: they are removed")]
PROFITS = [("no", "nothing: profit is not measured"), ("yes", "profit is derived for each row")]


class WaysForm(ReasonForm):
    """Every decision, the reason for the change, and the stamp of what was shown."""

    removes_tax = forms.ChoiceField(label="Revenue counts", choices=TAXES, widget=forms.RadioSelect)
    measures_profit = forms.ChoiceField(label="Beside revenue", choices=PROFITS, widget=forms.RadioSelect)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, workspace: Workspace, now: Ways, data: QueryDict | None = None) -> None:
        shown: dict[str, Any] = {
            "removes_tax": _said(now.removes_tax),
            "measures_profit": _said(now.measures_profit),
            "seen": stamp_of(now),
        }
        self.symbols = {f"sign_{place}": sign for place, sign in enumerate(shared_symbols())}
        shown |= {name: now.symbols.get(sign, "") for name, sign in self.symbols.items()}
        super().__init__(data, initial=shown)
        for name, sign in self.symbols.items():
            self.fields[name] = forms.ChoiceField(
                label=f"“{sign}” means", choices=_choices(workspace, sign), required=False
            )

    def signs(self) -> Iterator[BoundField]:
        """The fields of the signs."""
        return (self[name] for name in self.symbols)

    def wanted(self) -> Ways:
        """What a valid form asks for."""
        values = self.cleaned_data
        symbols = {sign: values[name] for name, sign in self.symbols.items() if values[name]}
        return Ways(symbols, values["removes_tax"] == "yes", values["measures_profit"] == "yes")

    def show_present(self, now: Ways) -> None:
        """Let the next Save go over what the settings are now: the person has been told that they changed."""
        self.data: Any = {**self.data.dict(), "seen": stamp_of(now)}


def _said(value: bool) -> str:
    return "yes" if value else "no"


def _choices(workspace: Workspace, sign: str) -> list[tuple[str, str]]:
    """What holds without a choice, then the workspace's currencies that are written so, then the others."""
    usual = read_currency(sign, Terms(currency=workspace.currency))
    without = f"{usual}, as usual" if isinstance(usual, str) else "Left open"
    codes = shared_symbols()[sign]
    first = [workspace.currency, *workspace.currencies, *DEFAULT_CURRENCIES]
    ordered = [code for code in dict.fromkeys(first) if code in codes]
    ordered += sorted(codes - set(ordered))
    return [("", without), *((code, f"{code} {currency_name(code)}") for code in ordered)]
