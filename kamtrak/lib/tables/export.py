"""Values that leave in a CSV or XLSX: text must not turn into a formula where it is opened."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

# What a spreadsheet may take for a formula, with apostrophes in front: those are escaped as well, so that
# original_cell() gives back exactly what was there. It may stand at the beginning, or behind what separates
# cells and rows where the file is opened: whose list separator is another one, splits there, quoted or not.
_FORMULA = r"[=+\-@＝＋－＠]"
_DANGEROUS = re.compile(rf"\A(?='*(?:{_FORMULA}|[\t\r\n]))|(?<=[,;\t\r\n])(?='*{_FORMULA})")
_ESCAPED = re.compile(rf"\A'(?='*(?:{_FORMULA}|[\t\r\n]))|(?<=[,;\t\r\n])'(?='*{_FORMULA})")
_NUMBER = re.compile(r"[+-][0-9.,' ]*[0-9](?:[eE][+-]?[0-9]+)? ?%?")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before what begins like a formula; a signed number stays a number.

    Only for text: figures are written as figures and need no escaping.
    """
    return text if _NUMBER.fullmatch(text) else _DANGEROUS.sub("'", text)


def original_cell(text: str) -> str:
    """What safe_cell() was given."""
    return text if _NUMBER.fullmatch(text) else _ESCAPED.sub("", text)


def csv_cells(values: Iterable[Any]) -> list[str]:
    """Values as the cells of a CSV: numbers stay numbers, only text is made safe; nothing for None."""
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return safe_cell(value) if isinstance(value, str) else str(value)
