"""A table of own rates that a person brings, checked row by row before anything is recorded (rules 5.17).

The check is a function of the file, the answers to what its columns leave open, and the day; so what is added
later is exactly what was checked.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from fx.rules import OwnRate, Unfit, find_unfit
from kamtrak.lib.money import is_currency, rate_text
from kamtrak.lib.tables import Check, CheckedRow, Column, Kind, Limits, Problem, ReadRow, check_table

COLUMNS = (
    Column("date", Kind.DATE),
    Column("from"),
    Column("to"),
    Column("rate", Kind.NUMBER),
    Column("until", Kind.DATE, optional=True, blank=True),
)
FIELDS = {"day": "date", "base": "from", "quote": "to", "value": "rate", "until": "until"}
SAMPLE = (
    ("date", "from", "to", "rate", "until"),
    ("2026-01-01", "EUR", "USD", "1.1682", ""),
    ("2026-01-01", "AED", "USD", "0.272294", "2026-12-31"),
)


def check_file(
    content: bytes,
    decisions: Mapping[str, str],
    *,
    today: date,
    limits: Limits,
    left_out: Collection[int] = (),
) -> Check[OwnRate]:
    """Look at the file, ask what it leaves open, else check every row. Raises TableError for what is no table
    of rates at all; the message says what was found and what is expected. `left_out` are the lines whose
    rates somebody did not want as the others were added: they can follow as those that cannot go in do."""

    def judge(rows: list[ReadRow]) -> Iterable[CheckedRow[OwnRate]]:
        checked = _without_doubles([_checked(row, today) for row in rows])
        return [_left_out(row) if row.line in left_out and row.thing else row for row in checked]

    return check_table(content, decisions, columns=COLUMNS, limits=limits, judge=judge)


def _checked(row: ReadRow, today: date) -> CheckedRow[OwnRate]:
    """One row as a rate, or with everything that is wrong with it."""
    problems = [*_unknown_codes(row), *row.problems]
    if problems:
        return CheckedRow(row.line, row.cells, None, tuple(problems))
    base, quote = row.text["from"].upper(), row.text["to"].upper()
    rate = OwnRate(base, quote, row.values["date"], row.values["rate"], row.day("until"))
    unfit = find_unfit(rate, today)
    if unfit is not None:
        return CheckedRow(row.line, row.cells, None, (_problem(row, unfit),))
    return CheckedRow(row.line, row.cells, rate)


def _unknown_codes(row: ReadRow) -> Iterator[Problem]:
    for name in ("from", "to"):
        if name in row.text and not is_currency(row.text[name].upper()):
            yield row.problem(name, "This is not a currency code.", "Use ISO codes like USD or CHF.")


def _problem(row: ReadRow, unfit: Unfit) -> Problem:
    return row.problem(FIELDS[unfit.field], unfit.reason, unfit.repair)


def _without_doubles(rows: list[CheckedRow[OwnRate]]) -> list[CheckedRow[OwnRate]]:
    """Of one pair and day a repetition is left out, and different rates all wait for a person."""
    places: dict[tuple[frozenset[str], date], list[CheckedRow[OwnRate]]] = defaultdict(list)
    for row in rows:
        if row.thing is not None:
            places[frozenset((row.thing.base, row.thing.quote)), row.thing.day].append(row)
    refused: dict[int, Problem] = {}
    for same in (group for group in places.values() if len(group) > 1):
        differ = len({row.thing for row in same}) > 1
        for row in same if differ else same[1:]:
            refused[row.line] = _double(row, [other.line for other in same if other is not row], differ)
    return [
        CheckedRow(row.line, row.cells, None, (refused[row.line],)) if row.line in refused else row
        for row in rows
    ]


def _left_out(row: CheckedRow[OwnRate]) -> CheckedRow[OwnRate]:
    rate = row.thing
    value = "" if rate is None else rate_text(rate.value)
    reason = "It was left out: more than 5 % off the published rate of its day."
    repair = "Correct it, or bring it again and take it over as it is."
    return CheckedRow(row.line, row.cells, None, (Problem(row.line, "rate", value, reason, repair),))


def _double(row: CheckedRow[OwnRate], others: list[int], differ: bool) -> Problem:
    rate = row.thing
    assert rate is not None  # noqa: S101 - only rates have doubles
    where = f"line{'s' if len(others) > 1 else ''} {', '.join(f'{line:,}' for line in others[:5])}"
    value = f"{rate.day} {rate.base} {rate.quote}, also in {where}"
    if differ:
        reason, repair = "The file gives different rates for this pair and day.", "Keep the right one."
    else:
        reason, repair = "The row repeats an earlier one.", "Nothing to do: the rate goes in once."
    return Problem(row.line, "date", value, reason, repair)
