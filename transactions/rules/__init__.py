"""Transactions as values: what a row provides, what is derived from it, which rows are the same (rules 5)."""

# file side
from transactions.rules.checks import Refusal, refusals
from transactions.rules.fields import (
    ASKED_FOR_TAX,
    GIVEN_ONCE,
    MONEY_FIELDS,
    Field,
    FieldKind,
    RowKind,
)
from transactions.rules.given import Given, Unread, Wrong
from transactions.rules.identity import Occurrences, Repeated, key_of_id, key_of_values
from transactions.rules.looks import ColumnLook, Counted, Looked, StampReading
from transactions.rules.mappings import Column, FileMapping, MappingError
from transactions.rules.reading import LineReader, kind_of, wrong_with
from transactions.rules.stacks import (
    Answer,
    Committed,
    Edit,
    Replacement,
    Row,
    Stack,
    Version,
    VersionKind,
    replaced,
    replayed,
    top,
)
from transactions.rules.suggestions import Suggestion, suggest

__all__ = [
    # file side
    "ASKED_FOR_TAX",
    "GIVEN_ONCE",
    "MONEY_FIELDS",
    "Answer",
    "Column",
    "ColumnLook",
    "Committed",
    "Counted",
    "Edit",
    "Field",
    "FieldKind",
    "FileMapping",
    "Given",
    "LineReader",
    "Looked",
    "MappingError",
    "Occurrences",
    "Refusal",
    "Repeated",
    "Replacement",
    "Row",
    "RowKind",
    "Stack",
    "StampReading",
    "Suggestion",
    "Unread",
    "Version",
    "VersionKind",
    "Wrong",
    "key_of_id",
    "key_of_values",
    "kind_of",
    "refusals",
    "replaced",
    "replayed",
    "suggest",
    "top",
    "wrong_with",
]
