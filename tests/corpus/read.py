"""The cells of a sound file, by the standard library alone: for the tests of the corpus, no model of a
reader.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from xml.etree import ElementTree as Tree
from zipfile import ZipFile, is_zipfile

from tests.oracle.cells import Unreadable, serial_day, sheet_number

from .case import Answers
from .sheets import MAIN, OFFICE

Cells = list[object]


def cells_of(data: bytes, answers: Answers) -> list[Cells]:
    """Every record of the file: text as text, a workbook's numbers as decimals and days as days."""
    if is_zipfile(BytesIO(data)):
        return sheet_cells(data, answers.sheet)
    csv.field_size_limit(sys.maxsize)
    text = data.decode(answers.encoding)
    return [list(record) for record in csv.reader(StringIO(text, newline=""), delimiter=answers.delimiter)]


def tree(content: bytes) -> Tree.Element:
    return Tree.fromstring(content)  # noqa: S314 (only files that we wrote and that mean no harm)


def name(tag: str) -> str:
    return f"{{{MAIN}}}{tag}"


def sheet_names(data: bytes) -> dict[str, str]:
    """Sheet name → its entry."""
    with ZipFile(BytesIO(data)) as archive:
        related = tree(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {item.get("Id"): item.get("Target") for item in related}
        book = tree(archive.read("xl/workbook.xml"))
        return {
            str(item.get("name")): f"xl/{targets[item.get(f'{{{OFFICE}}}id')]}"
            for item in book.iter(name("sheet"))
        }


def sheet_cells(data: bytes, wanted: str) -> list[Cells]:
    """Of the sheet asked for, or of the first one; rows that are not there come as empty ones."""
    names = sheet_names(data)
    entry = names[wanted] if wanted else next(iter(names.values()))
    with ZipFile(BytesIO(data)) as archive:
        first = 1904 if b'date1904="1"' in archive.read("xl/workbook.xml") else 1900
        sheet = tree(archive.read(entry))
    records: list[Cells] = []
    for row in sheet.iter(name("row")):
        records += [[] for _ in range(int(row.get("r", "0")) - len(records) - 1)]
        record: Cells = []
        for cell in row.iter(name("c")):
            record += [None] * (column_number(str(cell.get("r"))) - len(record))
            record.append(value_of(cell, first))
        records.append(record)
    return records


def column_number(ref: str) -> int:
    """A1 → 0, AA7 → 26."""
    at = 0
    for letter in ref.rstrip("0123456789"):
        at = at * 26 + ord(letter) - 64
    return at - 1


def value_of(cell: Tree.Element, first: int) -> object:
    kind, stored = cell.get("t"), cell.find(name("v"))
    if kind == "inlineStr":
        return "".join(str(part.text) for part in cell.iter(name("t")))
    if stored is None or stored.text is None:
        return None
    if kind in ("b", "e"):
        return {"1": "TRUE", "0": "FALSE"}.get(stored.text, stored.text)
    number = sheet_number(float(stored.text))
    return day_of(number, first) if cell.get("s") in ("1", "2") else number


def day_of(number: Decimal, first: int) -> object:
    """A day, or the text of a number that is none."""
    day = serial_day(float(number), first)
    return day.text if isinstance(day, Unreadable) else day


def is_filled(cell: object) -> bool:
    return cell is not None and str(cell).strip(" \t\r\n\u00a0\ufeff") != ""


def rows_of(records: Sequence[Cells], answers: Answers) -> list[Cells]:
    """Those below the header that hold anything."""
    return [record for record in records[answers.header or 0 :] if any(map(is_filled, record))]


def headings_of(records: Sequence[Cells], answers: Answers) -> list[str]:
    if answers.header is None:
        return [f"Column {at}" for at in range(1, len(answers.fields) + 1)]
    return [str(cell or "").strip() for cell in records[answers.header - 1]]


def provided(record: Cells, answers: Answers) -> Mapping[str, object]:
    """Field → cell, of the mapped columns; a bare number in the column of dates is a day's number."""
    filled = [*record, *([None] * len(answers.fields))]
    cells = {field: cell for field, cell in zip(answers.fields, filled, strict=False) if field}
    if isinstance(day := cells.get("date"), Decimal):
        cells["date"] = day_of(day, 1900)
    if isinstance(cells.get("unique_id"), Decimal):
        cells["unique_id"] = str(cells["unique_id"])
    return cells
