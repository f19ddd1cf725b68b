"""Taxes are removed where the workspace removes them, from figures that include them (rules 5.9)."""

from decimal import Decimal as D
from typing import Any

import pytest

from tests.transactions.rules.builders import BOTH, PlainBook, book, derived, errors, row, value
from transactions.rules import Derived, Lack, Measure, Status, Warning
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Given

TAXED = value(1, Measure.TAX_PERCENT, "25")


def net(given: Given, of: PlainBook | None = None, **said: Any) -> Derived:
    return derived(given, of=of, **{"net": True, "tax_included": BOTH, **said})


def test_119_with_19_percent_included_is_100_and_19_tax() -> None:
    found = net(row(revenue="119.00", tax_percent="19"))
    assert (found.tax, found.revenue, found.converted) == (D("19.00"), D("100.00"), D("100.00"))


def test_the_tax_of_a_refund_has_the_refunds_sign() -> None:
    assert net(row(revenue="-119.00", tax_percent="19")).converted == D("-100.00")
    found = net(row(revenue="-119.00", tax="19.00"))
    assert (found.tax, found.converted) == (D("-19.00"), D("-100.00"))
    turned = net(row(revenue="119.00", tax="19.00", kind=RowKind.REFUND))
    assert (turned.tax, turned.converted) == (D("-19.00"), D("-100.00"))
    per_unit = net(row(quantity="2", price_sold="119", unit_tax="19", kind=RowKind.REFUND))
    assert (per_unit.tax, per_unit.converted) == (D("-38.00"), D("-200.00"))


def test_the_first_of_amount_per_unit_percent_and_catalog_decides() -> None:
    all_four: dict[str, Any] = {
        "revenue": "100",
        "quantity": "2",
        "tax": "1",
        "unit_tax": "2",
        "tax_percent": "10",
    }
    expected = {"tax": "1.00", "unit_tax": "4.00", "tax_percent": "9.09", "revenue": "20.00"}
    for next_one, tax in expected.items():
        found = net(row("W", "USD", **all_four), book(TAXED))
        assert found.tax == D(tax), next_one
        assert found.revenue == D(100) - D(tax)
        all_four.pop(next_one)


@pytest.mark.parametrize(
    ("gross", "tax", "revenue"), [("125", "25.00", "100.00"), ("-0.01", "0.00", "-0.01")]
)
def test_the_catalogs_percentage_is_taken_out_of_the_gross_figure(gross: str, tax: str, revenue: str) -> None:
    found = net(row("W", revenue=gross), book(TAXED))
    assert (found.tax, found.revenue, found.tax_price) == (D(tax), D(revenue), TAXED)


def test_a_catalog_price_says_itself_whether_it_includes_tax() -> None:
    without = book(value(1, Measure.REVENUE, "100"), TAXED)
    including = book(value(1, Measure.REVENUE, "125", includes_tax=True), TAXED)
    assert (net(row("W", quantity="1"), without).revenue, net(row("W", quantity="1"), without).tax) == (
        D("100.00"),
        None,
    )
    found = net(row("W", quantity="1"), including)
    assert (found.revenue, found.tax) == (D("100.00"), D("25.00"))


def test_a_column_that_does_not_include_tax_is_left_alone() -> None:
    found = net(row(revenue="119", tax="19"), tax_included=frozenset({Field.PRICE_SOLD}))
    assert (found.revenue, found.tax) == (D("119.00"), None)


def test_a_workspace_that_does_not_remove_taxes_leaves_them_in() -> None:
    found = derived(row(revenue="119", tax="19"), tax_included=BOTH)
    assert (found.revenue, found.tax) == (D("119.00"), None)


def test_needed_and_absent_the_revenue_is_unknown_never_gross() -> None:
    found = net(row("W", "EUR", revenue="119", blank=(Field.TAX,)))
    assert (found.status, found.lack, found.tier) == (Status.UNKNOWN, Lack.NO_TAX, 1)
    assert (found.revenue, found.converted, found.tax) == (None, None, None)
    assert (found.item, found.currency) == (1, "EUR")


def test_a_tax_of_0_is_a_tax() -> None:
    for given in (row(revenue="119", tax="0"), row(revenue="119", tax_percent="0")):
        found = net(given)
        assert (found.revenue, found.tax) == (D("119.00"), D("0.00"))


def test_a_figure_of_0_includes_no_tax_so_a_zeroed_row_stands() -> None:
    found = net(row(revenue="0", tax="TBD"))
    assert (found.status, found.revenue, found.tax) == (Status.COUNTED, D("0.00"), D("0.00"))
    assert found.warnings & Warning.UNREAD_UNUSED


def test_a_tax_cell_that_is_needed_and_cannot_be_read_is_an_error() -> None:
    said: dict[str, Any] = {"net": True, "tax_included": BOTH}
    assert errors(row(revenue="119", tax="TBD", tax_percent="19"), **said) == [("tax", "TBD")]
    assert errors(row(revenue="119", quantity="TBD", unit_tax="1"), **said) == [("quantity", "TBD")]
    assert errors(row(revenue="119", tax_percent="TBD"), **said) == [("tax_percent", "TBD")]
    assert derived(row(revenue="119", tax="19", tax_percent="TBD"), **said).revenue == D("100.00")


@pytest.mark.parametrize("percent", ["-100", "-1", "1000.01"])
def test_a_percentage_that_is_none_is_an_error(percent: str) -> None:
    wrong = errors(row(revenue="119", tax_percent=percent), net=True, tax_included=BOTH)
    assert wrong == [("tax_percent", percent)]


def test_tax_is_removed_exactly_and_the_rest_converted_and_rounded_once() -> None:
    """100 EUR with 19 %: 84.0336… EUR; × 1.10 = 92.43697… USD. From the rounded 84.03 it would be 92.43."""
    found = net(row(currency="EUR", revenue="100", tax_percent="19"))
    assert (found.revenue, found.tax, found.converted) == (D("84.03"), D("15.97"), D("92.44"))


@pytest.mark.parametrize(
    ("gross", "converted"),
    [
        ("2843.17", "4264.76"),  # × 1.8 / 1.2 = 4,264.755: a tie, and away from zero
        ("61029.91", "91544.87"),
        ("58089.97", "87134.96"),
        ("27381.85", "41072.78"),
        ("43373.11", "65059.67"),
        ("65781.31", "98671.97"),
        ("-2843.17", "-4264.76"),
    ],
)
def test_a_tie_that_tax_and_rate_make_is_one_to_the_last_digit(gross: str, converted: str) -> None:
    swiss = book(rates={"CHF": "1.8"})
    found = net(row(currency="CHF", revenue=gross, tax_percent="20"), swiss)
    assert found.converted == D(converted)


def test_a_profit_of_a_net_revenue_is_exact_to_its_one_rounding() -> None:
    """2,843.17 CHF with 20 % included at 1.8 is 4,264.755 USD; less a cost of 1.00 USD it is 4,263.755."""
    swiss = book(value(1, Measure.PROFIT_PERCENT, "100"), rates={"CHF": "1.8"})
    sold = row("W", revenue="CHF 2843.17", tax_percent="20")
    assert net(sold, swiss, profit=True).profit == D("4264.76")
    costly = row(revenue="CHF 2843.17", tax_percent="20", quantity="1", unit_cost="USD 1")
    assert net(costly, swiss, profit=True).profit == D("4263.76")


def test_the_tax_of_a_catalog_figure_is_converted_because_the_row_states_it_in_its_own_currency() -> None:
    priced = book(value(1, Measure.REVENUE, "125", includes_tax=True))
    found = net(row("W", "EUR", quantity="1", tax="10"), priced)
    assert (found.currency, found.tax, found.revenue) == ("USD", D("11.00"), D("114.00"))
    assert found.rate is not None
    unknown = net(row("W", "KWD", quantity="1", tax="10"), priced)
    assert (unknown.lack, unknown.currency, unknown.revenue) == (Lack.NO_RATE, "KWD", None)


def test_a_tax_in_another_foreign_currency_than_its_figure_is_an_error() -> None:
    assert errors(row(revenue="EUR 119", tax="GBP 19"), net=True, tax_included=BOTH) == [("tax", "GBP")]


def test_a_tax_that_contradicts_the_currency_column_is_an_error() -> None:
    wrong = errors(row(currency="EUR", revenue="119", tax="GBP 19"), net=True, tax_included=BOTH)
    assert wrong == [("tax", "GBP")]
