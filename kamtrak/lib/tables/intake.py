"""A small table of known columns that people bring: look, ask, read every row (rules 5.17).

A domain names its columns and turns a row's values into what it wants to have; everything else is here. All
is a function of the file and the answers, so that what is added later is exactly what was checked.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from kamtrak.lib.tables.cells import NumberCell
from kamtrak.lib.tables.dates import DateEvidence, DateFormat, DateOrder
from kamtrak.lib.tables.layout import Layout, look
from kamtrak.lib.tables.limits import Limits, TableError
from kamtrak.lib.tables.numbers import NumberEvidence, NumberFormat
from kamtrak.lib.tables.question import Ask, Option
from kamtrak.lib.tables.reader import Row
from kamtrak.lib.tables.rejects import own_columns, own_rows
from kamtrak.lib.tables.report import CheckReport, Collector, Problem, Unreadable

T = TypeVar("T")
Format = DateFormat | NumberFormat
LAYOUT_ANSWERS = ("encoding", "delimiter", "sheet")


class Kind(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """A column by its name in the header, in lower case. It may be missing (`optional`), a cell `blank`."""

    name: str
    kind: Kind = Kind.TEXT
    optional: bool = False
    blank: bool = False


@dataclass(frozen=True)
class Question:
    """What one column leaves open: its name in the file, and the readings to choose from."""

    column: str
    ask: Ask[Any]

    @property
    def choices(self) -> list[tuple[str, Option[Any]]]:
        """The answers as they are kept, each with its reading."""
        return [(_written(option.format), option) for option in self.ask.options]


@dataclass(frozen=True)
class ReadRow:
    """One row: its cells as they came, as text by column, and the numbers and dates that could be read."""

    line: int
    cells: list[str]
    text: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def number(self, column: str) -> Decimal | None:
        """None for a blank cell of a column that may be blank, and for a column that is not there."""
        value: Decimal | None = self.values.get(column)
        return value

    def day(self, column: str) -> date | None:
        value: date | None = self.values.get(column)
        return value

    def problem(self, column: str, reason: str, repair: str) -> Problem:
        return Problem(self.line, column, self.text.get(column, ""), reason, repair)


@dataclass(frozen=True)
class CheckedRow(Generic[T]):
    """One row with what it gives, or with what is wrong with it."""

    line: int
    cells: list[str]
    thing: T | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Check(Generic[T]):
    """All that is known about a file. While there are `questions`, no row has been read.

    `formats` are those of the columns that have one, by their places in the file.
    """

    layout: Layout
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    formats: Mapping[int, Format] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    rows: tuple[CheckedRow[T], ...] = ()
    report: CheckReport | None = None

    @property
    def good(self) -> list[CheckedRow[T]]:
        return [row for row in self.rows if row.thing is not None]

    @property
    def bad(self) -> list[CheckedRow[T]]:
        return [row for row in self.rows if row.thing is None]

    @property
    def things(self) -> list[T]:
        return [row.thing for row in self.rows if row.thing is not None]

    @property
    def stamp(self) -> str:
        """Names exactly what was checked; the commit must have the same."""
        return hashlib.sha256(repr([(row.line, row.thing) for row in self.good]).encode()).hexdigest()[:32]


def check_table(
    content: bytes,
    decisions: Mapping[str, str],
    *,
    columns: Sequence[Column],
    limits: Limits,
    judge: Callable[[list[ReadRow]], Iterable[CheckedRow[T]]],
) -> Check[T]:
    """Look at the file, ask what it leaves open, else have every row judged.

    `judge` gets all rows, also those that have problems already, and answers one CheckedRow for each. Raises
    TableError for what is no table of these columns; the message says what was found and what is expected.
    """
    with _on_disk(content) as path:
        encoding, delimiter, sheet = (decisions.get(name) or None for name in LAYOUT_ANSWERS)
        layout = look(path, limits, encoding=encoding, delimiter=delimiter, sheet=sheet)
        found = _columns(layout, columns)
        rows = list(own_rows(path, layout, limits))
    places = {column: found.index(column.name) for column in columns if column.name in found}
    unused = tuple(name for name in found if name not in {column.name for column in columns})
    formats, questions = _formats(rows, places, decisions, layout.from_1904)
    if questions:
        return Check(layout, found, unused, questions=questions)
    checked = tuple(judge([_read(row, places, formats) for row in rows]))
    collector = Collector()
    for row in checked:
        collector.add(row.problems)
    by_place = {place: formats[column.name] for column, place in places.items() if column.name in formats}
    return Check(layout, found, unused, by_place, rows=checked, report=collector.report())


@contextmanager
def _on_disk(content: bytes) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="kamtrak-table-") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _columns(layout: Layout, wanted: Sequence[Column]) -> tuple[str, ...]:
    """The columns in lower case, without those of a reject file. Raises TableError where one is missing."""
    expected = expected_columns(wanted)
    if not layout.header_line:
        raise TableError(f"The file has no header. Expected in its first row: {expected}.")
    found = tuple(name.strip().casefold() for name in own_columns(layout))
    missing = [column.name for column in wanted if not column.optional and column.name not in found]
    if missing:
        raise TableError(
            f"The header has no column {_listed(missing)}. Found: {', '.join(layout.columns)[:200]}. "
            f"Expected: {expected}."
        )
    return found


def expected_columns(columns: Sequence[Column]) -> str:
    """`date, from, to, rate and, if wanted, until`."""
    needed = ", ".join(column.name for column in columns if not column.optional)
    others = ", ".join(column.name for column in columns if column.optional)
    return f"{needed} and, if wanted, {others}" if others else needed


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _formats(
    rows: Sequence[Row], places: Mapping[Column, int], decisions: Mapping[str, str], from_1904: bool
) -> tuple[dict[str, Format], tuple[Question, ...]]:
    """The format of each column that has one, and the questions about those that leave it open."""
    formats: dict[str, Format] = {}
    questions = []
    for column, place in places.items():
        if column.kind is Kind.TEXT:
            continue
        evidence: NumberEvidence | DateEvidence
        evidence = NumberEvidence() if column.kind is Kind.NUMBER else DateEvidence(from_1904)
        for row in rows:
            if row.problem is None:
                evidence.add(row.cells[place])
        decided = evidence.decide()
        if not isinstance(decided, Ask):
            formats[column.name] = decided
        elif answer := _answer(column, decisions, from_1904):
            formats[column.name] = answer
        else:
            questions.append(Question(column.name, decided))
    return formats, tuple(questions)


def _written(column_format: Format) -> str:
    """A format as an answer is kept: `,` or `d/m/y`."""
    if isinstance(column_format, NumberFormat):
        return column_format.decimal
    return column_format.order.value


def _answer(column: Column, decisions: Mapping[str, str], from_1904: bool) -> Format | None:
    """The format that a person chose for the column; None for no answer or one that is none."""
    chosen = decisions.get(column.name, "")
    if column.kind is Kind.NUMBER:
        return NumberFormat("," if chosen == "," else ".") if chosen in (".", ",") else None
    return DateFormat(DateOrder(chosen), from_1904=from_1904) if chosen in set(DateOrder) else None


def _text(cell: str, column_format: Format | None) -> str:
    """The cell as its column would write it: what is said of a workbook fits the file that comes back."""
    return column_format.write(cell) if type(cell) is NumberCell and column_format else cell.strip()


def _read(row: Row, places: Mapping[Column, int], formats: Mapping[str, Format]) -> ReadRow:
    """The row's values, or what cannot be read of it."""
    if row.problem is not None:
        return ReadRow(row.line, row.cells, problems=(row.problem,))
    text = {
        column.name: _text(row.cells[place], formats.get(column.name)) for column, place in places.items()
    }
    values: dict[str, Any] = {}
    problems = []
    for column, place in places.items():
        cell, raw = text[column.name], row.cells[place]
        if column.kind is Kind.TEXT or (column.blank and not cell):
            continue
        try:  # a number of a workbook is one already; stripping would make it text
            values[column.name] = formats[column.name].parse(raw if isinstance(raw, NumberCell) else cell)
        except Unreadable as problem:
            problems.append(Problem(row.line, column.name, cell, problem.reason, problem.repair))
    return ReadRow(row.line, row.cells, text, values, tuple(problems))
