"""Months, quarters and fiscal years (rules 2.1 and 2.3)."""

import datetime as dt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kamtrak.lib.months import (
    FiscalCalendar,
    Month,
    NamedBy,
    PeriodError,
    Quarter,
    months_between,
    possible_day,
)

CALENDAR = FiscalCalendar()
APRIL = FiscalCalendar(4)
APRIL_BY_START = FiscalCalendar(4, NamedBy.START)

calendars = st.builds(FiscalCalendar, st.integers(1, 12), st.sampled_from(NamedBy))
days = st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31))
# An address may name a year only where the years around it, to compare with, exist as well.
nameable_days = st.dates(dt.date(1904, 1, 1), dt.date(2196, 12, 31))


# Months


def test_a_month_is_half_open():
    february = Month(2024, 2)
    assert (february.first, february.last, february.end) == (
        dt.date(2024, 2, 1),
        dt.date(2024, 2, 29),
        dt.date(2024, 3, 1),
    )
    assert dt.date(2024, 2, 29) in february
    assert dt.date(2024, 3, 1) not in february


def test_month_twelve_of_a_contract_that_starts_on_31_january_is_december():
    first = Month.of(dt.date(2025, 1, 31))
    assert first + (12 - 1) == Month(2025, 12)
    assert first + 12 == Month(2026, 1)
    assert first - 1 == Month(2024, 12)


def test_the_difference_of_two_months_is_a_number_of_months():
    assert Month(2026, 11) - Month(2025, 3) == 20
    assert Month(2025, 3) - Month(2026, 11) == -20


def test_months_are_ordered_and_print_as_year_and_month():
    assert sorted([Month(2026, 3), Month(2025, 12), Month(2026, 1)]) == [
        Month(2025, 12),
        Month(2026, 1),
        Month(2026, 3),
    ]
    assert str(Month(2026, 3)) == "2026-03"
    assert Month.parse(" 2026-03 ") == Month(2026, 3)


@pytest.mark.parametrize("text", ["", "2026", "2026-3", "03/2026", "2026-03-01", "２０２６-03", "abc"])
def test_a_text_that_is_no_month_is_refused_with_an_example(text):
    with pytest.raises(PeriodError, match=r"Write a month like 2026-03\."):
        Month.parse(text)


def test_months_outside_1900_to_2200_are_refused():
    with pytest.raises(PeriodError, match="There is no month 13"):
        Month.parse("2026-13")
    with pytest.raises(PeriodError, match="The year 1899 is out of range: 1900 to 2200"):
        Month.of(dt.date(1899, 12, 31))
    with pytest.raises(PeriodError, match="2201"):
        Month(2200, 12) + 1


def test_the_last_possible_month_still_has_an_end():
    assert Month(2200, 12).end == dt.date(2201, 1, 1)
    assert Quarter(Month(2200, 10)).end == dt.date(2201, 1, 1)


@given(days, st.integers(-1000, 1000))
def test_adding_months_and_taking_them_away_comes_back(day, months):
    month = Month.of(day)
    try:
        moved = month + months
    except PeriodError:
        return
    assert moved - months == month
    assert moved - month == months


# Quarters and their labels


def test_a_quarter_has_three_months_and_a_half_open_range():
    quarter = Quarter(Month(2026, 11))
    assert [str(m) for m in quarter.months] == ["2026-11", "2026-12", "2027-01"]
    assert (quarter.start, quarter.last, quarter.end) == (
        dt.date(2026, 11, 1),
        dt.date(2027, 1, 31),
        dt.date(2027, 2, 1),
    )
    assert dt.date(2027, 1, 31) in quarter
    assert dt.date(2027, 2, 1) not in quarter
    assert quarter + 1 == Quarter(Month(2027, 2))
    assert quarter - 4 == Quarter(Month(2025, 11))


def test_the_day_of_today_lies_in_the_fourth_quarter_of_a_calendar_year():
    quarter = CALENDAR.quarter_of(dt.date(2026, 11, 23))
    assert quarter == Quarter(Month(2026, 10))
    assert (CALENDAR.code(quarter), CALENDAR.label(quarter)) == ("2026Q4", "Q4 2026")


def test_a_fiscal_year_is_named_after_the_year_in_which_it_ends():
    may = APRIL.quarter_of(dt.date(2026, 5, 31))
    assert APRIL.label(may) == "Q1 2027"
    assert APRIL.label(APRIL.quarter_of(dt.date(2027, 3, 31))) == "Q4 2027"
    assert APRIL.label(APRIL.quarter_of(dt.date(2027, 4, 1))) == "Q1 2028"


def test_a_workspace_may_name_its_fiscal_year_after_the_year_in_which_it_starts():
    assert APRIL_BY_START.label(Quarter(Month(2026, 4))) == "Q1 2026"
    assert APRIL_BY_START.label(Quarter(Month(2027, 1))) == "Q4 2026"


def test_a_year_that_starts_in_january_has_one_name():
    by_start = FiscalCalendar(1, NamedBy.START)
    assert by_start.label(Quarter(Month(2026, 7))) == CALENDAR.label(Quarter(Month(2026, 7))) == "Q3 2026"


def test_moving_the_start_by_three_months_changes_labels_and_no_quarter():
    july = CALENDAR.quarter_of(dt.date(2026, 7, 15))
    assert APRIL.quarter_of(dt.date(2026, 7, 15)) == july
    assert (CALENDAR.label(july), APRIL.label(july)) == ("Q3 2026", "Q2 2027")


def test_a_quarter_that_another_start_month_made_does_not_fit():
    february = Quarter(Month(2026, 2))
    assert not CALENDAR.aligned(february.first)
    assert FiscalCalendar(11).aligned(february.first)
    with pytest.raises(PeriodError, match="begins in 2026-02"):
        CALENDAR.code(february)


def test_a_fiscal_year_cannot_start_in_month_thirteen():
    with pytest.raises(PeriodError):
        FiscalCalendar(13)


# Periods


def test_a_fiscal_year_is_four_quarters_from_its_first_month():
    year = APRIL.year(2027)
    assert (year.kind, year.code, year.label) == ("year", "FY2027", "FY 2027")
    assert [APRIL.code(q) for q in year.quarters] == ["2027Q1", "2027Q2", "2027Q3", "2027Q4"]
    assert (year.start, year.end) == (dt.date(2026, 4, 1), dt.date(2027, 4, 1))
    assert dt.date(2027, 3, 31) in year
    assert dt.date(2027, 4, 1) not in year


def test_a_period_says_its_dates():
    calendar = FiscalCalendar(start_month=4)
    assert calendar.period("2026Q1").dates == "1 April – 30 June 2025"
    assert calendar.period("FY2026").dates == "1 April 2025 – 31 March 2026"
    assert calendar.all().dates == "All periods"


def test_all_periods_have_no_limits():
    period = CALENDAR.period("all")
    assert (period.kind, period.label, period.quarters) == ("all", "All periods", ())
    assert (period.start, period.end) == (None, None)
    assert dt.date(1900, 1, 1) in period


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026Q3", "2026Q3"),
        ("2026q3", "2026Q3"),
        (" Q3 2026 ", "2026Q3"),
        ("2026-Q3", "2026Q3"),
        ("FY2026", "FY2026"),
        ("FY 2026", "FY2026"),
        ("ALL", "all"),
    ],
)
def test_a_period_is_read_from_its_code_or_its_label(text, code):
    assert CALENDAR.period(text).code == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026Q5", "There is no quarter 5. Write a quarter like 2026Q3."),
        ("Q0 2026", "There is no quarter 0. Write a quarter like 2026Q3."),
        ("2026Q12", "There is no quarter 12. Write a quarter like 2026Q3."),
        ("2300Q1", "The year 2300 is out of range: 1903 to 2197 are possible."),
        ("FY1492", "The year 1492 is out of range: 1903 to 2197 are possible."),
        ("soon", "“soon” is not a period. Write a quarter like 2026Q3, a year like FY2026, or all."),
        (
            "２０２６Q3",
            "“２０２６Q3” is not a period. Write a quarter like 2026Q3, a year like FY2026, or all.",
        ),
        ("", "Write a quarter like 2026Q3, a year like FY2026, or all."),
    ],
)
def test_a_period_that_does_not_exist_is_refused_in_plain_words(text, message):
    with pytest.raises(PeriodError) as refused:
        CALENDAR.period(text)
    assert str(refused.value) == message


def test_a_very_long_text_is_repeated_only_in_part():
    with pytest.raises(PeriodError) as refused:
        CALENDAR.period("x" * 100_000)
    assert len(str(refused.value)) < 130


def test_previous_next_and_the_same_quarter_last_year():
    period = CALENDAR.period("2026Q1")
    assert CALENDAR.shift(period, -1).code == "2025Q4"
    assert CALENDAR.shift(period, 1).code == "2026Q2"
    assert CALENDAR.shift(period, -4).code == "2025Q1"
    assert APRIL.shift(APRIL.year(2027), -1).code == "FY2026"
    assert CALENDAR.shift(CALENDAR.all(), 3).code == "all"


@given(calendars, days)
def test_every_day_lies_in_exactly_the_quarter_and_the_year_that_the_calendar_says(calendar, day):
    quarter = calendar.quarter_of(day)
    assert day in quarter
    assert day not in quarter + 1
    assert day not in quarter - 1
    assert day in calendar.year(calendar.year_of(quarter))
    assert calendar.quarters(calendar.year_of(quarter))[calendar.number_of(quarter) - 1] == quarter


@given(calendars)
@example(FiscalCalendar(12, NamedBy.START))
@example(FiscalCalendar(2, NamedBy.END))
def test_quarter_and_year_of_every_possible_day_can_be_named(calendar):
    for day in (possible_day(dt.date(1904, 1, 1)), possible_day(dt.date(2196, 12, 31))):
        quarter = calendar.quarter_of(day)
        assert calendar.period(calendar.code(quarter)).quarters == (quarter,)
        assert day in calendar.period(f"FY{calendar.year_of(quarter)}")


@pytest.mark.parametrize("day", ["0001-01-01", "1903-12-31", "2197-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_is_refused_in_plain_words(day):
    with pytest.raises(PeriodError, match="is out of range: 1904 to 2196 are possible"):
        possible_day(dt.date.fromisoformat(day))


@given(calendars, nameable_days)
def test_codes_and_labels_lead_back_to_their_quarter(calendar, day):
    period = calendar.of_quarter(calendar.quarter_of(day))
    assert calendar.period(period.code) == period
    assert calendar.period(period.label) == period


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (Month(2027, 3), Month(2027, 3), "March 2027"),
        (Month(2027, 3), Month(2027, 4), "March and April 2027"),
        (Month(2027, 3), Month(2027, 6), "March – June 2027"),
        (Month(2026, 12), Month(2027, 1), "December 2026 – January 2027"),
    ],
)
def test_months_in_a_row_are_said_by_their_ends(first, last, said):
    assert months_between(first, last) == said
