"""The form of a contribution: what people type, read back as an Entry."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.http import QueryDict

from contracts.models import Contract
from contributions.queries.contracts import ConfirmedValue
from contributions.queries.periods import closed_periods
from contributions.rules import Basis, RevenueType
from contributions.services.contributions import Entry, check_day, check_reason
from kamtrak.lib.errors import Refused
from kamtrak.lib.money import (
    AmountError,
    OtherCurrency,
    currency_name,
    parse_amount,
    parse_share,
    plain,
    share_text,
)
from kamtrak.lib.months import PeriodError, Quarter
from kamtrak.web import one_time_token
from workspaces.models import Membership, Workspace
from workspaces.rules import DESCRIPTION_LENGTH, UnfitName, clean_name


class QuarterSelect(forms.Select):
    """Quarters to choose from; the closed ones are marked, so that the reason is asked beside them."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in self.closed:
            option["attrs"]["data-closed"] = True
            option["label"] = f"{option['label']}, closed"
        return option


class ContributionForm(forms.Form):
    """Every field is text as it was typed, so that a refused form comes back exactly as it was sent."""

    client = forms.CharField(label="Client account", error_messages={"required": "Enter the client account."})
    type = forms.ChoiceField(
        label="Revenue type",
        choices=[(kind.value, kind.label) for kind in RevenueType],
        error_messages={"required": "Choose one of the four types."},
    )
    amount = forms.CharField(label="Amount", required=False)
    currency = forms.ChoiceField(
        label="Currency",
        error_messages={"invalid_choice": "“%(value)s” is not a currency of this workspace."},
    )
    quarter = forms.ChoiceField(
        label="Quarter",
        widget=QuarterSelect,
        error_messages={
            "required": "Choose a quarter.",
            "invalid_choice": "There is no quarter “%(value)s” to log into. Choose one from the list.",
        },
    )
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": "The description has %(show_value)d characters; at most %(limit_value)d are kept."
        },
    )
    earned_on = forms.DateField(
        label="Earned on",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "This is not a date of the calendar. Write it like 2026-09-04."},
    )
    basis = forms.ChoiceField(
        label="Basis", required=False, choices=[("one_off", "One-off"), ("per_year", "Per year")]
    )
    share = forms.CharField(label="Your share, %", required=False)
    reason = forms.CharField(label="Reason for the correction", required=False, max_length=500)
    contract = forms.IntegerField(required=False, widget=forms.HiddenInput)  # that it is made from
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)
    doubles = forms.IntegerField(required=False, widget=forms.HiddenInput)  # how many have been shown

    def __init__(
        self,
        workspace: Workspace,
        today: date,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        kept_currency: str = "",
        kept_quarter: Quarter | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.workspace, self.kept_quarter = workspace, kept_quarter
        self.running = workspace.calendar.code(workspace.calendar.quarter_of(today))
        codes = list(workspace.currencies)
        if kept_currency and kept_currency not in codes:
            codes.append(kept_currency)
        self.fields["currency"].choices = [(code, f"{code} {currency_name(code)}") for code in codes]  # type: ignore[attr-defined]
        self.fields["quarter"].choices = quarter_choices(workspace, today, kept_quarter)  # type: ignore[attr-defined]
        closed = frozenset(map(workspace.calendar.code, closed_periods(workspace)))
        self.fields["quarter"].widget.closed = closed

    def clean_client(self) -> str:
        try:
            return clean_name(self.cleaned_data["client"], "The client name")
        except UnfitName as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_quarter(self) -> Quarter:
        try:
            return self.workspace.calendar.period(self.cleaned_data["quarter"]).quarters[0]
        except PeriodError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_share(self) -> Decimal:
        try:
            return parse_share(self.cleaned_data["share"] or "100")
        except AmountError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def clean_basis(self) -> Basis:
        return Basis(self.cleaned_data["basis"] or Basis.ONE_OFF)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        currency = values.get("currency")
        if currency:
            try:
                values["amount"] = parse_amount(values.get("amount", ""), currency)
            except AmountError as problem:
                self.add_error("amount", self._said_of(problem, values.get("amount", ""), currency))
        if quarter := values.get("quarter"):
            self._check_quarter(quarter, values)
        return values

    def _said_of(self, problem: AmountError, typed: str, currency: str) -> str:
        """What is wrong with an amount, and what to do about it here."""
        if isinstance(problem, OtherCurrency) and problem.fitting.isdisjoint(self.workspace.currencies):
            return f"“{problem.unit}” is not enabled in this workspace; an administrator can enable it."
        try:
            negative = parse_amount(typed, currency, allow_negative=True) < 0
        except AmountError:
            negative = False
        return f"{problem} To take something back, void or correct its entry." if negative else str(problem)

    def _check_quarter(self, quarter: Quarter, values: dict[str, Any]) -> None:
        """What the service would refuse one by one, said together with everything else that is wrong."""
        day, reason = values.get("earned_on"), values.get("reason", "")
        touched = {quarter, self.kept_quarter or quarter}
        for check in (
            partial(check_day, self.workspace, quarter, day),
            partial(check_reason, self.workspace, touched, reason),
        ):
            try:
                check()
            except Refused as refusal:
                self.add_error(refusal.field, refusal.message)

    def entry(self) -> Entry:
        """What a valid form says."""
        values = self.cleaned_data
        return Entry(
            client=values["client"],
            type=RevenueType(values["type"]),
            amount=values["amount"],
            currency=values["currency"],
            quarter=values["quarter"],
            description=values["description"],
            earned_on=values["earned_on"],
            basis=values["basis"],
            share=values["share"],
        )


def quarter_line(form: ContributionForm, owner: Membership, *, editing: bool) -> str:
    """`Goes into Q3 2026 · owner Maren Holt`: where the form stands now."""
    code = form["quarter"].value()
    label = dict(form.fields["quarter"].choices).get(code, code)  # type: ignore[attr-defined]
    return f"{'In' if editing else 'Goes into'} {label} · owner {owner}"


def quarter_choices(workspace: Workspace, today: date, kept: Quarter | None = None) -> list[tuple[str, str]]:
    """Quarters to log into, newest first: the running one and five fiscal years back; never a future one."""
    calendar = workspace.calendar
    running = calendar.quarter_of(today)
    quarters = [running - step for step in range(24)]
    if kept and kept not in quarters:
        quarters.append(kept)
    return [(calendar.code(quarter), calendar.label(quarter)) for quarter in quarters]


def blank(workspace: Workspace, quarter: Quarter) -> dict[str, Any]:
    """The initial values of a new contribution."""
    return {
        "currency": workspace.currency,
        "quarter": workspace.calendar.code(quarter),
        "basis": Basis.ONE_OFF.value,
        "share": "100",
        "once": one_time_token(),
    }


def from_contract(workspace: Workspace, contract: Contract, term: ConfirmedValue) -> dict[str, Any]:
    """The initial values that a contract gives: what its newest confirmation froze, in the quarter of that
    confirmation (rules 1.7). A value that is no contribution, 0 or less, is left to be entered."""
    calendar, value = workspace.calendar, term.value
    client = contract.client.survivor or contract.client
    return {
        "client": client.name,
        "amount": plain(value, contract.currency) if value > 0 else "",
        "currency": contract.currency,
        "quarter": calendar.code(calendar.quarter_of(term.confirmed_on)),
        "description": contract.name,
        "contract": contract.pk,
    }


def initial_of(entry: Entry, workspace: Workspace) -> dict[str, Any]:
    """The form's values for an entry: of a row to edit, or of a copy."""
    return {
        "client": entry.client,
        "type": entry.type.value,
        "amount": plain(entry.amount, entry.currency),
        "currency": entry.currency,
        "quarter": workspace.calendar.code(entry.quarter),
        "description": entry.description,
        "earned_on": entry.earned_on,
        "basis": entry.basis.value,
        "share": share_text(entry.share),
    }
