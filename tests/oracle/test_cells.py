"""Numbers, dates and amounts of money, from text (rules 1.2, 1.3, 1.6, 2.2, 5.16)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from .cells import (
    Number,
    Unreadable,
    date_orders,
    decimal_marks,
    has_offset,
    read_date,
    read_number,
    serial_day,
    sheet_number,
)
from .cells import typed_amount as typed
from .money import rounded, significant, split


@pytest.mark.parametrize(
    ("text", "mark", "value", "currency"),
    [
        ("1,234.50", ".", "1234.50", ""),
        ("1.234,50", ",", "1234.50", ""),
        ("1.000", ".", "1.000", ""),
        ("1.000", ",", "1000", ""),
        ("2,55", ",", "2.55", ""),
        ("(33.52)", ".", "-33.52", ""),
        ("-1.000,00 €", ",", "-1000.00", "€"),
        ("1,234.50-", ".", "-1234.50", ""),
        ("−5", ".", "-5", ""),
        ("1\u00a0234,50\u00a0€", ",", "1234.50", "€"),
        ("1\u202f234\u202f567,5", ",", "1234567.5", ""),
        ("1'234.50", ".", "1234.50", ""),
        ("$ 12", ".", "12", "$"),
        ("-$12.00", ".", "-12.00", "$"),
        ("$-12.00", ".", "-12.00", "$"),
        ("($12.00)", ".", "-12.00", "$"),
        ("EUR 12", ".", "12", "EUR"),
        ("12 gbp", ".", "12", "gbp"),
        ("US$12", ".", "12", "US$"),
        ("12,50 kr", ",", "12.50", "kr"),
        (".5", ".", "0.5", ""),
        ("+7", ".", "7", ""),
        ("-0", ".", "0", ""),
        ("999999999999999.99", ".", "999999999999999.99", ""),
    ],
)
def test_a_number_is_read_by_the_mark_of_its_column(text: str, mark: str, value: str, currency: str) -> None:
    assert read_number(text, mark) == Number(Decimal(value), currency)


@pytest.mark.parametrize(
    "text",
    [
        "TBD",
        "1,23",
        "1.2.3",
        "--5",
        "(-5)",
        "12 apples",
        "$5 €",
        "5.",
        "1,2345.00",
        "1,000 000.00",
        "#REF!",
        "1.234,50",
    ],
)
def test_text_that_is_no_number_is_unreadable_never_blank(text: str) -> None:
    assert read_number(text, ".") == Unreadable(text)


def test_blank_is_what_is_empty_or_declared_to_mean_nothing() -> None:
    assert read_number(" \u00a0", ".") is None
    assert read_number("N/A", ".", ("-", "n/a")) is None
    assert read_number("-", ".") == Unreadable("-")


def test_a_percentage_may_carry_its_sign_and_a_quantity_no_currency() -> None:
    assert read_number("19 %", ".", percent=True) == Number(Decimal(19))
    assert read_number("€ 5", ".", money=False) == Unreadable("€ 5")


@pytest.mark.parametrize(
    ("texts", "marks"),
    [
        (["1.000"], {".", ","}),
        (["2,55"], {","}),
        (["1.000", "2,55"], {","}),
        (["1.000", "2.5"], {"."}),
        (["1,234.50"], {"."}),
        (["1.234.567"], {","}),
        (["0.125"], {"."}),
        (["12", "7", "TBD"], {"."}),
        (["1,5", "1.5"], set()),
    ],
)
def test_the_decimal_mark_is_decided_per_column_or_asked(texts: list[str], marks: set[str]) -> None:
    assert decimal_marks(texts) == marks


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-08", "YMD", date(2026, 3, 8)),
        ("2026/3/8", "YMD", date(2026, 3, 8)),
        ("08.03.2026", "DMY", date(2026, 3, 8)),
        ("03/08/2026", "MDY", date(2026, 3, 8)),
        ("1/12/2010 08:26", "DMY", date(2010, 12, 1)),
        ("12/1/2010 8:26:00 PM", "MDY", date(2010, 12, 1)),
        ("8 March 2026", "DMY", date(2026, 3, 8)),
        ("8-Mar-2026", "DMY", date(2026, 3, 8)),
        ("Mar 8, 2026", "MDY", date(2026, 3, 8)),
        ("2026-03-08T23:30:00Z", "YMD", date(2026, 3, 8)),
        ("2024-02-29", "YMD", date(2024, 2, 29)),
    ],
)
def test_a_day_is_read_by_the_order_of_its_column(text: str, order: str, day: date) -> None:
    assert read_date(text, order) == day


@pytest.mark.parametrize(
    "text", ["31.06.2026", "29.02.2026", "03.13.2026", "2026-03-08", "soon", "00.01.2026", "1.1.26"]
)
def test_a_day_that_never_was_or_has_another_order_is_unreadable(text: str) -> None:
    assert read_date(text, "DMY") == Unreadable(text)


def test_a_column_of_dates_that_leaves_its_order_open_is_asked() -> None:
    assert date_orders(["03/08/2026"]) == {"DMY", "MDY"}
    assert date_orders(["03/08/2026", "13/08/2026"]) == {"DMY"}
    assert date_orders(["03/08/2026", "03/31/2026", "TBD"]) == {"MDY"}
    assert date_orders(["13/08/2026", "08/13/2026"]) == set()
    assert date_orders(["2026-03-08"]) == {"YMD"}


def test_a_time_with_an_offset_counts_as_written_or_in_the_workspaces_zone() -> None:
    late = "2026-03-31T23:30:00Z"
    assert has_offset(late)
    assert not has_offset("2026-03-31 23:30")
    assert read_date(late, "YMD") == date(2026, 3, 31)
    assert read_date(late, "YMD", zone="Europe/Berlin") == date(2026, 4, 1)
    assert read_date("2026-03-31T23:30:00-05:00", "YMD", zone="Europe/Berlin") == date(2026, 4, 1)


def test_spreadsheets_count_days_from_1900_or_1904() -> None:
    assert serial_day(1) == date(1900, 1, 1)
    assert serial_day(59) == date(1900, 2, 28)
    assert serial_day(60) == Unreadable("60")
    assert serial_day(61) == date(1900, 3, 1)
    assert serial_day(46089.75) == date(2026, 3, 8)
    assert serial_day(44627, 1904) == date(2026, 3, 8)


def test_a_workbooks_number_has_15_digits() -> None:
    assert sheet_number(0.1 + 0.2) == Decimal("0.3")
    assert sheet_number(1234567890.12345) == Decimal("1234567890.12345")


@pytest.mark.parametrize(
    ("text", "currency", "read"),
    [
        ("1,234.50", "USD", Decimal("1234.50")),
        ("1,234.50", "JPY", "too many decimals"),
        ("1,234.00", "JPY", Decimal("1234.00")),
        ("1.005", "USD", Decimal(1005)),
        ("1,005", "USD", Decimal(1005)),
        ("1.005", "KWD", "ask"),
        ("12.345", "EUR", Decimal(12345)),
        ("12.3456", "EUR", "too many decimals"),
        ("999999999999999.99", "USD", Decimal("999999999999999.99")),
        ("1000000000000000", "USD", "too long"),
    ],
)
def test_a_typed_amount_fits_its_currency(text: str, currency: str, read: Decimal | str) -> None:
    assert typed(text, currency) == read


def test_ties_go_away_from_zero_at_the_minor_unit() -> None:
    assert [str(rounded(Fraction(text), "USD")) for text in ("2.675", "-2.675", "2.674999")] == [
        "2.68",
        "-2.68",
        "2.67",
    ]
    assert [str(rounded(Fraction(text), "JPY")) for text in ("0.5", "1852.5425", "-0.5")] == [
        "1",
        "1853",
        "-1",
    ]
    assert str(rounded(Fraction("1.0005"), "KWD")) == "1.001"
    assert str(rounded(Fraction(0), "USD")) == "0.00"


def test_twelve_digits_are_counted_from_the_first_that_is_not_0() -> None:
    assert str(significant(Fraction(2, 3))) == "0.666666666667"
    assert str(significant(Fraction(2, 3000))) == "0.000666666666667"
    assert str(significant(Fraction(400, 3))) == "133.333333333"


def test_the_parts_of_a_split_equal_the_whole() -> None:
    third = Fraction(1, 3)
    assert split(Decimal("100.00"), [third] * 3, "USD") == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert split(Decimal("-100.00"), [third] * 3, "USD") == [
        Decimal("-33.34"),
        Decimal("-33.33"),
        Decimal("-33.33"),
    ]
    assert sum(split(Decimal(10), [Fraction(1), Fraction(2), Fraction(4)], "JPY")) == 10
