"""Small files, written as people and programs write them."""

import datetime as dt
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from kamtrak.lib.tables import Layout, Limits, Row, look, read_rows

LIMITS = Limits()


def write(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """A file with exactly these bytes."""
    path = folder / "table"
    path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    return path


def read(path: Path, limits: Limits = LIMITS, **given: Any) -> tuple[Layout, list[Row]]:
    """The layout that is found (or given), and all rows."""
    layout = look(path, limits, **given)
    return layout, list(read_rows(path, layout, limits))


def reason(row: Row) -> str | None:
    """What is wrong with the row."""
    return row.problem.reason if row.problem else None


def workbook(path: Path, *sheets: Sequence[Sequence[Any]], hide_first: bool = False) -> Path:
    """A workbook of sheets; dates and times are formatted as such."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(f"Sheet {number + 1}")
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                if isinstance(value, dt.date | dt.time):
                    sheet.write_datetime(y, x, value)
                elif value is not None:
                    sheet.write(y, x, value)
        if hide_first and number == 0:
            sheet.hide()
    if hide_first:
        book.worksheets()[1].activate()
        book.worksheets()[1].set_first_sheet()
    book.close()
    return path


def tampered(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """A copy of an archive whose parts went through `change`."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target
