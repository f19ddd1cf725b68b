"""Amounts, shares and rates as people type them (rules 1.6, 3.5, 10)."""

import decimal
import time
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.money import (
    AmountError,
    UnknownCurrency,
    grouped,
    parse_amount,
    parse_percentage,
    parse_rate,
    parse_share,
    plain,
)


def refusal(parse, *args, **kwargs):
    with pytest.raises(AmountError) as refused:
        parse(*args, **kwargs)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1\u2009234,56", "1234.56"),
        ("\u200e1,234.56\ufeff", "1234.56"),
        ("1'234.56", "1234.56"),
        ("1’234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567.8", "1234567.8"),
        ("1.234.567,89", "1234567.89"),
        ("1234,5", "1234.5"),
        ("1,234", "1234"),
        ("1.234", "1234"),
        ("1.999", "1999"),
        ("12345.67", "12345.67"),
        ("0,500", "0.5"),
        (".5", "0.5"),
        ("$.50", "0.5"),
        ("48000.", "48000"),
        ("+5", "5"),
        ("007", "7"),
        ("1.50000", "1.5"),
        ("1 234,500", "1234.5"),
    ],
)
def test_amounts_are_understood_as_people_write_them(text, amount):
    assert parse_amount(text, "USD") == D(amount)


@pytest.mark.parametrize(
    ("text", "code", "amount"),
    [
        ("$500K", "USD", "500000"),
        ("48k", "EUR", "48000"),
        ("2.5m", "EUR", "2500000"),
        ("2,5 M", "EUR", "2500000"),
        ("1.2bn", "USD", "1200000000"),
        ("$2.5MM", "USD", "2500000"),
        ("3 mn €", "EUR", "3000000"),
        ("2,5 Mio", "EUR", "2500000"),
        ("2.5 million", "USD", "2500000"),
        ("1,2 Mrd €", "EUR", "1200000000"),
        ("500 Tsd", "EUR", "500000"),
        ("48k€", "EUR", "48000"),
        ("48k EUR", "EUR", "48000"),
        ("2M$", "USD", "2000000"),
        ("1.2345k", "USD", "1234.5"),
        ("2.5m", "JPY", "2500000"),
        ("500 kr", "SEK", "500"),
        ("500 kr.", "DKK", "500"),
        ("kr. 500", "NOK", "500"),
        ("Fr.50", "CHF", "50"),
        ("EUR 500", "EUR", "500"),
        ("eur500", "EUR", "500"),
        ("500 €", "EUR", "500"),
        ("$500 USD", "USD", "500"),
        ("$500", "CAD", "500"),
        ("CA$500", "CAD", "500"),
        ("¥1,234", "JPY", "1234"),
        ("¥1,234.50", "CNY", "1234.5"),
        ("£5", "GBP", "5"),
        ("R 1 234,56", "ZAR", "1234.56"),
        ("₹12,34,567.89", "INR", "1234567.89"),
        ("1234.567", "KWD", "1234.567"),
        ("1.234,000", "KWD", "1234"),
        ("1.2340", "KWD", "1.234"),
    ],
)
def test_magnitudes_symbols_and_codes_are_understood(text, code, amount):
    assert parse_amount(text, code) == D(amount)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "USD", "Enter an amount."),
        (" \u00a0\u200b", "USD", "Enter an amount."),
        ("abc", "USD", "“abc” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("1e9", "USD", "“1e9” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("NaN", "USD", "“NaN” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("Infinity", "USD", "“Infinity” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("5 apples", "USD", "“5 apples” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("M$ 1", "USD", "“M$ 1” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("1_000", "USD", "“1_000” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("=1+2", "USD", "“=1+2” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("--5", "USD", "“--5” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("(5", "USD", "“(5” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("-5", "USD", "Enter an amount above 0."),
        ("(33.52)", "USD", "Enter an amount above 0."),
        ("0", "USD", "Enter an amount above 0."),
        ("0.00", "USD", "Enter an amount above 0."),
        ("１２３", "USD", "Use the digits 0–9."),
        ("١٢٣", "USD", "Use the digits 0–9."),
        ("9" * 30, "USD", "An amount has at most 15 digits before the decimal mark."),
        ("1" + "0" * 15, "USD", "An amount has at most 15 digits before the decimal mark."),
        ("999999999999bn", "USD", "An amount has at most 15 digits before the decimal mark."),
        ("9" * 101, "USD", "That is too long: at most 100 characters are read."),
        ("¥1,234.50", "JPY", "Yen has no decimals. Enter 1,234 or 1,235."),
        ("0.5", "JPY", "Yen has no decimals. Enter 1."),
        ("10.5", "CLP", "Chilean Peso has no decimals. Enter 10 or 11."),
        ("0.999", "EUR", "Euro has 2 decimals. Enter 0.99 or 1.00."),
        ("€5", "USD", "“€” does not fit USD. Remove it, or choose EUR."),
        ("5 EUR", "USD", "“EUR” does not fit USD. Remove it, or choose EUR."),
        ("$5 CAD", "USD", "“CAD” does not fit USD. Remove it, or choose CAD."),
        ("$5", "EUR", "“$” does not fit EUR. Remove it, or choose its currency."),
        ("5 kr", "EUR", "“kr” does not fit EUR. Remove it, or choose its currency."),
        (
            "1,23,4",
            "USD",
            "“1,23,4” cannot be read. Group digits in threes and use one decimal mark, as in 1,234.56.",
        ),
        (
            "12,34,567",
            "USD",
            "“12,34,567” cannot be read. Group digits in threes and use one decimal mark, as in 1,234.56.",
        ),
        (
            "1234,567.10",
            "USD",
            "“1234,567.10” cannot be read. Group digits in threes and use one decimal mark, as in 1,234.56.",
        ),
        (
            "1.2.3",
            "USD",
            "“1.2.3” cannot be read. Group digits in threes and use one decimal mark, as in 1,234.56.",
        ),
        (
            "1,234.567,89",
            "USD",
            "“1,234.567,89” cannot be read. Group digits in threes and use one decimal mark, as in 1,234.56.",
        ),
        (
            "1.234",
            "KWD",
            "“1.234” could be 1234 or 1.234, because KWD has three decimals. "
            "Write 1234 for the first, 1.2340 for the second.",
        ),
        (
            "$1.234M",
            "USD",
            "“1.234” could mean 1,234,000.00 or 1,234,000,000.00 here. Write the amount in full.",
        ),
    ],
)
def test_what_is_not_an_amount_is_refused_with_what_to_write_instead(text, code, message):
    assert refusal(parse_amount, text, code) == message


@pytest.mark.parametrize(
    "text", ["-33.52", "−33.52", "(33.52)", "33.52-", "33.52−", "$-33.52", "-$33.52", "($33.52)"]
)
def test_accounting_negatives_are_understood_where_they_are_allowed(text):
    assert parse_amount(text, "USD", allow_negative=True) == D("-33.52")


def test_zero_and_negatives_are_separate_permissions():
    assert str(parse_amount("-0.00", "USD", allow_zero=True)) == "0"
    assert refusal(parse_amount, "-5", "USD", allow_zero=True) == "The amount cannot be below 0."
    assert refusal(parse_amount, "0", "USD", allow_negative=True) == "Enter an amount other than 0."


def test_fifteen_digits_before_the_mark_are_the_most():
    assert parse_amount("999,999,999,999,999.99", "USD") == D("999999999999999.99")


def test_a_typed_amount_ignores_the_global_decimal_context():
    with decimal.localcontext(decimal.Context(prec=3)):
        assert parse_amount("999,999,999,999,999.99", "USD") == D("999999999999999.99")


def test_an_unknown_currency_is_the_callers_mistake():
    with pytest.raises(UnknownCurrency):
        parse_amount("5", "ABC")


@given(st.text(max_size=120), st.sampled_from(["USD", "JPY", "KWD", "SEK", "INR"]))
def test_any_text_gives_an_amount_above_zero_or_a_plain_refusal(text, code):
    try:
        amount = parse_amount(text, code)
    except AmountError:
        return
    assert 0 < amount < 10**15


@given(st.decimals(D("-1e14"), D("1e14"), places=2))
def test_what_is_printed_is_understood_again(amount):
    again = {"allow_zero": True, "allow_negative": True}
    assert parse_amount(plain(amount, "USD"), "USD", **again) == amount
    assert parse_amount(grouped(amount, "USD"), "USD", **again) == amount


def test_a_hostile_text_is_read_in_no_time():
    began = time.perf_counter()
    for text in (" 1" * 50, "1 " * 49 + "x", "(" + "1 " * 48 + "k k", "." * 100, "'" * 99 + "x"):
        refusal(parse_amount, text, "USD")
    assert time.perf_counter() - began < 0.5


# Shares


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("40", "40"),
        ("40 %", "40"),
        ("33.33", "33.33"),
        ("33,33%", "33.33"),
        ("33,333", "33.333"),
        ("100.0000", "100"),
        ("0.0001", "0.0001"),
    ],
)
def test_a_share_is_a_percentage(text, share):
    assert str(parse_share(text)) == share


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter a share."),
        ("0", "A share is above 0 and at most 100 %."),
        ("100.01", "A share is above 0 and at most 100 %."),
        ("33.33333", "A share has at most 4 decimals."),
        ("half", "“half” is not a share. Write a percentage like 40 or 33.33."),
        ("-5", "“-5” is not a share. Write a percentage like 40 or 33.33."),
        ("１０", "Use the digits 0–9."),
    ],
)
def test_what_is_no_share_is_refused(text, message):
    assert refusal(parse_share, text) == message


@pytest.mark.parametrize(
    ("text", "percentage"),
    [("60", "60"), ("60 %", "60"), ("33,33", "33.33"), ("0", "0"), ("1000", "1000"), ("0,125", "0.125")],
)
def test_a_percentage_of_an_amount_may_be_nothing_and_may_be_more_than_all(text, percentage):
    assert str(parse_percentage(text)) == percentage


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter a percentage."),
        ("33.33333", "A percentage has at most 4 decimals."),
        ("-5", "“-5” is not a percentage. Write a percentage like 40 or 33.33."),
        ("$500", "“$500” is not a percentage. Write a percentage like 40 or 33.33."),
        ("1,000", "“1,000” could be 1 or 1000. Write it without the mark."),
        ("1.000 %", "“1.000” could be 1 or 1000. Write it without the mark."),
    ],
)
def test_what_is_no_percentage_is_refused(text, message):
    assert refusal(parse_percentage, text) == message


# Rates


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("1.1682", "1.1682"),
        ("1,1682", "1.1682"),
        ("1.168", "1.168"),
        ("0,855", "0.855"),
        ("15,750.25", "15750.25"),
        ("16 500", "16500"),
        ("0.00578034682081", "0.00578034682081"),
        ("1.10000", "1.1"),
        ("150", "150"),
    ],
)
def test_a_rate_is_a_plain_number(text, rate):
    assert str(parse_rate(text)) == rate


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Enter a rate."),
        ("0", "A rate is above 0."),
        ("-1.1", "A rate is above 0."),
        ("1.1682 USD", "“1.1682 USD” is not a rate. Write a number like 1.1682."),
        ("1e-3", "“1e-3” is not a rate. Write a number like 1.1682."),
        ("1,168", "“1,168” could be 1.168 or 1168. Write 1.168 or 1168."),
        ("1.1234567890123", "A rate has at most 12 significant digits."),
        ("1000000000.1", "A rate lies between 0.000000001 and 1,000,000,000."),
        ("0.0000000001", "A rate lies between 0.000000001 and 1,000,000,000."),
    ],
)
def test_what_is_no_rate_is_refused(text, message):
    assert refusal(parse_rate, text) == message
