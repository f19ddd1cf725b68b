"""The embedded `contributions.csv`: written from a document's rows, read back from its file (rules 7.3)."""

import csv
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, BinaryIO

from pypdf import PdfReader

from contributions.rules.lines import COLUMNS, line_of
from kamtrak.lib.money import round_money
from kamtrak.lib.tables import csv_cells
from reports.models import Document
from reports.queries.documents import data_rows, review_of
from reports.rules.review import Review

DATA_NAME = "contributions.csv"
# After the columns that every export has: what only a document knows of a row.
DATA_COLUMNS = (*COLUMNS, "earned_on", "achievements", "standing", "later_change", "later_reason")


def write_data(document: Document, file: BinaryIO | None = None) -> str:
    """Write the document's CSV in bounded memory, or only go through it; its SHA-256."""
    sink, review = _Hashed(file), review_of(document)
    writer = csv.writer(sink)
    writer.writerow(DATA_COLUMNS)
    for row in data_rows(document):
        writer.writerow(data_line(vars(row), review))
    return sink.digest.hexdigest()


def read_data(file: BinaryIO) -> bytes:
    """The CSV inside a document of ours, b"" if there is none. For other people's files see check.py."""
    found = PdfReader(file).attachments.get(DATA_NAME)
    return found[0] if found else b""


def data_line(row: Mapping[str, Any], review: Review) -> list[str]:
    """The columns of one document row as cells of text, in the order of DATA_COLUMNS.

    `counted` sums to the printed totals, `later_change` to the printed later changes, and both together to
    what the live rows came to at issue (rules 2.4).
    """
    later = row["later"]
    return csv_cells(
        [
            *line_of(row, review.calendar, review.currency, void=not row["counts"]),
            row["earned_on"],
            "; ".join(row["achievements"]),
            _standing(row, review),
            None if later is None else round_money(later, review.currency),
            row["why"],
        ]
    )


def _standing(row: Mapping[str, Any], review: Review) -> str:
    """Which figure the row bears: of a closed quarter the one as closed, else the live one at issue."""
    if not row["counts"]:
        return "after the close"
    return "as closed" if row["quarter"].start in review.closed_quarters else "live"


class _Hashed:
    """A text sink for csv that writes UTF-8 and keeps the fingerprint of what went through."""

    def __init__(self, file: BinaryIO | None) -> None:
        self.file, self.digest = file, sha256()

    def write(self, text: str) -> None:
        data = text.encode()
        self.digest.update(data)
        if self.file is not None:
            self.file.write(data)
