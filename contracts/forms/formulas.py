"""The form of a trailing revenue formula, in the admin console."""

from typing import Any

from django import forms
from django.http import QueryDict

from contracts.forms.fields import NameField
from contracts.forms.rows import Examined, Rows, TypedRule, examine, typed_rows
from contracts.forms.rules import RulesForm
from contracts.models import Formula
from contracts.rules import template_months
from contracts.services.formulas import Template
from kamtrak.lib.money import currency_name
from kamtrak.reasons import ReasonField
from kamtrak.web import one_time_token
from workspaces.models import Workspace

FIRST_ROW = TypedRule("1", "12")


class FormulaForm(RulesForm):
    """`monthly` is an example to see percentages as money; it is not kept."""

    name = NameField(what="The name", label="Name")
    currency = forms.ChoiceField(
        label="Currency",
        error_messages={"invalid_choice": "“%(value)s” is not a currency of this workspace."},
    )
    monthly = forms.CharField(label="Example: monthly revenue", required=False)
    reason = ReasonField(required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        rows: Rows = (FIRST_ROW,),
        kept_currency: str = "",
    ) -> None:
        super().__init__(workspace, data, initial=initial, rows=rows, kept_currency=kept_currency)
        self.choices("currency", [(code, f"{code} {currency_name(code)}") for code in self.currencies])

    def examined(self) -> Examined:
        """Checked as a template: up to its own last month, in its currency where it has amounts."""
        found = examine(self.rows, months=None, monthly=None, currency=self.code, template=True)
        months = template_months(found.placed) if found.placed else None
        return examine(
            self.rows,
            months=months,
            monthly=self.amount_in("monthly"),
            currency=self.code,
            template=True,
        )

    def template(self) -> Template:
        """What a valid form says."""
        values = self.cleaned_data
        return Template(values["name"], values["currency"], self.rules(), accepted=self.is_accepted)


def blank(workspace: Workspace) -> dict[str, Any]:
    return {"currency": workspace.currency, "once": one_time_token()}


def initial_of(formula: Formula) -> dict[str, Any]:
    currency = formula.currency or formula.workspace.currency
    return {"name": formula.name, "currency": currency, "version": formula.version}


def rows_of(formula: Formula) -> Rows:
    return typed_rows(formula.schedule, formula.currency)
