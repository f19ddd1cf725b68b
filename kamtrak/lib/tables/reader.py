"""The rows of a file, streamed: every row of the table is given, the wrong ones with their problem."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import NamedTuple

from kamtrak.lib.tables.layout import Layout, open_text
from kamtrak.lib.tables.limits import LimitExceeded, Limits
from kamtrak.lib.tables.lines import Record, read_records
from kamtrak.lib.tables.report import Problem
from kamtrak.lib.tables.xlsx import open_sheet


class Row(NamedTuple):
    """One row: its line in the file (from 1), its cells as text, and what is wrong with the row as a whole.

    A sound row has exactly one cell per column. A row with a problem has at least as many.
    """

    line: int
    cells: list[str]
    problem: Problem | None = None


def read_rows(
    path: Path, layout: Layout, limits: Limits, *, waiting: Callable[[], None] = lambda: None
) -> Generator[Row, None, None]:
    """Every row below the header that is not blank, in constant memory.

    `waiting` is called every second in which a workbook gives no row, and may raise to end it.
    Raises LimitExceeded at the row that is one too many, and TableError when a workbook cannot be read.
    """
    for number, row in enumerate(_rows(path, layout, limits, waiting), start=1):
        if number > limits.rows:
            raise LimitExceeded(f"The file has more than {limits.rows:,} rows.")
        yield row


def _rows(path: Path, layout: Layout, limits: Limits, waiting: Callable[[], None]) -> Iterator[Row]:
    if layout.kind == "xlsx":
        with open_sheet(path, limits, layout.sheet, waiting=waiting) as opened:
            yield from _fitted(opened.rows, layout, short_is_wrong=False)
    else:
        with open_text(path, layout.encoding or "utf-8") as text:
            records = read_records(text, layout.delimiter or ",", limits)
            yield from _fitted(records, layout, short_is_wrong=True)


def _fitted(records: Iterator[Record], layout: Layout, *, short_is_wrong: bool) -> Iterator[Row]:
    """Records as rows of the table. A workbook leaves out blank cells at the end of a row, a CSV does not."""
    width, first_line = len(layout.columns), layout.first_line
    for line, cells, flaw in records:
        if line < first_line or (flaw is None and not (any(cells) and any(map(str.strip, cells)))):
            continue
        if len(cells) != width:
            cells, ragged = _fit(cells, width, short_is_wrong)
            flaw = flaw or ragged
        yield Row(line, cells, None if flaw is None else Problem(line, "", "", *flaw))


def _fit(cells: list[str], width: int, short_is_wrong: bool) -> tuple[list[str], tuple[str, str] | None]:
    """A row of another width: blank cells too many are dropped, missing ones added; else it is ragged."""
    found = len(cells)
    if not any(map(str.strip, cells[width:])):
        cells = cells[:width]
    cells = cells + [""] * (width - len(cells))
    if len(cells) == width and (found >= width or not short_is_wrong):
        return cells, None
    reason = f"The row has {found:,} cells, the table has {width:,} columns."
    return cells, (reason, "Check the delimiters and quotation marks of the row.")
