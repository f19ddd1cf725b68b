"""The forms of rates: what people type, read as values."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict

from fx.rules import OwnRate
from kamtrak.lib.money import CURRENCIES, AmountError, currency_name, parse_rate
from kamtrak.uploads import UploadForm, too_large
from workspaces.models import Workspace

REASON = 500
LEAVE_OUT = "leave"
NO_DATE = "This is not a date of the calendar. Write it like 2026-09-04."
NO_REASON = "Say why: it is kept with the rate."


def currency_choices(workspace: Workspace) -> list[Any]:
    """The workspace's currencies first, then all others."""
    own = list(dict.fromkeys([workspace.currency, *workspace.currencies]))
    others = [code for code in CURRENCIES if code not in own]

    def named(codes: list[str]) -> list[tuple[str, str]]:
        return [(code, f"{code} {currency_name(code)}") for code in codes]

    return [("", "Choose"), ("This workspace", named(own)), ("Other currencies", named(others))]


def day_field(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": NO_DATE, "required": "Choose the day."},
    )


def currency_field(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        error_messages={
            "required": "Choose a currency.",
            "invalid_choice": "“%(value)s” is not a currency code. Use ISO codes like USD or CHF.",
        },
    )


class PairForm(forms.Form):
    """Two currencies and a day: for looking a rate up."""

    base = currency_field("From")
    quote = currency_field("To")
    day = day_field("On")

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        auto_id: str = "id_%s",
    ) -> None:
        """`auto_id`: other names for the fields where two forms stand on one page."""
        super().__init__(data, initial=initial, auto_id=auto_id)
        for name in ("base", "quote"):
            self.fields[name].choices = currency_choices(workspace)  # type: ignore[attr-defined]


class RateForm(PairForm):
    """An own rate. `confirmed` names the off-market rate that was shown before, so that a second press keeps
    exactly that one and no other."""

    value = forms.CharField(label="Rate", required=False)
    until = day_field("Last day", required=False)
    reason = forms.CharField(
        label="Reason",
        max_length=REASON,
        error_messages={
            "required": NO_REASON,
            "max_length": "The reason has %(show_value)d characters; at most %(limit_value)d are kept.",
        },
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = "From day"

    def clean_value(self) -> Decimal:
        try:
            return parse_rate(self.cleaned_data["value"])
        except AmountError as problem:
            raise forms.ValidationError(str(problem)) from problem

    def rate(self) -> OwnRate:
        values = self.cleaned_data
        return OwnRate(values["base"], values["quote"], values["day"], values["value"], values["until"])

    @property
    def is_confirmed(self) -> bool:
        return self.cleaned_data["confirmed"] == stamp(self.rate())


def stamp(rate: OwnRate) -> str:
    """Names exactly this rate, for the second press that confirms it."""
    return f"{rate.base} {rate.quote} {rate.day} {rate.value.normalize():f} {rate.until or ''}".strip()


class ReasonForm(forms.Form):
    """Only a reason."""

    reason = forms.CharField(label="Reason", max_length=REASON, error_messages={"required": NO_REASON})


class FileForm(UploadForm):
    """A file of own rates."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large(settings.LIMIT_RATES_FILE_BYTES, "read"))
        self.fields["file"].label = "CSV or XLSX file"
        self.fields["file"].widget = forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})


class AddFileForm(ReasonForm):
    """Adding what was checked. `seen` names it; `confirmed` is asked where rates are off the market."""

    seen = forms.CharField(widget=forms.HiddenInput)
    confirmed = forms.ChoiceField(
        label="The rates off the market",
        choices=[
            ("on", "They are right: take them over"),
            (LEAVE_OUT, "Leave them out; they can follow from the reject file"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Look at the rates that are off the market, then confirm them."},
    )

    def __init__(self, *args: Any, ask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not ask:
            del self.fields["confirmed"]
