"""Refunds are turned once, and stand at the rate and price of their sale (rules 5.13)."""

from datetime import date
from decimal import Decimal as D

from tests.transactions.rules.builders import DAY, PlainBook, book, derived, row, value
from transactions.rules import Catalog, Item, Measure, Sale, Status, Value, Warning, sale_of
from transactions.rules.fields import RowKind

REFUND = RowKind.REFUND
SOLD = date(2026, 8, 3)


def test_100_eur_sold_at_1_10_and_fully_returned_at_1_20_come_to_0_in_all() -> None:
    rates = PlainBook(on_days={("EUR", SOLD): "1.10", ("EUR", DAY): "1.20"})
    sale = derived(row(currency="EUR", revenue="100", day=SOLD), of=rates)
    refund = row(currency="EUR", revenue="100", kind=REFUND, original_id="S-1")
    back = derived(refund, of=rates, sale=Sale(SOLD, "EUR"))
    assert (sale.converted, back.converted) == (D("110.00"), D("-110.00"))
    alone = derived(refund, of=rates)
    assert alone.converted == D("-120.00")
    assert alone.warnings == Warning.NO_SALE


def test_the_catalog_price_of_a_refund_is_that_of_the_sales_day() -> None:
    dated = [
        Value(1, 1, Measure.REVENUE, D(10), date(2026, 1, 1)),
        Value(2, 1, Measure.REVENUE, D(12), date(2026, 8, 10)),
    ]
    priced = PlainBook(catalog=Catalog([Item(1, "W")], dated))
    refund = row("W", quantity="3", kind=REFUND, original_id="S-1")
    assert derived(refund, of=priced, sale=Sale(SOLD)).converted == D("-30.00")
    assert derived(refund, of=priced).converted == D("-36.00")


def test_a_refund_stands_on_the_rate_that_its_sale_stands_on_although_it_was_corrected() -> None:
    """100 EUR sold at 1.10; the rate of that day is 1.30 by now."""
    sold = derived(row(currency="EUR", revenue="100", day=SOLD), of=book(rates={"EUR": "1.10"}))
    corrected = book(rates={"EUR": "1.30", "GBP": "1.50"})
    refund = row(currency="EUR", revenue="100", kind=REFUND, original_id="S-1")
    assert derived(refund, of=corrected, sale=sale_of(SOLD, sold)).converted == D("-110.00")
    pounds = row(
        currency="GBP", revenue="100", kind=REFUND, original_id="S-1"
    )  # the sale needed no such rate
    assert derived(pounds, of=corrected, sale=sale_of(SOLD, sold)).converted == D("-150.00")


def test_a_refund_stands_on_the_catalog_values_that_its_sale_stands_on() -> None:
    """2 widgets at 19.99, 19 % included, less 12.00 each: net 33.60, profit 9.60; all is other by now."""
    then = book(
        value(1, Measure.REVENUE, "19.99", includes_tax=True),
        value(1, Measure.TAX_PERCENT, "19"),
        value(1, Measure.COST, "12.00"),
    )
    now = book(
        value(1, Measure.REVENUE, "25", includes_tax=True),
        value(1, Measure.TAX_PERCENT, "7"),
        value(1, Measure.PROFIT, "1"),
        value(1, Measure.COST, "11"),
    )
    sold = derived(row("W", quantity="2", day=SOLD), of=then, net=True, profit=True)
    refund = row("W", quantity="2", kind=REFUND, original_id="S-1")
    back = derived(refund, of=now, sale=sale_of(SOLD, sold), net=True, profit=True)
    assert (sold.converted, sold.tax, sold.profit) == (D("33.60"), D("6.38"), D("9.60"))
    assert (back.converted, back.tax, back.profit) == (D("-33.60"), D("-6.38"), D("-9.60"))


def test_positive_refunds_are_turned_once_where_they_are_said_to_bear_no_minus() -> None:
    stated = derived(row(currency="USD", revenue="50", quantity="5", price_sold="10", kind=REFUND))
    assert (stated.converted, stated.quantity, stated.warnings) == (D("-50.00"), D(-5), 0)
    counted = derived(row(currency="USD", quantity="5", price_sold="10", kind=REFUND))
    assert (counted.converted, counted.quantity, counted.warnings) == (D("-50.00"), D(-5), 0)
    catalog = derived(row("W", quantity="5", kind=REFUND))
    assert (catalog.converted, catalog.quantity) == (D("-99.95"), D(-5))


def test_a_refund_that_bears_a_minus_already_is_not_turned() -> None:
    for said in (True, False):
        stated = derived(row(currency="USD", revenue="-50", kind=REFUND), refunds_negative=said)
        assert (stated.converted, stated.warnings) == (D("-50.00"), 0)
        counted = derived(
            row(currency="USD", quantity="-5", price_sold="10", kind=REFUND), refunds_negative=said
        )
        assert (counted.converted, counted.quantity) == (D("-50.00"), D(-5))


def test_refunds_that_are_said_to_bear_a_minus_stay_as_they_are_and_a_positive_one_is_warned_about() -> None:
    found = derived(row(currency="USD", revenue="50", kind=REFUND), refunds_negative=True)
    assert (found.converted, found.warnings) == (D("50.00"), Warning.REFUND_ADDS)


def test_a_negative_quantity_at_a_negative_price_is_warned_about() -> None:
    sale = derived(row(currency="USD", quantity="-2", price_sold="-10"))
    assert (sale.converted, sale.warnings) == (D("20.00"), Warning.DOUBLE_NEGATIVE)
    turned = derived(row(currency="USD", quantity="2", price_sold="-10", kind=REFUND))
    assert (turned.converted, turned.warnings) == (
        D("20.00"),
        Warning.DOUBLE_NEGATIVE | Warning.REFUND_ADDS,
    )
    voucher = derived(row("W", quantity="-1"), of=book(value(1, Measure.REVENUE, "-5")))
    assert (voucher.converted, voucher.warnings) == (D("5.00"), Warning.DOUBLE_NEGATIVE)


def test_a_refund_whose_quantity_bears_no_minus_agrees_with_its_negative_revenue() -> None:
    found = derived(
        row(currency="USD", revenue="-50", quantity="5", price_sold="10", kind=REFUND), refunds_negative=True
    )
    assert found.warnings == 0


def test_the_profit_of_a_refund_is_turned_with_it_also_where_the_sale_made_a_loss() -> None:
    for profit, turned in (("20", "-20.00"), ("-20", "20.00")):
        found = derived(row(revenue="50", profit=profit, kind=REFUND), profit=True)
        assert (found.converted, found.profit) == (D("-50.00"), D(turned))
    bearing = derived(row(revenue="-50", profit="-20", kind=REFUND), profit=True)
    assert (bearing.converted, bearing.profit) == (D("-50.00"), D("-20.00"))
    costed = derived(row(quantity="5", price_sold="10", unit_cost="6", kind=REFUND), profit=True)
    assert costed.profit == D("-20.00")  # −50 + 30


def test_what_is_declared_not_revenue_counts_nothing_and_needs_nothing() -> None:
    found = derived(row("W", "EURO", revenue="TBD", quantity="5", kind=RowKind.NOT_REVENUE))
    assert (found.status, found.tier, found.converted, found.revenue) == (Status.NOT_REVENUE, 0, None, None)
    assert found.item == 1
