"""A table of catalog entries that a person brings: one row per entry and day, checked before anything is
written (rules 5.10, 5.17).

The check is a function of the file, the answers to what its columns leave open, and what the workspace knows;
so what is added later is exactly what was checked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kamtrak.lib.tables import Check, CheckedRow, Limits, Problem, ReadRow, check_table, original_cell
from transactions.rules import Measure, product_key
from transactions.rules.entries import MOST_ALIASES, Dated, Entry, FullEntry, clean_code, find_unfit
from transactions.sources.catalog_columns import COLUMNS, MEASURES, NO, YES, split_aliases
from workspaces.rules import UnfitName, clean_name

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@dataclass(frozen=True)
class Borne:
    """Who bears a code or alias already: the key of that entry's code, and how it is called."""

    code_key: str
    label: str


@dataclass(frozen=True)
class Known:
    """What a row is compared with: whose the codes and aliases are, by their keys; whether a revenue must say
    if it includes tax."""

    borne: Mapping[str, Borne]
    asks_tax: bool


@dataclass(frozen=True)
class FurtherRow:
    """A row that gives more values of an entry above it."""

    code: str


Given = FullEntry | FurtherRow


@dataclass
class _Group:
    """The rows of one entry, and what is wrong with each."""

    key: str
    rows: list[ReadRow]
    problems: dict[int, list[Problem]] = field(default_factory=dict)

    def add(self, row: ReadRow, problem: Problem) -> None:
        self.problems.setdefault(row.line, []).append(problem)


def check_file(content: bytes, decisions: Mapping[str, str], *, known: Known, limits: Limits) -> Check[Given]:
    """Look at the file, ask what it leaves open, else check every row. Raises TableError for what is no table
    of entries at all."""

    def judge(rows: list[ReadRow]) -> Iterable[CheckedRow[Given]]:
        return _judged(rows, known)

    return check_table(content, decisions, columns=COLUMNS, limits=limits, judge=judge)


def entries_in(check: Check[Given]) -> list[FullEntry]:
    """The entries that can go in, in the order of the file."""
    return [thing for thing in check.things if isinstance(thing, FullEntry)]


def _judged(rows: Sequence[ReadRow], known: Known) -> list[CheckedRow[Given]]:
    groups: dict[str, _Group] = {}
    for row in rows:
        key = product_key(_text(row, "code")) or f"\n{row.line}"  # a row without a code stands alone
        groups.setdefault(key, _Group(key, [])).rows.append(row)
    borne = dict(known.borne)
    for group in groups.values():
        for row in group.rows:
            for problem in (*row.problems, *_row_problems(row, known)):
                group.add(row, problem)
        _check_names(group, borne, groups)
        _check_values(group)
    judged = {row.line: found for group in groups.values() for row, found in _settled(group)}
    return [judged[row.line] for row in rows]


def _settled(group: _Group) -> Iterator[tuple[ReadRow, CheckedRow[Given]]]:
    """The rows of one entry: all of them go in, or none."""
    if group.problems:
        for row in group.rows:
            found = group.problems.get(row.line) or [_left_behind(row)]
            yield row, CheckedRow(row.line, row.cells, None, tuple(found))
        return
    entry = _entry(group)
    for place, row in enumerate(group.rows):
        thing: Given = FurtherRow(entry.entry.code) if place else entry
        yield row, CheckedRow(row.line, row.cells, thing)


def _left_behind(row: ReadRow) -> Problem:
    return row.problem(
        "code", "Another row of this entry cannot go in.", "Correct that one; they go in together."
    )


def _text(row: ReadRow, column: str) -> str:
    """A cell of text as it was before an export made it safe to open."""
    return original_cell(row.text.get(column, ""))


# ------------------------------------------------------------------ what is wrong with one row


def _row_problems(row: ReadRow, known: Known) -> Iterator[Problem]:
    if not row.text:
        return
    code = _text(row, "code")
    if not code:
        yield row.problem("code", "The code is blank.", "Repeat the entry’s code on each of its rows.")
    yield from _unfit_names(row)
    given = {name: value for name in MEASURES if (value := row.number(name)) is not None}
    for name, value in given.items():
        if unfit := find_unfit(MEASURES[name], value):
            yield row.problem(name, unfit.reason, unfit.repair)
    if given and not row.text.get("valid from"):
        yield row.problem("valid from", "The day is blank.", "Say from which day on the values hold.")
    day = row.day("valid from")
    if day is not None and not EARLIEST <= day <= LATEST:
        yield row.problem("valid from", "This year is out of range.", "Check the year.")
    yield from _unfit_tax(row, known, "revenue" in given)


def _unfit_names(row: ReadRow) -> Iterator[Problem]:
    for column, texts in (("code", [_text(row, "code")]), ("aliases", _aliases(row))):
        for text in texts:
            try:
                if text:
                    clean_code(text, f"The {column.removesuffix('es')}")
            except UnfitName as unfit:
                yield row.problem(column, str(unfit), "Correct it.")
    try:
        if _text(row, "name"):
            clean_name(_text(row, "name"), "The name")
    except UnfitName as unfit:
        yield row.problem("name", str(unfit), "Correct it.")


def _unfit_tax(row: ReadRow, known: Known, has_revenue: bool) -> Iterator[Problem]:
    said = row.text.get("includes tax", "").casefold()
    if said and said not in YES | NO:
        yield row.problem("includes tax", "This is neither yes nor no.", "Write yes or no.")
    elif not said and has_revenue and known.asks_tax:
        repair = "Write yes or no: this workspace removes taxes from revenue."
        yield row.problem("includes tax", "It is not said whether the revenue includes tax.", repair)


def _aliases(row: ReadRow) -> list[str]:
    return split_aliases(_text(row, "aliases"))


# ------------------------------------------------------------------ what is wrong with the rows of one entry


def _check_names(group: _Group, borne: dict[str, Borne], groups: Mapping[str, _Group]) -> None:
    """Codes and aliases stand once, in the workspace and in the file; all rows say one name."""
    first, named = group.rows[0], ""
    taken = borne.get(group.key)
    if taken and taken.code_key != group.key:
        reason = f"The code is an alias of {taken.label}."
        group.add(first, first.problem("code", reason, "Write that entry’s code, or remove the alias there."))
    for row in group.rows:
        name = _text(row, "name")
        if name and named and name != named:
            group.add(row, row.problem("name", "The rows of this entry say different names.", "Keep one."))
        named = named or name
        for alias in _aliases(row):
            key = product_key(alias)
            other = borne.get(key)
            if key != group.key and (key in groups or (other and other.code_key != group.key)):
                whose = other.label if other and key not in groups else "another entry of the file"
                reason = f"An alias belongs to {whose}."
                group.add(row, row.problem("aliases", reason, "Leave it out: aliases stand once."))
            else:
                borne.setdefault(key, Borne(group.key, "another entry of the file"))
    if len({product_key(alias) for row in group.rows for alias in _aliases(row)}) >= MOST_ALIASES:
        reason = f"An entry has at most {MOST_ALIASES - 1} aliases."
        group.add(first, first.problem("aliases", reason, "Leave some out."))


def _check_values(group: _Group) -> None:
    """Of one day and measure the file says one thing."""
    said: dict[tuple[Measure, date], Dated] = {}
    for row in group.rows:
        if row.line in group.problems:
            continue
        for dated in _values(row):
            place = (dated.measure, dated.valid_from)
            if said.setdefault(place, dated) != dated:
                column = next(name for name, measure in MEASURES.items() if measure is dated.measure)
                reason = "The file gives two values for this entry and day."
                group.add(row, row.problem(column, reason, "Keep the right one."))


def _entry(group: _Group) -> FullEntry:
    rows = group.rows
    code = clean_code(_text(rows[0], "code"), "The code")
    name = next((said for row in rows if (said := _text(row, "name"))), "")
    aliases = {product_key(alias): alias for row in rows for alias in _aliases(row)}
    aliases.pop(group.key, None)
    entry = Entry(code, clean_name(name) if name else "", tuple(aliases.values()))
    values = dict.fromkeys(dated for row in rows for dated in _values(row))
    return FullEntry(entry, tuple(values))


def _values(row: ReadRow) -> Iterator[Dated]:
    day = row.day("valid from")
    if day is None:
        return
    gross = row.text.get("includes tax", "").casefold() in YES
    for name, measure in MEASURES.items():
        if (value := row.number(name)) is not None:
            yield Dated(measure, day, value, gross and measure is Measure.REVENUE)
