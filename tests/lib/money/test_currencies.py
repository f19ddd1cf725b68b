"""Currencies, their decimals and their symbols (rules 1.1)."""

import moneyed
import pytest

from kamtrak.lib.money import (
    CURRENCIES,
    DEFAULT_CURRENCIES,
    UnknownCurrency,
    currencies_of,
    currency_name,
    is_currency,
    minor_units,
)


def test_the_currencies_offered_by_default_exist():
    assert DEFAULT_CURRENCIES == ("USD", "EUR", "GBP", "JPY", "CAD", "AUD")
    assert all(is_currency(code) and CURRENCIES[code].current for code in DEFAULT_CURRENCIES)


@pytest.mark.parametrize(
    ("code", "decimals"),
    [("JPY", 0), ("USD", 2), ("KWD", 3), ("ISK", 0), ("TND", 3), ("XOF", 0), ("XCG", 2), ("ZWG", 2)],
)
def test_the_decimals_of_a_currency_are_those_of_iso_4217(code, decimals):
    assert minor_units(code) == decimals


def test_every_currency_of_the_published_rates_is_known_even_when_withdrawn():
    published = (
        "AUD BGN BRL CAD CHF CNY CYP CZK DKK EEK EUR GBP HKD HRK HUF IDR ILS INR ISK JPY KRW LTL LVL MTL MXN "
        "MYR NOK NZD PHP PLN ROL RON RUB SEK SGD SIT SKK THB TRL TRY USD ZAR"
    )
    assert [code for code in published.split() if not is_currency(code)] == []
    assert not CURRENCIES["HRK"].current


def test_metals_and_test_codes_are_no_currencies():
    assert not any(map(is_currency, ["XAU", "XTS", "XXX", "USDT", "usd", ""]))


def test_names_are_english_and_an_unknown_code_is_an_error():
    assert currency_name("JPY") == "Japanese Yen"
    assert currency_name("XCG") == "Caribbean guilder"
    with pytest.raises(UnknownCurrency):
        currency_name("ABC")
    with pytest.raises(UnknownCurrency):
        minor_units("ABC")


def test_money_of_the_library_beneath_knows_every_currency_too():
    assert [code for code in CURRENCIES if code not in moneyed.CURRENCIES] == []


def test_a_symbol_stands_for_every_currency_that_is_written_with_it():
    assert currencies_of("€") == {"EUR"}
    assert {"USD", "CAD", "AUD", "MXN"} <= currencies_of("$")
    assert "PHP" not in currencies_of("$")
    assert {"SEK", "NOK", "DKK", "ISK"} <= currencies_of("kr.")
    assert currencies_of("¥") == {"JPY", "CNY"}
    assert {"GBP", "EGP"} <= currencies_of("£")
    assert currencies_of("eur") == {"EUR"}
    assert currencies_of("Kč") == {"CZK"}
    assert currencies_of("?") == currencies_of("") == frozenset()
