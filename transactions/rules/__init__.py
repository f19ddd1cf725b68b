"""Transactions as values: what a row provides, what is derived from it, which rows are the same (rules 5)."""

# derivation
from transactions.rules.book import Book, RateUse
from transactions.rules.catalog import NO_PRODUCT, Catalog, Item, Match, Measure, Value, product_key
from transactions.rules.changes import Figures, Move, Preview, Shift, figures_of, move_between
from transactions.rules.currencies import USUAL, Evidence, Evident, currency_of, read_currency, symbol_key
from transactions.rules.derivation import Derived, derive
from transactions.rules.explaining import Cell, Step, StepKind, explain
from transactions.rules.outcomes import Lack, Status, Warning
from transactions.rules.profits import ProfitRule
from transactions.rules.taxes import TaxRule
from transactions.rules.terms import Sale, Terms

__all__ = [
    "NO_PRODUCT",
    "USUAL",
    "Book",
    "Catalog",
    "Cell",
    "Derived",
    "Evidence",
    "Evident",
    "Figures",
    "Item",
    "Lack",
    "Match",
    "Measure",
    "Move",
    "Preview",
    "ProfitRule",
    "RateUse",
    "Sale",
    "Shift",
    "Status",
    "Step",
    "StepKind",
    "TaxRule",
    "Terms",
    "Value",
    "Warning",
    "currency_of",
    "derive",
    "explain",
    "figures_of",
    "move_between",
    "product_key",
    "read_currency",
    "symbol_key",
]
