"""What a contribution counts for (rules 1, 3)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contributions.rules import (
    CurrencySum,
    RevenueType,
    conversion_day,
    derive,
    is_near,
    touched,
    type_totals,
)
from contributions.rules.periods import Cell, Sum, period_totals
from fx.rules import Mode, RateBook, Series
from kamtrak.lib.months import Month, Quarter
from tests.contributions.builders import Q2, Q3, RATES, REACHED


def book(currency: str = "USD", mode: Mode = Mode.SEMI_AUTOMATIC) -> RateBook:
    codes = {"USD", "GBP", "JPY"}
    days = sorted(RATES)
    return RateBook(
        mode=mode,
        limit=7,
        today=date(2026, 11, 23),
        reached=REACHED,
        published={code: Series(days, [Decimal(RATES[day][code]) for day in days]) for code in codes},
    )


def test_the_four_types_come_in_their_order_with_the_seeds_definitions() -> None:
    assert [kind.label for kind in RevenueType] == [
        "Direct revenue",
        "Influenced revenue",
        "Cost savings",
        "Retention value",
    ]
    assert RevenueType.DIRECT.definition == "Revenue you personally closed or generated"
    assert "at risk" in RevenueType.RETENTION.hint


def test_the_earned_date_decides_the_conversion_day_and_without_it_the_quarters_last_day() -> None:
    assert conversion_day(Q3, date(2026, 8, 7)) == date(2026, 8, 7)
    assert conversion_day(Q3, None) == date(2026, 9, 30)


def test_what_counts_is_amount_times_share_times_rate_rounded_once() -> None:
    figure = derive(
        amount=Decimal("450000"),
        currency="EUR",
        share=Decimal("33.33"),
        day=date(2026, 8, 7),
        target="USD",
        book=book(),
    )
    assert figure.credited == Decimal("149985.00")
    assert figure.converted == Decimal("175212.48")  # 450,000 × 0.3333 × 1.1682 = 175,212.477
    assert figure.conversion is not None
    assert not figure.conversion.provisional


def test_rounding_the_share_first_would_have_given_another_cent() -> None:
    """0.05 EUR × 50 % × 1.1682 = 0.029205 → 0.03; the rounded half, 0.03, would have given 0.04."""
    figure = derive(
        amount=Decimal("0.05"),
        currency="EUR",
        share=Decimal(50),
        day=date(2026, 8, 7),
        target="USD",
        book=book(),
    )
    assert figure.credited == Decimal("0.03")
    assert figure.converted == Decimal("0.03")


def test_yen_have_no_decimals_on_either_side() -> None:
    figure = derive(
        amount=Decimal("1234.56"),
        currency="USD",
        share=Decimal(100),
        day=date(2026, 8, 7),
        target="JPY",
        book=book(),
    )
    assert figure.converted == Decimal("182193")  # 1,234.56 × 172.40 / 1.1682 = 182,193.2…


def test_without_a_rate_the_figure_is_unknown_and_never_one_to_one() -> None:
    figure = derive(
        amount=Decimal("100"),
        currency="KWD",
        share=Decimal(100),
        day=date(2026, 8, 7),
        target="USD",
        book=book(),
    )
    assert figure.converted is None
    assert figure.conversion is None
    assert figure.credited == Decimal("100.000")


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [("100.00", "100.00", True), ("100.00", "99.00", True), ("100.00", "98.99", False), ("1", "2", False)],
)
def test_amounts_within_one_percent_of_the_larger_are_probably_the_same_deal(
    one: str, other: str, near: bool
) -> None:
    assert is_near(Decimal(one), Decimal(other)) is near
    assert is_near(Decimal(other), Decimal(one)) is near


def line(kind: RevenueType, currency: str, converted: str, **changes: int) -> CurrencySum:
    values = {"rows": 1, "provisional_rows": 0, "unknown_rows": 0} | changes
    return CurrencySum(
        kind,
        currency,
        values["rows"],
        Decimal(converted),
        Decimal(converted),
        Decimal(0),
        values["provisional_rows"],
        values["unknown_rows"],
    )


def test_each_type_has_one_subtotal_per_currency_and_one_converted_total() -> None:
    totals = type_totals([line(RevenueType.DIRECT, "EUR", "10.10"), line(RevenueType.DIRECT, "USD", "5.05")])
    assert [total.type for total in totals] == list(RevenueType)
    assert totals[0].currencies == {"EUR": Decimal("10.10"), "USD": Decimal("5.05")}
    assert totals[0].converted == Decimal("15.15")
    assert totals[1].rows == 0


def test_an_unknown_row_is_said_apart_from_the_total() -> None:
    direct = type_totals([line(RevenueType.DIRECT, "KWD", "0", rows=3, unknown_rows=3)])[0]
    assert (direct.rows, direct.unknown_rows, direct.converted) == (3, 3, Decimal(0))


def test_only_value_touched_adds_the_types() -> None:
    totals = type_totals(
        [line(RevenueType.DIRECT, "USD", "500000"), line(RevenueType.INFLUENCED, "USD", "1000000")]
    )
    assert touched(totals).converted == Decimal("1500000")


amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@given(st.lists(st.tuples(amounts, amounts, st.booleans()), max_size=12))
def test_closed_plus_later_changes_is_now_whatever_is_closed(
    cells: list[tuple[Decimal, Decimal, bool]],
) -> None:
    start = Quarter(Month(2020, 1))
    cube = {
        (start + i, RevenueType.DIRECT): Cell(Sum(1, live), Sum(1, closed) if shut else None)
        for i, (live, closed, shut) in enumerate(cells)
    }
    total = period_totals(cube, [quarter for quarter, _ in cube])[0]
    assert total.stands.converted + total.later == total.now.converted == sum(live for live, _, _ in cells)


def test_a_headline_takes_closed_figures_where_a_quarter_is_closed_and_live_ones_elsewhere() -> None:
    cube = {
        (Q2, RevenueType.DIRECT): Cell(Sum(1, Decimal(120)), Sum(1, Decimal(100))),
        (Q3, RevenueType.DIRECT): Cell(Sum(1, Decimal(50))),
    }
    direct = period_totals(cube, [Q2, Q3])[0]
    assert direct.stands.converted == Decimal(150)
    assert direct.later == Decimal(20)
    assert direct.now.converted == Decimal(170)
