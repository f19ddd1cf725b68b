"""Text that leaves, and refused rows that come back (rules 5.17)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import (
    REJECT_COLUMNS,
    Problem,
    RejectWriter,
    is_reject_file,
    original_cell,
    original_row,
    own_columns,
    own_rows,
    safe_cell,
)
from tests.lib.tables.samples import LIMITS, read, write

PROBLEM = Problem(7, "Amount", "TBD", "This is not a number.", "Write a number like 1234.5.")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1+1", "'\t'=1+1"),
        ("\r=1+1", "'\r'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("-", "'-"),
        ("'=1+1", "''=1+1"),
        ("x;=HYPERLINK(1)", "x;'=HYPERLINK(1)"),
        ("x,'@SUM(A1)", "x,''@SUM(A1)"),
        ("a\t+cmd\n=1+1", "a\t'+cmd\n'=1+1"),
        ("=1;=2", "'=1;'=2"),
        ("a; b, c", "a; b, c"),
        ("-5", "-5"),
        ("-1,234.50", "-1,234.50"),
        ("+49 171 123", "+49 171 123"),
        ("-1.5E-06", "-1.5E-06"),
        ("-19 %", "-19 %"),
        ("5", "5"),
        ("Acme = best", "Acme = best"),
        ("O'Neill", "O'Neill"),
        ("", ""),
    ],
)
def test_what_begins_like_a_formula_gets_an_apostrophe_and_a_number_does_not(text, written):
    assert safe_cell(text) == written
    assert original_cell(written) == text


@given(st.text(st.sampled_from("'=+-@\t\r\n＝1a ,;.%")))
def test_what_was_escaped_comes_back_as_it_was(text):
    assert original_cell(safe_cell(text)) == text


def test_a_reject_file_holds_the_row_as_it_was_and_what_is_wrong_with_it(tmp_path):
    out = io.StringIO(newline="")
    writer = RejectWriter(out, ("Day", "Amount", "Note"), ";")
    writer.write(
        ["2026-03-08", "TBD", '=HYPERLINK("x")'], [PROBLEM, Problem(7, "Note", "", "Long.", "Shorten.")]
    )
    assert out.getvalue().splitlines() == [
        "Day;Amount;Note;_line;_column;_problem;_repair",
        '2026-03-08;TBD;"\'=HYPERLINK(""x"")";7;"Amount; Note";"This is not a number.; Long.";'
        '"Write a number like 1234.5.; Shorten."',
    ]
    path = write(tmp_path, out.getvalue(), "utf-8-sig")
    layout, _ = read(path)
    assert is_reject_file(layout.columns)
    assert own_columns(layout) == ("Day", "Amount", "Note")
    (row,) = own_rows(path, layout, LIMITS)
    assert row.cells == ["2026-03-08", "TBD", '=HYPERLINK("x")']


def test_cells_of_ragged_rows_are_not_lost():
    out = io.StringIO(newline="")
    writer = RejectWriter(out, ("a", "b"))
    writer.write(["1", "2", "3"], [PROBLEM])
    writer.write(["1"], [PROBLEM])
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows[0] == ["a", "b", *REJECT_COLUMNS]
    assert original_row(rows[1], 2) == ["1", "2", "3"]
    assert original_row(rows[2], 2) == ["1", ""]


def test_another_table_is_no_reject_file():
    assert not is_reject_file(("a", "_line"))
    assert not is_reject_file(())
