"""How the columns of a mapped file write the numbers of a workbook: for files of texts (rules 5.17)."""

from dataclasses import dataclass
from decimal import Decimal

from kamtrak.lib.tables import DateFormat, NumberFormat, WritesNumbers
from transactions.rules.fields import Field, FieldKind
from transactions.rules.mappings import Column, FileMapping, fold

_NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT)


def writing_of(mapping: FileMapping, *, from_1904: bool) -> dict[int, WritesNumbers]:
    """By the places of its columns, as a reject file takes it: a day is written as 2026-03-08, an amount with
    the column's decimal mark, a fraction as a percentage.
    """
    return {
        column.place: _Writing(column, column.field, from_1904)
        for column in mapping.columns
        if column.field is not None and (column.field is Field.DATE or column.field.kind in _NUMBERS)
    }


@dataclass(frozen=True, slots=True)
class _Writing:
    column: Column
    field: Field
    from_1904: bool

    def write(self, number: str) -> str:
        if fold(number) in map(fold, self.column.blanks):
            return number
        if self.field is Field.DATE:
            return DateFormat(self.column.order, from_1904=self.from_1904).write(number)
        number_format = NumberFormat(self.column.decimal)
        if self.field.kind is FieldKind.PERCENT and self.column.fractions:
            return f"{number_format.write(f'{Decimal(number).scaleb(2):f}')}%"
        return number_format.write(number)
