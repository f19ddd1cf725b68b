"""Workbooks, in a child process with limits (rules 1.6, 10; architecture: hostile input)."""

import datetime as dt
import os
import struct
import time
import zipfile
from typing import Any

import pytest

from kamtrak.lib.tables import (
    Ask,
    LimitExceeded,
    Limits,
    NumberCell,
    NumberFormat,
    TableError,
    decide_numbers,
    look,
    read_rows,
    xlsx,
)
from tests.lib.tables.samples import LIMITS, read, reason, tampered, workbook

MORNING = dt.datetime(2026, 3, 8, 8, 26)  # noqa: DTZ001 - a spreadsheet knows no time zone
HEADER = ["Day", "When", "Amount", "Text", "Flag"]
ROWS: list[list[Any]] = [
    HEADER,
    [dt.date(2026, 3, 8), MORNING, 1.234, "=1+1", True],
    [None, None, 0.1 + 0.2, 'ü "quoted"\nline', False],
    [None, None, 1e20, None, None],
    [],
    [None, None, -0.5, None, None],
]


@pytest.fixture(params=["calamine", "openpyxl"])
def reader(request, monkeypatch):
    """Both readers give the same rows."""
    monkeypatch.setattr(xlsx, "_READERS", (request.param,))
    return request.param


@pytest.mark.usefixtures("reader")
def test_a_workbook_is_read_as_text_with_dates_in_iso_and_numbers_at_15_digits(tmp_path):
    rows = [[cell if cell != "=1+1" else "1+1=" for cell in row] for row in ROWS]
    layout, found = read(workbook(tmp_path / "a.xlsx", rows))
    assert (layout.kind, layout.columns, layout.described) == ("xlsx", tuple(HEADER), "sheet “Sheet 1”")
    assert [(row.line, row.cells) for row in found] == [
        (2, ["2026-03-08", "2026-03-08 08:26:00", "1.234", "1+1=", "TRUE"]),
        (3, ["", "", "0.3", 'ü "quoted"\nline', "FALSE"]),
        (4, ["", "", "100000000000000000000", "", ""]),
        (6, ["", "", "-0.5", "", ""]),
    ]


@pytest.mark.usefixtures("reader")
def test_a_number_of_a_workbook_is_never_taken_for_a_typed_one(tmp_path):
    _, rows = read(workbook(tmp_path / "a.xlsx", [["Amount", "Typed"], [1.234, "1.234"], [2.345, "2.345"]]))
    amounts, typed = ([row.cells[column] for row in rows] for column in (0, 1))
    assert all(type(cell) is NumberCell for cell in amounts)
    assert decide_numbers(amounts) == NumberFormat(".")
    assert isinstance(decide_numbers(typed), Ask)


@pytest.mark.usefixtures("reader")
def test_tables_that_do_not_begin_in_the_corner_keep_their_rows_and_columns(tmp_path):
    rows: list[list[Any]] = [[], [None, None], [None, "Day", "Amount"], [None, "x", 5]]
    layout, found = read(workbook(tmp_path / "a.xlsx", rows))
    assert (layout.header_line, layout.columns) == (3, ("Column 1", "Day", "Amount"))
    assert [(row.line, row.cells) for row in found] == [(4, ["", "x", "5"])]


@pytest.mark.usefixtures("reader")
def test_the_first_visible_sheet_is_read_unless_another_is_asked_for(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["hidden", "b"], [1, 2]], [["shown", "b"], [3, 4]], hide_first=True)
    layout, rows = read(path)
    assert (layout.sheet, layout.sheets, rows[0].cells) == ("Sheet 2", ("Sheet 1", "Sheet 2"), ["3", "4"])
    layout, rows = read(path, sheet="Sheet 1")
    assert (layout.columns, rows[0].cells) == (("hidden", "b"), ["1", "2"])
    with pytest.raises(TableError, match="no sheet “Sheet 9”"):
        look(path, LIMITS, sheet="Sheet 9")


@pytest.mark.usefixtures("reader")
def test_visible_sheets_with_rows_are_named_with_how_many(tmp_path):
    path = workbook(tmp_path / "b.xlsx", [["a", "b"], [1, 2]], [], [["c", "d"], [1, 2], [3, 4]])
    assert look(path, LIMITS).sheet_rows == {"Sheet 1": 2, "Sheet 3": 3}
    hidden = workbook(tmp_path / "h.xlsx", [["a"], [1]], [["c", "d"], [1, 2]], hide_first=True)
    assert look(hidden, LIMITS).sheet_rows == {"Sheet 2": 2}


def test_a_cell_in_the_last_column_costs_a_refusal_and_not_a_process(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "xfd.xlsx",
        lambda name, data: data.replace(b"</sheetData>", far) if name.endswith("sheet1.xml") else data,
    )
    with pytest.raises((LimitExceeded, TableError)):
        read(path)


@pytest.mark.parametrize("quote", [b'"', b"'"])
def test_a_formula_that_failed_is_its_error_and_never_a_blank_cell(tmp_path, quote):
    fault = b'<c r="B2" t="e"><v>#REF!</v></c></row>'.replace(b'"', quote)
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, None]]),
        tmp_path / "stored-without-a-suffix",
        lambda name, data: (
            data.replace(b"</row></sheetData>", fault + b"</sheetData>")
            if name.endswith("sheet1.xml")
            else data
        ),
    )
    _, rows = read(path)
    assert [row.cells for row in rows] == [["1", "#REF!"]]


def test_where_the_quick_reader_gives_up_the_frugal_one_takes_over(tmp_path):
    far = b'<row r="1048576"><c r="RX1048576"><v>1</v></c></row></sheetData>'
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "far.xlsx",
        lambda name, data: data.replace(b"</sheetData>", far) if name.endswith("sheet1.xml") else data,
    )
    _, rows = read(path)
    assert [(row.line, bool(row.problem)) for row in rows] == [(2, False), (1_048_576, True)]


def test_the_limits_of_a_workbook_are_checked_before_it_is_opened(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    for limits, message in (
        (Limits(xlsx_packed=100), r"at most 100 bytes are possible\. Save it as CSV"),
        (Limits(xlsx_unpacked=5_000), r"more than the 5,000 bytes that are possible"),
        (Limits(xlsx_parts=3), r"parts; at most 3 are possible"),
        (Limits(columns=1), r"has 2 columns; at most 1 are possible"),
    ):
        with pytest.raises(LimitExceeded, match=message):
            look(path, limits)


def test_a_bomb_that_states_its_size_is_refused_at_once(tmp_path):
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "bomb.xlsx",
        lambda name, data: data + b" " * 60_000_000 if name.endswith("sheet1.xml") else data,
    )
    began = time.perf_counter()
    with pytest.raises(LimitExceeded, match="unpacks to more"):
        look(path, Limits(xlsx_unpacked=50_000_000))
    assert time.perf_counter() - began < 5


def test_a_bomb_that_lies_about_its_size_ends_with_its_child(tmp_path):
    comment = b"<!--" + b" " * 150_000_000 + b"--></worksheet>"
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "liar.xlsx",
        lambda name, data: data.replace(b"</worksheet>", comment) if name.endswith("sheet1.xml") else data,
    )
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        true = next(part.file_size for part in archive.infolist() if part.filename.endswith("sheet1.xml"))
    path.write_bytes(content.replace(struct.pack("<I", true), struct.pack("<I", 1000)))
    try:
        _, rows = read(path, Limits(xlsx_memory=100_000_000, xlsx_seconds=20))
    except TableError:
        return
    assert [row.cells for row in rows] == [["1", "2"]]


def test_a_workbook_that_needs_more_memory_than_there_is_costs_a_refusal(tmp_path):
    giant = b"<si><t>" + b"x" * 60_000_000 + b"</t></si></sst>"
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], ["c", "d"]]),
        tmp_path / "giant.xlsx",
        lambda name, data: data.replace(b"</sst>", giant) if name.endswith("sharedStrings.xml") else data,
    )
    with pytest.raises(TableError, match="cannot be read within 60 MB of memory"):
        look(path, Limits(xlsx_memory=60 * 1024 * 1024))


def test_a_child_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(xlsx, "_CHILD", sleeper)
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    began = time.perf_counter()
    with pytest.raises(TableError, match="and 1 seconds"):
        look(path, Limits(xlsx_seconds=1))
    assert time.perf_counter() - began < 5


def test_blank_rows_without_end_are_refused_when_a_sheet_could_have_no_more(tmp_path):
    fault = b'<row><c t="e"><v>#REF!</v></c></row>'  # what has the frugal reader read the workbook
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "blank.xlsx",
        lambda name, data: (
            data.replace(b"</sheetData>", fault + b"<row/>" * 5_000 + b"</sheetData>")
            if name.endswith("sheet1.xml")
            else data
        ),
    )
    with pytest.raises(LimitExceeded, match=r"at most 1,000 are possible, blank ones among them\. Delete"):
        read(path, Limits(xlsx_lines=1_000))
    assert len(read(path)[1]) == 2


def test_while_a_child_is_silent_its_reader_is_heard_and_can_end_it(tmp_path, monkeypatch):
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(xlsx, "_CHILD", sleeper)
    monkeypatch.setattr(xlsx, "_SILENCE", 0.02)
    heard = []

    def waiting():
        heard.append(1)
        if len(heard) == 3:
            raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        look(workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]), LIMITS, waiting=waiting)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.usefixtures("reader")
def test_a_row_with_nul_characters_is_a_bad_row_of_a_workbook_too(tmp_path):
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], ["x", "A?B"], ["y", "z"]]),
        tmp_path / "nul.xlsx",
        lambda name, data: data.replace(b"A?B", b"A_x0000_B"),
    )
    _, rows = read(path)
    assert (rows[0].line, rows[1].cells, rows[1].problem) == (2, ["y", "z"], None)
    if rows[0].cells[1] != "A_x0000_B":  # the frugal reader leaves it as it is written
        assert (rows[0].cells[1], reason(rows[0])) == ("A\ufffdB", "The row contains NUL characters.")


def test_only_the_waiting_counts_as_the_time_of_the_child(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], *([n, "x" * 100] for n in range(3000))])
    limits = Limits(xlsx_seconds=1)
    layout = look(path, limits)
    count = 0
    for _ in read_rows(path, layout, limits):
        if count in (0, 1000):
            time.sleep(0.7)
        count += 1
    assert count == 3000


def test_a_reader_that_is_left_early_leaves_no_process_behind(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], *([n, "x" * 100] for n in range(5000))])
    rows = read_rows(path, look(path, LIMITS), LIMITS)
    next(rows)
    rows.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.usefixtures("reader")
def test_an_overlong_cell_is_cut_and_reported(tmp_path):
    _, rows = read(workbook(tmp_path / "a.xlsx", [["a", "b"], [1, "x" * 500]]), Limits(cell_chars=100))
    assert reason(rows[0]) == "A cell is longer than 100 characters."
    assert rows[0].cells == ["1", "x" * 100]


@pytest.mark.parametrize("cut", [200, 3000])
def test_a_damaged_workbook_is_refused_in_plain_words(tmp_path, cut):
    path = workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(TableError, match="is damaged"):
        look(path, LIMITS)


def test_damage_inside_a_workbook_is_found_by_both_readers(tmp_path):
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "bad.xlsx",
        lambda name, data: data[: len(data) // 2] if name.endswith("workbook.xml") else data,
    )
    with pytest.raises(TableError, match="is damaged"):
        look(path, LIMITS)


def test_entities_that_multiply_are_not_followed(tmp_path):
    laugh = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    laugh += b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    laugh += b']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&a11;</t></si></sst>'
    path = tampered(
        workbook(tmp_path / "a.xlsx", [["a", "b"], [1, 2]]),
        tmp_path / "laugh.xlsx",
        lambda name, data: laugh if name.endswith("sharedStrings.xml") else data,
    )
    with pytest.raises(TableError):
        look(path, LIMITS)


def test_another_archive_is_not_a_workbook(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(TableError, match="not an Excel workbook"):
        look(path, LIMITS)


def test_an_empty_sheet_has_no_rows(tmp_path):
    with pytest.raises(TableError, match="has no rows"):
        look(workbook(tmp_path / "a.xlsx", []), LIMITS)
