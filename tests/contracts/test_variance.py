"""The difference between confirmed and current, by edit and by rate (rules 4.10, 4.18, 6.6)."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import (
    NO_DIFFERENCE,
    Confirmed,
    Current,
    Difference,
    Rule,
    converted_month,
    difference,
    expand_schedule,
    from_month_on,
    total,
)

FROZEN, NOW = D("1.3314"), D("1.3399")  # GBP to USD


def year(
    confirmed: list[str], current: list[str], *, frozen: D | None = FROZEN, now: D | None = NOW
) -> Difference:
    """A contract in GBP month by month: as confirmed, and as it is now; the shorter list lacks months."""
    length = max(len(confirmed), len(current))
    was = [Confirmed(D(amount), frozen) for amount in confirmed] + [None] * (length - len(confirmed))
    now_months = [Current(D(amount), now) for amount in current] + [None] * (length - len(current))
    return total(
        difference(before, after, frozen_rate=frozen, target="USD")
        for before, after in zip(was, now_months, strict=True)
    )


def test_gbp_100_in_12_months_differs_by_0_00_by_edit_and_10_20_by_rate() -> None:
    """Frozen at 1.3314 = 1,597.68 USD, current at 1.3399 = 1,607.88 USD."""
    frozen, now = converted_month(D(100), FROZEN, "USD"), converted_month(D(100), NOW, "USD")
    assert (frozen, now) == (D("133.14"), D("133.99"))
    assert (frozen * 12, now * 12) == (D("1597.68"), D("1607.88"))  # type: ignore[operator]
    found = year(["100"] * 12, ["100"] * 12)
    assert found == Difference(D(0), D("0.00"), D("10.20"))
    assert found.converted == D("10.20")


@pytest.mark.parametrize(("k", "reported", "by_edit"), [(1, "1080", "-120"), (4, "1110", "-90")])
def test_90_instead_of_100_is_a_difference_by_edit_alone_in_the_workspaces_currency(
    k: int, reported: str, by_edit: str
) -> None:
    """Confirmed 1,200; changed to 90 in every month → 1,080, −120; from month 4 on → 1,110, −90."""
    before, after = [Rule(1, 12, D(100))], [Rule(1, 12, D(90))]
    confirmed = expand_schedule(before, months=12, monthly=None, currency="USD")
    current = expand_schedule(from_month_on(before, after, k), months=12, monthly=None, currency="USD")
    assert sum(month.amount for month in confirmed) == D(1200)
    assert sum(month.amount for month in current) == D(reported)
    found = total(
        difference(Confirmed(was.amount, D(1)), Current(now.amount, D(1)), frozen_rate=D(1), target="USD")
        for was, now in zip(confirmed, current, strict=True)
    )
    assert found == Difference(D(by_edit), D(by_edit), D(0))


def test_an_edit_counts_at_the_frozen_rate_and_the_rest_is_by_rate() -> None:
    """100 → 90: −10 GBP; 133.14 → 119.83 at the frozen rate, 120.59 at today's."""
    found = year(["100"], ["90"])
    assert found == Difference(D(-10), D("-13.31"), D("0.76"))
    assert found.converted == D("120.59") - D("133.14")


def test_each_month_is_rounded_once_so_that_the_months_add_up() -> None:
    """0.10 at 1.3314 is 0.13 in each month: 1.56 in twelve, not the 1.60 of 1.20 as one."""
    assert year([], ["0.10"] * 12, now=FROZEN) == Difference(D("1.20"), D("1.56"), D(0))


def test_a_month_that_was_added_after_add_is_by_edit_at_the_frozen_rate() -> None:
    """A term made longer by two months: 2 × 133.14 by edit, 2 × 0.85 by rate on top."""
    assert year(["100"] * 12, ["100"] * 14) == Difference(D(200), D("266.28"), D("11.90"))


def test_a_renewed_month_stands_at_the_rate_of_its_own_confirmation() -> None:
    """Frozen at 1.3399 with the second term, while the first one stands at 1.3314."""
    found = difference(Confirmed(D(100), NOW), Current(D(90), NOW), frozen_rate=FROZEN, target="USD")
    assert found == Difference(D(-10), D("-13.40"), D(0))


def test_a_month_that_was_taken_away_is_lost_by_edit_alone() -> None:
    assert year(["100"] * 3, ["100"]) == Difference(D(-200), D("-266.28"), D("0.85"))


def test_a_month_on_neither_side_makes_no_difference() -> None:
    assert difference(None, None, frozen_rate=FROZEN, target="USD") == NO_DIFFERENCE
    assert difference(None, None, frozen_rate=None, target="USD") == NO_DIFFERENCE
    assert total([]) == NO_DIFFERENCE


def test_without_a_frozen_rate_both_parts_are_unknown_and_the_contracts_currency_is_not() -> None:
    found = year(["100"] * 12, ["90"] * 12, frozen=None)
    assert found == Difference(D(-120), None, None)
    assert found.converted is None
    assert year([], ["100"], frozen=None) == Difference(D(100), None, None)


def test_without_a_current_rate_the_edit_is_known_and_the_rest_is_not() -> None:
    found = year(["100"], ["90"], now=None)
    assert found == Difference(D(-10), D("-13.31"), None)
    assert found.converted is None


def test_one_unknown_month_leaves_the_total_unknown_and_never_smaller() -> None:
    known = difference(Confirmed(D(100), FROZEN), Current(D(90), NOW), frozen_rate=FROZEN, target="USD")
    unknown = difference(Confirmed(D(100), FROZEN), Current(D(100), None), frozen_rate=FROZEN, target="USD")
    assert total([known, unknown, known]) == Difference(D(-20), D("-26.62"), None)


def test_a_month_that_earns_nothing_needs_no_rate_and_any_other_is_unknown_without_one() -> None:
    assert converted_month(D(0), None, "USD") == D(0)
    assert converted_month(D(100), None, "USD") is None
    assert year(["0"], ["0"], frozen=None, now=None) == NO_DIFFERENCE
    assert year(["100"], ["0"], now=None) == Difference(D(-100), D("-133.14"), D(0))


def test_a_workspace_in_yen_has_no_decimals_in_either_part() -> None:
    """12.34 USD at 150.125 is ¥1,853 (1,852.5425), at 151 it is ¥1,863 (1,863.34)."""
    found = difference(
        Confirmed(D("12.34"), D("150.125")),
        Current(D("12.34"), D(151)),
        frozen_rate=D("150.125"),
        target="JPY",
    )
    assert found == Difference(D(0), D(0), D(10))


amounts = st.decimals(-(10**6), 10**9, places=2)
rates = st.decimals("0.0001", "20000", places=6)
months = st.tuples(st.none() | amounts, st.none() | amounts, rates)


def half_up(value: Fraction) -> Fraction:
    cents = (abs(value) * 100 + Fraction(1, 2)).__floor__()
    return Fraction(cents if value >= 0 else -cents, 100)


@given(st.lists(months, max_size=24), rates)
def test_by_edit_and_by_rate_are_the_whole_difference_of_the_printed_months(
    rows: list[tuple[D | None, D | None, D]], frozen: D
) -> None:
    confirmed = [half_up(Fraction(was) * Fraction(frozen)) for was, _, _ in rows if was is not None]
    current = [half_up(Fraction(now) * Fraction(rate)) for _, now, rate in rows if now is not None]
    at_frozen = [half_up(Fraction(now) * Fraction(frozen)) for _, now, _ in rows if now is not None]
    found = total(
        difference(
            None if was is None else Confirmed(was, frozen),
            None if now is None else Current(now, rate),
            frozen_rate=frozen,
            target="USD",
        )
        for was, now, rate in rows
    )
    assert found.by_edit is not None
    assert found.by_rate is not None
    assert found.converted is not None
    assert Fraction(found.by_edit) == sum(at_frozen) - sum(confirmed)
    assert Fraction(found.by_rate) == sum(current) - sum(at_frozen)
    assert Fraction(found.converted) == sum(current) - sum(confirmed)
    assert found.amount == sum((now or 0) - (was or 0) for was, now, _ in rows)
