"""The first rows of a file under a mapping: read and derived as the check will (rules 5.16)."""

from dataclasses import dataclass
from datetime import date
from itertools import islice

from kamtrak.lib.tables import Layout, Row, TableError, own_rows
from transactions.models import Import
from transactions.pipeline.files import at_hand, import_limits
from transactions.queries.books import WorkspaceBook, terms_of, ways_of
from transactions.queries.imports import layout_of
from transactions.rules import Derived, FileMapping, Given, LineReader, Wrong, derive, wrong_with

MOST = 8


@dataclass(frozen=True)
class PreviewRow:
    """One of the first rows; with something in `wrong` it could not go in, and nothing is derived."""

    line: int
    given: Given | None
    derived: Derived | None
    wrong: tuple[Wrong, ...]


def first_rows(imported: Import, mapping: FileMapping, today: date) -> list[PreviewRow]:
    """Raises TableError where the file cannot be read any more."""
    layout = layout_of(imported)
    if layout is None:
        raise TableError("The file has not been looked at yet.")
    reader = LineReader(mapping, from_1904=layout.from_1904)
    book = WorkspaceBook(imported.workspace, today)
    terms = terms_of(imported.workspace, ways_of(imported.workspace), mapping)
    found = []
    for row in _first(imported, layout):
        if row.problem is not None:
            found.append(_refused(row))
            continue
        given = reader.read(row.cells)
        wrong = wrong_with(given)
        derived = None if wrong else derive(given, terms, book)
        found.append(PreviewRow(row.line, given, derived, derived.wrong if derived else wrong))
    return found


def _first(imported: Import, layout: Layout) -> list[Row]:
    with at_hand(imported.path) as path:
        return list(islice(own_rows(path, layout, import_limits()), MOST))


def _refused(row: Row) -> PreviewRow:
    assert row.problem is not None  # noqa: S101 - asked before
    return PreviewRow(row.line, None, None, (Wrong(None, "", row.problem.reason, row.problem.repair),))
