"""The lines of an uploaded file: also those of a reject file that comes back corrected (rules 5.17)."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kamtrak.lib.tables import REJECT_COLUMNS, Layout, Limits, Row, is_reject_file, original_row, read_rows


def columns_of(layout: Layout) -> tuple[str, ...]:
    """The names of the file's own columns, without the four that a reject file adds."""
    return layout.columns[: -len(REJECT_COLUMNS)] if is_reject_file(layout.columns) else layout.columns


def lines_of(
    path: Path, layout: Layout, limits: Limits, *, waiting: Callable[[], None] = lambda: None
) -> Iterator[Row]:
    """Every row with the cells of the file's own columns, as they were brought at first.

    `waiting` is called while a workbook gives no row, and raises what it likes, beside LimitExceeded
    and TableError, as with `read_rows`.
    """
    rows = read_rows(path, layout, limits, waiting=waiting)
    if not is_reject_file(layout.columns):
        yield from rows
        return
    width = len(columns_of(layout))
    for row in rows:
        yield row._replace(cells=original_row(row.cells, width))
