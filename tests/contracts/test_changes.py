"""What differs between two versions of a schedule, in words and month by month (rules 4.12)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given

from contracts.rules import (
    ContractType,
    Rule,
    Terms,
    Unit,
    changes_between,
    compared_months,
    current_months,
    schedule_total,
    source_said,
    term_said,
)
from kamtrak.lib.months import Month
from tests.contracts.builders import make_terms, rules
from tests.contracts.schedules import schedules


def said(before: Terms, after: Terms) -> list[str]:
    return [f"{change.what}: {change.before} → {change.after}" for change in changes_between(before, after)]


def schedule(*given: tuple[int, int | None, str], **terms: object) -> Terms:
    return make_terms(schedule=rules(*given), period=24, **terms)  # type: ignore[arg-type]


def test_a_discount_from_month_seven_on_is_said_with_its_months_and_both_amounts() -> None:
    before = schedule((1, 12, "9000"), (13, 24, "8000"))
    after = schedule((1, 6, "9000"), (7, 12, "9500"), (13, 24, "8000"))
    assert said(before, after) == ["Months 7–12: 9,000.00 → 9,500.00"]


def test_the_same_schedule_in_other_rules_is_no_change() -> None:
    assert said(schedule((1, 24, "100")), schedule((1, 12, "100"), (13, 24, "100"))) == []


def test_neighbouring_months_that_change_alike_are_one_span() -> None:
    before = schedule((1, 3, "100"), (4, 6, "100"), (7, 24, "100"))
    assert said(before, schedule((1, 24, "90"))) == ["Months 1–24: 100.00 → 90.00"]


def test_a_gap_earns_nothing_and_a_month_after_the_end_is_none() -> None:
    before, after = schedule((1, 24, "100")), schedule((1, 3, "100"), (5, 24, "100"))
    assert said(before, after) == ["Month 4: 100.00 → 0.00"]
    longer = replace(before, period=30, rules=rules((1, 30, "100")))
    assert said(before, longer) == ["Period: 24 months → 30 months", "Months 25–30: none → 100.00"]


def test_what_goes_on_without_an_end_changes_onwards() -> None:
    kind = ContractType.ROLL_OVER
    before, after = schedule((1, None, "100"), kind=kind), schedule((1, 12, "100"), kind=kind)
    assert said(before, after) == ["Months 13 onwards: 100.00 → 0.00"]


def test_a_percentage_is_said_as_what_it_earns() -> None:
    sixty = (Rule(1, 24, D(60), Unit.PERCENT),)
    before = make_terms(schedule=sixty, period=24, monthly="1250")
    after = replace(before, monthly=D(1000))
    assert said(before, after) == [
        "Monthly revenue: 1,250.00 → 1,000.00",
        "Months 1–24: 750.00 → 600.00",
    ]


def test_yen_are_said_without_decimals() -> None:
    assert said(schedule((1, 24, "100"), currency="JPY"), schedule((1, 24, "90"), currency="JPY")) == [
        "Months 1–24: 100 → 90"
    ]


def test_what_is_not_revenue_is_said_first() -> None:
    before = make_terms(start=date(2026, 3, 3))
    after = replace(before, kind=ContractType.ROLL_OVER, start=date(2026, 4, 1))
    assert said(before, after) == [
        "Type: Fixed term → Roll-over",
        "Start: 3 Mar 2026 → 1 Apr 2026",
        "Months 13 onwards: none → 0.00",
    ]


def test_where_the_revenue_comes_from_is_said_when_it_changes() -> None:
    before = make_terms(monthly="100", duration="12")
    after = replace(before, duration="", monthly=None, formula="Step down")
    assert said(before, after)[:2] == [
        "Monthly revenue: 100.00 → none",
        "Revenue by: every month for 12 months → formula “Step down”",
    ]
    assert source_said(make_terms()) == "rules of its own"


@given(schedules(), schedules())
def test_only_months_that_earn_another_amount_are_said(
    one: tuple[Rule, ...], other: tuple[Rule, ...]
) -> None:
    before, after = (make_terms(schedule=found, period=40, monthly="1250") for found in (one, other))
    earned = [
        {m.number: m.amount for m in current_months(terms, frozen_until=None, cancelled_after=None)}
        for terms in (before, after)
    ]
    differing = {n for n in range(1, 41) if earned[0][n] != earned[1][n]}
    named = set()
    for change in changes_between(before, after):
        first, _, last = change.what.removeprefix("Months ").removeprefix("Month ").partition("–")
        named |= set(range(int(first), int(last or first) + 1))
    assert named == differing


# ------------------------------------------------------------------ month by month


def test_two_versions_are_compared_in_each_calendar_month() -> None:
    before = make_terms((1, 3, "100"), period=3)
    after = replace(before, start=date(2026, 4, 1))
    months = compared_months(before, after, frozen_until=Month(2026, 5), cancelled_after=None)
    assert [(str(m.month), m.before, m.after, m.difference) for m in months] == [
        ("2026-03", D(100), None, D(-100)),
        ("2026-04", D(100), D(100), D(0)),
        ("2026-05", D(100), D(100), D(0)),
        ("2026-06", None, D(100), D(100)),
    ]


def test_a_version_comes_to_what_it_earns_in_the_terms_confirmed_so_far() -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1))
    until = Month(2027, 2)
    assert schedule_total(terms, frozen_until=until, cancelled_after=None) == D(2400)
    assert schedule_total(terms, frozen_until=until, cancelled_after=Month(2026, 2)) == D(1200)


@pytest.mark.parametrize(
    ("kind", "period", "words"),
    [
        (ContractType.FIXED, 24, "24 months from 15 Mar 2026"),
        (ContractType.FIXED, 1, "1 month from 15 Mar 2026"),
        (ContractType.ROLL_OVER, 12, "12 months from 15 Mar 2026, renewing"),
        (ContractType.CASUAL, 1, "month by month from 15 Mar 2026"),
    ],
)
def test_a_term_in_words(kind: ContractType, period: int, words: str) -> None:
    assert term_said(kind, date(2026, 3, 15), period) == words
