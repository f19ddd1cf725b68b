"""Dates of a column: decided by all of its values, then read one by one (rules 2.2, 5.16)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import Ask, DateEvidence, DateFormat, DateOrder, Unreadable, decide_dates

PLAIN = DateFormat(DateOrder.YEAR_FIRST)
DAY_FIRST = DateFormat(DateOrder.DAY_FIRST)
MONTH_FIRST = DateFormat(DateOrder.MONTH_FIRST)


@pytest.mark.parametrize(
    ("values", "decided"),
    [
        (["2026-03-08"], PLAIN),
        (["2026/03/08", "20260308"], PLAIN),
        (["8 Mar 2026", "March 8, 2026"], PLAIN),
        (["03/08/2026", "13/08/2026"], DAY_FIRST),
        (["03/08/2026", "08/13/2026"], MONTH_FIRST),
        (["3.8.2026"], DAY_FIRST),
        (["03-08-26", "25-08-26"], DAY_FIRST),
        (["1/12/2010 08:26", "28/12/2010 9:41"], DAY_FIRST),
        (["2026-03-08", "13/08/2026"], DAY_FIRST),
        (["", " ", "n/a"], PLAIN),
    ],
)
def test_clear_evidence_decides_the_whole_column(values, decided):
    assert decide_dates(values) == decided


@pytest.mark.parametrize(
    "values", [["03/08/2026"], ["03-08-26", "1/2/2026"], ["03/03/2026"], ["1/12/2010 08:26"]]
)
def test_dates_that_read_in_two_ways_as_the_only_evidence_are_asked(values):
    ask = decide_dates(values)
    assert isinstance(ask, Ask)
    assert ask.question == "Every date of the column can be read in two ways. Which is right?"
    assert {option.format for option in ask.options} == {DAY_FIRST, MONTH_FIRST}


def test_the_question_shows_how_each_option_reads_samples():
    ask = decide_dates(["03/08/2026", "03/08/2026"])
    assert isinstance(ask, Ask)
    assert [(option.label, option.readings) for option in ask.options] == [
        ("Day, month, year", (("03/08/2026", "3 August 2026"),)),
        ("Month, day, year", (("03/08/2026", "8 March 2026"),)),
    ]


def test_values_that_contradict_each_other_are_asked_with_what_each_option_cannot_read():
    ask = decide_dates(["13/08/2026", "08/14/2026", "08/15/2026", "soon"])
    assert isinstance(ask, Ask)
    assert [(option.format, option.unreadable) for option in ask.options] == [
        (MONTH_FIRST, 2),
        (DAY_FIRST, 3),
    ]


def test_the_decision_does_not_depend_on_where_the_evidence_stands():
    evidence = DateEvidence()
    for _ in range(10_000):
        evidence.add("03/08/2026")
    evidence.add("31/08/2026")
    assert evidence.decide() == DAY_FIRST


def test_cells_that_are_no_dates_are_counted():
    evidence = DateEvidence()
    for value in ("soon", "2026-03-08", "", "45000"):
        evidence.add(value)
    assert (evidence.values, evidence.unreadable) == (3, 2)


@pytest.mark.parametrize(
    ("fmt", "text", "day"),
    [
        (PLAIN, "2026-03-08", (2026, 3, 8)),
        (PLAIN, "2026-3-8", (2026, 3, 8)),
        (PLAIN, "20260308", (2026, 3, 8)),
        (PLAIN, "2026-03-08T23:59:59.999Z", (2026, 3, 8)),
        (PLAIN, "2026-03-08 08:26:00", (2026, 3, 8)),
        (PLAIN, "8 March 2026", (2026, 3, 8)),
        (PLAIN, "8-Mar-26", (2026, 3, 8)),
        (PLAIN, "Mar 8, 2026", (2026, 3, 8)),
        (PLAIN, "Sept. 1, 2026", (2026, 9, 1)),
        (PLAIN, "1st August 2026, 8:05 pm", (2026, 8, 1)),
        (DAY_FIRST, "03/08/2026", (2026, 8, 3)),
        (DAY_FIRST, "3.8.26", (2026, 8, 3)),
        (DAY_FIRST, "1/12/2010 08:26", (2010, 12, 1)),
        (DAY_FIRST, "2026-03-08", (2026, 3, 8)),
        (DAY_FIRST, "29/02/2024", (2024, 2, 29)),
        (DAY_FIRST, "01/01/69", (1969, 1, 1)),
        (DAY_FIRST, "01/01/68", (2068, 1, 1)),
        (MONTH_FIRST, "03/08/2026", (2026, 3, 8)),
        (MONTH_FIRST, "3/8/2026 12:30 AM", (2026, 3, 8)),
        (MONTH_FIRST, "\u200e03/08/2026\u00a0", (2026, 3, 8)),
    ],
)
def test_a_date_is_read_with_or_without_a_time_of_day(fmt, text, day):
    assert fmt.parse(text) == dt.date(*day)


@pytest.mark.parametrize(
    ("fmt", "text", "reason"),
    [
        (PLAIN, "", "The cell is blank."),
        (PLAIN, "soon", "This is not a date."),
        (PLAIN, "45000", "This is not a date."),
        (PLAIN, "2026-03", "This is not a date."),
        (PLAIN, "8 Foo 2026", "This is not a date."),
        (PLAIN, "03/08/2026", "The date does not fit a column in the order year, month, day."),
        (MONTH_FIRST, "3.8.2026", "The date does not fit a column in the order month, day, year."),
        (MONTH_FIRST, "13/08/2026", "There is no such day."),
        (DAY_FIRST, "29/02/2025", "There is no such day."),
        (DAY_FIRST, "00/00/0000", "There is no such day."),
        (PLAIN, "0001-01-01", "The year 1 is out of range: 1904 to 2196 are possible."),
        (PLAIN, "1903-12-31", "The year 1903 is out of range: 1904 to 2196 are possible."),
        (PLAIN, "9999-12-31", "The year 9999 is out of range: 1904 to 2196 are possible."),
        (PLAIN, "2026-03-08 25:00", "There is no such time of day."),
        (PLAIN, "2026-03-08 13:00 pm", "There is no such time of day."),
        (PLAIN, "2026-03-08 10:00 +99:00", "There is no such time zone."),
        (PLAIN, "２０２６-03-08", "The digits are not 0–9."),
        (PLAIN, "2026-03-08" * 100, "This is not a date."),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(fmt, text, reason):
    with pytest.raises(Unreadable) as problem:
        fmt.parse(text)
    assert problem.value.reason == reason
    assert problem.value.repair.endswith(".")


@pytest.mark.parametrize("order", DateOrder)
def test_the_advice_is_a_date_that_fits_the_column(order):
    fmt = DateFormat(order)
    like = fmt.advice.removeprefix("Write a date like ").removesuffix(".").split(" or ")
    assert len({fmt.parse(text) for text in like}) == 1


def test_a_stamp_without_an_offset_counts_on_its_written_day():
    late = "2026-12-31 23:30"
    assert decide_dates([late]) == DateFormat(DateOrder.YEAR_FIRST, has_offsets=False)
    assert PLAIN.in_zone(ZoneInfo("Asia/Tokyo")).parse(late) == dt.date(2026, 12, 31)


def test_a_stamp_with_an_offset_counts_as_written_or_in_the_zone_that_was_chosen():
    late = "2026-12-31T23:30:00Z"
    decided = decide_dates([late])
    assert isinstance(decided, DateFormat)
    assert decided.has_offsets
    assert decided.parse(late) == dt.date(2026, 12, 31)
    assert decided.in_zone(ZoneInfo("Asia/Tokyo")).parse(late) == dt.date(2027, 1, 1)
    assert decided.in_zone(ZoneInfo("Asia/Tokyo")).parse("2026-12-31 23:30 +09:00") == dt.date(2026, 12, 31)
    assert decided.in_zone(ZoneInfo("America/New_York")).parse("2027-01-01 01:00+0530") == dt.date(
        2026, 12, 31
    )


@pytest.mark.parametrize("stamp", ["1904-01-01T00:30:00+14:00", "2196-12-31T23:30:00-12:00"])
def test_a_stamp_that_its_zone_moves_out_of_the_possible_days_cannot_be_read(stamp):
    assert PLAIN.parse(stamp).year in (1904, 2196)
    with pytest.raises(Unreadable, match="is out of range"):
        PLAIN.in_zone(ZoneInfo("UTC")).parse(stamp)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)))
def test_every_day_comes_back_from_every_writing(day):
    for fmt, pattern in (
        (PLAIN, "%Y-%m-%d"),
        (PLAIN, "%d %B %Y"),
        (PLAIN, "%b %d, %Y"),
        (DAY_FIRST, "%d/%m/%Y"),
        (DAY_FIRST, "%d.%m.%y"),
        (MONTH_FIRST, "%m/%d/%Y %I:%M %p"),
    ):
        assert fmt.parse(day.strftime(pattern)) == day


@given(
    st.text(max_size=80) | st.from_regex(r"\A[0-9]{1,4}[-/. ][0-9A-Za-z]{1,4}[-/. ][0-9]{1,4}( [0-9:]*)?\Z")
)
def test_any_text_is_a_date_or_a_plain_problem(text):
    decide_dates([text])
    for fmt in (PLAIN, DAY_FIRST, MONTH_FIRST):
        try:
            assert 1904 <= fmt.parse(text).year <= 2196
        except Unreadable:
            continue
