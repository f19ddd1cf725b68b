"""What the values of a column leave open, so that a person is asked before rows are read (rules 2.2,
5.16); what no cell says at all (rules 5.7).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kamtrak.lib.tables import Ask, DateFormat, NumberFormat
from transactions.rules.fields import MONEY_FIELDS, Field, FieldKind
from transactions.rules.looks import ColumnLook, Looked, StampReading
from transactions.rules.mappings import Column, FileMapping

_NUMBERS = frozenset({FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT})


class Asked(StrEnum):
    """What is asked about a column."""

    DECIMAL = "decimal"
    ORDER = "order"
    OFFSETS = "offsets"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question: about which column, and how samples read under each answer."""

    place: int
    column: str
    asked: Asked
    ask: Ask[Any] | None = None
    stamps: tuple[StampReading, ...] = ()

    @property
    def text(self) -> str:
        """As a sentence."""
        return self.ask.question if self.ask else "Its times carry an offset. On which day do they count?"


def open_questions(mapping: FileMapping, looked: Looked, answered: Collection[int]) -> list[OpenQuestion]:
    """What still has to be answered about the mapped columns; `answered` are places that a person decided."""
    return [
        question
        for column in mapping.columns
        if column.field is not None and column.place not in answered and column.place < len(looked.columns)
        for question in questions_about(column, looked.columns[column.place])
    ]


def leaves_currency_open(mapping: FileMapping, looked: Looked) -> bool:
    """Whether nothing in the file says the currency of a column of amounts: no other column, no code or sign
    beside any of them, none given for the column (rules 5.7). A person is asked for that of the whole file,
    who would otherwise not notice what is assumed.
    """
    if Field.CURRENCY in mapping.mapped:
        return False
    return any(
        column.field in MONEY_FIELDS and not column.currency and _bears_none(looked.columns[column.place])
        for column in mapping.columns
        if column.place < len(looked.columns)
    )


def _bears_none(look: ColumnLook) -> bool:
    """Whether there are amounts, and none with a currency."""
    return look.filled > 0 and look.numbers is not None and not look.numbers.with_currency


def questions_about(column: Column, look: ColumnLook) -> list[OpenQuestion]:
    """The questions that the values of one mapped column leave open."""
    kind = column.field.kind if column.field is not None else None
    found = []
    if kind in _NUMBERS and look.numbers is not None and isinstance(ask := look.numbers.decide(), Ask):
        found.append(OpenQuestion(column.place, column.name, Asked.DECIMAL, ask))
    if kind is FieldKind.DATE and look.dates is not None:
        if isinstance(ask_dates := look.dates.decide(), Ask):
            found.append(OpenQuestion(column.place, column.name, Asked.ORDER, ask_dates))
        if look.offsets:
            found.append(OpenQuestion(column.place, column.name, Asked.OFFSETS, None, look.offsets))
    return found


def settled(column: Column, look: ColumnLook) -> Column:
    """The column with what its own values decide; what they leave open stays as it is."""
    if column.field is None:
        return column
    if column.field.kind is FieldKind.DATE and look.dates is not None:
        found = look.dates.decide()
        return replace(column, order=found.order) if isinstance(found, DateFormat) else column
    if column.field.kind is not FieldKind.TEXT and look.numbers is not None:
        number = look.numbers.decide()
        return replace(column, decimal=number.decimal) if isinstance(number, NumberFormat) else column
    return column
