"""From the cells of a file to a row of parsed values, one decision per column (rules 5.1, 5.3, 5.16)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from .cells import Number, is_blank, read_date, read_number, trimmed
from .values import MONEY, NUMBERS, Cell, Decisions, Row, Workspace


def read_cell(field: str, provided: object, decisions: Decisions, zone: str) -> Cell:
    """Text as decided for its column; what a workbook already holds as a number or a day stays that."""
    blanks = decisions.blanks.get(field, ())
    if provided is None:
        return None
    if field in NUMBERS and isinstance(provided, Decimal):
        return Number(provided)
    if isinstance(provided, date):
        return provided
    text = str(provided)
    if field in NUMBERS:
        mark = decisions.decimal_marks.get(field, decisions.decimal_mark)
        return read_number(text, mark, blanks, field in MONEY, field == "taxes_percent")
    if field == "date":
        return read_date(text, decisions.date_order, blanks, zone if decisions.in_zone else None)
    return None if is_blank(text, blanks) else trimmed(text)


def read_row(provided: Mapping[str, object], decisions: Decisions, workspace: Workspace) -> Row:
    """`provided`: field → cell, only of mapped fields. What is given once for the file fills where no
    column is mapped.
    """
    row = {field: read_cell(field, cell, decisions, workspace.zone) for field, cell in provided.items()}
    given = {
        field: text for field, text in decisions.given.items() if field != "currency" and field not in row
    }
    return {**row, **given}
