"""What Save refuses, asks and warns about, word by word (rules 4.7)."""

from collections.abc import Sequence
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import (
    MOST_MONTHS,
    Finding,
    Rule,
    Weight,
    append_rule,
    check_schedule,
    close_gap,
    errors_in,
    from_month_on,
    months_said,
    questions_in,
)
from tests.contracts.schedules import percent, schedules, typed_rules

STEP_DOWN = (Rule(1, 12, D(100)), Rule(13, 24, D(80)))


def check(
    *rules: Rule, months: int | None = 24, monthly: str | None = "1250", currency: str = "USD"
) -> list[Finding]:
    return check_schedule(rules, months=months, monthly=D(monthly) if monthly else None, currency=currency)


def said(findings: Sequence[Finding]) -> list[str]:
    return [f"{finding.weight}: {finding.message}" for finding in findings]


def test_a_schedule_that_covers_every_month_once_has_nothing_said_about_it() -> None:
    assert check(*STEP_DOWN) == []
    assert check(*STEP_DOWN[::-1]) == []
    assert check(Rule(1, 12, D(100)), Rule(13, None, D(80))) == []
    assert check(Rule(1, None, D(100)), months=None) == []


# ------------------------------------------------------------------ refused
def test_an_overlap_is_refused_with_both_rules_and_the_months() -> None:
    assert check(Rule(1, 12, D(100)), Rule(10, 24, D(80))) == [
        Finding(Weight.ERROR, "Rules 1 and 2 both cover months 10–12.", 2, "first")
    ]
    assert said(check(Rule(1, 12, D(100)), Rule(12, 24, D(80)))) == [
        "error: Rules 1 and 2 both cover month 12."
    ]


def test_an_open_end_overlaps_whatever_follows_it() -> None:
    open_end = Rule(7, None, D(100))
    assert said(check(open_end, Rule(1, 7, D(80)))) == ["error: Rules 1 and 2 both cover month 7."]
    assert said(check(open_end, Rule(13, 24, D(80)))) == ["error: Rules 1 and 2 both cover months 13–24."]
    assert said(check(open_end, Rule(13, None, D(80)))) == [
        "error: Rules 1 and 2 both cover months 13 onwards."
    ]


def test_every_overlapping_pair_is_named() -> None:
    assert said(check(Rule(1, 12, D(1)), Rule(3, 4, D(2)), Rule(4, 24, D(3)))) == [
        "error: Rules 1 and 2 both cover months 3–4.",
        "error: Rules 1 and 3 both cover months 4–12.",
        "error: Rules 2 and 3 both cover month 4.",
    ]


def test_an_end_before_the_beginning_is_refused() -> None:
    assert check(Rule(1, 12, D(100)), Rule(24, 13, D(80))) == [
        Finding(Weight.ERROR, "Rule 2 ends in month 13, before it begins in month 24.", 2, "last")
    ]


@pytest.mark.parametrize("first", [0, -1, -(10**9)])
def test_months_are_counted_from_1(first: int) -> None:
    assert check(Rule(first, 24, D(100))) == [Finding(Weight.ERROR, "Months are counted from 1.", 1, "first")]


def test_month_600_is_the_last_possible_one() -> None:
    too_far = "A schedule has at most 600 months."
    assert MOST_MONTHS == 600
    assert errors_in(check(Rule(1, 599, D(100)), Rule(600, 600, D(100)))) == []
    assert check(Rule(1, 601, D(100))) == [Finding(Weight.ERROR, too_far, 1, "last")]
    assert check(Rule(10**9, None, D(100))) == [Finding(Weight.ERROR, too_far, 1, "first")]
    assert check(Rule(10**9, 10**9 + 1, D(100))) == [
        Finding(Weight.ERROR, too_far, 1, "first"),
        Finding(Weight.ERROR, too_far, 1, "last"),
    ]


def test_save_is_refused_until_the_rule_that_plus_added_is_filled() -> None:
    longer = append_rule(STEP_DOWN)
    assert check(*longer, months=36) == [
        Finding(Weight.ERROR, "Enter the revenue per month of rule 3; 0 is allowed.", 3, "revenue")
    ]
    assert check(*STEP_DOWN, Rule(25, 36, D(0)), months=36) == []


@pytest.mark.parametrize(
    ("share", "fits"), [("0", True), ("1000", True), ("-0.01", False), ("1000.01", False)]
)
def test_a_percentage_outside_0_to_1000_is_refused(share: str, fits: bool) -> None:
    refused = Finding(Weight.ERROR, "A percentage lies between 0 and 1,000.", 1, "revenue")
    assert check(percent(1, 24, share)) == ([] if fits else [refused])


def test_a_percentage_without_a_monthly_revenue_is_refused() -> None:
    assert check(percent(1, 24, "60"), monthly=None) == [
        Finding(Weight.ERROR, "A percentage needs the contract’s monthly revenue.", 1, "revenue")
    ]


def test_a_template_of_percentages_waits_for_its_contract() -> None:
    assert check(percent(1, 24, "60"), monthly=None, currency="") == []
    assert said(check(percent(1, 24, "1001"), monthly=None, currency="")) == [
        "error: A percentage lies between 0 and 1,000."
    ]


def test_a_template_of_amounts_and_percentages_is_checked_up_to_its_own_last_month() -> None:
    template = (Rule(1, 1, D(500)), percent(2, 12, "60"))
    assert check(*template, months=12, monthly="0") == []
    assert check(*template[:1], percent(2, None, "60"), months=None, monthly="0") == []


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        ("1234.50", "JPY", "JPY has no decimals."),
        ("0.001", "USD", "USD has 2 decimals."),
        ("0.0001", "KWD", "KWD has 3 decimals."),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str, message: str) -> None:
    assert check(Rule(1, 24, D(amount)), currency=currency) == [Finding(Weight.ERROR, message, 1, "revenue")]


def test_trailing_zeros_are_no_decimals_and_a_percentage_may_have_some() -> None:
    assert check(Rule(1, 12, D("1234.00")), percent(13, 24, "33.33"), currency="JPY") == []


def test_a_formula_has_1_to_16_rules() -> None:
    seventeen = [Rule(n, n, D(1)) for n in range(1, 18)]
    assert check(*seventeen[:16], months=16) == []
    assert said(check(*seventeen, months=17)) == ["error: A formula has at most 16 rules; this one has 17."]
    assert said(check()) == ["error: A formula has at least one rule."]


def test_everything_that_is_refused_is_said_at_once_and_nothing_else_beside_it() -> None:
    findings = check(Rule(0, 12, D(100)), Rule(12, 11, None), Rule(20, 21, D(-1)), months=24)
    assert said(findings) == [
        "error: Months are counted from 1.",
        "error: Rule 2 ends in month 11, before it begins in month 12.",
        "error: Enter the revenue per month of rule 2; 0 is allowed.",
    ]
    assert errors_in(findings) == findings


# ------------------------------------------------------------------ asked
def test_a_rebate_is_asked_about_and_0_is_not() -> None:
    findings = check(Rule(1, 12, D("-1234.50")), Rule(13, 24, D(0)))
    assert findings == [
        Finding(Weight.QUESTION, "Rule 1 earns −1,234.50 USD a month. Is that a rebate?", 1, "revenue")
    ]
    assert questions_in(findings) == findings
    assert errors_in(findings) == []


def test_a_rebate_of_a_template_is_asked_about_without_its_currency() -> None:
    assert said(check(Rule(1, 24, D(-50)), monthly=None, currency="")) == [
        "question: Rule 1 earns less than 0 a month. Is that a rebate?"
    ]


# ------------------------------------------------------------------ warned about
def test_a_gap_is_warned_about_with_its_months() -> None:
    assert check(Rule(1, 12, D(100)), Rule(15, 24, D(80))) == [
        Finding(Weight.WARNING, "Months 13–14 are not covered and will earn 0.", gap=(13, 14))
    ]
    assert said(check(Rule(2, 12, D(100)), Rule(14, 22, D(80)))) == [
        "warning: Month 1 is not covered and will earn 0.",
        "warning: Month 13 is not covered and will earn 0.",
        "warning: Months 23–24 are not covered and will earn 0.",
    ]


def test_a_gap_counts_up_to_the_contracts_end_only() -> None:
    assert said(check(Rule(1, 12, D(100)), Rule(30, None, D(80)), months=14)) == [
        "warning: Months 13–14 are not covered and will earn 0.",
        "warning: The contract ends with month 14: rule 2 (months 30 onwards) is not counted.",
    ]


def test_rules_beyond_the_end_are_warned_about() -> None:
    assert check(*STEP_DOWN, months=18) == [
        Finding(
            Weight.WARNING,
            "The contract ends with month 18: months 19–24 of rule 2 are not counted.",
            2,
            "last",
        )
    ]
    assert check(*STEP_DOWN, months=12) == [
        Finding(
            Weight.WARNING,
            "The contract ends with month 12: rule 2 (months 13–24) is not counted.",
            2,
            "first",
        )
    ]
    assert said(check(Rule(1, 13, D(100)), Rule(14, 14, D(80)), months=12)) == [
        "warning: The contract ends with month 12: month 13 of rule 1 is not counted.",
        "warning: The contract ends with month 12: rule 2 (month 14) is not counted.",
    ]


def test_a_renewing_contract_whose_last_rule_ends_will_earn_0_after_it() -> None:
    assert said(check(*STEP_DOWN, months=None)) == [
        "warning: The last rule ends with month 24: from month 25 on, the contract earns 0."
    ]
    assert said(check(Rule(3, None, D(100)), months=None)) == [
        "warning: Months 1–2 are not covered and will earn 0."
    ]


def test_the_question_stands_before_the_warnings() -> None:
    assert [f.weight for f in check(Rule(2, 25, D(-1)))] == [Weight.QUESTION, Weight.WARNING, Weight.WARNING]


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(3, 3, "month 3"), (10, 12, "months 10–12"), (25, None, "months 25 onwards")],
)
def test_months_are_said_as_people_say_them(first: int, last: int | None, text: str) -> None:
    assert months_said(first, last) == text


# ------------------------------------------------------------------ for every schedule
def covered(rules: Sequence[Rule], until: int) -> list[int]:
    """Every covered month, as often as rules cover it, by counting."""
    ends = [until if rule.last is None else min(rule.last, until) for rule in rules]
    return sorted(n for rule, end in zip(rules, ends, strict=True) for n in range(rule.first, end + 1))


@given(typed_rules())
def test_in_a_schedule_that_is_not_refused_no_month_is_covered_twice(rules: tuple[Rule, ...]) -> None:
    refused = errors_in(check(*rules))
    months = covered(rules, 700)
    twice = len(set(months)) < len(months)
    reasons = [
        twice,
        any(rule.revenue is None or rule.first < 1 for rule in rules),
        any(rule.last is not None and rule.last < rule.first for rule in rules),
    ]
    assert bool(refused) is any(reasons)
    assert any("both cover" in finding.message for finding in refused) is twice


@given(schedules(), st.integers(1, 60))
def test_the_months_that_are_warned_about_are_those_that_no_rule_covers(
    rules: tuple[Rule, ...], months: int
) -> None:
    findings = check(*rules, months=months)
    gaps = [finding.gap for finding in findings if finding.gap]
    missing = [n for first, last in gaps for n in range(first, last + 1)]
    assert missing == [n for n in range(1, months + 1) if n not in covered(rules, months)]
    beyond = {finding.rule for finding in findings if "not counted" in finding.message}
    assert beyond == {
        position
        for position, rule in enumerate(rules, start=1)
        if rule.first > months or (rule.last or 0) > months
    }


@given(schedules(), st.integers(1, 60))
def test_closing_every_gap_leaves_none_and_refuses_nothing(rules: tuple[Rule, ...], months: int) -> None:
    for finding in check(*rules, months=months):
        if finding.gap:
            rules = close_gap(rules, *finding.gap)
    left = check(*rules, months=months)
    assert errors_in(left) == []
    assert [finding for finding in left if finding.gap] == []


@given(schedules(8), schedules(8), st.integers(1, 40))
def test_a_change_from_month_k_on_makes_no_schedule_that_save_would_refuse(
    before: tuple[Rule, ...], after: tuple[Rule, ...], k: int
) -> None:
    assert errors_in(check(*from_month_on(before, after, k))) == []
