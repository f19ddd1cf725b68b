"""Files as tables: delimiter, header, rows, and everything that goes wrong (rules 5.16, 5.17, 10)."""

import csv
import io
import tracemalloc
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import Layout, LimitExceeded, Limits, TableError, look, read_rows
from kamtrak.lib.tables.lines import read_records
from tests.lib.tables.samples import LIMITS, read, reason, write

EUROPEAN = (
    "\ufeffInvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country\r\n"
    "536365;85123A;WHITE HANGING HEART;6;1/12/2010 08:26;2,55;17850;United Kingdom\r\n"
    "C536379;D;Discount;-1;1/12/2010 09:41;27,50;;United Kingdom\r\n"
)


def cells(rows):
    return [row.cells for row in rows]


def test_a_european_spreadsheet_is_read_as_it_was_saved(tmp_path):
    layout, rows = read(write(tmp_path, EUROPEAN))
    assert layout.described == "UTF-8, semicolon"
    assert layout.columns[:4] == ("InvoiceNo", "StockCode", "Description", "Quantity")
    assert rows[0].line == 2
    assert rows[0].cells[4:6] == ["1/12/2010 08:26", "2,55"]
    assert rows[1].cells == [
        "C536379",
        "D",
        "Discount",
        "-1",
        "1/12/2010 09:41",
        "27,50",
        "",
        "United Kingdom",
    ]


# Delimiters


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_found(tmp_path, delimiter):
    text = "a b c\n1 2 3\n4 5 6\n".replace(" ", delimiter)
    layout, rows = read(write(tmp_path, text))
    assert layout.delimiter == delimiter
    assert cells(rows) == [["1", "2", "3"], ["4", "5", "6"]]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("day;amount\n2026-01-01;1,5\n2026-01-02;2,5\n", ";"),
        ("day;amount, net\n2026-01-01;1,5\n2026-01-02;2,5\n", ";"),
        ('name,note\n"a;b;c",x\n"d;e;f",y\n', ","),
        ('name;note\n"a\nb,c,d";x\n"e,f,g";y\n', ";"),
        ("a|b\tc\td\n1|2\t3\t4\n", "\t"),
        ("only one column\n1\n2\n", ","),
        ("a,b,c\n1,2,3\n1,2\n1,2,3,4\n", ","),
    ],
)
def test_quotes_decimal_commas_and_ragged_rows_do_not_mislead(tmp_path, text, delimiter):
    assert look(write(tmp_path, text), LIMITS).delimiter == delimiter


def test_the_hint_that_excel_writes_is_followed_and_is_no_row(tmp_path):
    layout, rows = read(write(tmp_path, "sep=|\na|b\n1|2\n"))
    assert (layout.delimiter, layout.columns, cells(rows)) == ("|", ("a", "b"), [["1", "2"]])
    layout, rows = read(write(tmp_path, "sep=;\n1;2,5\n3;4,5\n"))
    assert (layout.header_line, cells(rows)) == (0, [["1", "2,5"], ["3", "4,5"]])


# Headers


def test_column_names_are_trimmed_and_blank_and_repeated_ones_get_a_name(tmp_path):
    layout, _ = read(write(tmp_path, '" Amount ",,amount,"Net\nvalue",\u200bDay\nx,y,z,u,v\n'))
    assert layout.columns == ("Amount", "Column 2", "amount (2)", "Net value", "Day")


def test_titles_above_the_table_are_not_its_header(tmp_path):
    layout, rows = read(write(tmp_path, "Sales 2026;;\n\nDay;Client;Amount\n1/2/2026;Acme;5\n"))
    assert (layout.header_line, layout.columns) == (3, ("Day", "Client", "Amount"))
    assert [(row.line, row.cells) for row in rows] == [(4, ["1/2/2026", "Acme", "5"])]


def test_a_file_without_a_header_keeps_its_first_row(tmp_path):
    text = "2026-01-02,USD,EUR,1.1682\n2026-01-03,USD,EUR,1.1701\n"
    layout, rows = read(write(tmp_path, text))
    assert (layout.header_line, layout.columns) == (0, ("Column 1", "Column 2", "Column 3", "Column 4"))
    assert [row.line for row in rows] == [1, 2]


def test_a_person_has_the_last_word_on_the_layout(tmp_path):
    path = write(tmp_path, "1,2\n3,4\n")
    layout, rows = read(path, header=True)
    assert (layout.columns, cells(rows)) == (("1", "2"), [["3", "4"]])
    layout, rows = read(path, delimiter=";", encoding="cp1252", header=False)
    assert (layout.columns, cells(rows)) == (("Column 1",), [["1,2"], ["3,4"]])


def test_a_layout_is_made_of_plain_values_and_can_be_kept(tmp_path):
    layout, _ = read(write(tmp_path, EUROPEAN))
    kept = asdict(layout)
    assert Layout(**kept) == layout


# Rows


def test_blank_rows_are_left_out_and_lines_count_as_in_an_editor(tmp_path):
    _, rows = read(write(tmp_path, 'a,b\n\n1,"x\ny\nz"\n , \n2,w\n'))
    assert [(row.line, row.cells) for row in rows] == [(3, ["1", "x\ny\nz"]), (7, ["2", "w"])]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_known(tmp_path, line_end):
    _, rows = read(write(tmp_path, line_end.join(["a,b", "1,2", '3,"4"'])))
    assert cells(rows) == [["1", "2"], ["3", "4"]]


def test_cells_stay_as_they_were_brought(tmp_path):
    _, rows = read(write(tmp_path, 'a,b\n" x ","say ""hi"""\n007,  \u00a05\n'))
    assert cells(rows) == [[" x ", 'say "hi"'], ["007", "  \u00a05"]]


def test_ragged_rows_are_reported_and_the_others_read(tmp_path):
    _, rows = read(write(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,,\n"))
    assert [reason(row) for row in rows] == [
        None,
        "The row has 2 cells, the table has 3 columns.",
        "The row has 4 cells, the table has 3 columns.",
        None,
    ]
    assert [row.problem.line for row in rows if row.problem] == [3, 4]
    assert cells(rows) == [["1", "2", "3"], ["4", "5", ""], ["6", "7", "8", "9"], ["1", "2", "3"]]


def test_a_quote_that_is_never_closed_costs_one_row_and_not_the_file(tmp_path):
    _, rows = read(write(tmp_path, 'a,b\n1,"open\n2,x\n3,y\n'))
    assert [(row.line, row.cells, bool(row.problem)) for row in rows] == [
        (2, ["1", '"open'], True),
        (3, ["2", "x"], False),
        (4, ["3", "y"], False),
    ]
    assert reason(rows[0]) == "A quotation mark is opened and never closed."


def test_an_open_quote_in_a_long_file_is_given_up_after_a_bounded_stretch(tmp_path):
    lines = ["a,b", '1,"open', *(f"{n},x" for n in range(50_000))]
    _, rows = read(write(tmp_path, "\n".join(lines)), Limits(row_chars=10_000))
    assert len(rows) == 50_001
    assert [row.line for row in rows if row.problem] == [2]


def test_a_giant_line_is_cut_and_reported(tmp_path):
    path = write(tmp_path, "a,b\n1," + "x" * 300_000 + "\n2,y\n")
    _, rows = read(path, Limits(row_chars=100_000))
    assert reason(rows[0]) == "The row is longer than 100,000 characters."
    assert max(map(len, rows[0].cells)) <= LIMITS.cell_chars
    assert (rows[1].line, rows[1].cells, rows[1].problem) == (3, ["2", "y"], None)


def test_a_giant_cell_is_cut_and_reported(tmp_path):
    _, rows = read(write(tmp_path, 'a,b\n1,"' + "x\n" * 20_000 + '"\n2,y\n'))
    assert reason(rows[0]) == "A cell is longer than 32,767 characters."
    assert len(rows[0].cells[1]) == 32_767
    assert rows[1].cells == ["2", "y"]


def test_nul_characters_are_reported_and_replaced(tmp_path):
    _, rows = read(write(tmp_path, 'a,b\n1,x\0y\n2,"\n\0"\n3,z\n'))
    assert [bool(row.problem) for row in rows] == [True, True, False]
    assert reason(rows[0]) == "The row contains NUL characters."
    assert cells(rows)[:2] == [["1", "x\ufffdy"], ["2", "\n\ufffd"]]


def test_a_row_of_half_a_million_commas_is_one_problem(tmp_path):
    _, rows = read(write(tmp_path, "a,b\n1,2\n" + "," * 500_000 + "x\n3,4\n"))
    assert [bool(row.problem) for row in rows] == [False, True, False]


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=4))
)
def test_what_a_csv_writer_wrote_is_read_back(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    records = read_records(io.StringIO(out.getvalue(), newline=""), ",", LIMITS)
    assert [record.cells for record in records] == rows


@given(st.text(st.sampled_from('",\n\rab\0')))
def test_any_text_is_read_to_its_end_without_an_error(text):
    records = list(read_records(io.StringIO(text, newline=""), ",", Limits(row_chars=20, cell_chars=5)))
    assert [record.line for record in records] == sorted({record.line for record in records})


@given(st.binary(max_size=400) | st.text(st.sampled_from('a1;,"\n\r\t|. ')).map(str.encode))
def test_any_file_is_a_table_or_a_plain_refusal(tmp_path_factory, content):
    path = write(tmp_path_factory.getbasetemp(), content)
    try:
        layout, rows = read(path)
    except TableError:
        return
    width = len(layout.columns)
    for row in rows:
        assert len(row.cells) == width or (row.problem and len(row.cells) > width)
        assert not any("\0" in cell for cell in row.cells)


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = write(tmp_path, "id,text\n" + "".join(f"{n},some text of a row\n" for n in range(60_000)))
    layout = look(path, LIMITS)
    tracemalloc.start()
    count = sum(1 for _ in read_rows(path, layout, LIMITS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 1_000_000


# Limits and files that are no tables


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(bytes=10), "The file has 29 bytes; at most 10 bytes are possible."),
        (Limits(rows=3), "The file has 4 rows; at most 3 are possible."),
        (Limits(columns=2), "The table has 3 columns; at most 2 are possible."),
    ],
)
def test_a_file_over_a_limit_is_refused_with_the_limit(tmp_path, limits, message):
    path = write(tmp_path, "a,b,c\n" + "1,2,3\n" * 3 + "4,5,6")
    with pytest.raises(LimitExceeded) as refused:
        look(path, limits)
    assert str(refused.value) == message


def test_texts_with_line_ends_do_not_count_as_rows(tmp_path):
    layout = look(write(tmp_path, 'a,b\n1,"x\n\n\n\n\ny"\n'), Limits(rows=1))
    assert layout.lines == 7


def test_the_limit_of_rows_also_holds_while_reading(tmp_path):
    path = write(tmp_path, "a,b\n1,2\n3,4\n5,6\n")
    layout = look(path, LIMITS)
    with pytest.raises(LimitExceeded, match="more than 2 rows"):
        list(read_rows(path, layout, Limits(rows=2)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n\n , \n", "The file has no rows."),
        (b"\xef\xbb\xbf", "The file has no rows."),
        (b"%PDF-1.7 ...", "This is a PDF."),
        (b"\x89PNG\r\n", "This is a picture."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "with a password"),
        ("a,b\n1,2\n".encode("utf-16-le"), "This is not a text file, or it is UTF-16 without a mark."),
        (b"\x1f\x8b\x08\x00", "This file is compressed."),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(tmp_path, content, message):
    with pytest.raises(TableError) as refused:
        look(write(tmp_path, content), LIMITS)
    assert message in str(refused.value)


def test_an_encoding_that_was_chosen_and_does_not_fit_is_refused(tmp_path):
    path = write(tmp_path, "a,b\n1,é\n".encode("cp1252"))
    with pytest.raises(TableError, match="is not UTF-8"):
        read(path, encoding="utf-8")
