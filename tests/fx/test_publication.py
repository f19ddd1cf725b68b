"""When the feed is asked, and which values of its answer are believed."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from fx.rules import Published, judge, newest_expected, worth_asking

D = Decimal
THURSDAY, FRIDAY, MONDAY = date(2026, 10, 29), date(2026, 10, 30), date(2026, 11, 2)


def usd(day: date, value: str) -> Published:
    return Published("USD", day, D(value))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-02T15:30+00:00", MONDAY),  # 16:30 in Frankfurt
        ("2026-11-02T14:30+00:00", FRIDAY),  # 15:30 in Frankfurt
        ("2026-07-06T14:30+00:00", date(2026, 7, 6)),  # summer time: 16:30
        ("2026-11-01T23:30+00:00", FRIDAY),  # Monday 00:30 in Frankfurt
        ("2026-10-31T18:00+00:00", FRIDAY),
    ],
)
def test_rates_are_expected_on_working_days_after_four_in_frankfurt(moment: str, expected: date) -> None:
    assert newest_expected(datetime.fromisoformat(moment)) == expected


def test_the_feed_is_asked_only_when_it_may_know_more_and_at_most_once_an_hour() -> None:
    now = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
    assert worth_asking(now=now, reached=FRIDAY, asked=None)
    assert worth_asking(now=now, reached=FRIDAY, asked=now - timedelta(hours=1))
    assert not worth_asking(now=now, reached=FRIDAY, asked=now - timedelta(minutes=30))
    assert not worth_asking(now=now, reached=MONDAY, asked=None)
    assert worth_asking(now=now, reached=None, asked=None)


def test_new_days_are_added_and_known_ones_left_alone() -> None:
    verdict = judge([usd(MONDAY, "1.12"), usd(FRIDAY, "1.11")], {"USD": {FRIDAY: D("1.1100")}})
    assert verdict.added == [usd(MONDAY, "1.12")]
    assert not verdict.corrected
    assert not verdict.refused


def test_a_known_day_with_another_value_is_a_correction() -> None:
    verdict = judge([usd(FRIDAY, "1.12")], {"USD": {FRIDAY: D("1.11")}})
    assert [(c.rate.value, c.before) for c in verdict.corrected] == [(D("1.12"), D("1.11"))]


def test_a_jump_of_more_than_half_against_the_day_before_is_refused() -> None:
    lira = {"TRL": {date(2001, 2, 21): D(624367)}}
    fall = Published("TRL", date(2001, 2, 22), D(1050000))
    verdict = judge([fall], lira)
    assert not verdict.added
    assert str(verdict.refused[0]) == (
        "TRL 1050000 on 22 Feb 2001 is more than 50 % off 624367 on 21 Feb 2001"
    )
    assert judge([fall], lira, accept_jumps=True).added == [fall]


def test_exactly_half_is_no_jump() -> None:
    assert judge([usd(FRIDAY, "1.5")], {"USD": {THURSDAY: D(1)}}).added
    assert judge([usd(FRIDAY, "1.51")], {"USD": {THURSDAY: D(1)}}).refused
    assert judge([usd(FRIDAY, "0.49")], {"USD": {THURSDAY: D(1)}}).refused


def test_a_correction_by_more_than_half_is_refused() -> None:
    assert judge([usd(FRIDAY, "11.1")], {"USD": {FRIDAY: D("1.11")}}).refused


def test_jumps_are_looked_for_within_one_answer_too() -> None:
    verdict = judge([usd(THURSDAY, "1.1"), usd(FRIDAY, "11"), usd(MONDAY, "1.12")], {})
    assert [rate.value for rate in verdict.added] == [D("1.1"), D("1.12")]
    assert verdict.refused[0].day == THURSDAY


def test_a_currency_that_comes_back_after_years_is_not_compared() -> None:
    crown = {"ISK": {date(2008, 12, 9): D(290)}}
    assert judge([Published("ISK", date(2018, 2, 1), D("125.01"))], crown).added


def test_an_answer_about_something_else_is_not_believed_at_all() -> None:
    days = [FRIDAY - timedelta(days=n) for n in range(60)]
    record = {"USD": {day: D("1.1") for day in days}}
    other_base = [usd(day, "0.9") for day in days] + [usd(MONDAY, "0.9")]
    verdict = judge(other_base, record)
    assert verdict.contradicted == 60
    assert not verdict.added
    assert not verdict.corrected
    assert judge(other_base, record, accept_jumps=True).contradicted == 60


def test_a_few_corrections_are_believed() -> None:
    days = [FRIDAY - timedelta(days=n) for n in range(60)]
    record = {"USD": {day: D("1.1") for day in days}}
    assert len(judge([usd(day, "1.2") for day in days[:5]], record).corrected) == 5
