"""Profit by the first rule that matches, where it is measured (rules 5.8)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from tests.transactions.rules.builders import BOTH, PlainBook, book, derived, errors, row, value
from transactions.rules import Derived, Lack, Measure, Status
from transactions.rules.fields import Field
from transactions.rules.given import Given

COST = value(1, Measure.COST, "60")


def measured(given: Given, of: PlainBook | None = None, **said: Any) -> Derived:
    return derived(given, of=of, **{"profit": True, **said})


def test_2_times_100_eur_at_1_10_less_a_catalog_cost_of_60_usd_each_is_a_profit_of_100() -> None:
    found = measured(row("W", "EUR", quantity="2", price_sold="100"), book(COST))
    assert (found.converted, found.profit, found.profit_lack) == (D("220.00"), D("100.00"), Lack.NONE)
    assert found.profit_price == COST


def test_profit_is_derived_only_where_it_is_measured() -> None:
    found = derived(row("W", "EUR", quantity="2", price_sold="100", profit="TBD"), of=book(COST))
    assert (found.profit, found.profit_lack, found.converted) == (None, Lack.NONE, D("220.00"))


def test_the_rules_come_in_their_order() -> None:
    cells: dict[str, Any] = {
        "profit": "1",
        "unit_profit": "2",
        "unit_cost": "3",
        "quantity": "10",
        "revenue": "100",
    }
    values = [
        value(1, Measure.PROFIT, "4"),
        value(1, Measure.COST, "5"),
        value(1, Measure.PROFIT_PERCENT, "6"),
    ]
    seen = []
    for drop in ("profit", "unit_profit", "unit_cost"):
        seen.append(measured(row("W", **cells), book(*values)).profit)
        cells.pop(drop)
    for _ in range(3):
        seen.append(measured(row("W", **cells), book(*values)).profit)
        values.pop(0)
        values = values or [value(2, Measure.COST, "1")]
    lacking = measured(row("W", **cells), book(*values))
    assert seen == [D("1.00"), D("20.00"), D("70.00"), D("40.00"), D("50.00"), D("6.00")]
    assert (lacking.profit, lacking.profit_lack, lacking.status) == (None, Lack.NO_VALUE, Status.COUNTED)


def test_a_stated_profit_is_converted_like_the_revenue() -> None:
    found = measured(row(currency="EUR", revenue="100", profit="40"))
    assert found.profit == D("44.00")
    assert found.profit_rate is not None
    assert found.profit_currency == "EUR"


def test_each_term_is_converted_exactly_then_subtracted_then_rounded_once() -> None:
    """1 EUR × 1.005 = 1.005; less 1 GBP × 0.0004 → 1.0046 → 1.00. Rounded first it would be 1.01 − 0.00."""
    rates = book(rates={"EUR": "1.005", "GBP": "0.0004"})
    found = measured(row(revenue="EUR 1", quantity="1", unit_cost="GBP 1"), rates)
    assert (found.converted, found.profit) == (D("1.01"), D("1.00"))
    assert found.rate is not None
    assert found.profit_rate is not None
    assert (found.rate.rate, found.profit_rate.rate) == (D("1.005"), D("0.0004"))


def test_revenue_here_is_revenue_after_taxes() -> None:
    said: dict[str, Any] = {"net": True, "tax_included": BOTH}
    sold = row(revenue="119", tax="19", quantity="1", unit_cost="60")
    assert measured(sold, **said).profit == D("40.00")
    assert measured(sold).profit == D("59.00")


def test_a_percentage_is_of_the_exact_revenue() -> None:
    found = measured(
        row("W", "EUR", revenue="0.10"), book(value(1, Measure.PROFIT_PERCENT, "50"), rates={"EUR": "1.29"})
    )
    assert (found.converted, found.profit) == (D("0.13"), D("0.06"))  # 0.129 → 0.0645; half of 0.13 → 0.07


def test_revenue_may_be_known_while_profit_waits() -> None:
    unknown_product = measured(row("X", revenue="100", quantity="1"))
    assert (unknown_product.converted, unknown_product.profit) == (D("100.00"), None)
    assert unknown_product.profit_lack is Lack.NO_ENTRY
    assert measured(row("Twin", revenue="100")).profit_lack is Lack.AMBIGUOUS
    assert measured(row(revenue="100", quantity="1")).profit_lack is Lack.NOTHING
    no_rate = measured(row(revenue="100", quantity="1", unit_cost="KWD 1"))
    assert (no_rate.profit_lack, no_rate.profit_currency) == (Lack.NO_RATE, "KWD")


def test_a_cost_of_a_unit_without_a_quantity_waits_for_the_quantity_and_not_for_the_catalog() -> None:
    found = measured(row("W", revenue="35", blank=(Field.QUANTITY,)), book(COST))
    assert (found.converted, found.profit, found.profit_lack) == (D("35.00"), None, Lack.NO_QUANTITY)
    later = book(value(1, Measure.COST, "7", date(2027, 1, 1)))
    assert measured(row("W", revenue="35"), later).profit_lack is Lack.NO_VALUE


def test_profit_may_be_known_while_revenue_waits() -> None:
    found = measured(row("X", quantity="2", unit_profit="3"))
    assert (found.status, found.lack, found.converted, found.profit) == (
        Status.UNKNOWN,
        Lack.NO_ENTRY,
        None,
        D("6.00"),
    )


def test_a_profit_waits_for_a_revenue_that_waits_and_takes_no_later_rule_meanwhile() -> None:
    sold = row("W", "KWD", revenue="100", quantity="2", unit_cost="3")
    found = measured(sold, book(value(1, Measure.PROFIT, "4"), rates={}), column_currencies={})
    assert (found.lack, found.profit, found.profit_lack) == (Lack.NO_RATE, None, Lack.NO_RATE)
    cost_in_usd = row("W", revenue="KWD 100", quantity="2", unit_cost="USD 3")
    waiting = measured(cost_in_usd, book(value(1, Measure.PROFIT, "4"), rates={}))
    assert (waiting.profit, waiting.profit_lack) == (None, Lack.NO_REVENUE)


def test_a_cost_without_any_revenue_gives_no_profit() -> None:
    found = measured(row(quantity="2", unit_cost="3"))
    assert (found.lack, found.profit, found.profit_lack) == (Lack.NOTHING, None, Lack.NOTHING)
    nothing_to_take_it_of = measured(row("W"), book(value(1, Measure.PROFIT_PERCENT, "50")))
    assert nothing_to_take_it_of.profit_lack is Lack.NOTHING


def test_the_catalogs_profit_needs_no_revenue_but_its_cost_and_percentage_wait_for_it() -> None:
    sold = row("W", quantity="2")  # the catalog has no price
    assert measured(sold, book(value(1, Measure.PROFIT, "4"))).profit == D("8.00")
    for other in (Measure.COST, Measure.PROFIT_PERCENT):
        found = measured(sold, book(value(1, other, "4")))
        assert (found.lack, found.profit, found.profit_lack) == (Lack.NO_VALUE, None, Lack.NO_REVENUE)


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"profit": "TBD"}, "profit"),
        ({"quantity": "1", "unit_profit": "TBD"}, "unit_profit"),
        ({"quantity": "1", "unit_cost": "TBD"}, "unit_cost"),
        ({"quantity": "TBD", "unit_cost": "1"}, "quantity"),
        ({"quantity": "TBD"}, "quantity"),  # the catalog has a cost
    ],
)
def test_text_in_a_cell_that_the_profit_needs_is_an_error(cells: dict[str, Any], wrong: str) -> None:
    assert errors(row("W", revenue="100", **cells), of=book(COST), profit=True) == [(wrong, "TBD")]


def test_a_percentage_needs_no_quantity() -> None:
    found = measured(row("W", revenue="100", quantity="TBD"), book(value(1, Measure.PROFIT_PERCENT, "50")))
    assert found.profit == D("50.00")


def test_a_zero_cost_is_a_cost() -> None:
    found = measured(row("W", revenue="100", quantity="1"), book(value(1, Measure.COST, "0")))
    assert found.profit == D("100.00")


def test_a_blank_cost_falls_to_the_catalog() -> None:
    found = measured(row("W", revenue="100", quantity="1", blank=(Field.UNIT_COST,)), book(COST))
    assert found.profit == D("40.00")
