"""What the buttons of the editor do to its rows: +, −, closing a gap, pasting, putting back (rules 4.6).

Without JavaScript they send the form to its own page, with it to `schedule_check`; both come here.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict

from contracts.forms.pasted import PasteError, paste
from contracts.forms.rows import FIELDS, Rows, with_step
from contracts.forms.rules import pack_rows, unpack_rows


@dataclass(frozen=True)
class Step:
    """The rows after it. `focus`: the id of the field to go on in; `refused`: why nothing was pasted;
    `earlier`: the rows that were replaced, to be put back."""

    rows: Rows
    focus: str = ""
    refused: str = ""
    earlier: str = ""


def step_of(data: QueryDict) -> str:
    """The button that was pressed, "" for none."""
    return data.get("do", "")


def take_step(data: QueryDict, rows: Rows, currency: str) -> Step:
    step = step_of(data)
    if step == "paste":
        return _pasted(data, rows, currency)
    if step == "back":
        return Step(unpack_rows(data.get("earlier", "")) or rows)
    after = with_step(rows, step, currency)
    return Step(after, focus=_focus(step, after))


def _focus(step: str, rows: Rows) -> str:
    """The revenue of the last row: a new one has to be filled, and after − it is where + and − stand."""
    return f"revenue-{len(rows)}" if step in ("add", "drop") else ""


def _pasted(data: QueryDict, rows: Rows, currency: str) -> Step:
    field, _, number = data.get("at", "").partition("-")
    position = int(number[:3]) if number.isdecimal() else 0
    if field not in FIELDS or not 1 <= position <= len(rows):
        return Step(rows)
    here = Step(rows, focus=f"revenue-{position}")
    text = data.get("pasted", "")
    try:
        after = paste(rows, text, position=position, field=field, currency=currency)
    except PasteError as problem:
        return replace(here, refused=f"Nothing was pasted. {problem}")
    return replace(here, rows=after, earlier=pack_rows(rows))
