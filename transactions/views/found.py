"""Pieces of what a check found, made of the plain values that it kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from transactions.rules import Column, Field
from transactions.rules.repairs import Repair
from transactions.views.words import lack_said, tier_said


@dataclass(frozen=True)
class Part:
    """Some of the rows, with what they come to: `revenue` in `name` where that is a currency."""

    name: str
    rows: int
    revenue: Decimal
    converted: Decimal


@dataclass(frozen=True)
class ProblemGroup:
    """Rows that share a problem in the same column, the first of them, and what repairs them all."""

    column: str
    reason: str
    advice: str
    count: int
    samples: tuple[tuple[int, str], ...]  # (line, value)
    repair: Repair | None

    @property
    def lines(self) -> str:
        """Where the first of them stand: "lines 77, 5,120 and others"."""
        shown = ", ".join(f"{line:,}" for line, _ in self.samples)
        noun = "line" if len(self.samples) == 1 else "lines"
        return f"{noun} {shown}{' and others' if self.count > len(self.samples) else ''}"

    @property
    def found(self) -> tuple[str, ...]:
        """The different values among the first of them."""
        return tuple(dict.fromkeys(value for _, value in self.samples if value))


@dataclass(frozen=True)
class PreviewLine:
    """One of the first rows, as it goes in."""

    line: int
    day: date
    client: str
    product: str
    quantity: Decimal | None
    tier: str
    lack: str
    currency: str
    revenue: Decimal | None
    converted: Decimal | None


@dataclass(frozen=True)
class Change:
    """A row that the import would change: its cells (column, before, after), its revenue before and after."""

    line: int
    row: int
    edited: bool
    cells: tuple[tuple[str, str, str], ...]
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class WarnedRow:
    """A row that is worth a look: its line, and its cells that cannot be read: (column, value)."""

    line: int
    cells: tuple[tuple[Column, str], ...]


@dataclass(frozen=True)
class WarningGroup:
    """What to look at, how many rows it concerns, and the first of them."""

    said: str
    count: int
    rows: tuple[WarnedRow, ...]


def warned_row_of(each: dict[str, Any], mapped: Mapping[Field, Column]) -> WarnedRow:
    cells = {Field(name): value for name, value in each["unread"].items()}
    return WarnedRow(
        each["line"], tuple((mapped[known], value) for known, value in cells.items() if known in mapped)
    )


def change_of(each: dict[str, Any]) -> Change:
    before, after = (None if each[name] is None else Decimal(each[name]) for name in ("was", "is"))
    cells = tuple((name, was, now) for name, was, now in each["cells"])
    return Change(each["line"], each["row"], each["edited"], cells, before, after)


def part_of(each: dict[str, Any]) -> Part:
    return Part(each["name"], each["rows"], Decimal(each["revenue"]), Decimal(each["converted"]))


def preview_line_of(each: dict[str, Any]) -> PreviewLine:
    def number(name: str) -> Decimal | None:
        return None if each.get(name) is None else Decimal(each[name])

    return PreviewLine(
        each["line"],
        date.fromisoformat(each["day"]),
        each["client"],
        each["product"],
        number("quantity"),
        tier_said(each["tier"]),
        lack_said(each["lack"]) if each["lack"] else "",
        each["currency"],
        number("revenue"),
        number("converted"),
    )
