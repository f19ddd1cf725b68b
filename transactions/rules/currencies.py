"""The currency of an amount, by the order of evidence (rules 5.7)."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from kamtrak.lib.money import CURRENCIES, currencies_of
from transactions.rules.fields import Field
from transactions.rules.given import Given, Wrong
from transactions.rules.terms import Sale, Terms

# What a sign means where neither the workspace nor the row says more. Others ("kr", "Rs") are asked.
USUAL = {"$": "USD", "£": "GBP", "¥": "JPY"}

_UNKNOWN = ("This is no currency.", "Use an ISO code like USD or CHF.")
_OPEN = (
    "Several currencies are written like this.",
    "Say in the settings which one it means, or use its ISO code.",
)
_CONFLICT = (
    "The amount bears another currency than the currency column says.",
    "Correct one of the two cells.",
)


class Evidence(StrEnum):
    """What says the currency of an amount, in this order."""

    COLUMN = "column"
    AMOUNT = "amount"  # a code or symbol inside the amount
    GIVEN = "given"  # once for the column or the file
    SALE = "sale"  # a refund that says none is in the currency of its sale
    ASSUMED = "assumed"  # the workspace default


class Evident(NamedTuple):
    """A currency and what says it."""

    code: str
    evidence: Evidence


_evident = lru_cache(maxsize=2048)(Evident)
_meanings = lru_cache(maxsize=4096)(currencies_of)


def symbol_key(text: str) -> str:
    """How symbols are compared: `Kr.` is `kr`."""
    return text.strip().casefold().removesuffix(".")


def currency_of(column: Field, given: Given, terms: Terms, sale: Sale | None) -> Evident | Wrong:
    """The currency of the amount in a field; Wrong for an unknown code, and where two cells contradict."""
    unit = given.units.get(column, "") if given.units else ""
    if given.currency:
        return _of_column(column, unit, given, terms)
    if unit:
        code = read_currency(unit, terms, terms.currency_given(column))
        return Wrong(column, unit, *code) if isinstance(code, tuple) else _evident(code, Evidence.AMOUNT)
    said = terms.currency_given(column)
    if said:
        return _evident(said, Evidence.GIVEN)
    if sale is not None and sale.currency:
        return _evident(sale.currency, Evidence.SALE)
    return _evident(terms.currency, Evidence.ASSUMED)


def _of_column(column: Field, unit: str, given: Given, terms: Terms) -> Evident | Wrong:
    code = read_currency(given.currency, terms, terms.currency_given(column))
    if isinstance(code, tuple):
        return Wrong(Field.CURRENCY, given.currency, *code)
    # "$" beside CAD is no contradiction, whatever it stands for alone: the column says which dollar.
    if unit and code not in _meanings(unit):
        return Wrong(column, unit, *_CONFLICT)
    return _evident(code, Evidence.COLUMN)


def read_currency(text: str, terms: Terms, said: str = "") -> str | tuple[str, str]:
    """The currency that a code or symbol stands for; else reason and repair.

    A symbol of several currencies is the one that was `said` for the column or file, if it can be that one;
    else what the workspace's map says; else the workspace's own currency, if it is written so.
    """
    if text in CURRENCIES:
        return text
    meanings = _meanings(text)
    if len(meanings) == 1:
        return next(iter(meanings))
    if not meanings:
        return _UNKNOWN
    key = symbol_key(text)
    for code in (said, terms.symbols.get(key), terms.currency, USUAL.get(key)):
        if code in meanings:
            return str(code)
    return _OPEN
