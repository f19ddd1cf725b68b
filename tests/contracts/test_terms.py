"""Which months a contract has, and which of them are confirmed, expected or lost (rules 4.2, 4.8 to 4.14)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules import (
    DURATIONS,
    EXPECTED_MONTHS,
    ContractType,
    Rule,
    ScheduledMonth,
    Term,
    Terms,
    check_schedule,
    current_months,
    duration_label,
    duration_rules,
    horizon,
    next_term,
    term_months,
)
from kamtrak.lib.months import FiscalCalendar, Month

MARCH_2025 = Month(2025, 3)


def contract(
    kind: ContractType = ContractType.ROLL_OVER,
    *rules: Rule,
    start: date = date(2025, 3, 1),
    period: int = 12,
) -> Terms:
    return Terms(kind, start, period, "USD", None, "", "", rules or (Rule(1, None, D(100)),))


def fixed(*rules: Rule, start: date = date(2025, 3, 1), period: int = 12) -> Terms:
    return contract(ContractType.FIXED, *rules, start=start, period=period)


def running(
    terms: Terms, *, frozen_until: Month | None = None, cancelled_after: Month | None = None
) -> tuple[ScheduledMonth, ...]:
    return current_months(terms, frozen_until=frozen_until, cancelled_after=cancelled_after)


def whole(first: Month, last: Month) -> Term:
    """A term that no cancellation cut short."""
    return Term(first, last, last)


def frozen_months(terms: Terms, term: Term) -> tuple[ScheduledMonth, ...]:
    return term_months(terms, term.first, term.last)


def total(months: tuple[ScheduledMonth, ...]) -> D:
    return sum((month.amount for month in months), D(0))


# ------------------------------------------------------------------ numbers of months
def test_a_contract_that_starts_on_31_january_has_january_february_march_and_300_in_the_quarter() -> None:
    months = running(fixed(Rule(1, 3, D(100)), start=date(2025, 1, 31), period=3))
    assert [(str(m.month), m.number) for m in months] == [("2025-01", 1), ("2025-02", 2), ("2025-03", 3)]
    quarter = FiscalCalendar().quarter_of(date(2025, 1, 31))
    assert sum(m.amount for m in months if m.month in quarter.months) == D("300.00")


@pytest.mark.parametrize("day", [1, 15, 28, 29])
def test_month_1_is_the_month_of_the_start_whatever_the_day(day: int) -> None:
    terms = fixed(start=date(2024, 2, day), period=12)
    assert terms.first_month == terms.month_of(1) == Month(2024, 2)
    assert terms.last_month == terms.month_of(12) == Month(2025, 1)
    assert terms.number_of(Month(2025, 1)) == 12
    assert terms.number_of(Month(2024, 1)) == 0


def test_a_contract_that_renews_has_no_last_month_and_is_checked_without_an_end() -> None:
    assert (contract().last_month, contract().term_months) == (None, None)
    assert fixed(period=7).term_months == 7
    assert [kind.label for kind in ContractType] == ["Fixed term", "Roll-over", "Casual"]
    assert [kind.renews for kind in ContractType] == [False, True, True]


# ------------------------------------------------------------------ monthly duration
def test_a_duration_is_once_off_the_full_term_or_6_to_120_months_by_sixes() -> None:
    assert DURATIONS[:4] == ("once", "full", "6", "12")
    assert (DURATIONS[-1], len(DURATIONS)) == ("120", 22)
    assert [duration_label(duration) for duration in DURATIONS[:3]] == [
        "once-off",
        "every month of the full term",
        "every month for 6 months",
    ]


@pytest.mark.parametrize(
    ("duration", "kind", "last"),
    [
        ("once", ContractType.FIXED, 1),
        ("once", ContractType.CASUAL, 1),
        ("full", ContractType.FIXED, 24),
        ("full", ContractType.ROLL_OVER, None),
        ("full", ContractType.CASUAL, None),
        ("12", ContractType.FIXED, 12),
        ("120", ContractType.ROLL_OVER, 120),
    ],
)
def test_a_duration_makes_one_period(duration: str, kind: ContractType, last: int | None) -> None:
    rules = duration_rules(duration, kind=kind, period=24, monthly=D("1250.00"))
    assert rules == (Rule(1, last, D("1250.00")),)


def test_the_full_term_leaves_nothing_to_warn_about_whatever_the_type() -> None:
    for kind in ContractType:
        rules = duration_rules("full", kind=kind, period=24, monthly=D(100))
        months = contract(kind, *rules, period=24).term_months
        assert check_schedule(rules, months=months, monthly=D(100), currency="USD") == []


# ------------------------------------------------------------------ terms that renew
def test_a_roll_over_from_march_2025_has_two_confirmed_terms_in_november_2026() -> None:
    """12 months at 100: 2,400 frozen, expected from March 2027 on apart."""
    terms = contract()
    first = whole(MARCH_2025, Month(2026, 2))
    assert next_term(terms) == first
    second = whole(Month(2026, 3), Month(2027, 2))
    assert next_term(terms, newest=first) == second
    frozen = (*frozen_months(terms, first), *frozen_months(terms, second))
    assert total(frozen) == D("2400.00")
    assert [month.number for month in frozen] == list(range(1, 25))

    months = running(terms, frozen_until=second.last)
    assert total(tuple(m for m in months if not m.expected)) == D("2400.00")
    expected = [m.month for m in months if m.expected]
    assert (expected[0], expected[-1], len(expected)) == (Month(2027, 3), Month(2029, 2), 24)
    assert next_term(terms, newest=second) == whole(Month(2027, 3), Month(2028, 2))


def test_month_numbers_run_on_so_a_closed_last_rule_earns_0_in_the_renewal() -> None:
    terms = contract(ContractType.ROLL_OVER, Rule(1, 12, D(100)))
    assert total(term_months(terms, MARCH_2025, Month(2026, 2))) == D(1200)
    renewed = term_months(terms, Month(2026, 3), Month(2027, 2))
    assert [(m.number, m.rule, m.amount) for m in renewed] == [(n, None, D(0)) for n in range(13, 25)]


def test_a_casual_contract_is_confirmed_month_by_month() -> None:
    terms = contract(ContractType.CASUAL, start=date(2025, 3, 31), period=1)
    march, april = whole(MARCH_2025, MARCH_2025), Month(2025, 4)
    assert next_term(terms) == march
    assert next_term(terms, newest=march) == whole(april, april)
    months = running(terms, frozen_until=april)
    assert [m.expected for m in months] == [False] * 2 + [True] * 24


def test_a_schedule_that_was_changed_before_add_is_confirmed_as_changed() -> None:
    """1–12 = 100, changed to 90 before Add: confirmed and current are both 1,080."""
    drafted = fixed(Rule(1, 12, D(100)))
    changed = replace(drafted, rules=(Rule(1, 12, D(90)),))
    first = next_term(changed)
    assert first is not None
    confirmed = frozen_months(changed, first)
    assert confirmed == running(changed, frozen_until=first.last)
    assert total(confirmed) == D("1080.00")


def test_a_fixed_term_is_confirmed_once_and_expects_nothing_beyond_its_end() -> None:
    terms = fixed(Rule(1, None, D(100)), period=36)
    only = whole(MARCH_2025, Month(2028, 2))
    assert next_term(terms) == only
    assert next_term(terms, newest=only) is None
    months = running(terms, frozen_until=Month(2028, 2))
    assert (len(months), any(m.expected for m in months)) == (36, False)
    longer = running(fixed(period=48), frozen_until=Month(2028, 2))
    assert (len(longer), any(m.expected for m in longer)) == (48, False)


def test_before_add_the_first_term_stands_with_24_expected_months_after_it() -> None:
    assert [m.expected for m in running(contract())] == [False] * 12 + [True] * 24


def test_a_period_that_was_made_longer_counts_from_the_next_term_on() -> None:
    """12 confirmed months, then a period of 24: the next term has 24, and 24 months are expected, not 36."""
    longer = contract(period=24)
    confirmed = whole(MARCH_2025, Month(2026, 2))
    assert next_term(longer, newest=confirmed) == whole(Month(2026, 3), Month(2028, 2))
    assert horizon(longer, frozen_until=Month(2026, 2)) == Month(2028, 2)


def test_a_start_that_was_moved_behind_the_confirmed_term_begins_with_its_month_1() -> None:
    later = contract(start=date(2027, 1, 15))
    confirmed = whole(MARCH_2025, Month(2026, 2))
    assert next_term(later, newest=confirmed) == whole(Month(2027, 1), Month(2027, 12))
    months = running(later, frozen_until=Month(2026, 2))
    assert [(m.number, m.expected) for m in months] == [(n, True) for n in range(1, 25)]


def test_a_contract_of_more_than_fifty_years_still_expects_24_months() -> None:
    terms = contract(ContractType.CASUAL, start=date(1970, 1, 1), period=1)
    months = running(terms, frozen_until=Month(2026, 11))
    assert total(tuple(m for m in months if not m.expected)) == D(683 * 100)
    assert sum(m.expected for m in months) == EXPECTED_MONTHS


renewing = st.builds(
    contract,
    st.sampled_from([ContractType.ROLL_OVER, ContractType.CASUAL]),
    st.just(Rule(1, None, D(100))),
    start=st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    period=st.integers(1, 60),
)


@given(renewing, st.integers(1, 12))
def test_renewals_confirm_every_month_once_and_24_months_after_them_are_expected(
    terms: Terms, renewals: int
) -> None:
    frozen: list[int] = []
    term = None
    for _ in range(renewals):
        term = next_term(terms, newest=term)
        assert term is not None
        frozen += [month.number for month in frozen_months(terms, term)]
    assert term is not None
    assert frozen == list(range(1, renewals * terms.period + 1))
    months = running(terms, frozen_until=term.last)
    assert [m.number for m in months if not m.expected] == frozen
    assert [m.number - len(frozen) for m in months if m.expected] == list(range(1, 25))


# ------------------------------------------------------------------ cancelling
def test_36_times_5000_cancelled_in_month_2_expects_10000_and_loses_170000() -> None:
    terms = fixed(Rule(1, 36, D(5000)), period=36)
    confirmed = term_months(terms, terms.month_of(1), terms.month_of(36))
    second = terms.month_of(2)
    still = running(terms, frozen_until=terms.month_of(36), cancelled_after=second)
    lost = tuple(m for m in confirmed if m.month > second)
    assert (total(still), total(lost)) == (D(10_000), D(170_000))
    assert total(confirmed) == total(still) + total(lost)


def test_a_cancellation_before_month_1_loses_all_months() -> None:
    assert running(fixed(period=36), cancelled_after=Month(2025, 2)) == ()
    assert running(fixed(period=36), cancelled_after=Month(2020, 1)) == ()
    assert len(running(fixed(period=36), cancelled_after=MARCH_2025)) == 1


def test_a_cancellation_that_is_taken_back_leaves_every_month_as_it_was() -> None:
    terms = contract()
    assert len(running(terms, frozen_until=Month(2026, 2), cancelled_after=Month(2025, 6))) == 4
    assert len(running(terms, frozen_until=Month(2026, 2))) == 36


def test_a_cancelled_contract_renews_up_to_the_month_of_its_cancellation_only() -> None:
    terms, confirmed = contract(), whole(MARCH_2025, Month(2026, 2))
    march, end = Month(2026, 3), Month(2027, 2)
    for cancelled_after, renewed in {
        Month(2025, 6): None,
        Month(2026, 2): None,
        Month(2026, 3): Term(march, march, end),
        Month(2026, 7): Term(march, Month(2026, 7), end),
        Month(2027, 6): Term(march, end, end),
    }.items():
        assert next_term(terms, newest=confirmed, cancelled_after=cancelled_after) == renewed
    months = running(terms, frozen_until=confirmed.last, cancelled_after=Month(2026, 7))
    assert [m.number for m in months if m.expected] == [13, 14, 15, 16, 17]


def test_a_term_cut_short_by_a_cancellation_is_completed_when_that_is_taken_back() -> None:
    """Cancelled for July 2026 before the renewal of March: that froze March to July. Taken back, August to
    February are confirmed, and the contract goes on renewing in March."""
    terms, cut = contract(), Term(Month(2026, 3), Month(2026, 7), Month(2027, 2))
    rest = next_term(terms, newest=cut)
    assert rest == Term(Month(2026, 8), Month(2027, 2), Month(2027, 2))
    assert next_term(terms, newest=rest) == whole(Month(2027, 3), Month(2028, 2))
