"""The currency of an amount, by the order of evidence (rules 5.7)."""

from datetime import date
from typing import Any

import pytest

from tests.transactions.rules.builders import book, derived, errors, row, terms
from transactions.rules import Evidence, Evident, Sale, Warning, currency_of
from transactions.rules.currencies import symbol_key
from transactions.rules.fields import Field
from transactions.rules.given import Given

RATES = {"EUR": "1.10", "GBP": "1.25", "CAD": "0.73", "SEK": "0.10", "NOK": "0.09"}


def evident(given: Given, sale: Sale | None = None, **said: Any) -> Evident:
    found = currency_of(Field.REVENUE, given, terms(**said), sale)
    assert isinstance(found, Evident)
    return found


def test_the_order_of_evidence_column_amount_given_and_the_workspace_default() -> None:
    said: dict[str, Any] = {"file_currency": "GBP", "column_currencies": {Field.REVENUE: "CHF"}}
    both = row(currency="EUR", revenue="€ 5")
    assert evident(both, **said) == ("EUR", Evidence.COLUMN)
    assert evident(row(revenue="€ 5"), **said) == ("EUR", Evidence.AMOUNT)
    assert evident(row(revenue="5"), **said) == ("CHF", Evidence.GIVEN)
    assert evident(row(revenue="5"), file_currency="GBP") == ("GBP", Evidence.GIVEN)
    assert evident(row(revenue="5")) == ("USD", Evidence.ASSUMED)


def test_only_an_assumed_currency_is_marked() -> None:
    assert derived(row(revenue="5")).warnings == Warning.ASSUMED_CURRENCY
    assert derived(row(revenue="5"), file_currency="USD").warnings == 0
    assert derived(row("W", quantity="5")).warnings == 0  # a catalog figure assumes nothing


def test_a_currency_given_for_another_column_says_nothing_of_this_one() -> None:
    assert evident(row(revenue="5"), column_currencies={Field.PRICE_SOLD: "EUR"}).code == "USD"


@pytest.mark.parametrize(("text", "code"), [("eur", "EUR"), (" EUR ", "EUR"), ("€", "EUR"), ("CA$", "CAD")])
def test_a_code_or_sign_is_read_in_any_case(text: str, code: str) -> None:
    assert evident(row(currency=text, revenue="5")).code == code


@pytest.mark.parametrize(
    ("written", "said", "code"),
    [
        ("$", {}, "USD"),
        ("$", {"symbols": {"$": "CAD"}}, "CAD"),  # the workspace's map
        ("$", {"currency": "AUD"}, "AUD"),  # a workspace in Australian dollars
        ("$", {"currency": "AUD", "symbols": {"$": "USD"}}, "USD"),
        ("$", {"symbols": {"$": "USD"}, "file_currency": "CAD"}, "CAD"),  # "this file is in CAD"
        ("$", {"symbols": {"$": "USD"}, "file_currency": "EUR"}, "USD"),  # which "$" cannot be
        ("kr", {"symbols": {"kr": "SEK"}}, "SEK"),
        ("Kr.", {"symbols": {"kr": "NOK"}}, "NOK"),
        ("£", {}, "GBP"),
        ("¥", {"currency": "EUR"}, "JPY"),
    ],
)
def test_a_sign_of_several_currencies_follows_what_is_said_of_it(
    written: str, said: dict[str, Any], code: str
) -> None:
    assert evident(row(revenue=f"{written} 5"), **said).code == code


def test_a_sign_that_nothing_explains_is_an_error_not_a_guess() -> None:
    assert errors(row(revenue="kr 5")) == [("revenue", "kr")]
    assert errors(row(currency="kr", revenue="5")) == [("currency", "kr")]


def test_a_column_and_a_sign_that_contradict_each_other_are_an_error() -> None:
    assert errors(row(currency="EUR", revenue="$ 5")) == [("revenue", "$")]
    assert errors(row(currency="EUR", quantity="1", price_sold="GBP 5")) == [("price_sold", "GBP")]


def test_the_column_says_which_dollar_or_krona_a_sign_is() -> None:
    said: dict[str, Any] = {"symbols": {"$": "USD", "kr": "SEK"}}
    rates = book(rates=RATES)
    assert derived(row(currency="CAD", revenue="$ 5"), of=rates, **said).currency == "CAD"
    assert derived(row(currency="NOK", revenue="kr 5"), of=rates, **said).currency == "NOK"


def test_a_sign_in_a_cell_that_the_figure_does_not_use_contradicts_nothing() -> None:
    assert derived(row(currency="EUR", revenue="5", unit_cost="$ 3")).currency == "EUR"


@pytest.mark.parametrize("text", ["EURO", "XXZ", "%", "n/a"])
def test_an_unknown_code_is_an_error_in_every_tier(text: str) -> None:
    assert errors(row(currency=text, revenue="5")) == [("currency", text)]
    assert errors(row("W", text, quantity="5")) == [("currency", text)]
    assert errors(row(revenue=f"{text} 5")) == [("revenue", text)]


def test_a_refund_that_says_no_currency_is_in_that_of_its_sale() -> None:
    sale = Sale(date(2026, 8, 1), "EUR")
    assert evident(row(revenue="5"), sale) == ("EUR", Evidence.SALE)
    assert evident(row(revenue="5"), sale, file_currency="GBP") == ("GBP", Evidence.GIVEN)


def test_signs_are_compared_without_case_and_full_stop() -> None:
    assert symbol_key(" Kr. ") == "kr"
