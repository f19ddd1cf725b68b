"""Transactions as values: what a row provides, what is derived from it, which rows are the same (rules 5)."""

from transactions.rules.book import Book, RateUse
from transactions.rules.catalog import (
    NO_PRODUCT,
    PROFIT_MEASURES,
    Catalog,
    Item,
    Match,
    Measure,
    Value,
    product_key,
)
from transactions.rules.changes import Figures, Move, Preview, Shift, figures_of, move_between
from transactions.rules.checks import Refusal, identity_refusals, refusals
from transactions.rules.citations import Citation
from transactions.rules.comparing import Comparison, Moved
from transactions.rules.currencies import USUAL, Evidence, Evident, currency_of, read_currency, symbol_key
from transactions.rules.derivation import Derived, currency_of_sale, derive, sale_of
from transactions.rules.edits import FIXED, lay_over
from transactions.rules.explaining import Cell, Step, StepKind, explain
from transactions.rules.fields import ASKED_FOR_TAX, GIVEN_ONCE, MONEY_FIELDS, Field, FieldKind, RowKind
from transactions.rules.given import Given, Unread, Wrong
from transactions.rules.identity import KEY_BYTES, Occurrences, Repeated, key_of_id, key_of_values
from transactions.rules.looks import ColumnLook, Counted, Looked, Shared, StampReading
from transactions.rules.mappings import Column, FileMapping, MappingError
from transactions.rules.outcomes import CATALOG_LACKS, Earlier, Lack, Status, Warning
from transactions.rules.profits import ProfitRule
from transactions.rules.questions import (
    Asked,
    OpenQuestion,
    leaves_currency_open,
    open_questions,
    questions_about,
    settled,
)
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
from transactions.rules.taxes import TaxRule
from transactions.rules.terms import Sale, Terms
from transactions.rules.writing import writing_of

__all__ = [
    "ASKED_FOR_TAX",
    "CATALOG_LACKS",
    "FIXED",
    "GIVEN_ONCE",
    "KEY_BYTES",
    "MONEY_FIELDS",
    "NO_PRODUCT",
    "PROFIT_MEASURES",
    "USUAL",
    "Answer",
    "Asked",
    "Book",
    "Catalog",
    "Cell",
    "Citation",
    "Column",
    "ColumnLook",
    "Committed",
    "Comparison",
    "Counted",
    "Derived",
    "Earlier",
    "Edit",
    "Evidence",
    "Evident",
    "Field",
    "FieldKind",
    "Figures",
    "FileMapping",
    "Given",
    "Item",
    "Lack",
    "LineReader",
    "Looked",
    "MappingError",
    "Match",
    "Measure",
    "Move",
    "Moved",
    "Occurrences",
    "OpenQuestion",
    "Preview",
    "ProfitRule",
    "RateUse",
    "Refusal",
    "Repeated",
    "Replacement",
    "Row",
    "RowKind",
    "Sale",
    "Shared",
    "Shift",
    "Stack",
    "StampReading",
    "Status",
    "Step",
    "StepKind",
    "Suggestion",
    "TaxRule",
    "Terms",
    "Unread",
    "Value",
    "Version",
    "VersionKind",
    "Warning",
    "Wrong",
    "currency_of",
    "currency_of_sale",
    "derive",
    "explain",
    "figures_of",
    "identity_refusals",
    "key_of_id",
    "key_of_values",
    "kind_of",
    "lay_over",
    "leaves_currency_open",
    "move_between",
    "open_questions",
    "product_key",
    "questions_about",
    "read_currency",
    "refusals",
    "replaced",
    "replayed",
    "sale_of",
    "settled",
    "suggest",
    "symbol_key",
    "top",
    "writing_of",
    "wrong_with",
]
