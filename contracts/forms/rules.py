"""What every form with rows of the editor has: the rows, and what there is to say about them."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from contracts.forms.rows import MOST_ROWS, Examined, Rows, TypedRule, read_rows
from contracts.rules import Rule, Unit, Weight
from kamtrak.lib.money import AmountError, is_currency, parse_amount
from workspaces.models import Workspace

DIALOG_IDS = "d-"


class RulesForm(forms.Form):
    """Rows and fields, bound to what was sent; or unbound, with what has been typed so far as `initial`.

    `accepted` is the yes to what is asked about negative revenue: it names the rules that were asked about,
    so that another one is asked about again. A form of a draft does not ask yet: Add does.
    """

    asks = True

    accepted = forms.CharField(label="Negative revenue", required=False)
    earlier = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        workspace: Workspace,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        rows: Rows = (),
        kept_currency: str = "",
    ) -> None:
        super().__init__(data, initial=initial)
        self.workspace, self.kept_currency = workspace, kept_currency
        self.rows = rows if data is None else read_rows(data)
        self.auto_id = f"{self.ids}id_%s"

    def typed(self, name: str) -> str:
        """What stands in a field, as text."""
        if name in self.fields:
            value = self[name].value()
        else:
            value = (self.data if self.is_bound else self.initial).get(name)
        return "" if value is None else str(value).strip()

    def choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def ids(self) -> str:
        """What the ids of the fields begin with: in a dialog upon another editor they differ."""
        return DIALOG_IDS if self.typed("ids") == DIALOG_IDS else ""

    @property
    def code(self) -> str:
        """The chosen currency; the workspace's while none of its own is chosen."""
        chosen = self.typed("currency")
        return chosen if chosen in self.currencies else self.workspace.currency

    @property
    def currencies(self) -> list[str]:
        """Enabled ones, and the one that is kept although it is not enabled any more."""
        enabled, kept = list(self.workspace.currencies), self.kept_currency
        return [*enabled, kept] if is_currency(kept) and kept not in enabled else enabled

    def amount_in(self, name: str) -> Decimal | None:
        """A monthly revenue that stands in a field; None while it cannot be read."""
        try:
            return parse_amount(self.typed(name), self.code, allow_zero=True)
        except AmountError:
            return None

    def examined(self) -> Examined:
        """The rows with their findings. Subclasses say what they stand upon."""
        raise NotImplementedError

    def question(self) -> str:
        """What a yes to the questions names; "" where nothing is asked."""
        found = self.examined()
        return ",".join(
            f"{finding.rule}:{found.rows[finding.rule - 1].revenue.strip()}"
            for finding in found.of_weight(Weight.QUESTION)
            if finding.rule
        )

    @property
    def is_accepted(self) -> bool:
        asked = self.question()
        return bool(asked) and self.typed("accepted") == asked

    def is_valid(self) -> bool:
        """Whether the fields and the rows can be taken; the rows say at their own fields what cannot."""
        return super().is_valid() and not self.examined().is_refused and self._is_answered()

    def _is_answered(self) -> bool:
        if not self.asks or not self.question() or self.is_accepted:
            return True
        self.add_error("accepted", "Answer with yes, or change the revenue.")
        return False

    def row_problems(self) -> list[tuple[str, str, str]]:
        """(id of the field, label, message) of what has to change in the rows: for {% errors %}."""
        return [
            (f"{self.ids}{finding.field}-{finding.rule}", f"Rule {finding.rule}", finding.message)
            if finding.rule
            else ("", "", finding.message)
            for finding in self.examined().of_weight(Weight.ERROR)
        ]

    @property
    def copied_now(self) -> str:
        """Which formula the rows were copied from; a formula's own form has none."""
        return ""

    def rules(self) -> tuple[Rule, ...]:
        """The rules of valid rows."""
        placed = self.examined().placed
        assert placed is not None  # noqa: S101 - the form is valid
        return placed


@dataclass(frozen=True)
class Earlier:
    """Rows that were replaced, and the formula that they belong to ("" for none): to be put back."""

    rows: Rows
    formula: str = ""


def pack(earlier: Earlier) -> str:
    """As a form carries it along."""
    rows = [[row.first, row.last, row.revenue, row.unit.value] for row in earlier.rows]
    return json.dumps([earlier.formula, rows])


def unpack(packed: str) -> Earlier:
    """What `pack` wrote; nothing for anything else."""
    try:
        formula, rows = json.loads(packed)
        found = [(_plain(first), _plain(last), _plain(said), Unit(unit)) for first, last, said, unit in rows]
        return Earlier(tuple(TypedRule(*row) for row in found[:MOST_ROWS]), _plain(formula))
    except (ValueError, TypeError, RecursionError):
        return Earlier(())


def _plain(value: object) -> str:
    """A text that can stand on a page. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError(value)
    value.encode()
    return value
