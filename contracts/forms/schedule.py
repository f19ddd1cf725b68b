"""The pencil's form on a contract that is kept: schedule and terms, over a revision (rules 4.6, 4.10)."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from contracts.forms.contracts import rows_of
from contracts.forms.rows import FIELDS, Examined, Rows, read_rows
from contracts.forms.terms import FORMULA, TermsForm, initial_of
from contracts.models import Contract
from contracts.rules import MOST_MONTHS, Weight, counted_months
from kamtrak.lib.months import Month
from kamtrak.lib.notation import shown, tidy
from kamtrak.reasons import ReasonField

EVERY, FROM = "every", "from"


class ScheduleForm(TermsForm):
    """`applies`: for every month, or from month `from_month` on. `seen` names what was shown to change of
    months that are over: only then has the choice been made."""

    asks = True

    reason = ReasonField(required=False)
    applies = forms.ChoiceField(
        label="Save for", required=False, choices=[(EVERY, "every month"), (FROM, "from a month on")]
    )
    from_month = forms.CharField(label="From month", required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        contract: Contract,
        running: Month,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        rows: Rows = (),
    ) -> None:
        self.contract = contract
        terms = contract.terms
        given: dict[str, Any] = {
            **initial_of(terms, contract.formula_id),
            "revision": contract.revision,
            "from_month": str(max(1, terms.number_of(running))),
            "applies": EVERY,
        }
        super().__init__(
            contract.workspace,
            data,
            initial=given if initial is None else initial,
            rows=rows or rows_of(contract),
            kept_currency=contract.currency,
        )
        if not contract.is_draft:
            del self.fields["currency"]  # it cannot change after Add (rules 4.10)

    @property
    def code(self) -> str:
        return super().code if "currency" in self.fields else self.contract.currency

    @property
    def counted(self) -> int | None:
        """The months of the terms that are confirmed, up to a cancellation."""
        row, first, period = self.contract, self.first_month, self.period_now
        if first is None or period is None:
            return period
        return counted_months(
            self.kind_now, first, period, frozen_until=row.frozen_until, cancelled_after=row.cancelled_after
        )

    @property
    def is_split(self) -> bool:
        return self.typed("applies") == FROM

    @property
    def from_month_now(self) -> int | None:
        """The month from which on it holds; None while it cannot be read."""
        written = tidy(self.typed("from_month")[:100])
        number = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
        return number if 1 <= number <= MOST_MONTHS else None

    def examined(self) -> Examined:
        """Nothing is asked about rules that end before the months that are saved."""
        found, k = super().examined(), self.from_month_now if self.is_split else None
        if k is None or found.placed is None:
            return found
        before = {n for n, rule in enumerate(found.placed, start=1) if not rule.reaches(k)}
        left = [f for f in found.findings if f.weight is not Weight.QUESTION or f.rule not in before]
        return replace(found, findings=tuple(left))

    def clean_from_month(self) -> int | None:
        if self.is_split and self.from_month_now is None:
            written = shown(self.typed("from_month"))
            raise forms.ValidationError(f"“{written}” is not a month number. Write a whole number like 4.")
        return self.from_month_now if self.is_split else None


def in_place(contract: Contract, sent: QueryDict) -> QueryDict:
    """What the revenue field of a contract's page sends, as this form sends it: the periods that the page
    showed, each with its revenue, whatever the schedule has become meanwhile (rules 4.17)."""
    data = QueryDict(mutable=True)
    data.update({name: str(value) for name, value in initial_of(contract.terms, contract.formula_id).items()})
    rows = read_rows(sent)
    for name in FIELDS:
        data.setlist(name, [getattr(row, name) for row in rows])
    if contract.duration and _months(rows) == _months(rows_of(contract)):
        data["monthly"] = rows[0].written  # its one period earns the monthly revenue
    elif contract.duration:
        data["basis"] = FORMULA
    for name in ("reason", "revision"):
        data[name] = sent.get(name, "")
    return data


def _months(rows: Rows) -> list[tuple[str, str]]:
    return [(row.first, row.last) for row in rows]
