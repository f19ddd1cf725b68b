"""The corpus is complete, the same every time, and its expectations, typed by hand, are what the oracle
finds.
"""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.oracle.cells import Unreadable, date_orders, decimal_marks, has_offset, read_date
from tests.oracle.derive import derive
from tests.oracle.identity import shared_ids
from tests.oracle.rows import read_row
from tests.oracle.values import NUMBERS, Answer, Decisions

from .build import write_all
from .case import REFUSALS, WORKSPACE, Answers, Case
from .cases import CASES
from .read import Cells, cells_of, headings_of, is_filled, provided, rows_of, sheet_cells, sheet_names

CLASSES = (
    "utf-8",
    "utf-8 with mark",
    "utf-16",
    "windows-1252",
    "semicolon",
    "tab",
    "pipe",
    "quoted newlines",
    "unbalanced quotes",
    "ragged rows",
    "duplicate headers",
    "blank header",
    "no header",
    "only a header",
    "empty file",
    "binary",
    "old .xls",
    "encrypted xlsx",
    "several sheets",
    "merged headers",
    "formulas",
    "dates as serial numbers (1900)",
    "dates as serial numbers (1904)",
    "leading zeros",
    "ids of 20 digits",
    "decimal comma",
    "1.000",
    "(33.52)",
    "-1.000,00 €",
    "trailing minus",
    "currency in the cell",
    "non-breaking spaces",
    "date orders",
    "impossible dates",
    "two columns on one field",
    "no date column",
    "1000:1 zip",
    "10^6 columns",
    "column XFD",
    "lying dimensions",
    "entity bomb",
    "path in a zip entry name",
    "formula injection",
)
NAMED = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
READABLE = [case for case in CASES if not case.expected.refused]
READ = pytest.mark.parametrize("case", READABLE, ids=[case.name for case in READABLE])
LONGEST = {"client": 200, "description": 5_000}


def test_there_are_at_least_60_cases_with_names_of_their_own() -> None:
    assert len(CASES) >= 60
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


def test_every_class_of_trouble_is_covered() -> None:
    assert set(CLASSES) - {kind for case in CASES for kind in case.covers} == set()


@NAMED
def test_an_expectation_agrees_with_itself(case: Case) -> None:
    expected = case.expected
    assert case.tests
    assert case.covers
    if expected.refused:
        assert expected.refused in REFUSALS
        assert (expected.rows, expected.sums, expected.converted) == (0, {}, None)
        return
    assert expected.rows == expected.good + expected.bad > 0
    assert len(expected.bad_rows) == expected.bad
    assert expected.unknown <= expected.good
    assert (expected.converted is None) == (expected.sums == {})
    assert all(1 <= row <= expected.rows for row, _, _ in expected.bad_rows)


def test_the_builder_writes_the_same_bytes_each_time_and_nothing_big(tmp_path: Path) -> None:
    first, second = write_all(tmp_path / "first"), write_all(tmp_path / "second")
    assert len(first) == len(CASES)
    for name, path in first.items():
        assert path.read_bytes() == second[name].read_bytes()
        assert path.stat().st_size < 3_000_000


def decisions(answers: Answers) -> Decisions:
    return Decisions(
        decimal_mark=answers.decimal_mark,
        decimal_marks=answers.decimal_marks,
        date_order=answers.date_order,
        blanks=answers.blanks,
        given={"currency": answers.currency} if answers.currency else {},
        column_currency=answers.column_currency,
        types=answers.types,
        refunds_carry_minus=answers.refunds_carry_minus,
        in_zone=answers.in_zone,
    )


def answer_of(record: Cells, case: Case, width: int) -> Answer:
    """The oracle's answer, or the error of a row that no table has."""
    cells = provided(record, case.answers)
    is_short = len(record) < width and not case.data().startswith(b"PK")
    if is_short or any(map(is_filled, record[width:])):
        return Answer("error", "ragged")
    for field, cell in cells.items():
        if "\0" in str(cell):
            return Answer("error", "nul", field)
        if len(str(cell)) > LONGEST.get(field, len(str(cell))):
            return Answer("error", "too long", field)
    decided = decisions(case.answers)
    return derive(read_row(cells, decided, WORKSPACE), WORKSPACE, decided)


def answers_of(case: Case) -> list[Answer]:
    records = cells_of(case.data(), case.answers)
    width = len(headings_of(records, case.answers))
    return [answer_of(record, case, width) for record in rows_of(records, case.answers)]


@READ
def test_the_oracle_finds_the_sums_that_were_typed_by_hand(case: Case) -> None:
    expected, answers = case.expected, answers_of(case)
    wrong = [(at, answer) for at, answer in enumerate(answers, 1) if answer.status == "error"]
    assert tuple((at, answer.column, answer.reason) for at, answer in wrong) == expected.bad_rows
    assert (len(answers), len(answers) - len(wrong)) == (expected.rows, expected.good)
    assert sum(answer.status == "unknown" for answer in answers) == expected.unknown
    figures = [answer.figure for answer in answers if answer.status == "derived" and answer.figure]
    sums: dict[str, Decimal] = {}
    for figure in figures:
        sums[figure.currency] = sums.get(figure.currency, Decimal(0)) + figure.amount
    assert {currency: str(total) for currency, total in sums.items()} == expected.sums
    known = [figure.converted for figure in figures if figure.converted is not None]
    assert (str(sum(known)) if known else None) == expected.converted


def questions(case: Case) -> set[str]:
    """What the columns themselves leave open, by the oracle."""
    records = cells_of(case.data(), case.answers)
    rows, headings, asks = rows_of(records, case.answers), headings_of(records, case.answers), set()
    for at, field in enumerate(case.answers.fields):
        texts = [cell for row in rows if len(row) > at and isinstance(cell := row[at], str)]
        if field == "date":
            asks |= {f"date order: {headings[at]}"} if open_order(texts) else set()
            asks |= {f"offset: {headings[at]}"} if any(map(has_offset, texts)) else set()
        if field in NUMBERS and len(decimal_marks(texts, case.answers.blanks.get(field, ()))) != 1:
            asks.add(f"decimal mark: {headings[at]}")
    return asks | ({"sheet"} if case.answers.sheet else set())


def open_order(texts: list[str]) -> bool:
    readable = [
        text
        for text in texts
        if any(not isinstance(read_date(text, o), Unreadable) for o in ("YMD", "DMY", "MDY"))
    ]
    return bool(readable) and len(date_orders(readable)) != 1


@READ
def test_what_is_asked_is_what_the_columns_leave_open(case: Case) -> None:
    assert questions(case) == set(case.expected.asks)


def test_a_sheet_is_asked_only_where_several_hold_cells() -> None:
    for case in READABLE:
        data = case.data()
        if data.startswith(b"PK"):
            filled = [name for name in sheet_names(data) if sheet_cells(data, name)]
            assert ("sheet" in case.expected.asks) == (len(filled) > 1), case.name


@READ
def test_the_cells_to_be_kept_are_in_the_file(case: Case) -> None:
    found = {str(cell) for record in cells_of(case.data(), case.answers) for cell in record}
    assert set(case.expected.kept) <= found


def test_repeated_ids_are_refused_with_their_counts() -> None:
    case = next(case for case in CASES if case.name == "repeated-ids")
    records = cells_of(case.data(), case.answers)
    assert shared_ids([str(row[0]) for row in rows_of(records, case.answers)]) == (4, 3)
