"""A file of own rates: what is wrong with it says where, what was found, and what to do."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

from fx.rules import OwnRate
from fx.sources.rates_file import SAMPLE, check_file
from kamtrak.lib.tables import Check, Limits, RejectWriter, TableError
from tests.correcting import corrected, workbook

TODAY = date(2026, 11, 23)
HEADER = "date,from,to,rate,until\n"


def checked(text: str | bytes, decisions: dict[str, str] | None = None, **limits: Any) -> Check[OwnRate]:
    content = text.encode() if isinstance(text, str) else text
    return check_file(content, decisions or {}, today=TODAY, limits=Limits(**limits))


def rates(check: Check[OwnRate]) -> list[OwnRate]:
    return check.things


def problems(check: Check[OwnRate]) -> list[tuple[int, str, str, str]]:
    return [(p.line, p.column, p.value, p.reason) for row in check.bad for p in row.problems]


def test_a_good_file_gives_exact_rates() -> None:
    check = checked(HEADER + "2026-01-01,eur,USD,1.1682,\n2026-02-01,AED,USD,0.272294,2026-12-31\n")
    assert rates(check) == [
        OwnRate("EUR", "USD", date(2026, 1, 1), Decimal("1.1682")),
        OwnRate("AED", "USD", date(2026, 2, 1), Decimal("0.272294"), date(2026, 12, 31)),
    ]
    assert check.report is not None
    assert (check.report.rows, check.report.good, check.report.bad) == (2, 2, 0)


def test_the_sample_file_is_one_that_passes() -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(SAMPLE)
    assert len(rates(checked(text.getvalue()))) == 2


def test_until_may_be_left_out_and_columns_come_in_any_order_and_case() -> None:
    check = checked("Rate;To;FROM;Date;Note\n1,1682;USD;EUR;01.02.2026;x\n1,17;USD;EUR;28.02.2026;y\n")
    assert [rate.day for rate in rates(check)] == [date(2026, 2, 1), date(2026, 2, 28)]
    assert rates(check)[0].value == Decimal("1.1682")
    assert check.unused == ("note",)


def test_a_workbook_is_read_too() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("Rates")
        sheet.write_row(0, 0, ["date", "from", "to", "rate", "until"])
        sheet.write_datetime(1, 0, date(2026, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(1, 1, ["EUR", "USD", 1.1682])
    check = checked(buffer.getvalue())
    assert rates(check) == [OwnRate("EUR", "USD", date(2026, 1, 1), Decimal("1.1682"))]
    assert check.layout.described == "sheet “Rates”"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("day,base,quote,value\n2026-01-01,EUR,USD,1.1\n", "no column “date”, “from”, “to” and “rate”"),
        ("date,from,to\n2026-01-01,EUR,USD\n", "no column “rate”"),
        ("2026-01-01,EUR,USD,1.1682,2026-12-31\n2026-02-01,EUR,USD,1.17,2026-12-31\n", "no header"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n", "picture"),
    ],
)
def test_what_is_no_table_of_rates_says_what_is_expected(text: str | bytes, message: str) -> None:
    with pytest.raises(TableError, match=message) as refusal:
        checked(text)
    if message.startswith("no"):
        assert "Expected" in str(refusal.value)
        assert "date, from, to, rate and, if wanted, until" in str(refusal.value)


def test_a_wrong_header_is_repeated_beside_the_expected_one() -> None:
    with pytest.raises(TableError) as refusal:
        checked("day,from,to,rate\n2026-01-01,EUR,USD,1.1\n")
    assert str(refusal.value) == (
        "The header has no column “date”. Found: day, from, to, rate. "
        "Expected: date, from, to, rate and, if wanted, until."
    )


def test_each_bad_row_says_line_column_value_and_reason() -> None:
    check = checked(
        HEADER
        + "2026-01-01,EUR,USD,0,\n"  # line 2
        + "2026-01-02,EUR,USD,-1.1,\n"
        + "2026-01-03,EURO,USD,1.1,\n"
        + "2026-01-04,EUR,EUR,1.1,\n"
        + "2026-01-05,EUR,USD,abc,\n"
        + "2026-02-30,EUR,USD,1.1,\n"
        + "2026-01-07,EUR,USD,1.1,2026-01-06\n"
        + "2026-01-08,EUR,USD,1.23456789012345,\n"
        + "2066-01-09,EUR,USD,1.1,\n"
        + ",,USD,,\n"
        + "2026-01-11,EUR,USD\n"
        + "2026-01-12,EUR,USD,1.17,\n"
    )
    assert problems(check) == [
        (2, "rate", "0", "A rate is above 0."),
        (3, "rate", "-1.1", "A rate is above 0."),
        (4, "from", "EURO", "This is not a currency code."),
        (5, "to", "EUR", "A rate has two currencies."),
        (6, "rate", "abc", "This is not a number."),
        (7, "date", "2026-02-30", "There is no such day."),
        (8, "until", "2026-01-06", "The last day lies before the first."),
        (9, "rate", "1.23456789012345", "A rate has at most 12 significant digits."),
        (10, "date", "2066-01-09", "The day is not between 1900 and 2036."),
        (11, "from", "", "This is not a currency code."),
        (11, "date", "", "The cell is blank."),
        (11, "rate", "", "The cell is blank."),
        (12, "", "", "The row has 3 cells, the table has 5 columns."),
    ]
    assert [rate.day for rate in rates(check)] == [date(2026, 1, 12)]
    assert all(p.repair for row in check.bad for p in row.problems)


def test_of_two_different_rates_for_a_day_neither_goes_in() -> None:
    check = checked(
        HEADER
        + "2026-01-01,EUR,USD,1.1,\n"
        + "2026-01-02,EUR,USD,1.2,\n"
        + "2026-01-01,USD,EUR,0.9,\n"  # the inverse is the same pair
    )
    assert [rate.day for rate in rates(check)] == [date(2026, 1, 2)]
    assert problems(check) == [
        (
            2,
            "date",
            "2026-01-01 EUR USD, also in line 4",
            "The file gives different rates for this pair and day.",
        ),
        (
            4,
            "date",
            "2026-01-01 USD EUR, also in line 2",
            "The file gives different rates for this pair and day.",
        ),
    ]


def test_a_repeated_row_goes_in_once() -> None:
    check = checked(HEADER + "2026-01-01,EUR,USD,1.1,\n" * 3)
    assert len(rates(check)) == 1
    assert [line for line, *_ in problems(check)] == [3, 4]


def test_a_column_whose_dates_are_open_is_asked_about_with_samples() -> None:
    text = HEADER + "03/08/2026,EUR,USD,1.16,\n04/09/2026,EUR,USD,1.17,\n"
    check = checked(text)
    assert check.report is None
    (question,) = check.questions
    assert question.column == "date"
    assert [(value, option.readings[0]) for value, option in question.choices] == [
        ("d/m/y", ("03/08/2026", "3 August 2026")),
        ("m/d/y", ("03/08/2026", "8 March 2026")),
    ]
    assert rates(checked(text, {"date": "m/d/y"}))[0].day == date(2026, 3, 8)
    assert rates(checked(text, {"date": "d/m/y"}))[0].day == date(2026, 8, 3)
    assert checked(text, {"date": "whatever"}).questions


def test_a_column_whose_decimal_mark_is_open_is_asked_about() -> None:
    text = "date;from;to;rate\n2026-01-01;EUR;USD;1,168\n"
    (question,) = checked(text).questions
    assert question.column == "rate"
    assert {value: option.readings[0][1] for value, option in question.choices} == {".": "1168", ",": "1.168"}
    assert rates(checked(text, {"rate": ","}))[0].value == Decimal("1.168")


def test_each_open_column_is_asked_about_once() -> None:
    text = "date;from;to;rate;until\n03/08/2026;EUR;USD;1,168;04/09/2026\n"
    assert [question.column for question in checked(text).questions] == ["date", "rate", "until"]


def test_a_corrected_reject_file_is_read_without_its_notes() -> None:
    check = checked(HEADER + "2026-01-01,EUR,USD,0,\n2026-01-02,EUR,USD,1.17,\n")
    text = io.StringIO(newline="")
    writer = RejectWriter(text, check.layout.columns)
    for row in check.bad:
        writer.write(row.cells, row.problems)
    again = checked("\ufeff" + text.getvalue().replace(",0,", ",1.16,", 1))
    assert rates(again) == [OwnRate("EUR", "USD", date(2026, 1, 1), Decimal("1.16"))]


def test_the_stamp_names_exactly_what_would_be_added() -> None:
    good = HEADER + "2026-01-01,EUR,USD,1.16,\n"
    assert checked(good).stamp == checked(good).stamp
    assert checked(good).stamp != checked(good.replace("1.16", "1.17")).stamp


def test_over_the_limit_is_refused_with_the_limit() -> None:
    text = HEADER + "".join(f"2026-01-{day:02},EUR,USD,1.1,\n" for day in range(1, 29))
    with pytest.raises(TableError, match="at most 10"):
        checked(text, rows=10)
    with pytest.raises(TableError, match="at most"):
        checked(text, bytes=100)


def test_a_windows_file_with_other_column_names_in_it_is_read() -> None:
    text = "date;from;to;rate;Währung\n2026-01-01;EUR;USD;1,16;é\n2026-01-02;EUR;USD;1,17;é\n"
    check = checked(text.encode("cp1252"))
    assert check.layout.encoding == "cp1252"
    assert check.unused == ("währung",)
    assert len(rates(check)) == 2


def test_numbers_of_a_workbook_come_back_from_the_reject_file_as_they_were() -> None:
    """Its column has decimal commas: 1.168 is written as 1,1680, which no column reads as a thousand."""
    head = ["date", "from", "to", "rate", "until"]
    lines = [[46023, "EUR", "USD", "1,1682", ""], [46054, "EURO", "USD", 1.168, 46081]]
    check = checked(workbook(head, *lines))
    assert rates(check) == [OwnRate("EUR", "USD", date(2026, 1, 1), Decimal("1.1682"))]
    again = checked(corrected(check, "EURO", "EUR"))
    assert rates(again) == [
        OwnRate("EUR", "USD", date(2026, 2, 1), Decimal("1.168"), until=date(2026, 2, 28))
    ]
