"""A table written out as a file: streamed CSV, or XLSX in bounded memory; the same lines in both."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse

from kamtrak.lib.tables import csv_cells
from kamtrak.tenancy import in_workspace

XLSX_ROWS = 1_048_575
BOM = "\ufeff"  # by it a spreadsheet knows UTF-8


@dataclass(frozen=True)
class Export:
    """Rows of one workspace on their way out.

    `lines` gives the values of `columns`, row by row, from inside the workspace; `count` says how many rows
    there are without making them. `sheet` names the sheet of an XLSX.
    """

    workspace_id: int
    sheet: str
    columns: Sequence[str]
    lines: Callable[[], Iterable[Sequence[Any]]]
    count: Callable[[], int]


class _Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        return text


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
    day, head = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, export.columns, head)
    number = 0
    with in_workspace(export.workspace_id):
        for number, values in enumerate(export.lines(), start=1):
            for column, value in enumerate(values):
                _write(sheet, number, column, value, day)
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


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no")
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, value)
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value, day)
    else:
        sheet.write_string(row, column, value)  # a string is never read as a formula
