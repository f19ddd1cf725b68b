"""The rows that were refused, as a CSV to correct and bring again (rules 5.17)."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from kamtrak.lib.tables.cells import WritesNumbers, cells_as_texts
from kamtrak.lib.tables.export import original_cell, safe_cell
from kamtrak.lib.tables.layout import Layout
from kamtrak.lib.tables.limits import Limits
from kamtrak.lib.tables.reader import Row, read_rows
from kamtrak.lib.tables.report import Problem

REJECT_COLUMNS = ("_line", "_column", "_problem", "_repair")


class RejectWriter:
    """Streams refused rows: their own cells, then where they stood, what is wrong and what to do.

    Cells keep their writing; those that a spreadsheet would take for a formula get an apostrophe in front,
    which `original_row` takes away again. The numbers of a workbook have no writing: `formats`, by the places
    of their columns, give them one. Open the stream with encoding="utf-8-sig" and newline="".
    """

    def __init__(
        self,
        stream: TextIO,
        columns: Sequence[str],
        delimiter: str = ",",
        formats: Mapping[int, WritesNumbers] | None = None,
    ) -> None:
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
        self._width = len(columns)
        self._formats = formats or {}
        self._writer.writerow([*map(safe_cell, columns), *REJECT_COLUMNS])

    def write(self, cells: Sequence[str], problems: Sequence[Problem]) -> None:
        """One refused row with all of its problems, of which there is at least one.

        Cells beyond the table's width follow behind the four columns, so that nothing is lost.
        """
        cells = cells_as_texts(cells, self._formats)
        fitted = [*cells[: self._width], *[""] * (self._width - len(cells))]
        notes = [
            str(problems[0].line),
            "; ".join(problem.column for problem in problems),
            "; ".join(problem.reason for problem in problems),
            "; ".join(dict.fromkeys(problem.repair for problem in problems)),
        ]
        self._writer.writerow([*map(safe_cell, (*fitted, *notes, *cells[self._width :]))])


def is_reject_file(columns: Sequence[str]) -> bool:
    """Whether a table with these columns is a reject file that comes back corrected."""
    return tuple(columns[-len(REJECT_COLUMNS) :]) == REJECT_COLUMNS


def own_columns(layout: Layout) -> tuple[str, ...]:
    """The names of the file's own columns, without the four that a reject file adds."""
    return layout.columns[: -len(REJECT_COLUMNS)] if is_reject_file(layout.columns) else layout.columns


def own_rows(
    path: Path, layout: Layout, limits: Limits, *, waiting: Callable[[], None] = lambda: None
) -> Iterator[Row]:
    """Every row with the cells of the file's own columns, as they were brought at first.

    `waiting` is called while a workbook gives no row, and raises what it likes, beside LimitExceeded and
    TableError, as with `read_rows`.
    """
    rows = read_rows(path, layout, limits, waiting=waiting)
    if not is_reject_file(layout.columns):
        yield from rows
        return
    width = len(own_columns(layout))
    for row in rows:
        yield row._replace(cells=original_row(row.cells, width))


def original_row(cells: Sequence[str], width: int) -> list[str]:
    """The cells of a row of a reject file as they were brought at first, without the four columns.

    `width` is the number of columns without these four.
    """
    return [original_cell(cell) for cell in (*cells[:width], *cells[width + len(REJECT_COLUMNS) :])]
