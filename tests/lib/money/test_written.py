"""Amounts and rates as text (rules 6.7)."""

from decimal import Decimal as D
from fractions import Fraction

import pytest

from kamtrak.lib.money import exact_text, grouped, plain, quantity_text, rate_text


@pytest.mark.parametrize(
    ("value", "code", "file_text", "page_text"),
    [
        ("48000", "USD", "48000.00", "48,000.00"),
        ("4.8E+4", "USD", "48000.00", "48,000.00"),
        ("48000.0000", "USD", "48000.00", "48,000.00"),
        ("-33.52", "USD", "-33.52", "−33.52"),
        ("-0.00", "USD", "0.00", "0.00"),
        ("1853", "JPY", "1853", "1,853"),
        ("1.5", "KWD", "1.500", "1.500"),
        ("0.0000001", "USD", "0.0000001", "0.0000001"),
        ("1234567.891", "USD", "1234567.891", "1,234,567.891"),
    ],
)
def test_an_amount_is_written_with_all_its_digits_and_at_least_its_decimals(
    value, code, file_text, page_text
):
    assert plain(D(value), code) == file_text
    assert grouped(D(value), code) == page_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction("2843.17") / Fraction("1.2"), "2,369.30833333…"),
        (Fraction(-1, 3), "−0.333333333333…"),
        (Fraction(1_000_000_000_000_000, 7), "142,857,142,857,000.00…"),
        (Fraction(119) / Fraction("1.19"), "100.00"),
        (Fraction("4264.755"), "4,264.755"),
        (D("0.123456789012345"), "0.123456789012345"),
    ],
)
def test_a_figure_without_an_end_is_written_to_12_digits_and_an_exact_one_in_full(value, text):
    assert exact_text(value, "USD") == text


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_never_written(value):
    with pytest.raises(ValueError, match="is not an amount"):
        plain(D(value), "USD")


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (D("1.1682"), "1.1682"),
        (D("1.168200000000"), "1.1682"),
        (D(1) / D(173), "0.00578034682081"),
        (D("1E+3"), "1000"),
        (D("1E-10"), "0.0000000001"),
    ],
)
def test_a_rate_is_written_to_twelve_significant_digits_without_noise(rate, text):
    assert rate_text(rate) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("-12.500000", "−12.5"),
        ("1250", "1,250"),
        ("1000.000", "1,000"),
        ("-0.25", "−0.25"),
        ("1E+3", "1,000"),
    ],
)
def test_a_quantity_is_written_without_the_zeros_of_its_column_and_with_a_minus(value, text):
    assert quantity_text(D(value)) == text
