"""The list written out as a file: streamed CSV, or XLSX in bounded memory."""

import csv
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse

from contributions.models import Contribution
from contributions.queries.contributions import rows_of
from contributions.services.lines import EXPORT_COLUMNS, csv_cells, export_lines
from kamtrak.tenancy import in_workspace
from workspaces.models import Workspace

XLSX_ROWS = 1_048_575
MONEY = frozenset(map(EXPORT_COLUMNS.index, ("amount", "converted", "counted", "credited")))
WIDE = {"client": 28, "owner": 20, "description": 60, "void_reason": 40}


class _Echo:
    """A file that hands back what is written, for streaming."""

    def write(self, text: str) -> str:
        return text


def csv_response(workspace: Workspace, rows: QuerySet[Contribution], name: str) -> StreamingHttpResponse:
    """Streamed; it enters the workspace itself, since a stream runs after the request's transaction."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(EXPORT_COLUMNS)
        with in_workspace(workspace.pk):
            for values in export_lines(rows_of(rows), workspace):
                yield writer.writerow(csv_cells(values))

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def xlsx_response(
    workspace: Workspace, rows: QuerySet[Contribution], name: str
) -> FileResponse | StreamingHttpResponse:
    """Written row by row to a temporary file, in bounded memory; more rows than a sheet has go as CSV."""
    if rows.count() > XLSX_ROWS:
        return csv_response(workspace, rows, name)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Contributions")
    formats = Formats(book)
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(EXPORT_COLUMNS):
        sheet.set_column(column, column, WIDE.get(name, 14))
    sheet.write_row(0, 0, EXPORT_COLUMNS, book.add_format({"bold": True}))
    for number, values in enumerate(export_lines(rows_of(rows), workspace), start=1):
        for column, value in enumerate(values):
            _write(sheet, number, column, value, formats)
    book.close()
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx")
    response["Cache-Control"] = "private, no-store"
    return response


class Formats:
    """The formats of a workbook's cells, each made once."""

    def __init__(self, book: Any) -> None:
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = cache(lambda code: book.add_format({"num_format": code}))

    def of(self, value: Decimal | int, column: int) -> Any:
        """An amount shows the decimals of its currency; any other number stands as it is."""
        if column not in MONEY:
            return None
        places = -int(Decimal(value).as_tuple().exponent)
        return self.money(f"#,##0.{'0' * places}" if places > 0 else "#,##0")


def _write(sheet: Any, row: int, column: int, value: Any, formats: Formats) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no")
    elif isinstance(value, Decimal | int):
        sheet.write_number(row, column, value, formats.of(value, column))
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value, formats.day)
    else:
        sheet.write_string(row, column, value)  # a string is never read as a formula
