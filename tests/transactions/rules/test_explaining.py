"""Why this number? The same decision in steps (experience 1)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

from tests.transactions.rules.builders import BOTH, DAY, PlainBook, book, row, terms, value
from transactions.rules import (
    Cell,
    Evidence,
    Lack,
    Measure,
    ProfitRule,
    RateUse,
    Sale,
    Step,
    TaxRule,
    explain,
)
from transactions.rules import StepKind as Kind
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Given

BLANK_TOTAL = (Field.REVENUE,)


def steps(given: Given, of: PlainBook | None = None, sale: Sale | None = None, **said: Any) -> list[Step]:
    return list(explain(given, terms(**said), of or book(), sale))


def kinds(told: list[Step]) -> list[Kind]:
    return [step.kind for step in told]


def test_40_trackers_at_129_50_usd_are_told_from_the_blank_total_to_the_profit() -> None:
    """Workspace in EUR: 5,180.00 USD → 4,434.17 EUR, less 40 × 71.20 → profit 1,586.17 EUR."""
    price, cost = value(1, Measure.REVENUE, "118.00"), value(1, Measure.COST, "71.20")
    of = book(price, cost, rates={"USD": "0.85601780517"}, currency="EUR")
    given = row("W", "USD", quantity="40", price_sold="$ 129.50", blank=BLANK_TOTAL)
    told = steps(given, of, currency="EUR", profit=True)
    rate = RateUse(7, "USD", D("0.85601780517"), DAY, False)
    assert told == [
        Step(Kind.PASSED, {"tier": 1, "cells": {Field.REVENUE: Cell.BLANK}}),
        Step(
            Kind.TIER,
            {
                "tier": 2,
                "quantity": D(40),
                "price": D("129.50"),
                "entry": None,
                "exact": D("5180.00"),
                "currency": "USD",
            },
        ),
        Step(
            Kind.NOT_NEEDED,
            {
                "tier": 3,
                "quantity": D(40),
                "price": None,
                "entry": price,
                "exact": D("4720.00"),
                "currency": "EUR",
            },
        ),
        Step(
            Kind.CURRENCY,
            {
                "field": Field.PRICE_SOLD,
                "currency": "USD",
                "evidence": Evidence.COLUMN,
                "column": "USD",
                "unit": "$",
            },
        ),
        Step(Kind.RATE, {"currency": "USD", "to": "EUR", "day": DAY, "rate": rate}),
        Step(
            Kind.REVENUE,
            {
                "exact": D("5180.00"),
                "rounded": D("5180.00"),
                "currency": "USD",
                "converted_exact": D("4434.1722307806"),
                "converted": D("4434.17"),
                "to": "EUR",
            },
        ),
        Step(
            Kind.PROFIT,
            {
                "rule": ProfitRule.CATALOG_COST,
                "quantity": D(40),
                "amount": D("2848.00"),
                "currency": "EUR",
                "rate": None,
                "entry": cost,
                "revenue": D("4434.1722307806"),
                "exact": D("1586.1722307806"),
                "rounded": D("1586.17"),
                "to": "EUR",
            },
        ),
    ]


def test_the_tax_that_was_removed_is_a_step_of_its_own() -> None:
    told = steps(row(revenue="119.00", tax_percent="19"), net=True, tax_included=BOTH)
    assert kinds(told) == [Kind.TIER, Kind.CURRENCY, Kind.TAX, Kind.REVENUE]
    tax = told[2].values
    assert (tax["rule"], tax["gross"], tax["percent"], tax["rounded"]) == (
        TaxRule.PERCENT,
        D("119.00"),
        D(19),
        D("19.00"),
    )


def test_a_tax_that_had_to_be_converted_tells_its_amount_and_rate() -> None:
    """3 × 10.005 USD by the catalog, with 3 × 0.50 GBP of tax at 1.26 = 1.89 USD: revenue 28.13."""
    of = book(value(1, Measure.REVENUE, "10.005", includes_tax=True), rates={"GBP": "1.26"})
    told = steps(row("W", "GBP", quantity="3", unit_tax="0.5"), of, net=True)
    tax = next(step.values for step in told if step.kind is Kind.TAX)
    assert (tax["amount"], tax["of"], tax["rounded"]) == (D("1.5"), "GBP", D("1.89"))
    assert tax["rate"] == RateUse(7, "GBP", D("1.26"), DAY, False)
    assert told[-1].values["converted"] == D("28.13")


def test_a_row_that_cannot_be_derived_says_why_of_each_tier() -> None:
    told = steps(row(price_sold="TBD", blank=(Field.REVENUE, Field.QUANTITY)))
    assert told[:3] == [
        Step(Kind.PASSED, {"tier": 1, "cells": {Field.REVENUE: Cell.BLANK}}),
        Step(
            Kind.PASSED,
            {"tier": 2, "cells": {Field.QUANTITY: Cell.BLANK, Field.PRICE_SOLD: Cell.UNREAD}},
        ),
        Step(Kind.PASSED, {"tier": 3, "cells": {Field.QUANTITY: Cell.BLANK, Field.PRODUCT: Cell.ABSENT}}),
    ]
    assert kinds(told[3:]) == [Kind.UNKNOWN]
    assert told[3].values["lack"] is Lack.NOTHING


def test_what_an_unknown_figure_waits_for_is_told_with_its_product_and_candidates() -> None:
    told = steps(row("Twin", quantity="4"), profit=True)
    assert kinds(told) == [Kind.PASSED, Kind.PASSED, Kind.TIER, Kind.UNKNOWN, Kind.PROFIT_UNKNOWN]
    waits = told[3].values
    assert (waits["lack"], waits["product"], waits["candidates"]) == (Lack.AMBIGUOUS, "Twin", (3, 4))
    no_rate = steps(row(currency="KWD", revenue="4"))[-1]
    assert (no_rate.kind, no_rate.values["currency"], no_rate.values["day"]) == (Kind.UNKNOWN, "KWD", DAY)


def test_a_refund_tells_its_sale_and_what_was_turned() -> None:
    refund = row(revenue="5", quantity="1", kind=RowKind.REFUND, original_id="S-1")
    sold = date(2026, 8, 1)
    told = steps(refund, sale=Sale(sold))
    assert told[:2] == [
        Step(Kind.SALE, {"original_id": "S-1", "day": sold}),
        Step(Kind.TURNED, {"fields": (Field.REVENUE, Field.QUANTITY)}),
    ]
    assert steps(refund)[0].values["day"] is None


def test_errors_and_what_is_not_revenue_are_all_that_is_told_of_such_a_row() -> None:
    assert kinds(steps(row(day=None, revenue="5"))) == [Kind.WRONG]
    assert kinds(steps(row(revenue="TBD"))) == [Kind.WRONG]
    assert kinds(steps(row(revenue="5", profit="TBD"), profit=True)) == [Kind.WRONG]
    assert kinds(steps(row(revenue="5", kind=RowKind.NOT_REVENUE))) == [Kind.NOT_REVENUE]
