"""The rows of the rule editor: as they are typed, and read back as rules (rules 4.3, 4.6, 4.7).

A row is kept as text, so that a refused form comes back exactly as it was sent. What cannot be read is a
Finding like every other: an error at its row and field.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice, zip_longest
from typing import Any

from django.http import QueryDict

from contracts.rules import (
    MOST_MONTHS,
    MOST_RULES,
    Finding,
    Rule,
    Unit,
    Weight,
    append_rule,
    can_append,
    can_drop,
    check_schedule,
    close_gap,
    drop_rule,
)
from kamtrak.lib.money import grouped, parse_amount, parse_percentage, share_text
from kamtrak.lib.notation import shown, tidy

FIELDS = ("first", "last", "revenue", "unit")
MOST_ROWS = 4 * MOST_RULES  # what a form brings back; the rows above the limit are refused, not lost
ONWARDS = "onwards"


@dataclass(frozen=True)
class TypedRule:
    """One row as it stands in its fields; `last` empty is onwards."""

    first: str = ""
    last: str = ""
    revenue: str = ""
    unit: Unit = Unit.AMOUNT

    @property
    def is_percent(self) -> bool:
        return self.unit is Unit.PERCENT

    @property
    def written(self) -> str:
        """The revenue with its unit in one field: overtyping `60 %` with `700` makes it a fixed amount."""
        return f"{self.revenue} %" if self.is_percent else self.revenue


Rows = tuple[TypedRule, ...]


@dataclass(frozen=True)
class Examined:
    """The rows with what there is to say about them. `rules` has None where the months cannot be read."""

    rows: Rows
    rules: tuple[Rule | None, ...]
    findings: tuple[Finding, ...]

    @property
    def placed(self) -> tuple[Rule, ...] | None:
        """The rules, if the months of every row can be read."""
        return tuple(rule for rule in self.rules if rule is not None) if all(self.rules) else None

    def of_weight(self, weight: Weight) -> list[Finding]:
        return [finding for finding in self.findings if finding.weight is weight]

    @property
    def is_refused(self) -> bool:
        return bool(self.of_weight(Weight.ERROR))


# ------------------------------------------------------------------ in and out


def typed_rows(rules: Sequence[Rule], currency: str) -> Rows:
    """The rules as they stand in their fields at first."""
    return tuple(_typed(rule, currency) for rule in rules)


def _typed(rule: Rule, currency: str) -> TypedRule:
    last = "" if rule.last is None else str(rule.last)
    revenue = ""
    if rule.revenue is not None:
        revenue = share_text(rule.revenue) if rule.is_percent else grouped(rule.revenue, currency)
    return TypedRule(str(rule.first), last, revenue, rule.unit)


def read_rows(data: QueryDict) -> Rows:
    """The rows of a form, in their order."""
    columns = [data.getlist(name) for name in FIELDS]
    rows = zip_longest(*columns, fillvalue="")
    return tuple(_row(first, last, revenue, unit) for first, last, revenue, unit in islice(rows, MOST_ROWS))


def _row(first: str, last: str, revenue: str, unit: str) -> TypedRule:
    """A percent sign behind the number says the unit, whatever is chosen beside it."""
    number = revenue.strip()
    if number.endswith("%"):
        return TypedRule(first, last, number.removesuffix("%").rstrip(), Unit.PERCENT)
    return TypedRule(first, last, revenue, Unit.PERCENT if unit == Unit.PERCENT else Unit.AMOUNT)


def examine(
    rows: Rows, *, months: int | None, monthly: Decimal | None, currency: str, template: bool = False
) -> Examined:
    """Read the rows and check them (rules 4.7). `months` as for check_schedule.

    A `template` knows no contract: a percentage is not asked for its monthly revenue.
    """
    read = [read_rule(row, position, currency) for position, row in enumerate(rows, start=1)]
    rules = tuple(rule for rule, _ in read)
    unread = [finding for _, findings in read for finding in findings]
    found = Examined(rows, rules, tuple(unread))
    placed = found.placed
    if placed is None:
        return found
    given = Decimal(0) if template and monthly is None else monthly
    checked = check_schedule(placed, months=months, monthly=given, currency=currency)
    known = {(finding.rule, finding.field) for finding in unread}
    rest = [finding for finding in checked if (finding.rule, finding.field) not in known]
    if unread:
        rest = [finding for finding in rest if finding.weight is Weight.ERROR]
    return replace(found, findings=(*unread, *rest))


def read_rule(row: TypedRule, position: int, currency: str) -> tuple[Rule | None, list[Finding]]:
    """The rule of a row, None where its months cannot be read; a revenue that cannot be is left open."""
    read: dict[str, Any] = {}
    problems: list[Finding] = []
    readers: dict[str, Callable[[], Any]] = {
        "first": lambda: _month(row.first),
        "last": lambda: None if is_onwards(row.last) else _month(row.last),
        "revenue": lambda: _revenue(row, currency),
    }
    for field, reader in readers.items():
        try:
            read[field] = reader()
        except ValueError as problem:
            problems.append(Finding(Weight.ERROR, str(problem), position, field))
    if "first" not in read or "last" not in read:
        return None, problems
    return Rule(read["first"], read["last"], read.get("revenue"), row.unit), problems


def is_onwards(text: str) -> bool:
    """Whether a To month stands for an open end."""
    return tidy(text[:100]).casefold() in ("", ONWARDS)


def _month(text: str) -> int:
    """A month number. Raises ValueError with what to write instead."""
    written = tidy(text[:100])
    if not written:
        raise ValueError("Enter the month, counted from 1.")
    if not (written.isascii() and written.isdigit()):
        raise ValueError(f"“{shown(text)}” is not a month number. Write a whole number like 12.")
    if len(written) > len(str(MOST_MONTHS)) + 6:
        raise ValueError(f"A schedule has at most {MOST_MONTHS} months.")
    return int(written)


def _revenue(row: TypedRule, currency: str) -> Decimal | None:
    """None while it is empty. Raises AmountError."""
    if not row.revenue.strip():
        return None
    if row.is_percent:
        return parse_percentage(row.revenue)
    return parse_amount(row.revenue, currency, allow_zero=True, allow_negative=True)


# ------------------------------------------------------------------ +, −, closing a gap (rules 4.6)


def may_append(rows: Rows) -> bool:
    """Whether + stands beside the last row: it is absent at 16 rules and after an open end."""
    closed = Rule(1, 1, None)
    ends = [replace(closed, last=None) if is_onwards(row.last) else closed for row in rows]
    return can_append(ends)


def with_step(rows: Rows, step: str, currency: str) -> Rows:
    """The rows after a button was pressed: `add`, `drop`, `close:13-14`, or `pull:13-14` to close it
    from behind. Unchanged where it cannot be."""
    if step == "add" and may_append(rows):
        return _appended(rows, currency)
    if step == "drop" and can_drop(rows):
        return drop_rule(rows)
    kind, _, gap = step.partition(":")
    if kind in ("close", "pull"):
        return _closed(rows, gap, currency, from_after=kind == "pull")
    return rows


def _appended(rows: Rows, currency: str) -> Rows:
    last, _ = read_rule(rows[-1], len(rows), currency) if rows else (None, [])
    if rows and last is None:
        return rows  # its own field says what cannot be read
    return (*rows, _typed(append_rule([last] if last else [])[-1], currency))


def _closed(rows: Rows, gap: str, currency: str, *, from_after: bool) -> Rows:
    first, _, last = gap.partition("-")
    rules = [read_rule(row, n, currency)[0] for n, row in enumerate(rows, start=1)]
    placed = [rule for rule in rules if rule is not None]
    if len(placed) < len(rows) or not (first.isdecimal() and last.isdecimal()):
        return rows
    closed = close_gap(placed, int(first[:6]), int(last[:6]), from_after=from_after)
    return tuple(_with_months(row, rule) for row, rule in zip(rows, closed, strict=True))


def _with_months(row: TypedRule, rule: Rule) -> TypedRule:
    return replace(row, first=str(rule.first), last="" if rule.last is None else str(rule.last))


def any_percent(rows: Rows) -> bool:
    return any(row.is_percent for row in rows)
