"""A table of own rates that a person brings, checked row by row before anything is recorded (rules 5.17).

The check is a function of the file, the answers to what its columns leave open, and the day; so what is added
later is exactly what was checked.
"""

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from fx.rules import OwnRate, Unfit, find_unfit
from kamtrak.lib.money import is_currency
from kamtrak.lib.tables import (
    REJECT_COLUMNS,
    Ask,
    CheckReport,
    Collector,
    DateEvidence,
    DateFormat,
    DateOrder,
    Layout,
    Limits,
    NumberEvidence,
    NumberFormat,
    Option,
    Problem,
    Row,
    TableError,
    Unreadable,
    is_reject_file,
    look,
    original_row,
    read_rows,
)

COLUMNS = ("date", "from", "to", "rate", "until")
REQUIRED = COLUMNS[:4]
EXPECTED = "date, from, to, rate and, where a rate ends, until"
FIELDS = {"day": "date", "base": "from", "quote": "to", "value": "rate", "until": "until"}
SAMPLE = (
    ("date", "from", "to", "rate", "until"),
    ("2026-01-01", "EUR", "USD", "1.1682", ""),
    ("2026-01-01", "AED", "USD", "0.272294", "2026-12-31"),
)
Format = DateFormat | NumberFormat


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
class CheckedRow:
    """One row of the file: the rate that it gives, or what is wrong with it."""

    line: int
    cells: list[str]
    rate: OwnRate | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Check:
    """All that is known about a file. While there are `questions`, no row has been read."""

    layout: Layout
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    questions: tuple[Question, ...] = ()
    rows: tuple[CheckedRow, ...] = ()
    report: CheckReport | None = None

    @property
    def good(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.rate is not None]

    @property
    def bad(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.rate is None]

    @property
    def stamp(self) -> str:
        """Names exactly the rates that were checked; the commit must have the same."""
        return hashlib.sha256(repr([(row.line, row.rate) for row in self.good]).encode()).hexdigest()[:32]


def check_file(content: bytes, decisions: Mapping[str, str], *, today: date, limits: Limits) -> Check:
    """Look at the file, ask what it leaves open, else check every row. Raises TableError for what is no table
    of rates at all; the message says what was found and what is expected."""
    with _on_disk(content) as path:
        layout = look(
            path,
            limits,
            encoding=decisions.get("encoding") or None,
            delimiter=decisions.get("delimiter") or None,
            sheet=decisions.get("sheet") or None,
        )
        columns = _columns(layout)
        rows = list(_rows(path, layout, len(columns), limits))
    places = {name: columns.index(name) for name in COLUMNS if name in columns}
    unused = tuple(name for name in columns if name not in COLUMNS)
    formats, questions = _formats(rows, places, decisions)
    if questions:
        return Check(layout, columns, unused, questions)
    checked = _without_doubles([_checked(row, places, formats, today) for row in rows])
    collector = Collector()
    for row in checked:
        collector.add(row.problems)
    return Check(layout, columns, unused, (), tuple(checked), collector.report())


@contextmanager
def _on_disk(content: bytes) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="kamtrak-rates-") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def _columns(layout: Layout) -> tuple[str, ...]:
    """The columns in lower case, without those of a reject file. Raises TableError where one is missing."""
    if not layout.header_line:
        raise TableError(f"The file has no header. Expected in its first row: {EXPECTED}.")
    names = layout.columns
    if is_reject_file(names):
        names = names[: -len(REJECT_COLUMNS)]
    columns = tuple(name.strip().casefold() for name in names)
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        raise TableError(
            f"The header has no column {_listed(missing)}. Found: {', '.join(layout.columns)[:200]}. "
            f"Expected: {EXPECTED}."
        )
    return columns


def _listed(names: Sequence[str]) -> str:
    quoted = [f"“{name}”" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _rows(path: Path, layout: Layout, width: int, limits: Limits) -> Iterator[Row]:
    """The rows as they were brought at first: those of a reject file without what was added to them."""
    returned = is_reject_file(layout.columns)
    for row in read_rows(path, layout, limits):
        yield row._replace(cells=original_row(row.cells, width)) if returned else row


@dataclass
class _Evidence:
    """What the values of one column say about their format."""

    numbers: bool
    values: NumberEvidence | DateEvidence = field(init=False)

    def __post_init__(self) -> None:
        self.values = NumberEvidence() if self.numbers else DateEvidence()


def _formats(
    rows: Sequence[Row], places: Mapping[str, int], decisions: Mapping[str, str]
) -> tuple[dict[str, Format], tuple[Question, ...]]:
    """The format of each column that has one, and the questions about those that leave it open."""
    formats: dict[str, Format] = {}
    questions = []
    for name in ("date", "rate", "until"):
        if name not in places:
            continue
        evidence = _Evidence(numbers=name == "rate").values
        for row in rows:
            if row.problem is None:
                evidence.add(row.cells[places[name]])
        decided = evidence.decide()
        if not isinstance(decided, Ask):
            formats[name] = decided
        elif answer := _answer(name, decisions):
            formats[name] = answer
        else:
            questions.append(Question(name, decided))
    return formats, tuple(questions)


def _written(column_format: Format) -> str:
    """A format as an answer is kept: `,` or `d/m/y`."""
    if isinstance(column_format, NumberFormat):
        return column_format.decimal
    return column_format.order.value


def _answer(name: str, decisions: Mapping[str, str]) -> Format | None:
    """The format that a person chose for the column; None for no answer or one that is none."""
    chosen = decisions.get(name, "")
    if name == "rate":
        return NumberFormat("," if chosen == "," else ".") if chosen in (".", ",") else None
    return DateFormat(DateOrder(chosen)) if chosen in set(DateOrder) else None


def _checked(row: Row, places: Mapping[str, int], formats: Mapping[str, Format], today: date) -> CheckedRow:
    """One row as a rate, or with everything that is wrong with it."""
    if row.problem is not None:
        return CheckedRow(row.line, row.cells, None, (row.problem,))
    cells = {name: row.cells[place].strip() for name, place in places.items()}
    values: dict[str, Any] = {"from": cells["from"].upper(), "to": cells["to"].upper(), "until": None}
    problems = [
        Problem(row.line, name, cells[name], "This is not a currency code.", "Use ISO codes like USD or CHF.")
        for name in ("from", "to")
        if not is_currency(values[name])
    ]
    for name, column_format in formats.items():
        if name == "until" and not cells[name]:
            continue
        try:
            values[name] = column_format.parse(cells[name])
        except Unreadable as problem:
            problems.append(Problem(row.line, name, cells[name], problem.reason, problem.repair))
    if problems:
        return CheckedRow(row.line, row.cells, None, tuple(problems))
    rate = OwnRate(values["from"], values["to"], values["date"], values["rate"], values["until"])
    unfit = find_unfit(rate, today)
    if unfit is not None:
        return CheckedRow(row.line, row.cells, None, (_problem(row.line, cells, unfit),))
    return CheckedRow(row.line, row.cells, rate)


def _problem(line: int, cells: Mapping[str, str], unfit: Unfit) -> Problem:
    column = FIELDS[unfit.field]
    return Problem(line, column, cells[column], unfit.reason, unfit.repair)


def _without_doubles(rows: list[CheckedRow]) -> list[CheckedRow]:
    """Of one pair and day a repetition is left out, and different rates all wait for a person."""
    places: dict[tuple[frozenset[str], date], list[CheckedRow]] = defaultdict(list)
    for row in rows:
        if row.rate is not None:
            places[frozenset((row.rate.base, row.rate.quote)), row.rate.day].append(row)
    refused: dict[int, Problem] = {}
    for same in (group for group in places.values() if len(group) > 1):
        differ = len({row.rate for row in same}) > 1
        for row in same if differ else same[1:]:
            refused[row.line] = _double(row, [other.line for other in same if other is not row], differ)
    return [
        CheckedRow(row.line, row.cells, None, (refused[row.line],)) if row.line in refused else row
        for row in rows
    ]


def _double(row: CheckedRow, others: list[int], differ: bool) -> Problem:
    rate = row.rate
    assert rate is not None  # noqa: S101 - only rates have doubles
    where = f"line{'s' if len(others) > 1 else ''} {', '.join(f'{line:,}' for line in others[:5])}"
    value = f"{rate.day} {rate.base} {rate.quote}, also in {where}"
    if differ:
        reason, repair = "The file gives different rates for this pair and day.", "Keep the right one."
    else:
        reason, repair = "The row repeats an earlier one.", "Nothing to do: the rate goes in once."
    return Problem(row.line, "date", value, reason, repair)
