"""The cells of a line as one parsed row, under the decisions of its columns (rules 2.2, 5.3, 5.13, 5.16).

It runs once for every line of a file. What a column does is therefore settled before the first line, and
what a text of a column means is remembered: the days, prices and types of a file are few.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from kamtrak.lib.notation import tidy
from kamtrak.lib.tables import DateFormat, NumberFormat, Unreadable
from transactions.rules.fields import Field, FieldKind, RowKind
from transactions.rules.given import Given, Unread, Wrong, without_day
from transactions.rules.mappings import Column, FileMapping, fold, type_key

LONGEST_NAME, LONGEST_DESCRIPTION = 200, 5_000  # rules 10
_MOST_REMEMBERED = 20_000
_HUNDRED = Decimal(100)
T = TypeVar("T")
_Store = Callable[[Given, str], None]
_Number = tuple[Decimal, str]  # with the unit beside it


class LineReader:
    """Reads the lines of one file under its mapping. `from_1904` comes from the file's layout.

    A line must have a cell for every mapped column: rows with a problem of their own are not read.
    """

    def __init__(self, mapping: FileMapping, *, from_1904: bool = False) -> None:
        # A currency given for the file comes after a sign inside an amount: the terms know it (rules 5.7).
        self._given = [
            (known.value, text.strip())
            for known, text in mapping.given.items()
            if known is not Field.CURRENCY
        ]
        self._kind = kind_of(mapping.given.get(Field.TYPE, ""), mapping)
        self._columns = [
            (column.place, _store(known, column, mapping, from_1904))
            for known, column in mapping.mapped.items()
        ]

    def read(self, cells: Sequence[str]) -> Given:
        """The line's values. What is wrong with it, whatever its figures are, is told by `wrong_with`."""
        row = Given()
        row.kind = self._kind
        for name, text in self._given:
            setattr(row, name, text)
        for place, store in self._columns:
            store(row, cells[place])
        return row


def kind_of(text: str, mapping: FileMapping) -> RowKind | None:
    """What a value of the transaction type was declared to be; None if it was not.

    A row without a type is a sale, unless blank itself was declared to be something else.
    """
    key = type_key(text)
    return mapping.types.get(key, None if key else RowKind.SALE)


def wrong_with(row: Given) -> tuple[Wrong, ...]:
    """Why the row cannot go in at all: no date, no Unique ID where it is mapped, a text that is too long.

    An amount that cannot be read is no such reason: it matters only where the figure needs it (rules 5.3).
    """
    if row.day is not None and not row.unread and not row.blank:
        return ()
    wrong = [
        Wrong(known, cell.value, cell.reason, cell.repair)
        for known, cell in row.unread.items()
        if known.kind is FieldKind.TEXT
    ]
    if row.day is None:
        wrong.insert(0, without_day(row))
    if Field.UNIQUE_ID in row.blank:
        wrong.append(Wrong(Field.UNIQUE_ID, "", "The Unique ID is blank.", "Write the ID of the row."))
    return tuple(wrong)


def _store(known: Field, column: Column, mapping: FileMapping, from_1904: bool) -> _Store:
    """What puts a cell of the column into the row."""
    if known is Field.DATE:
        return _date_store(column, from_1904)
    if known is Field.TYPE:
        return _type_store(column, mapping)
    if known.kind is FieldKind.TEXT:
        return _text_store(known, column)
    return _number_store(known, column)


def _date_store(column: Column, from_1904: bool) -> _Store:
    zone = ZoneInfo(column.zone) if column.zone else None
    dates = DateFormat(column.order, zone is not None, zone, from_1904)
    read, blank = _remembered(column, dates.parse), Unread("", "The transaction date is blank.", dates.advice)

    def store(row: Given, cell: str) -> None:
        found = read(cell)
        if found is None:
            row.blank += (Field.DATE,)
            row.unread[Field.DATE] = blank
        elif isinstance(found, date):
            row.day = found
        else:
            row.unread[Field.DATE] = found

    return store


def _number_store(known: Field, column: Column) -> _Store:
    read = _remembered(column, _number_parser(known, column))

    def store(row: Given, cell: str) -> None:
        found = read(cell)
        if found is None:
            row.blank += (known,)
        elif isinstance(found, tuple):
            row.numbers[known], unit = found
            if unit:
                row.units[known] = unit
        else:
            row.unread[known] = found

    return store


def _number_parser(known: Field, column: Column) -> Callable[[str], _Number]:
    """Reads a cell of the field's kind, with the currency beside an amount. Raises Unreadable."""
    numbers = NumberFormat(column.decimal)

    def amount(cell: str) -> _Number:
        value, unit = numbers.parse_with_unit(cell)
        if unit == "%":
            raise Unreadable("There is “%” beside the amount.", "Write the amount alone.")
        return value, unit

    def percent(cell: str) -> _Number:
        value, unit = numbers.parse_with_unit(cell)
        if unit not in ("", "%"):
            raise Unreadable(
                f"There is “{unit}” beside the percentage.", "Write the number alone, or with “%”."
            )
        # A text in percent was typed as it is meant; only a workbook's number may stand for its hundredfold.
        return (value * _HUNDRED if column.fractions and type(cell) is not str else value), ""

    def plain(cell: str) -> _Number:
        return numbers.parse(cell), ""

    return {FieldKind.MONEY: amount, FieldKind.PERCENT: percent}.get(known.kind, plain)


def _text_store(known: Field, column: Column) -> _Store:
    name, blanks = known.value, frozenset(map(fold, column.blanks))
    longest = LONGEST_DESCRIPTION if known is Field.DESCRIPTION else LONGEST_NAME

    def store(row: Given, cell: str) -> None:
        text = cell.strip()
        if not text or (blanks and text.casefold() in blanks):
            row.blank += (known,)
        elif len(text) > longest:
            row.unread[known] = Unread(
                text, f"The text is longer than {longest:,} characters.", "Shorten it."
            )
        else:
            setattr(row, name, text)

    return store


def _type_store(column: Column, mapping: FileMapping) -> _Store:
    text_store = _text_store(Field.TYPE, column)
    kinds: dict[str, RowKind | None] = {}

    def store(row: Given, cell: str) -> None:
        text_store(row, cell)
        text = row.type
        if text not in kinds:
            if len(kinds) >= _MOST_REMEMBERED:
                kinds.clear()
            kinds[text] = kind_of(text, mapping)
        row.kind = kinds[text]

    return store


def _remembered(column: Column, parse: Callable[[str], T]) -> Callable[[str], T | Unread | None]:
    """Reads cells with `parse`: None for a blank one, Unread for one that it cannot read."""
    blanks = frozenset(map(fold, column.blanks))
    known: dict[str, T | Unread | None] = {}

    def first_read(cell: str) -> T | Unread | None:
        text = tidy(cell)
        if not text or text.casefold() in blanks:
            return None
        try:
            return parse(cell)
        except Unreadable as problem:
            return Unread(cell.strip(), problem.reason, problem.repair)

    def read(cell: str) -> T | Unread | None:
        # A number of a workbook equals the text of its digits, but means something else.
        if type(cell) is not str:
            return first_read(cell)
        try:
            return known[cell]
        except KeyError:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            found = known[cell] = first_read(cell)
            return found

    return read
