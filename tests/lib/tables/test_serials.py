"""Days that a workbook holds as plain numbers: counted from 1900, or from 1904 (rules 5.16)."""

import datetime as dt

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from kamtrak.lib.tables import DateEvidence, DateFormat, DateOrder, NumberCell, Unreadable, look, read_rows
from tests.lib.tables.samples import LIMITS

DAY = dt.date(2010, 12, 1)


@pytest.mark.parametrize(("epoch", "serial"), [(CALENDAR_WINDOWS_1900, 40513), (CALENDAR_MAC_1904, 39051)])
def test_a_day_is_the_same_written_as_a_date_or_as_a_number_in_either_calendar(tmp_path, epoch, serial):
    book = openpyxl.Workbook()
    book.epoch = epoch
    sheet = book.active
    assert to_excel(DAY, epoch) == serial
    at_8_26 = dt.datetime.combine(DAY, dt.time(8, 26))
    for cells in (["day", "count"], [DAY, serial], [at_8_26, serial + 0.351388888888889]):
        sheet.append(cells)
    book.save(tmp_path / "book.xlsx")
    layout = look(tmp_path / "book.xlsx", LIMITS)
    assert layout.from_1904 == (epoch == CALENDAR_MAC_1904)
    rows = list(read_rows(tmp_path / "book.xlsx", layout, LIMITS))
    evidence = DateEvidence(layout.from_1904)
    for row in rows:
        for cell in row.cells:
            evidence.add(cell)
    decided = evidence.decide()
    assert isinstance(decided, DateFormat)
    assert [[decided.parse(cell) for cell in row.cells] for row in rows] == [[DAY, DAY], [DAY, DAY]]
    assert (evidence.values, evidence.serials, evidence.unreadable) == (4, 2, 0)


def test_a_number_of_a_workbook_is_a_day_only_where_it_is_no_year_and_no_quantity():
    plain = DateFormat(DateOrder.YEAR_FIRST)
    assert plain.parse(NumberCell("25569")) == dt.date(1970, 1, 1)
    assert plain.parse(NumberCell("40513.9999999999")) == dt.date(2010, 12, 2)
    assert plain.parse(NumberCell("20260308")) == dt.date(2026, 3, 8)
    for number in ("2026", "12.5", "-3", "0", "999999", "1" * 400):
        with pytest.raises(Unreadable):
            plain.parse(NumberCell(number))


def test_a_number_in_a_text_file_is_no_day():
    with pytest.raises(Unreadable, match="not a date"):
        DateFormat(DateOrder.YEAR_FIRST).parse("40513")
