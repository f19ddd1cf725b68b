"""How a file is laid out: found by looking at its bytes and first rows, confirmed by a person (5.16)."""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Literal, TextIO

from kamtrak.lib.notation import shown
from kamtrak.lib.tables.delimiter import DELIMITERS, detect_delimiter
from kamtrak.lib.tables.encoding import ENCODINGS, UTF_8, UTF_8_MARKED, detect_encoding
from kamtrak.lib.tables.header import find_header, name_columns
from kamtrak.lib.tables.limits import LimitExceeded, Limits, TableError, megabytes
from kamtrak.lib.tables.lines import read_records
from kamtrak.lib.tables.xlsx import open_sheet

SAMPLE_ROWS = 100
_SAMPLE_CHARS = 1 << 18
_EXCEL_HINT = re.compile(r'"?sep=(.)"?[\r\n]*', re.IGNORECASE)
# What report servers call a spreadsheet.
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|table|\?xml)\b", re.IGNORECASE)
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", "This is an .xls workbook, or one with a password. Save it as plain .xlsx or CSV."),
    (b"%PDF", "This is a PDF. Bring the table as CSV or XLSX."),
    (b"\x89PNG", "This is a picture. Bring the table as CSV or XLSX."),
    (b"\xff\xd8\xff", "This is a picture. Bring the table as CSV or XLSX."),
    (b"\x1f\x8b", "This file is compressed. Unpack it first."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """What has to be known to read the rows of a file; plain values, kept with an import.

    Lines count from 1. `header_line` 0 means that the file has no header; rows are what stands from
    `first_line` on. `lines` is about how many lines a CSV has, for showing progress; None for a workbook.
    `from_1904`: the workbook counts days from 1904. `sheet_rows`: about how many rows, header and
    all, those visible sheets of a workbook have that have some.
    """

    kind: Literal["csv", "xlsx"]
    columns: tuple[str, ...]
    header_line: int
    first_line: int
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    lines: int | None = None
    from_1904: bool = False
    sheet_rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def described(self) -> str:
        """`UTF-8, semicolon` or `sheet “Sales”`, as shown beside the sample."""
        if self.kind == "xlsx":
            return f"sheet “{self.sheet}”"
        return f"{ENCODINGS[self.encoding or 'utf-8'].label}, {DELIMITERS[self.delimiter or ',']}"


def look(
    path: Path,
    limits: Limits,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header: bool | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Layout:
    """Find the layout of a CSV or XLSX file by its content; what is given by a person is not looked for.

    `waiting` is called every second in which a workbook is silent, and may raise to end it.
    Raises LimitExceeded before any row is read, and TableError for what is no table.
    """
    size = path.stat().st_size
    if not size:
        raise TableError("The file is empty.")
    if size > limits.bytes:
        raise LimitExceeded(
            f"The file has {megabytes(size)}; at most {megabytes(limits.bytes)} are possible."
        )
    with path.open("rb") as stream:
        head = stream.read(4096)
    for magic, message in _FOREIGN:
        if head.startswith(magic):
            raise TableError(message)
    if _WEB_PAGE.match(head):
        raise TableError("This is a web page. Open it in a spreadsheet and save it as .xlsx or CSV.")
    if head.startswith(b"PK\x03\x04"):
        return _look_at_workbook(path, limits, sheet, header, waiting)
    return _look_at_text(path, limits, encoding, delimiter, header)


def _look_at_workbook(
    path: Path, limits: Limits, sheet: str | None, header: bool | None, waiting: Callable[[], None]
) -> Layout:
    with open_sheet(path, limits, sheet, waiting=waiting) as opened:
        rows = list(islice(opened.rows, SAMPLE_ROWS))
        header_line, columns = _columns([(row.line, row.cells) for row in rows], header, limits)
        return Layout(
            "xlsx",
            columns,
            header_line,
            header_line + 1,
            sheet=opened.name,
            sheets=opened.names,
            from_1904=opened.from_1904,
            sheet_rows=opened.sheet_rows,
        )


def _look_at_text(
    path: Path, limits: Limits, encoding: str | None, delimiter: str | None, header: bool | None
) -> Layout:
    with path.open("rb") as stream:
        detected, lines = detect_encoding(stream)
    if encoding and encoding not in ENCODINGS:
        raise TableError(f"The encoding “{shown(encoding)}” is not known. Choose another one.")
    found = ENCODINGS[encoding] if encoding else detected
    if found is UTF_8 and detected is UTF_8_MARKED:
        found = UTF_8_MARKED  # the mark belongs to no column
    with open_text(path, found.name) as text:
        sample = text.read(_SAMPLE_CHARS)
    if len(sample) == _SAMPLE_CHARS:
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    if sample.count("\0") * 10 > len(sample):
        raise TableError("This is not a text file, or it is UTF-16 without a mark. Save it as CSV (UTF-8).")
    hint = _EXCEL_HINT.match(sample)

    def rows(by: str) -> list[tuple[int, list[str]]]:
        return [row for row in _sampled(sample, by, limits) if not (hint and row[0] == 1)]

    if delimiter is None:
        told = hint[1] if hint and hint[1] in DELIMITERS else None
        delimiter = told or detect_delimiter(lambda by: [cells for _, cells in rows(by)])
    header_line, columns = _columns(rows(delimiter), header, limits)
    first_line = (header_line or int(hint is not None)) + 1
    layout = Layout("csv", columns, header_line, first_line, found.name, delimiter, lines=lines)
    if lines - first_line + 1 > limits.rows:
        _count_rows(path, layout, limits)
    return layout


def _sampled(sample: str, delimiter: str, limits: Limits) -> list[tuple[int, list[str]]]:
    """The first records of the sample that are not blank, with their lines."""
    records = read_records(io.StringIO(sample, newline=""), delimiter, limits)
    filled = ((r.line, r.cells) for r in records if any(map(str.strip, r.cells)))
    return list(islice(filled, SAMPLE_ROWS))


def _columns(
    sample: Sequence[tuple[int, list[str]]], header: bool | None, limits: Limits
) -> tuple[int, tuple[str, ...]]:
    """The line of the header (0: none) and the names of the columns."""
    if not sample:
        raise TableError("The file has no rows.")
    rows = [cells for _, cells in sample]
    index = find_header(rows)
    if header is not None:
        index = (index or 0) if header else None
    cells = rows[index] if index is not None else [""] * max(map(len, rows))
    if len(cells) > limits.columns:
        raise LimitExceeded(f"The table has {len(cells):,} columns; at most {limits.columns:,} are possible.")
    return (0 if index is None else sample[index][0]), name_columns(cells)


def _count_rows(path: Path, layout: Layout, limits: Limits) -> None:
    """Refuses a CSV with too many rows. Texts may hold line ends, so rows are counted, not lines."""
    with open_text(path, layout.encoding or UTF_8.name) as text:
        records = read_records(text, layout.delimiter or ",", limits)
        count = sum(1 for r in records if r.line >= layout.first_line and any(map(str.strip, r.cells)))
    if count > limits.rows:
        raise LimitExceeded(f"The file has {count:,} rows; at most {limits.rows:,} are possible.")


@contextmanager
def open_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """A CSV as text with its own line ends. Raises TableError where a chosen encoding does not fit."""
    chosen = ENCODINGS[encoding]
    try:
        with path.open("r", encoding=chosen.name, errors=chosen.errors, newline="") as text:
            yield text
    except UnicodeError as error:
        raise TableError(f"The file is not {chosen.label}. Choose another encoding.") from error
