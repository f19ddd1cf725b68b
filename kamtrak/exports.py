"""A table written out as a file: streamed CSV, or XLSX in bounded memory; the same lines in both."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, BinaryIO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse

from kamtrak.lib.tables import csv_cells
from kamtrak.tenancy import in_workspace

XLSX_ROWS = 1_048_575
XLSX_DIGITS = 15  # that a number of a sheet holds
WIDTH = 14  # of a column, in characters
BOM = "\ufeff"  # by it a spreadsheet knows UTF-8


@dataclass(frozen=True)
class Export:
    """Rows of one workspace on their way out.

    `lines` gives the values of `columns`, row by row, from inside the workspace; `count` says how many rows
    there are without making them. `sheet` names the sheet of an XLSX, in which the columns of `money` show
    the decimals of their amounts and those of `wide` are that many characters wide.
    """

    workspace_id: int
    sheet: str
    columns: Sequence[str]
    lines: Callable[[], Iterable[Sequence[Any]]]
    count: Callable[[], int]
    money: Sequence[str] = ()
    wide: Mapping[str, int] = field(default_factory=dict)


class _Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        return text


class _Formats:
    """The formats of a workbook's cells, each made once."""

    def __init__(self, book: Any, export: Export) -> None:
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._money = {column for column, name in enumerate(export.columns) if name in export.money}
        self._made = cache(lambda code: book.add_format({"num_format": code}))

    def of(self, value: Decimal | int, column: int) -> Any:
        """An amount shows the decimals of its currency; any other number stands as it is."""
        if column not in self._money:
            return None
        places = -int(Decimal(value).as_tuple().exponent)
        return self._made(f"#,##0.{'0' * places}" if places > 0 else "#,##0")


def export_response(export: Export, name: str, wanted: str) -> StreamingHttpResponse | FileResponse:
    """The file `name`, as XLSX if that is wanted and a sheet has as many rows, else as CSV."""
    if wanted == "xlsx" and export.count() <= XLSX_ROWS:
        return _xlsx_response(export, name)
    return _csv_response(export, name)


def write_csv(export: Export, file: BinaryIO) -> int:
    """Write the table into a file; how many rows it got."""
    written = -1  # the head is no row
    for line in _csv_lines(export):
        file.write(line.encode())
        written += 1
    return written


def write_xlsx(export: Export, file: BinaryIO) -> int:
    """The same as one sheet, row by row, so that the memory stays what it is. Text is never a formula."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet(export.sheet)
    formats = _Formats(book, export)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(export.columns):
        sheet.set_column(column, column, export.wide.get(name, WIDTH))
    sheet.write_row(0, 0, export.columns, book.add_format({"bold": True}))
    number = 0
    with in_workspace(export.workspace_id):
        for number, values in enumerate(export.lines(), start=1):
            for column, value in enumerate(values):
                _write(sheet, number, column, value, formats)
    book.close()
    return number


def _csv_response(export: Export, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_csv_lines(export), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _csv_lines(export: Export) -> Iterator[str]:
    """It enters the workspace itself, since a stream runs after the request's transaction."""
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(export.columns)
    with in_workspace(export.workspace_id):
        for values in export.lines():
            yield writer.writerow(csv_cells(values))


def _xlsx_response(export: Export, name: str) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(export, file)
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    response["Cache-Control"] = "private, no-store"
    return response


def _write(sheet: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no")
    elif isinstance(value, Decimal | int):
        if len(Decimal(value).normalize().as_tuple().digits) > XLSX_DIGITS:
            sheet.write_string(row, column, f"{value:f}")  # as text it keeps every digit
        else:
            sheet.write_number(row, column, value, formats.of(value, column))
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value, formats.day)
    else:
        sheet.write_string(row, column, value)  # a string is never read as a formula
