"""Rows of a spreadsheet, pasted into a field of the rule editor.

All of it or nothing: what cannot be read is refused with its line, and the rows stay as they are.
"""

import csv
from collections.abc import Sequence

from contracts.forms.rows import FIELDS, Rows, TypedRule, read_rule, with_step
from contracts.rules import MOST_RULES, Unit
from kamtrak.lib.notation import shown, tidy
from kamtrak.lib.tables.delimiter import detect_delimiter
from kamtrak.lib.tables.header import find_header

LONGEST = 10_000
HEADINGS = {
    "first": ("from", "start", "first"),
    "last": ("to", "until", "end", "last"),
    "revenue": ("revenue", "amount", "per month", "value"),
    "unit": ("unit", "currency", "%"),
}


class PasteError(ValueError):
    """What was pasted cannot be read; the message is for the person, with the line."""


def paste(rows: Rows, text: str, *, position: int, field: str, currency: str) -> Rows:
    """The rows with what was pasted at row `position` (from 1), field `field`. Raises PasteError.

    Three columns or more are From, To, Revenue and Unit, wherever they are pasted; one or two fill the
    columns from that field on, as in a spreadsheet. Rows below what was pasted stay.
    """
    columns, lines = _columns(_lines(text), field)
    ends = position - 1 + len(lines)
    if ends > MOST_RULES:
        raise PasteError(f"A formula has at most {MOST_RULES} rules; with these it would have {ends}.")
    while len(rows) < ends:
        grown = with_step(rows, "add", currency)
        rows = grown if grown != rows else (*rows, TypedRule())
    pasted = [
        _filled(rows[position - 1 + n], dict(zip(columns, cells, strict=True)), line, currency)
        for n, (line, cells) in enumerate(lines)
    ]
    return (*rows[: position - 1], *pasted, *rows[ends:])


Line = tuple[int, list[str]]


def _lines(text: str) -> list[Line]:
    """The lines that hold something, with their numbers, as cells; all of the same width."""
    if len(text) > LONGEST:
        raise PasteError(f"That is too much: at most {LONGEST:,} characters are read.")
    written = text.replace("\0", "").splitlines()
    delimiter = detect_delimiter(lambda mark: list(csv.reader(written, delimiter=mark)))
    read = [[cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])] for line in written]
    width = max((len(cells) for cells in read), default=0)
    lines = [(n, cells + [""] * (width - len(cells))) for n, cells in enumerate(read, start=1) if any(cells)]
    if not lines:
        raise PasteError("There was nothing in what was pasted.")
    return lines


def _columns(lines: list[Line], field: str) -> tuple[list[str], list[Line]]:
    """Which field each column fills ("" for none), and the lines below the header, if there is one."""
    width = len(lines[0][1])
    if len(lines) > 1 and find_header([cells for _, cells in lines]) == 0:
        (_, header), *lines = lines
        if named := _named(header):
            return named, lines
    start = 0 if width > 2 else FIELDS.index(field)
    if start + width > len(FIELDS):
        raise PasteError("There are more columns than From month, To month, Revenue and Unit.")
    return list(FIELDS[start : start + width]), lines


def _named(header: Sequence[str]) -> list[str]:
    """The fields that the header names; none unless it names From and Revenue."""
    found: list[str] = []
    for cell in header:
        meant = (f for f in FIELDS if f not in found and tidy(cell).casefold().startswith(HEADINGS[f]))
        found.append(next(meant, ""))
    return found if {"first", "revenue"} <= set(found) else []


def _filled(row: TypedRule, cells: dict[str, str], line: int, currency: str) -> TypedRule:
    """The row with these cells in it, read back. Raises PasteError with the line."""
    unit = cells.get("unit", "")
    if unit not in ("", "%", currency):
        raise PasteError(f"Line {line}: “{shown(unit)}” is not a unit. Write {currency} or %.")
    revenue = cells.get("revenue", row.revenue)
    if unit == "%" or revenue.endswith("%"):
        kind = Unit.PERCENT
    else:
        kind = row.unit if not unit and "first" not in cells else Unit.AMOUNT
    filled = TypedRule(
        cells.get("first", row.first),
        cells.get("last", row.last),
        revenue.removesuffix("%").rstrip(),
        kind,
    )
    problem = next((each for each in read_rule(filled, 0, currency)[1] if each.field in cells), None)
    if problem is not None:
        raise PasteError(f"Line {line}: {problem.message}")
    return filled
