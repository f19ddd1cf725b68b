"""What the buttons of the editor do to its rows: +, −, closing a gap, pasting, choosing a formula, putting
back (rules 4.4, 4.6).

Without JavaScript they send the form to its own page, with it to `schedule_check`; both come here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import QueryDict

from contracts.forms.pasted import PasteError, paste
from contracts.forms.rows import FIELDS, Rows, with_step
from contracts.forms.rules import Earlier, RulesForm, pack, unpack
from contracts.forms.terms import TermsForm

Form = TypeVar("Form", bound=RulesForm)


@dataclass(frozen=True)
class Step:
    """The rows after it. `focus`: the id of the field to go on in; `refused`: why nothing was pasted;
    `earlier`: what was replaced; `formula`: whose rules they are, where that has changed as well."""

    rows: Rows
    focus: str = ""
    refused: str = ""
    earlier: Earlier | None = None
    formula: str | None = None


def step_of(data: QueryDict) -> str:
    """The button that was pressed, "" for none."""
    return data.get("do", "")


def retyped(make: Callable[..., Form], data: QueryDict) -> tuple[Form, Step]:
    """The form as it is typed so far, after the button that was pressed; nothing of it is judged yet.

    `make(data)` and `make(initial=…, rows=…)` make the form that stands on the page.
    """
    typed = make(data)
    step = take_step(data, typed)
    formula = typed.copied_now if step.formula is None else step.formula
    initial: dict[str, Any] = {**data.dict(), "copied": formula}
    if step.formula is not None:
        initial["formula"] = formula
    if step.earlier is not None:
        initial["earlier"] = pack(step.earlier) if step.earlier.rows else ""
    return make(initial=initial, rows=step.rows), step


def take_step(data: QueryDict, form: RulesForm) -> Step:
    step = step_of(data)
    if step == "paste":
        return _pasted(data, form)
    if step == "back":
        back = unpack(data.get("earlier", ""))
        return Step(back.rows or form.rows, earlier=Earlier(()), formula=back.formula or None)
    if isinstance(form, TermsForm) and form.replaced.rows:
        return Step(form.rows, earlier=form.replaced)
    if step == "open":
        return Step(form.rows, focus="revenue-1")
    after = with_step(form.rows, step, form.code)
    return Step(after, focus=_focus(step, after))


def _focus(step: str, rows: Rows) -> str:
    """The revenue of the last row: a new one has to be filled, and after − it is where + and − stand."""
    return f"revenue-{len(rows)}" if step in ("add", "drop") else ""


def _pasted(data: QueryDict, form: RulesForm) -> Step:
    field, _, number = data.get("at", "").partition("-")
    position = int(number[:3]) if number.isdecimal() else 0
    if field not in FIELDS or not 1 <= position <= len(form.rows):
        return Step(form.rows)
    focus, text = f"revenue-{position}", data.get("pasted", "")
    try:
        after = paste(form.rows, text, position=position, field=field, currency=form.code)
    except PasteError as problem:
        return Step(form.rows, focus, refused=f"Nothing was pasted. {problem}")
    return Step(after, focus, earlier=Earlier(form.rows, form.copied_now))
