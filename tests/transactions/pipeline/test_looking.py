"""A file is looked through once, every row of it, and told column by column (rules 2.2, 5.14, 5.16)."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest

from kamtrak.lib.money import round_money
from kamtrak.lib.tables import (
    REJECT_COLUMNS,
    Ask,
    DateEvidence,
    DateFormat,
    DateOrder,
    LimitExceeded,
    Limits,
    NumberEvidence,
    NumberFormat,
    look,
    own_columns,
    own_rows,
)
from tests.transactions.twin import LINES, TOTAL, write_twin
from transactions.pipeline.columns import Digests, Room
from transactions.pipeline.looking import look_into
from transactions.rules import (
    Column,
    Counted,
    Field,
    FileMapping,
    LineReader,
    Looked,
    Occurrences,
    Repeated,
    StampReading,
    key_of_id,
    suggest,
)

LIMITS = Limits()
BERLIN = ZoneInfo("Europe/Berlin")


def looked(path: Path) -> Any:
    """What is found, which a journey through JSON leaves as it is."""
    found = look_into(path, look(path, LIMITS), LIMITS, BERLIN)
    assert Looked.from_json(json.loads(json.dumps(found.to_json()))) == found
    return found


def column(tmp_path: Path, *cells: str) -> Any:
    """What is told of a single column of a CSV."""
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["line;x", *(f"{n};{cell}" for n, cell in enumerate(cells))]))
    return looked(path).columns[1]


def decided(evidence: NumberEvidence | DateEvidence | None) -> Any:
    assert evidence is not None
    return evidence.decide()


def test_a_retailers_export_is_told_whole(tmp_path):
    found = looked(write_twin(tmp_path / "twin.csv"))
    assert (found.rows, found.wrong_rows) == (10_000, 0)
    invoice, stock, _, quantity, day, price, client, country = found.columns
    assert invoice.repeated == Repeated(10_000, 512)
    assert (stock.repeats, invoice.samples) == (True, ("536365", "536366", "536367"))
    assert isinstance(decided(day.dates), Ask)
    assert decided(price.numbers) == NumberFormat(",")
    assert quantity.numbers.unreadable == 0
    assert (client.blank, client.filled) == (2_500, 7_500)
    assert country.values == (Counted("United Kingdom", 9_004), Counted("Germany", 996))


def test_the_retailers_export_comes_to_180_667_75_pounds_and_its_invoices_are_no_unique_ids(tmp_path):
    path = write_twin(tmp_path / "twin.csv")
    layout = look(path, LIMITS)
    fields = [Field.UNIQUE_ID, Field.PRODUCT, None, Field.QUANTITY, Field.DATE, Field.PRICE_SOLD]
    columns = [
        Column(place, layout.columns[place], field, decimal=",", order=DateOrder.DAY_FIRST)
        for place, field in enumerate(fields)
    ]
    reader, occurrences = LineReader(FileMapping(tuple(columns))), Occurrences()
    rows = [reader.read(line.cells) for line in own_rows(path, layout, LIMITS)]
    for row in rows:
        occurrences.number(key_of_id(row.unique_id))
    revenue = [
        round_money(row.numbers[Field.QUANTITY] * row.numbers[Field.PRICE_SOLD], "GBP") for row in rows
    ]
    assert (len(rows), sum(revenue)) == (LINES, TOTAL)
    assert {row.day for row in rows} == {dt.date(2010, 12, day) for day in range(1, 6)}
    assert str(occurrences.repeated) == "10,000 lines share 512 values"


def test_a_column_is_decided_by_its_last_row_as_by_its_first(tmp_path):
    days = column(tmp_path, *["3/8/2026"] * 5_000, "13/8/2026")
    assert decided(days.dates) == DateFormat(DateOrder.DAY_FIRST)
    amounts = column(tmp_path, *["1.000"] * 5_000, "2,55")
    assert decided(amounts.numbers) == NumberFormat(",")
    many = [
        f"{1 + n % 28}.3.{1990 + n // 28 % 40} {n % 24:02}:{n // 24 % 60:02}:{n % 60:02}"
        for n in range(30_000)
    ]
    dates = column(tmp_path, *many)
    assert dates.dates.values == 30_000
    assert decided(dates.dates) == DateFormat(DateOrder.DAY_FIRST)


def test_three_different_real_values_are_shown_and_blank_cells_counted(tmp_path):
    found = column(tmp_path, "", "a", "a", " ", "b", "x" * 300, "d")
    assert found.samples == ("a", "b", "x" * 120 + "…")
    assert (found.filled, found.blank, found.distinct, found.repeats) == (5, 2, 4, True)


def test_texts_that_may_mean_blank_are_told_with_how_often_they_stand(tmp_path):
    amounts = column(tmp_path, *(f"{n}.50" for n in range(60)), "n/a", "-", "n/a")
    assert amounts.odd_numbers == (Counted("n/a", 2), Counted("-", 1))
    assert amounts.values == ()  # 62 different values are too many to list
    assert column(tmp_path, "n/a", "n/a", "5").values == (Counted("n/a", 2), Counted("5", 1))


def test_a_column_of_texts_is_not_judged_as_numbers_to_its_end(tmp_path):
    found = column(tmp_path, *(f"text {n}" for n in range(30_000)))
    assert (found.numbers, found.dates, found.odd_numbers) == (None, None, ())
    assert (found.distinct, found.is_more, found.repeats) == (30_000, False, False)


@pytest.mark.parametrize(("last", "repeats"), [("id-29999", True), ("id-30000", False), (" id-7 ", True)])
def test_one_repeated_id_among_30_000_is_found_wherever_it_stands(tmp_path, last, repeats):
    found = column(tmp_path, *(f"id-{n}" for n in range(30_000)), last)
    assert (found.repeats, found.repeated) == (repeats, Repeated(30_001, 30_000) if repeats else None)


def test_a_column_that_repeats_early_is_counted_only_up_to_a_limit(tmp_path):
    found = column(tmp_path, "id-0", *(f"id-{n}" for n in range(30_000)))
    assert (found.repeats, found.is_more, found.repeated) == (True, True, None)
    assert found.distinct < 30_000


def test_where_there_is_no_room_it_stays_unknown_whether_values_repeat():
    room = Room(100)
    first, second = Digests(room), Digests(room)
    first.add("a")
    for text in "abcdef":
        second.add(text)
    assert (first.fits, first.distinct(), second.fits) == (True, 1, False)
    assert room.left == 84  # what the second took is free again


def test_stamps_with_an_offset_are_shown_as_written_and_in_the_time_zone(tmp_path):
    found = column(tmp_path, "2026-03-08T10:00:00Z", "2026-03-31T23:30:00Z", "2026-03-09T10:00:00")
    assert found.dates.offsets == 2
    assert found.offsets == (
        StampReading("2026-03-31T23:30:00Z", "2026-03-31", "2026-04-01"),
        StampReading("2026-03-08T10:00:00Z", "2026-03-08", "2026-03-08"),
    )


def test_ragged_rows_are_counted_and_nothing_of_them_is_taken_for_a_value(tmp_path):
    path = tmp_path / "table.csv"
    rows = [
        "day,client,amount",
        "2026-03-08,A,5",
        "2026-03-09,B",
        "2026-03-10,C,7,8",
        "2026-03-11,D",
        '"open,E,6',
    ]
    path.write_text("\n".join(rows))
    found = looked(path)
    assert (found.rows, found.wrong_rows) == (5, 4)
    assert found.problems[0] == Counted("The row has 2 cells, the table has 3 columns.", 2)
    assert [each.filled for each in found.columns] == [1, 1, 1]


def test_a_workbook_is_looked_through_as_well(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["day", "serial", "amount", "rate", "mixed"])
    for number in range(300):
        day = dt.date(2026, 1, 1) + dt.timedelta(number)
        mixed = "1.000" if number % 2 else 1
        book.active.append([day, 46_023 + number, number + 0.5, number % 3 / 20, mixed])
    book.save(tmp_path / "book.xlsx")
    day, serial, amount, rate, mixed = looked(tmp_path / "book.xlsx").columns
    assert (day.dates.values, day.dates.serials, day.dates.unreadable) == (300, 0, 0)
    assert (serial.dates.serials, serial.dates.unreadable) == (300, 0)
    assert decided(amount.numbers) == NumberFormat(".")
    assert (rate.fractions, amount.fractions, serial.fractions) == (True, False, False)
    # The number 1 is no text "1.000": the texts alone leave the decimal mark open.
    assert isinstance(decided(mixed.numbers), Ask)


def test_a_reject_file_that_comes_back_is_looked_at_without_what_was_added_to_it(tmp_path):
    path = tmp_path / "rejects.csv"
    path.write_text(f"day,client,{','.join(REJECT_COLUMNS)}\n2026-03-08,'=Aldin,7,client,Why,How\n")
    assert own_columns(look(path, LIMITS)) == ("day", "client")
    assert [each.samples for each in looked(path).columns] == [("2026-03-08",), ("=Aldin",)]


def test_progress_is_told_and_a_limit_stops_the_look(tmp_path):
    path = write_twin(tmp_path / "twin.csv")
    heard: list[int] = []
    look_into(path, look(path, LIMITS), LIMITS, BERLIN, heard.append)
    assert heard == [5_000, 10_000]
    with pytest.raises(LimitExceeded, match="more than 9,999 rows"):
        look_into(path, look(path, LIMITS), Limits(rows=9_999), BERLIN)


def test_500_columns_that_hold_more_texts_than_are_counted_are_told_exactly(tmp_path):
    path = tmp_path / "wide.csv"
    with path.open("w") as file:
        file.write(",".join(f"c{n}" for n in range(500)) + "\n")
        for line in range(1_100):
            file.write(",".join(f"{line}x{n}" for n in range(500)) + "\n")
    found = looked(path)
    assert {(each.distinct, each.repeats) for each in found.columns} == {(1_100, False)}


def test_looking_through_ten_thousand_rows_takes_a_moment(tmp_path):
    path = write_twin(tmp_path / "twin.csv")
    layout = look(path, LIMITS)
    begun = time.process_time()
    look_into(path, layout, LIMITS, BERLIN)
    taken = time.process_time() - begun
    # 100,000 rows of 9 columns, two of them unique: 0.9 s, 41 MB; 1,000,000: 10.8 s, 77 MB.
    assert taken < 1, f"{taken:.2f} s; 0.05 s were measured"


def test_what_was_found_suggests_the_fields(tmp_path):
    found = looked(write_twin(tmp_path / "twin.csv"))
    assert [each.field for each in suggest(found.columns)] == [
        None,
        Field.PRODUCT,
        Field.DESCRIPTION,
        Field.QUANTITY,
        Field.DATE,
        Field.PRICE_SOLD,
        Field.CLIENT,
        None,
    ]
