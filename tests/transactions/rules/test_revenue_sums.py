"""What imported rows come to: sums of rounded rows, one subtotal per currency, unknown is never 0."""

from decimal import Decimal as D

from contributions.rules.revenue import RevenueCell
from kamtrak.lib.months import Month
from transactions.rules import Lack
from transactions.rules.revenue import (
    NO_REVENUE,
    CurrencyRevenue,
    RevenueFigures,
    RevenueLine,
    by_currency,
    by_lack,
    by_month,
    by_tier,
    figures_of,
)

AUGUST, SEPTEMBER = Month(2026, 8), Month(2026, 9)


def line(converted: str, *, month: Month = AUGUST, tier: int = 2, currency: str = "USD") -> RevenueLine:
    figures = RevenueFigures(1, D(converted))
    return RevenueLine(month, tier, currency, Lack.NONE, D(converted), figures)


def waits(rows: int, lack: Lack = Lack.NO_ENTRY, month: Month = AUGUST) -> RevenueLine:
    return RevenueLine(month, 0, "USD", lack, D(0), RevenueFigures(unknown_rows=rows))


LINES = [
    line("100.00"),
    line("-23.36", currency="EUR"),
    line("59.97", tier=3, month=SEPTEMBER),
    waits(3),
    waits(2, Lack.NO_RATE, SEPTEMBER),
]


def test_the_total_is_the_sum_of_the_rows_and_counts_what_is_in_no_sum() -> None:
    """100.00 − 23.36 + 59.97 = 136.61 of three rows, without five."""
    total = figures_of(LINES)
    assert (total.known, total.rows, total.unknown_rows) == (D("136.61"), 3, 5)


def test_months_and_tiers_add_up_to_the_total() -> None:
    assert {month: own.known for month, own in by_month(LINES).items()} == {
        AUGUST: D("76.64"),
        SEPTEMBER: D("59.97"),
    }
    assert {tier: own.known for tier, own in by_tier(LINES).items()} == {2: D("76.64"), 3: D("59.97")}


def test_currencies_stand_side_by_side_and_are_added_only_converted() -> None:
    euro = RevenueLine(AUGUST, 2, "EUR", Lack.NONE, D("-20"), RevenueFigures(1, D("-23.36")))
    assert by_currency([euro, line("100.00"), waits(1)]) == (
        CurrencyRevenue("EUR", 1, D(-20), D("-23.36")),
        CurrencyRevenue("USD", 1, D(100), D(100)),
    )


def test_rows_without_revenue_are_told_by_what_they_wait_for() -> None:
    assert by_lack(LINES) == {Lack.NO_RATE: 2, Lack.NO_ENTRY: 3}


def test_where_no_row_has_revenue_yet_the_total_is_unknown_and_not_nothing() -> None:
    assert figures_of([waits(3)]).known is None
    assert NO_REVENUE.known == 0
    assert figures_of([line("0.00"), waits(3)]).known == 0  # zero is a value


def test_profit_is_of_the_rows_that_it_is_known_of() -> None:
    assert RevenueFigures(2, D(200), profit=D(80), profit_unknown=1).known_profit == D(80)
    assert RevenueFigures(2, D(200), profit_unknown=2).known_profit is None


def test_as_closed_and_later_changes_come_to_now() -> None:
    cell = RevenueCell(
        RevenueFigures(3, D("81.64"), unknown_rows=1), RevenueFigures(2, D("76.64"), unknown_rows=2)
    )
    assert (cell.stands.known, cell.later, cell.later_unknown) == (D("76.64"), D(5), -1)
    assert cell.stands.converted + cell.later == cell.now.converted
    assert cell.has_moved


def test_an_open_quarter_stands_at_its_live_rows() -> None:
    cell = RevenueCell(RevenueFigures(1, D(5)))
    assert (cell.stands.known, cell.later, cell.has_moved) == (D(5), D(0), False)
