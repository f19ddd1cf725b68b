"""Rounding, conversion and allocation (rules 1.2, 1.3, 3.5, 6.7)."""

import decimal
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.money import allocate, as_rate, convert, minor_units, percent_change, round_money

codes = st.sampled_from(["USD", "EUR", "JPY", "KWD", "CLP"])
weights = st.lists(st.decimals(0, 10_000, places=4), min_size=1, max_size=30).filter(any)


def amounts(code):
    return st.decimals(-(10**15), 10**15, places=minor_units(code))


@pytest.mark.parametrize(
    ("value", "code", "rounded"),
    [
        ("0.005", "USD", "0.01"),
        ("-0.005", "USD", "-0.01"),
        ("2.675", "USD", "2.68"),
        ("0.0049999", "USD", "0.00"),
        ("1852.5425", "JPY", "1853"),
        ("0.5", "JPY", "1"),
        ("1.2345", "KWD", "1.235"),
        ("48000", "USD", "48000.00"),
    ],
)
def test_ties_are_rounded_away_from_zero_in_the_minor_unit(value, code, rounded):
    assert str(round_money(D(value), code)) == rounded


def test_a_rounded_amount_is_never_minus_zero():
    assert str(round_money(D("-0.001"), "USD")) == "0.00"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_never_rounded_to_an_amount(value):
    with pytest.raises(ValueError, match="is not an amount"):
        round_money(D(value), "USD")


@pytest.mark.parametrize(
    ("amount", "rate", "to_code", "converted"),
    [
        ("12.34", "150.125", "JPY", "1853"),
        ("100", "1.3314", "USD", "133.14"),
        ("-20", "1.10", "USD", "-22.00"),
        ("1200", "1.3399", "USD", "1607.88"),
        ("1597.68", "1", "USD", "1597.68"),
    ],
)
def test_a_conversion_multiplies_exactly_and_rounds_once(amount, rate, to_code, converted):
    assert str(convert(D(amount), D(rate), to_code)) == converted


def test_a_share_is_part_of_the_one_multiplication():
    # Rounding 33.33 % of 12,345 yen first would give 4,114.64 → 4,115 → other cents.
    assert str(convert(D("12345"), D("1"), "JPY", D("33.33"))) == "4115"
    assert str(convert(D("12345"), D("0.0062"), "USD", D("33.33"))) == "25.51"
    assert str(convert(D("0.01"), D("100"), "USD", D("50"))) == "0.50"


def test_conversion_ignores_the_global_decimal_context():
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_DOWN)):
        assert convert(D("123456789012345.67"), D("1.16820034567"), "USD") == D("144222263599530.47")
        assert allocate(D("123456789012345.67"), [D(1), D(1)], "USD") == [
            D("61728394506172.84"),
            D("61728394506172.83"),
        ]


def test_a_float_cannot_sneak_in():
    with pytest.raises(TypeError):
        convert(0.1, D(1), "USD")  # type: ignore[arg-type]


def test_a_split_in_three_gives_the_odd_cent_to_the_first_named():
    assert allocate(D("100.00"), [D(1), D(1), D(1)], "USD") == [D("33.34"), D("33.33"), D("33.33")]
    assert allocate(D("-100.00"), [D(1), D(1), D(1)], "USD") == [D("-33.34"), D("-33.33"), D("-33.33")]


def test_the_odd_unit_goes_to_the_largest_remainder():
    assert allocate(D("10"), [D("33.3"), D("33.4"), D("33.3")], "JPY") == [D(3), D(4), D(3)]
    assert allocate(D("0.05"), [D(60), D(40)], "USD") == [D("0.03"), D("0.02")]


def test_a_person_with_no_share_gets_nothing():
    assert allocate(D("0.01"), [D(0), D(1), D(0)], "USD") == [D("0.00"), D("0.01"), D("0.00")]
    assert allocate(D("0.00"), [D(1), D(1)], "USD") == [D("0.00"), D("0.00")]


def test_what_cannot_be_split_is_refused():
    with pytest.raises(ValueError, match="finer"):
        allocate(D("0.001"), [D(1)], "USD")
    for impossible in ([], [D(0)], [D(-1), D(2)]):
        with pytest.raises(ValueError, match="weights"):
            allocate(D("1.00"), impossible, "USD")


@given(st.data(), codes, weights)
def test_the_parts_of_a_split_equal_the_whole_and_none_is_off_by_a_unit(data, code, shares):
    total = data.draw(amounts(code))
    parts = allocate(total, shares, code)
    assert sum(parts) == total
    step = D(1).scaleb(-minor_units(code))
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / sum(shares)) < step
        assert share or not part


@given(st.decimals(-(10**12), 10**12, places=6), codes)
def test_rounding_twice_changes_nothing_and_moves_by_half_a_unit_at_most(value, code):
    rounded = round_money(value, code)
    assert round_money(rounded, code) == rounded
    assert abs(rounded - value) <= D(1).scaleb(-minor_units(code)) / 2
    assert round_money(-value, code) == -rounded


@pytest.mark.parametrize(
    ("new", "old", "percent"),
    [("110", "100", "10.0"), ("50", "100", "-50.0"), ("2", "3", "-33.3"), ("100", "100", "0.0")],
)
def test_a_change_is_a_percentage_with_one_decimal(new, old, percent):
    assert str(percent_change(D(new), D(old))) == percent


def test_a_change_from_nothing_or_from_a_loss_has_no_percentage():
    assert percent_change(D(5), D(0)) is None
    assert percent_change(D(5), D(-3)) is None


def test_a_rate_is_rounded_once_to_twelve_significant_digits():
    assert str(as_rate(D(1) / D(173))) == "0.00578034682081"
    assert str(as_rate(D("1.168200000"))) == "1.1682"
    assert str(as_rate(D("1000"))) == "1000"
    assert str(as_rate(D("1.000000000005"))) == "1.00000000001"


@pytest.mark.parametrize("value", ["0", "-1.1", "NaN", "Infinity"])
def test_what_is_not_above_zero_is_no_rate(value):
    with pytest.raises(ValueError, match="a rate is above 0"):
        as_rate(D(value))
