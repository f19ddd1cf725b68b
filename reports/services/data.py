"""The embedded `contributions.csv`: written from a document's rows, read back from its file (rules 7.3)."""

import csv
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, BinaryIO

from pypdf import PdfReader

from contributions.rules.lines import COLUMNS, DAYS, days_of, line_of
from kamtrak.lib.money import round_money
from kamtrak.lib.tables import csv_cells
from reports.models import Document
from reports.queries.documents import data_rows, review_of
from reports.rules.review import Review

DATA_NAME = "contributions.csv"
# After the columns that every export has: what only a document knows of a row. The data of a document is
# written again to be proven, so columns are only ever added, in a form of their own.
FIRST_FORM = (*COLUMNS, "earned_on", "achievements", "standing", "later_change", "later_reason")
DATA_COLUMNS = (*FIRST_FORM, *DAYS, "client_at_issue")


def write_data(document: Document, file: BinaryIO | None = None) -> str:
    """Write the document's CSV in bounded memory, or only go through it; its SHA-256."""
    sink, review = _Hashed(file), review_of(document)
    writer = csv.writer(sink)
    writer.writerow(FIRST_FORM if review.data_form == 1 else DATA_COLUMNS)
    names = {(line.client_id, line.was): line.name for line in review.renamed}
    for row in data_rows(document):
        line = first_line(vars(row), review)
        writer.writerow(csv_cells(line if review.data_form == 1 else whole_line(line, vars(row), names)))
    return sink.digest.hexdigest()


def read_data(file: BinaryIO) -> bytes:
    """The CSV inside a document of ours, b"" if there is none. For other people's files see check.py."""
    found = PdfReader(file).attachments.get(DATA_NAME)
    return found[0] if found else b""


def first_line(row: Mapping[str, Any], review: Review) -> list[Any]:
    """The values of FIRST_FORM of one document row.

    `counted` sums to the printed totals, `later_change` to the printed later changes, and both together to
    what the live rows came to at issue (rules 2.4).
    """
    later = row["later"]
    return [
        *line_of(row, review.calendar, review.currency, void=not row["counts"]),
        row["earned_on"],
        "; ".join(row["achievements"]),
        _standing(row, review),
        None if later is None else round_money(later, review.currency),
        row["why"],
    ]


def whole_line(first: list[Any], row: Mapping[str, Any], names: Mapping[tuple[int, str], str]) -> list[Any]:
    """The values of DATA_COLUMNS: the first form, in which unknown is blank wherever it stands (rules 6.6).

    `client_at_issue` is the name under which the table by client adds the row up.
    """
    if row["converted"] is None:
        first[FIRST_FORM.index("counted")] = None
    client = names.get((row["client_id"], row["client_name"]), row["client_name"])
    return [*first, *days_of(row), client]


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
