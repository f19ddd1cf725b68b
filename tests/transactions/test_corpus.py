"""Every file of the corpus through the whole pipeline: what is asked, refused, counted and summed is what was
typed by hand beside it (tests/corpus).
"""

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage

from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Layout, original_row, own_rows
from tests.cast import Cast
from tests.corpus.case import WORKSPACE, Answers, Case, Expected
from tests.corpus.cases import CASES
from tests.oracle.values import Decisions
from tests.transactions.bringing import check, commit, fresh, upload, work
from tests.transactions.furnishing import furnish, mapping_of, on
from transactions.models import Import, ImportState, Transaction
from transactions.pipeline.files import at_hand, import_limits
from transactions.rules import Asked, FileMapping, Looked, open_questions
from transactions.services.imports import relook
from workspaces.models import JobState

ASKED = {Asked.DECIMAL: "decimal mark", Asked.ORDER: "date order", Asked.OFFSETS: "offset"}
# What the message of each refusal says.
REFUSED = {
    "old workbook": ".xls workbook",
    "encrypted": "with a password",
    "no workbook": "not an Excel workbook",
    "damaged": "damaged|no sheet",
    "unsafe": "damaged",
    "markup": "web page",
    "too many columns": "columns; at most",
    "too large": r"500 MB|damaged",
    "no rows": "no rows",
    "empty": r"empty|no rows",
    "no date column": "No column is the transaction date",
    "field twice": "Keep one",
    "repeated ids": "no Unique ID: 4 lines share 3 values",
    "binary": "PDF|picture|not a text",
}
PROBLEMS = {
    "row is longer": "ragged",
    "is blank": "blank",
    "longer than": "too long",
    "cells, the table": "ragged",
    "cells.": "ragged",
    "NUL": "nul",
    "another currency than": "currency conflict",
    "no currency": "unknown currency",
    "not declared": "undeclared type",
    "never closed": "unclosed quote",
    "Several currencies": "unknown currency",
}
# What is wrong with the text of a row is told of the row, before its columns mean anything.
OF_THE_ROW = ("nul", "too long")
# A quote that never closes: a careful reader need not give up the file for it.
INSTEAD = {
    "unclosed-quote": Expected(
        3, 2, 1, sums={"USD": "40.00"}, converted="40.00", bad_rows=((2, "", "unclosed quote"),)
    )
}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_file_comes_to_what_was_typed_by_hand(case: Case, inside: Cast) -> None:
    furnish(inside.ada, WORKSPACE)
    with on(WORKSPACE.rates.today) as now:
        case = replace(case, expected=INSTEAD.get(case.name, case.expected))
        if case.expected.refused:
            refuses(case, inside, now)
        else:
            takes(case, inside, now)


def refuses(case: Case, cast: Cast, now: datetime) -> None:
    """The whole file is refused, with a message of its kind, and nothing is in."""
    with pytest.raises(Refused) as refusal:
        through(case, cast, now)
    assert re.search(REFUSED[case.expected.refused], str(refusal.value.message)), refusal.value.message
    assert not Transaction.objects.exists()


def takes(case: Case, cast: Cast, now: datetime) -> None:
    """The file is asked about, checked and put in, to the last digit."""
    expected = case.expected
    checked, asks = through(case, cast, now)
    told = checked.checked
    assert asks == set(expected.asks) - {"sheet"}
    bad, cells = refused_rows(checked, case)
    assert bad == tuple(
        (row, "" if kind in OF_THE_ROW and (row, "", kind) in bad else field, kind)
        for row, field, kind in expected.bad_rows
    )
    assert (told["rows"], told["good"], told["bad"]) == (expected.rows, expected.good, expected.bad)
    assert sum(told["unknown"].values()) == expected.unknown
    assert {each["name"]: each["revenue"] for each in told["sums"]} == expected.sums
    if expected.converted is not None:
        assert told["converted"] == expected.converted
    if not expected.good:
        return
    done = commit(checked, cast.ada, now=now)
    assert done.state == ImportState.COMMITTED, done.job and done.job.error
    rows = list(Transaction.objects.all())
    assert len(rows) == expected.good
    assert sum(row.converted or Decimal(0) for row in rows) == Decimal(expected.converted or 0)
    assert set(expected.kept) <= cells | {cell for row in rows for cell in row.cells}


def through(case: Case, cast: Cast, now: datetime) -> tuple[Import, set[str]]:
    """The checked import, and what was asked on the way. Raises Refused as the person is told."""
    imported = upload(cast.ada, case.data(), case.file, now)
    imported = looked_again(imported, case.answers, cast, now)
    told(imported)
    mapping = mapping_for(imported, case.answers)
    looked = Looked.from_json(imported.looked)
    asks = {f"{ASKED[each.asked]}: {each.column}" for each in open_questions(mapping, looked, ())}
    if asks:
        with pytest.raises(Refused, match="is to be read"):
            check(imported, cast.ada, mapping, answered=(), now=now)
    checked = check(imported, cast.ada, mapping, now=now)
    told(checked)
    return checked, asks


def told(imported: Import) -> None:
    """Raises as Refused what the job of the import has been refused with."""
    if imported.job is not None and imported.job.state == JobState.FAILED:
        raise Refused(imported.job.error)


def looked_again(imported: Import, answers: Answers, cast: Cast, now: datetime) -> Import:
    """What a person corrects of the layout that was found."""
    layout: dict[str, Any] = {name: getattr(answers, name) for name in answers.overrides}
    if answers.sheet and imported.layout.get("sheet") != answers.sheet:
        layout["sheet"] = answers.sheet
    if imported.layout and bool(imported.layout["header_line"]) != (answers.header is not None):
        layout["header"] = answers.header is not None
    if layout:
        relook(imported=imported, by=cast.ada, layout=layout, now=now)
        work(cast.acme, now)
    return fresh(imported)


def mapping_for(imported: Import, answers: Answers) -> FileMapping:
    decided = Decisions(
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
    mapping = FileMapping.from_json(imported.mapping)
    assert len(mapping.columns) == len(answers.fields)
    fields = {column.place: name for column, name in zip(mapping.columns, answers.fields, strict=True)}
    return mapping_of(mapping, fields, decided, WORKSPACE)


def refused_rows(checked: Import, case: Case) -> tuple[tuple[tuple[int, str, str], ...], set[str]]:
    """(row below the header counted from 1, field, kind) of each row that cannot go in, and their cells."""
    layout = Layout(**checked.layout)
    with at_hand(checked.path) as path:
        at = {row.line: number for number, row in enumerate(own_rows(path, layout, import_limits()), start=1)}
    columns = FileMapping.from_json(checked.mapping).columns
    fields = {column.name: name or "" for column, name in zip(columns, case.answers.fields, strict=True)}
    with default_storage.open(checked.rejects) as stored:
        text = stored.read().decode("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter or ",")
    told, cells = [], set[str]()
    for row in rows:
        line, column, problem, _ = row[len(columns) : len(columns) + 4]
        told.append((at[int(line)], fields.get(column, ""), kind_of(problem)))
        cells |= set(original_row(row, len(columns)))
    return tuple(told), cells


def kind_of(problem: str) -> str:
    return next((kind for words, kind in PROBLEMS.items() if words in problem), "unreadable")
