"""The data inside a document: written from its rows, read back from its file (rules 7.3).

`contributions.csv`, `contracts.csv` where it has months of contracts, and `transactions.csv` where it has
imported rows. The data of a document is written
again to be proven, so columns are only ever added, in a form of their own.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from pypdf import PdfReader

from contributions.rules.lines import COLUMNS, DAYS, days_of, line_of
from kamtrak.lib.money import round_money
from kamtrak.lib.tables import csv_cells
from reports.models import Document
from reports.queries.contracts import data_months
from reports.queries.documents import data_rows
from reports.queries.imported_rows import data_transactions
from reports.rules.month_lines import MONTH_COLUMNS, month_line
from reports.rules.review import Review
from reports.rules.transaction_lines import TRANSACTION_COLUMNS, transaction_line

# After the columns that every export has: what only a document knows of a row.
FIRST_FORM = (*COLUMNS, "earned_on", "achievements", "standing", "later_change", "later_reason")
SECOND_FORM = (*FIRST_FORM, *DAYS, "client_at_issue")
THIRD_FORM = (*SECOND_FORM, "contracts")
DATA_COLUMNS = (*THIRD_FORM, "transactions")
FORMS = {1: FIRST_FORM, 2: SECOND_FORM, 3: THIRD_FORM, 4: DATA_COLUMNS}

Lines = Callable[[Document, Review], Iterator[Sequence[Any]]]


@dataclass(frozen=True)
class DataFile:
    """One embedded file. `fingerprint` is the column of the document that keeps its SHA-256; `columns` and
    `lines` give what it holds, in the form that the document was issued in."""

    name: str
    fingerprint: str
    description: str
    columns: Callable[[Review], Sequence[str]]
    lines: Lines


def _rows(document: Document, review: Review) -> Iterator[Sequence[Any]]:
    names = {(line.client_id, line.was): line.name for line in review.renamed}
    for row in data_rows(document):
        values = vars(row)
        line = first_line(values, review)
        if review.data_form > 1:
            line = second_line(line, values, names)
        if review.data_form > 2:
            line = [*line, "; ".join(values["contracts"])]
        if review.data_form > 3:
            line = [*line, "; ".join(values["transactions"])]
        yield line


def _months(document: Document, review: Review) -> Iterator[Sequence[Any]]:
    for row in data_months(document):
        closed = review.calendar.quarter_of(row.month.first).start in review.closed_quarters
        values = vars(row)
        yield month_line(values, review.currency, standing=_standing(values["counts"], closed=closed))


def _transactions(document: Document, review: Review) -> Iterator[Sequence[Any]]:
    quarter_of, closed = review.calendar.quarter_of, review.closed_quarters
    for row in data_transactions(document):
        standing = _standing(row["counts"], closed=quarter_of(row["day"]).start in closed)
        yield transaction_line(row, review.currency, standing=standing)


CONTRIBUTIONS = DataFile(
    "contributions.csv",
    "data_sha256",
    "The rows behind the printed figures",
    lambda review: FORMS[review.data_form],
    _rows,
)
CONTRACTS = DataFile(
    "contracts.csv",
    "contracts_sha256",
    "The months of contracts behind the printed figures",
    lambda review: MONTH_COLUMNS,
    _months,
)
TRANSACTIONS = DataFile(
    "transactions.csv",
    "transactions_sha256",
    "The imported rows behind the printed figures",
    lambda review: TRANSACTION_COLUMNS,
    _transactions,
)
DATA_FILES = (CONTRIBUTIONS, CONTRACTS, TRANSACTIONS)


def files_of(review: Review) -> tuple[DataFile, ...]:
    """The files that a document embeds."""
    found = [CONTRIBUTIONS]
    if review.contracts is not None:
        found.append(CONTRACTS)
    if review.imported is not None:
        found.append(TRANSACTIONS)
    return tuple(found)


def write_data(document: Document, review: Review, data: DataFile, file: BinaryIO | None = None) -> str:
    """Write one of the document's files in bounded memory, or only go through it; its SHA-256."""
    sink = _Hashed(file)
    writer = csv.writer(sink)
    writer.writerow(data.columns(review))
    for line in data.lines(document, review):
        writer.writerow(csv_cells(line))
    return sink.digest.hexdigest()


def read_data(file: BinaryIO, data: DataFile = CONTRIBUTIONS) -> bytes:
    """A file inside a document of ours, b"" if it is not there. For other people's files see check.py."""
    found = PdfReader(file).attachments.get(data.name)
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
        _standing(row["counts"], closed=row["quarter"].start in review.closed_quarters),
        None if later is None else round_money(later, review.currency),
        row["why"],
    ]


def second_line(first: list[Any], row: Mapping[str, Any], names: Mapping[tuple[int, str], str]) -> list[Any]:
    """The values of SECOND_FORM: the first, in which unknown is blank wherever it stands (rules 6.6).

    `client_at_issue` is the name under which the table by client adds the row up.
    """
    if row["converted"] is None:
        first[FIRST_FORM.index("counted")] = None
    client = names.get((row["client_id"], row["client_name"]), row["client_name"])
    return [*first, *days_of(row), client]


def _standing(counts: bool, *, closed: bool) -> str:
    """Which figure the row bears: of a closed quarter the one as closed, else the live one at issue."""
    if not counts:
        return "after the close"
    return "as closed" if closed else "live"


class _Hashed:
    """A text sink for csv that writes UTF-8 and keeps the fingerprint of what went through."""

    def __init__(self, file: BinaryIO | None) -> None:
        self.file, self.digest = file, sha256()

    def write(self, text: str) -> None:
        data = text.encode()
        self.digest.update(data)
        if self.file is not None:
            self.file.write(data)
