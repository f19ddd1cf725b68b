"""A mapping from what is said about a file in words, as people who script say it: the rest stays as found.

What is said counts for every column that it can be about: one date order, one decimal mark (rules 5.1, 5.16).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from kamtrak.lib.tables import DateOrder
from kamtrak.lib.tables.numbers import Mark
from transactions.rules.fields import ASKED_FOR_TAX, Field, FieldKind, RowKind
from transactions.rules.looks import ColumnLook, Looked
from transactions.rules.mappings import Column, FileMapping, MappingError, fold, type_key
from transactions.rules.questions import Asked, questions_about, settled

T = TypeVar("T")


@dataclass(frozen=True)
class Said:
    """What was said; None, or nothing, where nothing was.

    `fields`: by the name of a column what it is mapped to, None for nothing. `taxed`: by the name of a column
    whether its amounts include tax. `in_zone`: whether time stamps with an offset count on the day in the
    workspace's time zone. `given`, `types` and `refunds_negative` as in FileMapping.
    """

    fields: Mapping[str, Field | None] = field(default_factory=dict)
    taxed: Mapping[str, bool] = field(default_factory=dict)
    order: DateOrder | None = None
    decimal: Mark | None = None
    in_zone: bool | None = None
    blanks: tuple[str, ...] = ()
    given: Mapping[Field, str] = field(default_factory=dict)
    types: Mapping[str, RowKind] = field(default_factory=dict)
    refunds_negative: bool | None = None


def said_of(mapping: FileMapping, looked: Looked, said: Said, zone: str) -> FileMapping:
    """The mapping with what was said on top; `zone` names the workspace's time zone.

    Raises MappingError for a column that the file does not have.
    """
    fields = _by_place(mapping.columns, said.fields)
    taxed = _by_place(mapping.columns, said.taxed)
    taken = {known for known in (*fields.values(), *said.given) if known is not None}
    columns = []
    for column in mapping.columns:
        if column.place in fields:
            column = _mapped(column, fields[column.place], looked.columns[column.place])
        elif column.field in taken:
            column = _mapped(column, None, looked.columns[column.place])
        columns.append(_read_as(column, said, taxed, zone))
    declared = {type_key(text): kind for text, kind in said.types.items()}
    minus = mapping.refunds_negative if said.refunds_negative is None else said.refunds_negative
    given = {known: text for known, text in mapping.given.items() if known not in taken}
    return FileMapping(tuple(columns), {**given, **said.given}, {**mapping.types, **declared}, minus)


def _by_place(columns: Sequence[Column], by_name: Mapping[str, T]) -> dict[int, T]:
    """What was said by names, by the places of the columns."""
    places = {column.name.strip().casefold(): column.place for column in columns}
    if unknown := [name for name in by_name if name.strip().casefold() not in places]:
        there = ", ".join(f"“{column.name}”" for column in columns)
        raise MappingError(f"The file has no column “{unknown[0]}”. It has {there}.")
    return {places[name.strip().casefold()]: value for name, value in by_name.items()}


def _mapped(column: Column, known: Field | None, look: ColumnLook) -> Column:
    """The column on another field: read as its own values say."""
    if known is column.field:
        return column
    fractions = known is not None and known.kind is FieldKind.PERCENT and look.fractions
    currency = column.currency if known is not None and known.kind is FieldKind.MONEY else ""
    fresh = Column(
        column.place, column.name, known, blanks=column.blanks, currency=currency, fractions=fractions
    )
    return settled(fresh, look)


def _read_as(column: Column, said: Said, taxed: Mapping[int, bool], zone: str) -> Column:
    """The column with what was said about all columns of its kind."""
    kind = column.field.kind if column.field is not None else None
    if said.blanks and column.field is not None:
        column = replace(column, blanks=tuple(dict.fromkeys((*column.blanks, *said.blanks))))
    if kind is FieldKind.DATE:
        order = column.order if said.order is None else said.order
        counted = column.zone if said.in_zone is None else zone if said.in_zone else ""
        return replace(column, order=order, zone=counted)
    if kind in (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT) and said.decimal is not None:
        column = replace(column, decimal=said.decimal)
    if column.field in ASKED_FOR_TAX and column.place in taxed:
        column = replace(column, tax_included=taxed[column.place])
    return column


def answered_by(mapping: FileMapping, looked: Looked, said: Said) -> list[int]:
    """The places of the columns of which nothing is open any more by what was said."""
    answers = {
        Asked.ORDER: said.order is not None,
        Asked.DECIMAL: said.decimal is not None,
        Asked.OFFSETS: said.in_zone is not None,
    }
    return [
        column.place
        for column in mapping.columns
        if all(answers[each.asked] for each in questions_about(column, looked.columns[column.place]))
    ]


def undeclared_types(mapping: FileMapping, looked: Looked) -> list[str]:
    """The values of the transaction type that nobody has declared, as they are written (rules 5.13)."""
    column = mapping.mapped.get(Field.TYPE)
    if column is None:
        return []
    blanks = {fold(text) for text in column.blanks}
    values = (value.text for value in looked.columns[column.place].values if fold(value.text) not in blanks)
    return [text for text in values if type_key(text) not in mapping.types]


def undecided_taxes(mapping: FileMapping) -> list[Column]:
    """The money columns of which nobody has said whether they include tax (rules 5.9)."""
    asked = (column for column in mapping.columns if column.field in ASKED_FOR_TAX)
    return [column for column in asked if column.tax_included is None]
