"""Marked rows before and after, summed for the person who decides (rules 5.12)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from transactions.rules import Comparison, Earlier, Figures, Lack, Move, Shift, Status

SOLD = Figures(
    Status.COUNTED,
    tier=3,
    quantity=D(3),
    currency="USD",
    revenue=D("354.00"),
    converted=D("354.00"),
    price=7,
)
EUROS = replace(
    SOLD,
    tier=1,
    currency="EUR",
    revenue=D("100.00"),
    converted=D("110.00"),
    rate=D("1.1"),
    rate_day=date(2026, 8, 7),
    price=None,
)
GONE = Figures(Status.UNKNOWN, Lack.NO_VALUE, tier=3, quantity=D(3), currency="USD")


def priced(revenue: str, price: int = 8) -> Figures:
    return replace(SOLD, revenue=D(revenue), converted=D(revenue), price=price)


def test_sums_are_told_by_cause_and_in_each_currency() -> None:
    """354.00 becomes 360.00 by a price, 100 EUR become 125.00 instead of 110.00 by a rate."""
    found = Comparison()
    assert found.add(1, Earlier.PRICE, SOLD, priced("360.00")) is Move.MOVES
    assert (
        found.add(2, Earlier.RATE, EUROS, replace(EUROS, converted=D("125.00"), rate=D("1.25"))) is Move.MOVES
    )
    assert found.overall.revenue.difference == D("21.00")
    assert found.by_cause[Earlier.PRICE].revenue.difference == D("6.00")
    assert found.by_cause[Earlier.RATE].revenue.difference == D("15.00")
    assert found.by_currency["USD"].difference == D("6.00")
    assert found.by_currency["EUR"].difference == 0
    assert found.rows_of_currency == {"USD": 1, "EUR": 1}


def test_a_row_whose_sign_means_another_currency_leaves_its_own() -> None:
    found = Comparison()
    found.add(1, Earlier.WAYS, SOLD, replace(SOLD, currency="CAD", converted=D("250.00")))
    assert found.by_currency["USD"] == Shift(before=D("354.00"), lost=D("354.00"))
    assert found.by_currency["CAD"] == Shift(after=D("354.00"), gained=D("354.00"))


def test_what_becomes_unknown_is_in_no_sum_after_and_counted() -> None:
    found = Comparison()
    assert found.add(1, Earlier.PRICE, SOLD, GONE) is Move.LOSES
    assert (found.overall.revenue.after, found.overall.revenue.unknown_after) == (D("0"), 1)
    assert found.largest[0].difference == D("-354.00")


def test_the_fifty_that_move_most_are_kept_the_largest_first() -> None:
    found = Comparison()
    for row in range(1, 61):
        found.add(row, Earlier.PRICE, SOLD, priced(f"{354 + row}.00"))
    assert [moved.row for moved in found.largest] == list(range(60, 10, -1))
    found.add(61, Earlier.PRICE, SOLD, replace(SOLD, price=9))  # recorded again alike: nothing moves
    assert found.overall.asking == 60


def test_a_profit_that_moves_is_a_move() -> None:
    found = Comparison()
    before = replace(SOLD, profit=D("144.60"), profit_price=1)
    found.add(1, Earlier.PRICE, before, replace(before, profit=D("100.60"), profit_price=2))
    assert (found.largest[0].difference, found.largest[0].profit_difference) == (D(0), D("-44.00"))


def test_it_is_kept_as_json_and_read_again_alike() -> None:
    found = Comparison()
    found.add(1, Earlier.PRICE | Earlier.RATE, EUROS, replace(EUROS, converted=D("125.00"), rate=D("1.25")))
    found.add(2, Earlier.PRICE, SOLD, GONE)
    again = Comparison.from_json(found.to_json())
    assert again.overall == found.overall
    assert again.by_cause == found.by_cause
    assert again.by_currency == found.by_currency
    assert again.largest == found.largest
