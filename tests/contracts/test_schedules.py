"""What each month of a schedule earns, and how its rules are changed (rules 4.2 to 4.10)."""

import json
from collections.abc import Sequence
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import (
    MOST_RULES,
    MonthRevenue,
    Rule,
    TooManyRules,
    Unit,
    append_rule,
    as_amounts,
    can_append,
    can_drop,
    close_gap,
    drop_rule,
    expand_schedule,
    from_month_on,
    in_order,
    is_between,
    per_month,
    rules_from_json,
    rules_to_json,
)
from tests.contracts.schedules import percent, schedules, typed_rules

STEP_DOWN = (Rule(1, 12, D(100)), Rule(13, 24, D(80)))
SIXTEEN = tuple(Rule(n, n, D(n)) for n in range(1, 17))


def earned(rules: Sequence[Rule], months: int, *, monthly: str = "1250", currency: str = "USD") -> list[D]:
    expanded = expand_schedule(rules, months=months, monthly=D(monthly), currency=currency)
    return [month.amount for month in expanded]


# ------------------------------------------------------------------ what a month earns
def test_twelve_months_at_100_and_twelve_at_80_earn_2160() -> None:
    assert earned(STEP_DOWN, 24) == [D(100)] * 12 + [D(80)] * 12
    assert sum(earned(STEP_DOWN, 24)) == D("2160.00")


def test_each_month_says_which_rule_it_follows_and_a_gap_follows_none() -> None:
    rules = (Rule(1, 2, D(100)), Rule(4, 4, D(80)))
    assert expand_schedule(rules, months=4, monthly=None, currency="USD") == (
        MonthRevenue(1, 1, D(100)),
        MonthRevenue(2, 1, D(100)),
        MonthRevenue(3, None, D(0)),
        MonthRevenue(4, 2, D(80)),
    )


def test_a_rule_that_covers_one_month_covers_exactly_that_one() -> None:
    assert earned([Rule(3, 3, D(100))], 4) == [D(0), D(0), D(100), D(0)]


def test_months_beyond_the_end_are_left_out_and_an_open_end_reaches_every_end() -> None:
    assert len(earned(STEP_DOWN, 18)) == 18
    assert earned([Rule(1, None, D(7))], 600) == [D(7)] * 600
    assert earned(STEP_DOWN, 0) == earned(STEP_DOWN, -3) == []


def test_a_month_may_earn_nothing_and_a_rebate_is_taken_off() -> None:
    assert sum(earned([Rule(1, 2, D(100)), Rule(3, 3, D(0)), Rule(4, 4, D(-50))], 4)) == D(150)


def test_60_percent_of_1250_is_750() -> None:
    assert per_month(percent(1, 12, "60"), monthly=D("1250.00"), currency="USD") == D("750.00")
    assert sum(earned([percent(1, 12, "60")], 12)) == D("9000.00")


def test_33_33_percent_of_12345_yen_is_4115() -> None:
    """12,345 × 0.3333 = 4,114.5885."""
    assert per_month(percent(1, 1, "33.33"), monthly=D(12345), currency="JPY") == D(4115)


@pytest.mark.parametrize(
    ("monthly", "share", "currency", "resolved"),
    [
        ("0.05", "50", "USD", "0.03"),  # 0.025
        ("-0.05", "50", "USD", "-0.03"),
        ("0.01", "50", "USD", "0.01"),  # 0.005
        ("1", "50", "JPY", "1"),
        ("0.03", "250", "USD", "0.08"),  # 0.075
        ("0.005", "50", "KWD", "0.003"),  # 0.0025
        ("100", "0", "USD", "0.00"),
        ("100", "1000", "USD", "1000.00"),
    ],
)
def test_half_a_cent_is_rounded_away_from_zero(
    monthly: str, share: str, currency: str, resolved: str
) -> None:
    assert per_month(percent(1, 1, share), monthly=D(monthly), currency=currency) == D(resolved)


def test_a_month_is_rounded_once_and_the_year_is_the_sum_of_its_months() -> None:
    """A third of 100.00 is 33.33; twelve of them are 399.96 and not the 400.00 of a year rounded as one."""
    assert sum(earned([percent(1, 12, "33.3333")], 12, monthly="100")) == D("399.96")


def test_what_cannot_be_counted_is_refused_and_never_0() -> None:
    with pytest.raises(ValueError, match="without revenue"):
        earned([Rule(1, 12, None)], 12)
    with pytest.raises(ValueError, match="monthly revenue"):
        expand_schedule([percent(1, 12, "60")], months=12, monthly=None, currency="USD")


def test_rules_are_kept_by_their_first_month() -> None:
    assert in_order(STEP_DOWN[::-1]) == STEP_DOWN


def half_up(value: Fraction, places: int) -> Fraction:
    units = abs(value) * 10**places + Fraction(1, 2)
    return Fraction(units.__floor__() * (1 if value >= 0 else -1), 10**places)


@given(schedules(), st.integers(0, 40), st.decimals(0, 10**6, places=2), st.sampled_from(["USD", "JPY"]))
def test_every_month_earns_what_a_plain_reading_of_the_rules_gives(
    rules: tuple[Rule, ...], months: int, monthly: D, currency: str
) -> None:
    expected = {number: Fraction(0) for number in range(1, months + 1)}
    for rule in rules:
        assert rule.revenue is not None
        share = Fraction(rule.revenue) / 100 * Fraction(monthly)
        resolved = share if rule.unit is Unit.PERCENT else Fraction(rule.revenue)
        for number in range(rule.first, (rule.last or months) + 1):
            if number <= months:
                expected[number] = half_up(resolved, 0 if currency == "JPY" else 2)
    expanded = expand_schedule(rules, months=months, monthly=monthly, currency=currency)
    assert {month.number: Fraction(month.amount) for month in expanded} == expected


# ------------------------------------------------------------------ + and − of the dialog
def test_plus_after_13_to_24_adds_25_to_36_with_the_revenue_to_be_filled() -> None:
    assert append_rule(STEP_DOWN) == (*STEP_DOWN, Rule(25, 36, None))


def test_plus_keeps_the_length_and_the_unit_of_the_last_rule_only() -> None:
    assert append_rule([Rule(1, 12, D(100)), Rule(13, 13, D(80))])[-1] == Rule(14, 14, None)
    assert append_rule([percent(5, 9, "60")])[-1] == Rule(10, 14, None, Unit.PERCENT)


def test_plus_after_a_rule_that_ends_before_it_begins_adds_one_month() -> None:
    assert append_rule([Rule(13, 10, D(80))])[-1] == Rule(11, 11, None)


def test_plus_is_absent_at_16_rules() -> None:
    assert can_append(SIXTEEN[:15])
    assert not can_append(SIXTEEN)
    with pytest.raises(ValueError, match="no place"):
        append_rule(SIXTEEN)


def test_plus_is_absent_after_an_open_end_and_stands_again_when_it_is_closed() -> None:
    assert not can_append([Rule(1, 12, D(100)), Rule(13, None, D(80))])
    assert can_append([Rule(1, 12, D(100)), Rule(13, 13, D(80))])
    with pytest.raises(ValueError, match="no place"):
        append_rule([Rule(1, None, D(100))])


def test_the_first_rule_of_an_empty_formula_goes_from_month_1_onwards() -> None:
    assert append_rule([]) == (Rule(1, None, None),)


def test_minus_takes_the_last_rule_and_stretches_nothing() -> None:
    assert drop_rule(STEP_DOWN) == (Rule(1, 12, D(100)),)
    assert earned(drop_rule(STEP_DOWN), 24) == [D(100)] * 12 + [D(0)] * 12


def test_minus_is_absent_when_one_rule_is_left() -> None:
    assert can_drop(STEP_DOWN)
    assert not can_drop(STEP_DOWN[:1])
    with pytest.raises(ValueError, match="one rule stays"):
        drop_rule(STEP_DOWN[:1])


@given(schedules() | typed_rules())
def test_plus_and_then_minus_leaves_everything_as_it_was(rules: tuple[Rule, ...]) -> None:
    if can_append(rules):
        longer = append_rule(rules)
        assert drop_rule(longer) == rules
        assert longer[-1].first == (rules[-1].last or 0) + 1
        assert (longer[-1].length or 0) >= 1
    else:
        assert len(rules) == MOST_RULES or rules[-1].last is None


# ------------------------------------------------------------------ closing a gap
def test_closing_a_gap_stretches_the_rule_before_it() -> None:
    rules = (Rule(1, 12, D(100)), Rule(15, 24, D(80)))
    assert close_gap(rules, 13, 14) == (Rule(1, 14, D(100)), Rule(15, 24, D(80)))
    assert close_gap(rules, 25, 36) == (Rule(1, 12, D(100)), Rule(15, 36, D(80)))


def test_closing_a_gap_from_behind_lets_the_rule_after_it_begin_earlier() -> None:
    rules = (Rule(15, 24, D(80)), Rule(1, 12, D(100)))
    assert close_gap(rules, 13, 14, from_after=True) == (Rule(13, 24, D(80)), Rule(1, 12, D(100)))


def test_a_gap_may_be_closed_from_either_side_only_where_a_rule_stands_on_both() -> None:
    rules = (Rule(3, 12, D(100)), None, Rule(15, 24, D(80)))
    assert is_between(rules, 13, 14)
    assert not is_between(rules, 1, 2)
    assert not is_between(rules, 25, 36)


def test_closing_a_gap_at_the_beginning_stretches_the_rule_after_it() -> None:
    assert close_gap([Rule(15, 24, D(80)), Rule(3, 14, D(100))], 1, 2) == (
        Rule(15, 24, D(80)),
        Rule(1, 14, D(100)),
    )


def test_a_contract_that_ends_before_its_first_rule_begins_is_covered_by_that_rule() -> None:
    assert close_gap([Rule(24, 36, D(80))], 1, 12) == (Rule(1, 36, D(80)),)


# ------------------------------------------------------------------ "from month k on"
HUNDRED, NINETY = (Rule(1, 12, D(100)),), (Rule(1, 12, D(90)),)


def test_90_from_month_4_on_splits_the_rule_and_earns_1110() -> None:
    changed = from_month_on(HUNDRED, NINETY, 4)
    assert changed == (Rule(1, 3, D(100)), Rule(4, 12, D(90)))
    assert sum(earned(changed, 12)) == D(300) + D(810) == D(1110)
    assert sum(earned(NINETY, 12)) == D(1080)
    assert sum(earned(HUNDRED, 12)) == D(1200)


def test_from_month_1_on_is_every_month() -> None:
    assert from_month_on(HUNDRED, NINETY, 1) == NINETY
    assert from_month_on(HUNDRED, NINETY, 13) == HUNDRED


def test_rules_that_were_typed_in_another_order_are_split_alike() -> None:
    changed = from_month_on(STEP_DOWN[::-1], [Rule(22, 24, D(60)), Rule(1, 21, D(70))], 19)
    assert changed == (Rule(1, 12, D(100)), Rule(13, 18, D(80)), Rule(19, 21, D(70)), Rule(22, 24, D(60)))


def test_a_rule_that_just_goes_on_stays_one() -> None:
    longer = (Rule(1, 6, D(100)), Rule(7, 24, D(100)))
    assert from_month_on(HUNDRED, longer, 4) == (Rule(1, 6, D(100)), Rule(7, 24, D(100)))
    assert from_month_on(HUNDRED, [Rule(1, None, D("100.00"))], 4) == (Rule(1, None, D(100)),)
    assert from_month_on(HUNDRED, [percent(1, 12, "100")], 4) == (Rule(1, 3, D(100)), percent(4, 12, "100"))


def test_a_gap_at_month_k_stays_a_gap() -> None:
    assert from_month_on(HUNDRED, [Rule(6, 12, D(100))], 4) == (Rule(1, 3, D(100)), Rule(6, 12, D(100)))
    assert from_month_on([Rule(1, 2, D(100))], HUNDRED, 4) == (Rule(1, 2, D(100)), Rule(4, 12, D(100)))


def test_an_open_end_is_closed_before_month_k() -> None:
    assert from_month_on([Rule(1, None, D(100))], [Rule(1, None, D(90))], 4) == (
        Rule(1, 3, D(100)),
        Rule(4, None, D(90)),
    )


def test_where_no_rule_is_left_one_says_that_nothing_is_earned() -> None:
    assert from_month_on([Rule(6, 12, D(100))], [Rule(1, 3, D(90))], 4) == (Rule(4, None, D(0)),)


def test_more_than_16_rules_are_refused_with_their_number_and_16_are_kept() -> None:
    halves = tuple(Rule(2 * n - 1, 2 * n, D(n)) for n in range(1, 17))
    tripled = tuple(Rule(rule.first, rule.last, D(3) * n) for n, rule in enumerate(halves, 1))
    assert len(from_month_on(halves, tripled, 3)) == 16
    with pytest.raises(TooManyRules) as refused:
        from_month_on(halves, tripled, 4)
    assert refused.value.args == (17,)


def test_past_months_keep_60_percent_of_the_old_monthly_revenue_when_it_changes() -> None:
    rules = (percent(1, 12, "60"),)
    kept = as_amounts(rules, monthly=D(1250), currency="USD")
    assert kept == (Rule(1, 12, D("750.00")),)
    assert earned(from_month_on(kept, rules, 4), 12, monthly="1000") == [D(750)] * 3 + [D(600)] * 9


def test_a_fixed_amount_stays_as_it_is_when_percentages_are_resolved() -> None:
    assert as_amounts(STEP_DOWN, monthly=None, currency="USD") == STEP_DOWN


@given(schedules(), schedules(), st.integers(1, 40))
def test_months_before_k_stay_as_they_were_and_from_k_on_are_as_changed(
    before: tuple[Rule, ...], after: tuple[Rule, ...], k: int
) -> None:
    was, now = earned(before, 60), earned(after, 60)
    try:
        changed = from_month_on(before, after, k)
    except TooManyRules:
        assert len(before) + len(after) >= MOST_RULES
        return
    assert earned(changed, 60) == was[: k - 1] + now[k - 1 :]
    assert len(changed) <= MOST_RULES
    assert changed == in_order(changed)


# ------------------------------------------------------------------ kept as JSON
def test_rules_are_kept_with_amounts_as_text() -> None:
    kept = rules_to_json([Rule(1, 12, D("100.50")), percent(13, None, "33.3333"), Rule(14, 15, None)])
    assert kept == [[1, 12, "100.50", "amount"], [13, None, "33.3333", "percent"], [14, 15, None, "amount"]]


@given(schedules() | typed_rules())
def test_kept_rules_come_back_as_they_were(rules: tuple[Rule, ...]) -> None:
    assert rules_from_json(json.loads(json.dumps(rules_to_json(rules)))) == rules
