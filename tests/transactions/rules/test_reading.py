"""A line of a file as one parsed row, under the decisions of its columns (rules 2.2, 5.3, 5.13, 5.16)."""

import datetime as dt
import timeit
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from kamtrak.lib.tables import DateOrder, Limits, NumberCell, look, read_rows
from tests.transactions.rules.builders import book, terms
from transactions.rules import (
    Column,
    Field,
    FieldKind,
    FileMapping,
    Given,
    LineReader,
    RowKind,
    Unread,
    Wrong,
    derive,
    key_of_values,
    wrong_with,
)

DAY = Column(0, "Day", Field.DATE, order=DateOrder.DAY_FIRST)


def row(cells: Sequence[str], *columns: Column, from_1904: bool = False, **mapping: Any) -> Given:
    """The cells read under these columns; the first cell is the day where no column says otherwise."""
    columns = columns if any(each.field is Field.DATE for each in columns) else (DAY, *columns)
    return LineReader(FileMapping(columns, **mapping), from_1904=from_1904).read(cells)


def number(cell: str, field: Field = Field.REVENUE, **decisions: Any) -> Any:
    """What a column of numbers makes of one cell: the value, the unit, why not, or "blank"."""
    read = row(["1/12/2010", cell], Column(1, "Number", field, **decisions))
    if field in read.unread:
        return read.unread[field].reason
    return "blank" if field in read.blank else (read.numbers[field], read.units.get(field, ""))


def test_a_line_of_an_export_becomes_one_row():
    columns = (
        Column(0, "InvoiceNo", Field.ORIGINAL_ID),
        Column(1, "StockCode", Field.PRODUCT),
        Column(2, "Quantity", Field.QUANTITY, decimal=","),
        Column(3, "InvoiceDate", Field.DATE, order=DateOrder.DAY_FIRST),
        Column(4, "UnitPrice", Field.PRICE_SOLD, decimal=","),
        Column(5, "CustomerID", Field.CLIENT),
        Column(6, "Country"),
    )
    cells = ["536365", " 85123A ", "6", "1/12/2010 08:26", "2,55", "17850", "United Kingdom"]
    assert row(cells, *columns) == Given(
        day=dt.date(2010, 12, 1),
        original_id="536365",
        product="85123A",
        client="17850",
        numbers={Field.QUANTITY: Decimal(6), Field.PRICE_SOLD: Decimal("2.55")},
    )


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        ("0", ".", (Decimal(0), "")),
        ("1.000", ".", (Decimal(1), "")),
        ("1.000", ",", (Decimal(1000), "")),
        ("-1.000,00 €", ",", (Decimal(-1000), "€")),
        ("(33.52)", ".", (Decimal("-33.52"), "")),
        ("12.50-", ".", (Decimal("-12.50"), "")),
        ("USD 1,234.5", ".", (Decimal("1234.5"), "USD")),
        ("1 234,5", ",", (Decimal("1234.5"), "")),
        (NumberCell("1234.5"), ",", (Decimal("1234.5"), "")),
        ("", ".", "blank"),
        (" ", ".", "blank"),
        ("TBD", ".", "This is not a number."),
        ("n/a", ".", "This is not a number."),
        ("1.234,56", ".", "The number does not fit a column whose decimal mark is “.”."),
        ("12 %", ".", "There is “%” beside the amount."),
    ],
)
def test_an_amount_is_read_under_the_decimal_mark_of_its_column(cell, decimal, value):
    assert number(cell, decimal=decimal) == value


def test_blank_is_only_what_the_column_was_told_and_zero_is_a_value():
    assert number("-", blanks=("-", "n/a")) == "blank"
    assert number(" N/A ", blanks=("-", "n/a")) == "blank"
    assert number("-") == "This is not a number."
    assert number("0", blanks=("-",)) == (Decimal(0), "")
    assert row(["1/12/2010", "-"], Column(1, "Client", Field.CLIENT, blanks=("-",))).client == ""
    assert row(["1/12/2010", "-"], Column(1, "Client", Field.CLIENT)).client == "-"


def test_a_quantity_has_no_unit_and_a_percentage_only_its_sign():
    assert number("5", Field.QUANTITY) == (Decimal(5), "")
    assert number("5 €", Field.QUANTITY) == "There is “€” beside the number."
    assert number("19 %", Field.TAX_PERCENT) == (Decimal(19), "")
    assert number("19", Field.TAX_PERCENT) == (Decimal(19), "")
    assert number("19 €", Field.TAX_PERCENT) == "There is “€” beside the percentage."


def test_a_percentage_of_a_workbook_is_a_fraction_where_the_column_says_so():
    assert number(NumberCell("0.19"), Field.TAX_PERCENT, fractions=True) == (Decimal(19), "")
    assert number(NumberCell("0.19"), Field.TAX_PERCENT) == (Decimal("0.19"), "")
    assert number("19 %", Field.TAX_PERCENT, fractions=True) == (Decimal(19), "")


def test_a_text_that_looks_like_a_number_of_the_workbook_is_still_read_as_a_text():
    reader = LineReader(FileMapping((DAY, Column(1, "Amount", Field.REVENUE, decimal=","))))
    amounts = [
        reader.read(["1/12/2010", cell]).numbers[Field.REVENUE]
        for cell in ("1.000", NumberCell("1.000"), "1.000", NumberCell("1.000"))
    ]
    assert amounts == [1000, 1, 1000, 1]


def test_what_cannot_be_read_is_kept_with_why_and_what_to_do():
    read = row(["1/12/2010", " TBD "], Column(1, "Amount", Field.REVENUE))
    assert read.unread == {
        Field.REVENUE: Unread("TBD", "This is not a number.", "Write a number like 1234.5.")
    }
    assert (read.numbers, wrong_with(read)) == ({}, ())


def test_mapped_columns_that_are_blank_in_the_row_are_told():
    columns = (Column(1, "Amount", Field.REVENUE), Column(2, "Qty", Field.QUANTITY), Column(3, "x"))
    assert row(["1/12/2010", "", "2", ""], *columns).blank == (Field.REVENUE,)


LIKE = "Write a date like 31.12.2026 or 31/12/2026."


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("TBD", Wrong(Field.DATE, "TBD", "This is not a date.", LIKE)),
        ("", Wrong(Field.DATE, "", "The transaction date is blank.", LIKE)),
        (
            "31/11/2010",
            Wrong(
                Field.DATE,
                "31/11/2010",
                "There is no such day.",
                "Check day and month, and the order of the column.",
            ),
        ),
    ],
)
def test_a_row_without_a_date_cannot_go_in(cell, wrong):
    read = row([cell, "10"], Column(1, "Amount", Field.REVENUE))
    assert read.day is None
    assert wrong_with(read) == (wrong,)


@pytest.mark.parametrize("cell", ["", "TBD"])
def test_a_missing_date_is_refused_alike_by_whoever_finds_it(cell):
    read = row([cell, "10"], Column(1, "Amount", Field.REVENUE))
    assert derive(read, terms(), book()).wrong == wrong_with(read)


def test_a_row_without_its_unique_id_cannot_go_in():
    number = Column(1, "No", Field.UNIQUE_ID)
    assert row(["1/12/2010", "00123456789012345678"], number).unique_id == "00123456789012345678"
    assert wrong_with(row(["1/12/2010", " "], number)) == (
        Wrong(Field.UNIQUE_ID, "", "The Unique ID is blank.", "Write the ID of the row."),
    )


def test_a_text_beyond_its_limit_is_no_text_of_the_row():
    client, text = Column(1, "Client", Field.CLIENT), Column(1, "Text", Field.DESCRIPTION)
    assert row(["1/12/2010", "x" * 200], client).client == "x" * 200
    [wrong] = wrong_with(row(["1/12/2010", "x" * 201], client))
    assert (wrong.field, wrong.reason) == (Field.CLIENT, "The text is longer than 200 characters.")
    assert row(["1/12/2010", "x" * 5_000], text).description == "x" * 5_000
    [wrong] = wrong_with(row(["1/12/2010", "x" * 5_001], text))
    assert wrong.reason == "The text is longer than 5,000 characters."


def test_a_stamp_with_an_offset_counts_on_its_written_day_or_in_the_time_zone():
    written = Column(0, "When", Field.DATE)
    berlin = Column(0, "When", Field.DATE, zone="Europe/Berlin")
    assert row(["2026-03-31T23:30:00Z"], written).day == dt.date(2026, 3, 31)
    assert row(["2026-03-31T23:30:00Z"], berlin).day == dt.date(2026, 4, 1)
    assert row(["2026-03-31T23:30:00"], berlin).day == dt.date(2026, 3, 31)


@pytest.mark.parametrize(("epoch", "serial"), [(CALENDAR_WINDOWS_1900, 40513), (CALENDAR_MAC_1904, 39051)])
def test_days_of_a_workbook_are_the_same_in_both_calendars_and_as_plain_numbers(tmp_path, epoch, serial):
    book = openpyxl.Workbook()
    book.epoch = epoch
    for cells in (["day", "amount"], [dt.date(2010, 12, 1), 0.1 + 0.2], [serial, "1.5"], ["1/12/2010", 7]):
        book.active.append(cells)
    book.save(tmp_path / "book.xlsx")
    layout = look(tmp_path / "book.xlsx", Limits())
    reader = LineReader(FileMapping((DAY, Column(1, "amount", Field.REVENUE))), from_1904=layout.from_1904)
    read = [reader.read(line.cells) for line in read_rows(tmp_path / "book.xlsx", layout, Limits())]
    assert [each.day for each in read] == [dt.date(2010, 12, 1)] * 3
    assert [each.numbers[Field.REVENUE] for each in read] == [Decimal("0.3"), Decimal("1.5"), Decimal(7)]


def test_what_is_given_once_stands_in_every_row():
    given = {Field.CLIENT: " Aldin ", Field.OWNER: "Ann", Field.TYPE: "Credit"}
    read = row(["1/12/2010"], given=given, types={"credit": RowKind.REFUND})
    assert (read.client, read.owner) == ("Aldin", "Ann")
    assert (read.type, read.kind) == ("Credit", RowKind.REFUND)


def test_a_currency_given_for_the_file_is_no_currency_column():
    """£4 in a file of euros is £4: the sign in the amount comes before what was given for the file."""
    assert row(["1/12/2010"], given={Field.CURRENCY: "EUR"}).currency == ""


def test_a_row_is_what_its_transaction_type_was_declared_to_be():
    types = {"sale": RowKind.SALE, "gutschrift": RowKind.REFUND, "internal": RowKind.NOT_REVENUE}
    reader = LineReader(FileMapping((DAY, Column(1, "Kind", Field.TYPE)), types=types))
    kinds = {
        text: reader.read(["1/12/2010", text]).kind
        for text in ("Sale", " GUTSCHRIFT ", "internal", "", "Gift", "Sale")
    }
    assert kinds == {
        "Sale": RowKind.SALE,
        " GUTSCHRIFT ": RowKind.REFUND,
        "internal": RowKind.NOT_REVENUE,
        "": RowKind.SALE,
        "Gift": None,
    }
    assert row(["1/12/2010"]).kind is RowKind.SALE


CELLS = st.text(max_size=30) | st.sampled_from(["1.000", "(5)", "3/8/2026", "=1+1", "1e999", "٣"]).map(str)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).map(lambda value: NumberCell(f"{value:.3f}"))


@any_of(st.lists(CELLS | NUMBERS, min_size=len(Field), max_size=len(Field)), st.sampled_from(DateOrder))
def test_no_cell_at_all_stops_the_reading(cells, order):
    columns = [
        Column(place, field.value, field, ",", order, "Asia/Tokyo", ("-",), fractions=True)
        for place, field in enumerate(Field)
    ]
    read = LineReader(FileMapping(tuple(columns))).read(cells)
    told = {*read.numbers, *read.unread, *read.blank}
    assert {field for field in Field if field.kind is not FieldKind.TEXT} - told <= {Field.DATE}
    assert read.day is not None or wrong_with(read)
    assert len(key_of_values(read, tuple(Field))) == 16


def test_reading_nine_cells_costs_little():
    fields = [Field.DATE, Field.UNIQUE_ID, Field.CLIENT, Field.PRODUCT, Field.QUANTITY]
    fields += [Field.PRICE_SOLD, Field.REVENUE, Field.CURRENCY, Field.DESCRIPTION]
    reader = LineReader(FileMapping(tuple(Column(n, str(n), field) for n, field in enumerate(fields))))
    cells = ["2026-03-08", "A-1", "Aldin", "W-1", "5", "10.00", "50.00", "EUR", "five of them"]
    seconds = min(timeit.repeat(lambda: reader.read(cells), number=1_000, repeat=5))
    assert seconds < 0.030, f"{seconds * 1000:.1f} µs a line; 2.5 µs were measured, 10 µs are the aim"
