"""Naive totals of derived rows (rules 1.3, 1.4, 5.4): the sum of the rounded rows, never unknown as 0."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal

from .catalog import folded, matches
from .values import Answer, Row, Workspace

WIDE = Context(prec=200)  # a sum of amounts of any length stays exact


@dataclass
class Total:
    """`converted` and `profit` are None while nothing known was added; `unknown` rows are in neither.

    `amounts` has one subtotal per currency of the figures.
    """

    rows: int = 0
    known: int = 0
    unknown: int = 0
    provisional: int = 0
    converted: Decimal | None = None
    amounts: dict[str, Decimal] = field(default_factory=dict)
    profit: Decimal | None = None
    profit_unknown: int = 0

    def add(self, answer: Answer, measures_profit: bool) -> None:
        self.rows += 1
        if answer.status == "unknown":
            self.unknown += 1
        if answer.status == "derived" and answer.figure and answer.figure.converted is not None:
            self.known += 1
            self.provisional += answer.figure.provisional
            self.converted = plus(self.converted, answer.figure.converted)
            so_far = self.amounts.get(answer.figure.currency)
            self.amounts[answer.figure.currency] = plus(so_far, answer.figure.amount)
        if answer.profit is not None:
            self.profit = plus(self.profit, answer.profit)
        elif measures_profit and answer.status != "not revenue":
            self.profit_unknown += 1


def plus(so_far: Decimal | None, amount: Decimal) -> Decimal:
    return amount if so_far is None else WIDE.add(so_far, amount)


def month(row: Row) -> str:
    day = row["date"]
    assert isinstance(day, date)
    return f"{day:%Y-%m}"


def product(row: Row, workspace: Workspace) -> str:
    """The code of the product that the text means; otherwise the text, folded."""
    found = matches(workspace.products, text(row, "product"))
    return found[0].code if len(found) == 1 else text(row, "product")


def text(row: Row, name: str) -> str:
    cell = row.get(name)
    return folded(cell) if isinstance(cell, str) else ""


def keys(workspace: Workspace) -> dict[str, Callable[[Row, Answer], object]]:
    """What totals go by. A blank client is "no client" and a blank owner "unassigned": both are ""."""
    return {
        "all": lambda row, answer: "",
        "month": lambda row, answer: month(row),
        "client": lambda row, answer: text(row, "client"),
        "owner": lambda row, answer: text(row, "owner"),
        "product": lambda row, answer: product(row, workspace),
        "tier": lambda row, answer: answer.figure.tier if answer.figure else None,
        "currency": lambda row, answer: answer.figure.currency if answer.figure else "",
        "status": lambda row, answer: answer.status,
    }


def totals(pairs: Iterable[tuple[Row, Answer]], by: str, workspace: Workspace) -> dict[object, Total]:
    """One total per key. Row errors never went in, so they are in none."""
    found: dict[object, Total] = {}
    for row, answer in pairs:
        if answer.status != "error":
            key = keys(workspace)[by](row, answer)
            found.setdefault(key, Total()).add(answer, workspace.measures_profit)
    return found
