"""What the columns of a file mean: decided per column, once for all of its rows (rules 5.1, 5.3, 5.13, 5.16).

A mapping is a person's answer. It is kept with the import and remembered for its source, so it goes to JSON
and back; what comes back is believed no more than anything else that comes from outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from kamtrak.lib.notation import shown
from kamtrak.lib.tables import DateOrder
from kamtrak.lib.tables.numbers import Mark
from transactions.rules.fields import Field, RowKind

MOST_COLUMNS = 500
MOST_TEXTS = 200  # blank texts of a column, declared values of the transaction type
LONGEST_TEXT = 200
SHOWN = 120  # characters of a value that the look at a file tells
_VERSION = 1
_MARKS: dict[str, Mark] = {".": ".", ",": ","}
T = TypeVar("T")


class MappingError(ValueError):
    """What was handed over is no mapping; the message says what of it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file and the decisions about it.

    `place` counts from 0; `field` None keeps the column unmapped. `decimal` is of numbers, `order` of dates.
    `zone` "": a time stamp with an offset counts on its written day, otherwise on the day in this time zone
    (rules 2.2). `blanks` are the texts that mean blank, whatever their case. `currency` is the one given for
    the column ("Amount (EUR)"). `tax_included` is asked of ASKED_FOR_TAX alone. `fractions`: the numbers of a
    workbook in a column of percentages are fractions, 0.19 for 19 %.
    """

    place: int
    name: str
    field: Field | None = None
    decimal: Mark = "."
    order: DateOrder = DateOrder.YEAR_FIRST
    zone: str = ""
    blanks: tuple[str, ...] = ()
    currency: str = ""
    tax_included: bool | None = None
    fractions: bool = False


@dataclass(frozen=True, slots=True)
class FileMapping:
    """All decisions about the rows of a file; its layout is kept apart.

    `given` holds what is said once for the whole file, `types` what each value of the transaction type was
    declared to be, by its `type_key`. `refunds_negative`: refunds bear a minus already, so that none is
    turned.
    """

    columns: tuple[Column, ...]
    given: Mapping[Field, str] = field(default_factory=dict)
    types: Mapping[str, RowKind] = field(default_factory=dict)
    refunds_negative: bool = True

    @property
    def mapped(self) -> dict[Field, Column]:
        """The columns by their field; of two on one field the first."""
        return {column.field: column for column in reversed(self.columns) if column.field is not None}

    @property
    def key_fields(self) -> tuple[Field, ...]:
        """The fields mapped by columns, in the order of Field: a source's key columns at its first import."""
        return tuple(known for known in Field if known in self.mapped)

    def to_json(self) -> dict[str, Any]:
        """As `from_json` takes it: plain values for a JSON column."""
        return {
            "version": _VERSION,
            "columns": [_column_json(column) for column in self.columns],
            "given": {str(known): text for known, text in self.given.items()},
            "types": {text: str(kind) for text, kind in self.types.items()},
            "refunds_negative": self.refunds_negative,
        }

    @classmethod
    def from_json(cls, data: object) -> "FileMapping":
        """Raises MappingError for everything that `to_json` does not write, whatever it is."""
        parts = _object(data, "mapping", {"version", "columns", "given", "types", "refunds_negative"})
        if parts["version"] != _VERSION or type(parts["version"]) is not int:
            raise MappingError(f"The mapping is not of version {_VERSION}.")
        columns = parts["columns"]
        if not isinstance(columns, list) or len(columns) > MOST_COLUMNS:
            raise MappingError(f"The columns of the mapping are no list of up to {MOST_COLUMNS}.")
        if type(parts["refunds_negative"]) is not bool:
            raise MappingError("“refunds_negative” of the mapping is neither true nor false.")
        return cls(
            tuple(_column(each) for each in columns),
            _texts(parts["given"], "given", Field, _text),
            _texts(parts["types"], "types", type_key, RowKind),
            parts["refunds_negative"],
        )


def fold(text: str) -> str:
    """A blank text, as it is compared: trimmed, whatever its case."""
    return text.strip().casefold()


def type_key(text: str) -> str:
    """A value of the transaction type, as it is compared: the same of a cell and of what a page shows of it.

    Values that differ only behind what is shown are declared together.
    """
    return shown(text.casefold(), SHOWN)


def _column_json(column: Column) -> dict[str, Any]:
    return {
        "place": column.place,
        "name": column.name,
        "field": None if column.field is None else str(column.field),
        "decimal": column.decimal,
        "order": str(column.order),
        "zone": column.zone,
        "blanks": list(column.blanks),
        "currency": column.currency,
        "tax_included": column.tax_included,
        "fractions": column.fractions,
    }


def _column(data: object) -> Column:
    parts = _object(data, "column", set(_column_json(Column(0, ""))))
    place, blanks = parts["place"], parts["blanks"]
    if type(place) is not int or not 0 <= place < MOST_COLUMNS:
        raise MappingError("The place of a column is no number of a column.")
    if not isinstance(blanks, list) or len(blanks) > MOST_TEXTS:
        raise MappingError(f"The blank texts of column {place + 1} are no list of up to {MOST_TEXTS}.")
    if parts["tax_included"] is not None and type(parts["tax_included"]) is not bool:
        raise MappingError(f"“tax_included” of column {place + 1} is no answer.")
    if type(parts["fractions"]) is not bool:
        raise MappingError(f"“fractions” of column {place + 1} is no answer.")
    return Column(
        place,
        _text(parts["name"]),
        None if parts["field"] is None else _one_of(Field, parts["field"]),
        _one_of(_MARKS.__getitem__, parts["decimal"]),
        _one_of(DateOrder, parts["order"]),
        _one_of(_zone, parts["zone"]),
        tuple(_text(text) for text in blanks),
        _text(parts["currency"]),
        parts["tax_included"],
        parts["fractions"],
    )


def _object(data: object, what: str, names: set[str]) -> dict[str, Any]:
    if not isinstance(data, dict) or set(data) != names:
        raise MappingError(f"This is no {what}: expected are exactly {', '.join(sorted(names))}.")
    return data


def _texts(data: object, what: str, key: Callable[[str], Any], value: Callable[[str], Any]) -> dict[Any, Any]:
    if not isinstance(data, dict) or len(data) > MOST_TEXTS:
        raise MappingError(f"“{what}” of the mapping are no texts, or more than {MOST_TEXTS}.")
    return {_one_of(key, name): _one_of(value, text) for name, text in data.items()}


def _text(data: object) -> str:
    if not isinstance(data, str) or len(data) > LONGEST_TEXT or "\0" in data:
        raise MappingError(f"A text of the mapping is none, or longer than {LONGEST_TEXT} characters.")
    return data


def _one_of(make: Callable[[str], T], data: object) -> T:
    """What the text stands for. Raises MappingError where it stands for nothing."""
    if not isinstance(data, str) or len(data) > LONGEST_TEXT:
        raise MappingError("A value of the mapping is no text, or too long.")
    try:
        return make(data)
    except MappingError:
        raise
    except (ValueError, LookupError, OSError):
        raise MappingError(f"“{shown(data)}” in the mapping is not known.") from None


def _zone(text: str) -> str:
    return ZoneInfo(text).key if text else ""
