"""What a contract agrees on: type, start, period, currency, and a duration or a formula (rules 4.1)."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from contracts.forms.rows import Examined, Rows, any_percent, examine, typed_rows
from contracts.forms.rules import Earlier, RulesForm
from contracts.models import Formula
from contracts.queries.formulas import find_formula, formulas_left_out, offered_formulas
from contracts.rules import (
    DURATIONS,
    MOST_MONTHS,
    ContractType,
    Terms,
    duration_label,
    duration_rules,
)
from contracts.services.drafts import EARLIEST, LATEST, START_SAID
from kamtrak.lib.money import AmountError, currency_name, grouped, parse_amount
from kamtrak.lib.months import Month
from kamtrak.lib.notation import shown, tidy
from kamtrak.web import read_id
from workspaces.models import Workspace

DURATION, FORMULA = "duration", "formula"
OWN = "own"  # the contract's own rules, which no formula of the list has
LEFT_OUT = 3  # formulas in other currencies that are named; the others are counted
BASES = [(DURATION, "Monthly duration"), (FORMULA, "Trailing revenue formula")]


class TermsForm(RulesForm):
    """The terms as they are typed. Choosing a formula copies its rules into the rows (rules 4.4): `copied`
    names the one whose rules the rows are, so that another choice is known as one."""

    asks = False

    kind = forms.ChoiceField(label="Type", choices=[(kind.value, kind.label) for kind in ContractType])
    start_on = forms.DateField(
        label="Start date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Choose the start date.",
            "invalid": "This is not a date of the calendar. Write it like 2026-03-01.",
        },
    )
    period = forms.CharField(label="Period, months", required=False)
    currency = forms.ChoiceField(
        label="Currency",
        error_messages={"invalid_choice": "“%(value)s” is not a currency of this workspace."},
    )
    basis = forms.ChoiceField(label="Revenue", choices=BASES, widget=forms.RadioSelect)
    monthly = forms.CharField(label="Monthly revenue", required=False)
    duration = forms.ChoiceField(
        label="Duration",
        required=False,
        choices=[
            ("", "Choose a duration"),
            *((code, duration_label(code).capitalize()) for code in DURATIONS),
        ],
    )
    formula = forms.CharField(label="Formula", required=False, widget=forms.Select)
    copied = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        rows: Rows = (),
        kept_currency: str = "",
    ) -> None:
        super().__init__(workspace, data, initial=initial, rows=rows, kept_currency=kept_currency)
        self.choices("currency", [(code, f"{code} {currency_name(code)}") for code in self.currencies])
        self.chosen = self._named("formula")
        self.replaced = Earlier(())
        if self.chosen is not None and self.typed("copied") != str(self.chosen.pk):
            self.replaced = self._customised()
            self.rows = typed_rows(self.chosen.schedule, self.chosen.currency)
        self.fields["formula"].widget.choices = self._formulas()

    def _named(self, field: str) -> Formula | None:
        """The formula whose number stands in a field."""
        return find_formula(self.workspace, read_id({field: self.typed(field)}, field))

    def _customised(self) -> Earlier:
        """The rows that another choice replaces, unless they are just those of the former formula."""
        former = self._named("copied")
        if former is not None and self.rows == typed_rows(former.schedule, former.currency):
            return Earlier(())
        return Earlier(self.rows, self.typed("copied"))

    @property
    def left_out(self) -> str:
        """Why a formula is not among the choices: its fixed amounts are in another currency (rules 4.4)."""
        missing = [row for row in formulas_left_out(self.workspace, self.code) if row != self.chosen]
        if not missing:
            return ""
        named = ", ".join(f"{row.name} (in {row.currency})" for row in missing[:LEFT_OUT])
        more = f" and {len(missing) - LEFT_OUT} more" if len(missing) > LEFT_OUT else ""
        return f"Not for a contract in {self.code}: {named}{more}."

    def _formulas(self) -> list[tuple[str, str]]:
        """Those that fit the currency, and the one that is chosen although it is not offered any more."""
        offered = list(offered_formulas(self.workspace, self.code))
        found = [(str(row.pk), row.name) for row in offered]
        if self.chosen is not None and self.chosen not in offered:
            why = "archived" if self.chosen.is_archived else f"in {self.chosen.currency}"
            found.append((str(self.chosen.pk), f"{self.chosen.name} ({why})"))
        is_own = OWN in (self.typed("formula"), self.typed("copied"))
        own = (OWN, "The contract’s own rules") if is_own else ("", "Choose a formula")
        return [own, *found]

    # ---------------------------------------------------------------- as far as it can be read

    @property
    def copied_now(self) -> str:
        """Which formula the rows belong to: its number, OWN, or "" while none is chosen."""
        if self.chosen is not None:
            return str(self.chosen.pk)
        return OWN if self.typed("formula") == OWN else ""

    @property
    def is_duration(self) -> bool:
        return self.typed("basis") != FORMULA

    @property
    def kind_now(self) -> ContractType:
        known = {kind.value: kind for kind in ContractType}
        return known.get(self.typed("kind"), ContractType.FIXED)

    @property
    def period_now(self) -> int | None:
        """Months of a term; None while it cannot be read."""
        if self.kind_now is ContractType.CASUAL:
            return 1
        written = tidy(self.typed("period")[:100])
        months = int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0
        return months if 1 <= months <= MOST_MONTHS else None

    @property
    def start_now(self) -> date | None:
        """The start date; None while it cannot be read."""
        try:
            start: date = self.fields["start_on"].clean(self["start_on"].value())
        except forms.ValidationError:
            return None
        return start if EARLIEST <= start < LATEST else None

    @property
    def first_month(self) -> Month | None:
        return None if self.start_now is None else Month.of(self.start_now)

    @property
    def counted(self) -> int | None:
        """How many months a total counts: the first term."""
        return self.period_now

    @property
    def takes_monthly(self) -> bool:
        """Whether something is counted from the monthly revenue (rules 4.1)."""
        return self.is_duration or any_percent(self.rows)

    @property
    def carried(self) -> list[forms.BoundField]:
        """What the pencil's dialog carries along and hands back as it came."""
        return [
            self[name] for name in ("kind", "start_on", "period", "currency", "basis", "duration", "formula")
        ]

    @property
    def used_rows(self) -> Rows:
        """The rows, or the one that a monthly duration makes; none while that cannot be read."""
        if not self.is_duration:
            return self.rows
        monthly, period, duration = self.amount_in("monthly"), self.period_now, self.typed("duration")
        if monthly is None or period is None or duration not in DURATIONS:
            return ()
        made = duration_rules(duration, kind=self.kind_now, period=period, monthly=monthly)
        return typed_rows(made, self.code)

    def examined(self) -> Examined:
        if not self.used_rows and (self.is_duration or not self.copied_now):
            return Examined((), (), ())  # another field says what is missing
        return examine(
            self.used_rows,
            months=None if self.kind_now.renews else self.period_now,
            monthly=self.amount_in("monthly"),
            currency=self.code,
            template=True,  # a missing monthly revenue is said at its own field
        )

    # ---------------------------------------------------------------- as it is taken

    def clean_start_on(self) -> date:
        start: date = self.cleaned_data["start_on"]
        if not EARLIEST <= start < LATEST:
            raise forms.ValidationError(START_SAID)
        return start

    def clean_formula(self) -> Formula | None:
        if self.is_duration or self.typed("formula") == OWN:
            return None
        if self.chosen is None:
            raise forms.ValidationError("Choose a formula.")
        return self.chosen

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.period_now is None:
            written = shown(self.typed("period"))
            found = f"“{written}” is not a number of months." if written else "Enter the period."
            self.add_error("period", f"{found} Write a whole number from 1 to {MOST_MONTHS}.")
        if self.is_duration and not values.get("duration") and "duration" not in self.errors:
            self.add_error("duration", "Choose for how many months it is earned.")
        if self.takes_monthly and "currency" in values:
            self._read_monthly()
        return values

    def _read_monthly(self) -> None:
        if not self.typed("monthly"):
            why = "" if self.is_duration else ": percentages are counted from it"
            self.add_error("monthly", f"Enter the monthly revenue{why}.")
            return
        try:
            parse_amount(self.typed("monthly"), self.code, allow_zero=True)
        except AmountError as problem:
            self.add_error("monthly", str(problem))

    def rule_problems(self) -> list[tuple[str, str, str]]:
        """What has to change in the rows and the monthly revenue, as row_problems."""
        monthly = [
            (self["monthly"].auto_id, "Monthly revenue", str(said)) for said in self.errors.get("monthly", [])
        ]
        return [*monthly, *self.row_problems()]

    def terms(self) -> Terms:
        """What a valid form says."""
        found = self.terms_now()
        assert found is not None  # noqa: S101 - the form is valid
        return found

    def terms_now(self) -> Terms | None:
        """What the form says so far; None while something of it cannot be read."""
        start, period, examined = self.start_now, self.period_now, self.examined()
        monthly = self.amount_in("monthly") if self.takes_monthly else None
        if start is None or period is None or not examined.placed or examined.is_refused:
            return None
        if self.takes_monthly and monthly is None:
            return None
        return Terms(
            kind=self.kind_now,
            start=start,
            period=period,
            currency=self.code,
            monthly=monthly,
            duration=self.typed("duration") if self.is_duration else "",
            formula="" if self.chosen is None or self.is_duration else self.chosen.name,
            rules=examined.placed,
        )


def initial_of(terms: Terms, formula_id: int | None) -> dict[str, Any]:
    """The form's values for terms that are kept."""
    chosen = str(formula_id) if formula_id else OWN
    return {
        "kind": terms.kind.value,
        "start_on": terms.start,
        "period": str(terms.period),
        "currency": terms.currency,
        "basis": DURATION if terms.duration else FORMULA,
        "monthly": "" if terms.monthly is None else grouped(terms.monthly, terms.currency),
        "duration": terms.duration,
        "formula": chosen,
        "copied": chosen,
    }
