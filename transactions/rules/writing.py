"""Cells of a workbook as texts that their columns read alike: for files that have no numbers (rules 5.17)."""

from collections.abc import Sequence
from decimal import Decimal

from kamtrak.lib.tables import DateFormat, NumberCell, Unreadable
from transactions.rules.fields import Field, FieldKind
from transactions.rules.mappings import Column, FileMapping, fold

_NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT)


def as_texts(cells: Sequence[str], mapping: FileMapping, *, from_1904: bool) -> list[str]:
    """The cells, of which each number is written as its column would write it: a day as 2026-03-08, an amount
    with the column's decimal mark, a fraction as a percentage.
    """
    written = list(cells)
    for column in mapping.columns:
        if column.place < len(cells) and type(cells[column.place]) is NumberCell:
            written[column.place] = _as_text(cells[column.place], column, from_1904)
    return written


def _as_text(number: str, column: Column, from_1904: bool) -> str:
    if fold(number) in map(fold, column.blanks):
        return number
    kind = column.field.kind if column.field else None
    if column.field is Field.DATE:
        try:
            return DateFormat(column.order, from_1904=from_1904).parse(number).isoformat()
        except Unreadable:
            return number
    if kind is FieldKind.PERCENT and column.fractions:
        number = f"{Decimal(number).scaleb(2):f}%"
    return number.replace(".", column.decimal) if kind in _NUMBERS else number
