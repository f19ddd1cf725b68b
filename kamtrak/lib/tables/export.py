"""Values that leave in a CSV or XLSX: text must not turn into a formula where it is opened."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

# What a spreadsheet may take for a formula, with apostrophes in front: those are escaped as well, so that
# original_cell() gives back exactly what was there.
_DANGEROUS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-][0-9.,' ]*[0-9](?:[eE][+-]?[0-9]+)? ?%?")


def safe_cell(text: str) -> str:
    """The text, behind an apostrophe when it begins like a formula; a signed number stays a number.

    Only for text: figures are written as figures and need no escaping.
    """
    if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def original_cell(text: str) -> str:
    """What safe_cell() was given."""
    return text[1:] if _ESCAPED.match(text) else text


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
