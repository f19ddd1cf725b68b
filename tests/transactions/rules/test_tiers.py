"""Revenue by the first of three tiers (rules 5.2–5.6)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from tests.transactions.rules.builders import (
    BOTH,
    W_PRICE,
    PublishedBook,
    book,
    derived,
    errors,
    row,
    value,
)
from transactions.rules import Lack, Measure, Status, Warning
from transactions.rules.fields import Field

FELL = Warning.FELL_PAST_BLANK
ASSUMED = Warning.ASSUMED_CURRENCY


def test_a_revenue_of_0_stands_though_quantity_times_price_is_50() -> None:
    found = derived(row(revenue="0", quantity="5", price_sold="10"))
    assert (found.tier, found.revenue, found.converted) == (1, D("0.00"), D("0.00"))
    assert found.status is Status.COUNTED


def test_a_blank_revenue_falls_to_5_times_10_and_says_so() -> None:
    found = derived(row(quantity="5", price_sold="10", blank=(Field.REVENUE,)))
    assert (found.tier, found.converted) == (2, D("50.00"))
    assert found.warnings == FELL | ASSUMED


def test_where_no_revenue_column_is_mapped_nothing_fell() -> None:
    assert derived(row(quantity="5", price_sold="10")).warnings == ASSUMED


def test_a_cost_of_10_is_no_price_so_5_widgets_come_to_99_95() -> None:
    found = derived(row("W", quantity="5", unit_cost="10", blank=(Field.REVENUE,)))
    assert (found.tier, found.converted, found.price) == (3, D("99.95"), W_PRICE)
    assert found.warnings == FELL


def test_only_price_sold_feeds_tier_2() -> None:
    found = derived(row(quantity="5", unit_cost="10", unit_profit="10", unit_tax="10"))
    assert (found.status, found.tier, found.lack) == (Status.UNKNOWN, 0, Lack.NOTHING)


def test_catalog_prices_are_not_converted_whatever_the_rows_currency() -> None:
    found = derived(row("W", "EUR", quantity="3"))
    assert (found.tier, found.currency, found.converted, found.rate) == (3, "USD", D("59.97"), None)


def test_minus_2_times_10_eur_at_1_10_is_minus_22() -> None:
    found = derived(row(currency="EUR", quantity="-2", price_sold="10"))
    assert (found.currency, found.revenue, found.converted) == ("EUR", D("-20.00"), D("-22.00"))
    assert found.rate is not None
    assert found.rate.rate == D("1.10")


def test_a_product_that_is_not_in_the_catalog_is_unknown_until_it_is_added_at_2_50() -> None:
    sold = row("X", quantity="4")
    found = derived(sold)
    assert (found.status, found.lack, found.tier) == (Status.UNKNOWN, Lack.NO_ENTRY, 3)
    assert (found.revenue, found.converted, found.quantity, found.product_key) == (None, None, D(4), "x")
    with_x = book(value(1, Measure.REVENUE, "2.50"))
    assert derived(row("Widget", quantity="4"), of=with_x).converted == D("10.00")


def test_an_entry_without_the_value_on_the_day_counts_as_missing() -> None:
    later = book(value(1, Measure.REVENUE, "2.50", date(2026, 8, 13)), value(1, Measure.COST, "1"))
    found = derived(row("W", quantity="4"), of=later)
    assert (found.lack, found.item, found.converted) == (Lack.NO_VALUE, 1, None)


def test_a_name_that_two_products_bear_is_unknown() -> None:
    assert derived(row("Twin", quantity="4")).lack is Lack.AMBIGUOUS


def test_a_catalog_value_of_0_is_a_value() -> None:
    found = derived(row("W", quantity="4"), of=book(value(1, Measure.REVENUE, "0")))
    assert (found.status, found.converted) == (Status.COUNTED, D("0.00"))


def test_a_quantity_alone_cannot_be_derived() -> None:
    found = derived(row(quantity="5", blank=(Field.REVENUE, Field.PRODUCT)))
    assert (found.status, found.tier, found.lack) == (Status.UNKNOWN, 0, Lack.NOTHING)
    assert found.warnings == FELL


def test_a_blank_quantity_is_not_1() -> None:
    found = derived(row("W", price_sold="10", blank=(Field.QUANTITY,)))
    assert (found.tier, found.lack, found.converted) == (0, Lack.NOTHING, None)


def test_a_quantity_of_0_is_a_value() -> None:
    assert derived(row(quantity="0", price_sold="10")).converted == D("0.00")


def test_the_rate_of_a_sunday_is_the_one_of_friday_not_of_monday() -> None:
    rates = {"USD": {date(2026, 8, 7): "1.10", date(2026, 8, 10): "1.12"}}
    sunday = row(currency="EUR", revenue="100", day=date(2026, 8, 9))
    found = derived(sunday, of=PublishedBook(rates, date(2026, 8, 10)))
    assert found.converted == D("110.00")
    assert found.rate is not None
    assert (found.rate.rate, found.rate.day) == (D("1.10"), date(2026, 8, 7))


def test_12_34_usd_at_150_125_is_1853_yen() -> None:
    yen = book(rates={"USD": "150.125"}, currency="JPY")
    found = derived(row(currency="USD", revenue="12.34"), of=yen, currency="JPY")
    assert (found.revenue, found.converted) == (D("12.34"), D("1853"))


def test_the_unit_price_is_never_rounded_and_the_figure_is_converted_before_it_is_rounded() -> None:
    """3 × 0.335 EUR = 1.005 → 1.01 EUR; × 1.10 = 1.1055 → 1.11 USD. From 1.01 EUR it would be 1.111."""
    found = derived(row(currency="EUR", quantity="3", price_sold="0.335"))
    assert (found.revenue, found.converted) == (D("1.01"), D("1.11"))
    found = derived(row(currency="EUR", quantity="3", price_sold="0.0015"), of=book(rates={"EUR": "2"}))
    assert (found.revenue, found.converted) == (D("0.00"), D("0.01"))  # 0.0045 → 0.00; 0.009 → 0.01


def test_ties_are_rounded_away_from_zero_on_both_sides() -> None:
    assert derived(row(revenue="0.005")).converted == D("0.01")
    assert derived(row(revenue="-0.005")).converted == D("-0.01")
    assert str(derived(row(revenue="-0.004")).converted) == "0.00"  # never −0


def test_without_a_rate_the_figure_is_unknown_and_its_currency_is_told() -> None:
    found = derived(row(currency="KWD", revenue="100"))
    assert (found.status, found.lack, found.tier, found.currency) == (
        Status.UNKNOWN,
        Lack.NO_RATE,
        1,
        "KWD",
    )
    assert (found.revenue, found.converted, found.rate) == (None, None, None)


def test_a_figure_whose_rate_waits_for_its_day_is_marked() -> None:
    waiting = book(rates={"EUR": "1.10"}, provisional=True)
    assert derived(row(currency="EUR", revenue="5"), of=waiting).warnings == Warning.PROVISIONAL
    assert derived(row(currency="USD", revenue="5"), of=waiting).warnings == 0
    cost = row("W", "EUR", quantity="1", unit_cost="5")  # only the profit is converted
    assert derived(cost, of=waiting, profit=True).warnings == Warning.PROVISIONAL


def test_a_zeroed_row_needs_no_rate() -> None:
    found = derived(row(currency="KWD", revenue="0"))
    assert (found.status, found.revenue, found.converted) == (Status.COUNTED, D("0.000"), D("0.00"))


# ------------------------------------------------------------------ text that cannot be read (rules 5.3)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"revenue": "TBD", "quantity": "5", "price_sold": "10"}, ["revenue"]),
        ({"quantity": "TBD", "price_sold": "10"}, ["quantity"]),
        ({"quantity": "5", "price_sold": "TBD"}, ["price_sold"]),
        ({"quantity": "TBD", "price_sold": "TBD"}, ["quantity", "price_sold"]),
        ({"quantity": "TBD"}, ["quantity"]),
    ],
)
def test_tbd_in_a_cell_that_the_figure_needs_is_a_row_error_and_never_falls_through(
    cells: dict[str, Any], wrong: list[str]
) -> None:
    assert errors(row("W", **cells)) == [(field, "TBD") for field in wrong]


@pytest.mark.parametrize(
    "cells",
    [
        {"revenue": "50", "quantity": "TBD", "price_sold": "10"},
        {"quantity": "5", "price_sold": "10", "unit_cost": "TBD", "tax": "TBD", "profit": "TBD"},
        {"revenue": "50", "score": "TBD"},
    ],
)
def test_tbd_in_a_cell_that_the_figure_does_not_use_is_a_warning(cells: dict[str, Any]) -> None:
    found = derived(row(currency="USD", **cells))
    assert (found.converted, found.warnings) == (D("50.00"), Warning.UNREAD_UNUSED)


def test_a_price_that_cannot_be_read_is_not_needed_where_the_quantity_is_blank() -> None:
    found = derived(row("W", price_sold="TBD", blank=(Field.QUANTITY,)))
    assert (found.lack, found.warnings) == (Lack.NOTHING, FELL | Warning.UNREAD_UNUSED)


def test_a_row_without_a_readable_date_or_with_an_undeclared_type_is_an_error() -> None:
    assert errors(row(day=None, revenue="5")) == [("date", "")]
    assert errors(row(kind=None, revenue="5")) == [("type", "")]
    dated = row(day=None, revenue="5")
    dated.unread[Field.DATE] = row(revenue="TBD").unread[Field.REVENUE]
    assert errors(dated) == [("date", "TBD")]


def test_a_figure_that_nothing_could_store_is_an_error() -> None:
    assert errors(row(quantity="9" * 15, price_sold="EUR " + "9" * 15)) == [("", "")]
    assert derived(row(revenue="9" * 24)).converted == D("9" * 24)
    assert errors(row(revenue="5", quantity="1E+24")) == [("quantity", "1E+24")]


# ------------------------------------------------------------------ stated and calculated (rules 5.6)


def test_a_stated_revenue_wins_over_quantity_times_price_and_the_row_is_warned_about() -> None:
    found = derived(row(currency="USD", revenue="49.99", quantity="5", price_sold="10"))
    assert (found.converted, found.warnings) == (D("49.99"), Warning.DISAGREES)


def test_a_difference_below_the_cent_is_none() -> None:
    agreeing = row(currency="USD", revenue="1.01", quantity="3", price_sold="0.335")  # 1.005
    assert derived(agreeing).warnings == 0


def test_amounts_of_two_currencies_or_with_and_without_tax_are_not_compared() -> None:
    two = row(revenue="EUR 45", quantity="5", price_sold="USD 10")
    assert derived(two).warnings == 0
    with_tax = row(currency="USD", revenue="119", quantity="1", price_sold="100", tax="19")
    found = derived(with_tax, net=True, tax_included=frozenset({Field.REVENUE}))
    assert (found.converted, found.warnings) == (D("100.00"), 0)
    assert derived(with_tax, net=True, tax_included=BOTH).warnings == Warning.DISAGREES
