"""Transactions as values: what a row provides, what is derived from it, which rows are the same (rules 5)."""

# derivation
from transactions.rules.book import Book, RateUse
from transactions.rules.catalog import NO_PRODUCT, Catalog, Item, Match, Measure, Value, product_key
from transactions.rules.currencies import USUAL, Evidence, Evident, currency_of, read_currency, symbol_key
from transactions.rules.derivation import Derived, derive
from transactions.rules.outcomes import Lack, Status, Warning
from transactions.rules.terms import Sale, Terms

__all__ = [
    "NO_PRODUCT",
    "USUAL",
    "Book",
    "Catalog",
    "Derived",
    "Evidence",
    "Evident",
    "Item",
    "Lack",
    "Match",
    "Measure",
    "RateUse",
    "Sale",
    "Status",
    "Terms",
    "Value",
    "Warning",
    "currency_of",
    "derive",
    "product_key",
    "read_currency",
    "symbol_key",
]
