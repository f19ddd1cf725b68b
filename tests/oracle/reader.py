"""Reading a row: what is needed and cannot be read is the row's error, what is never needed a warning
(rules 5.3, 5.7).
"""

from datetime import date
from fractions import Fraction

from .cells import Number, Unreadable
from .money import CODES
from .values import MONEY, Decisions, Row, Workspace


class RowError(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(column, reason)
        self.column, self.reason = column, reason


class Reader:
    def __init__(self, row: Row, workspace: Workspace, decisions: Decisions) -> None:
        self.row, self.workspace, self.decisions = row, workspace, decisions
        self.needed: set[str] = set()

    def number(self, field: str) -> Fraction | None:
        """The value that a figure needs; blank falls through, unreadable never does."""
        self.needed.add(field)
        cell = self.row.get(field)
        if isinstance(cell, Unreadable):
            raise RowError(field, "unreadable")
        return Fraction(cell.value) if isinstance(cell, Number) else None

    def peek(self, field: str) -> Fraction | None:
        """The value if there is one, for a comparison that no figure hangs on."""
        cell = self.row.get(field)
        return Fraction(cell.value) if isinstance(cell, Number) else None

    def text(self, field: str) -> str:
        cell = self.row.get(field)
        return cell if isinstance(cell, str) else ""

    def day(self) -> date:
        """The one required field."""
        cell = self.row.get("date")
        if isinstance(cell, date):
            return cell
        raise RowError("date", "blank" if cell is None else "unreadable")

    def code(self, text: str, field: str) -> str:
        """An ISO code in any case, or a symbol by the workspace's map."""
        code = self.workspace.symbols.get(text, text.upper())
        if code not in CODES:
            raise RowError(field, "unknown currency")
        return code

    def mark(self, field: str) -> str:
        cell = self.row.get(field)
        return cell.mark if isinstance(cell, Number) else ""

    def currency(self, field: str) -> tuple[str, bool]:
        """(the currency of the amount in that cell, whether it is only assumed), by the order of evidence."""
        inside = self.code(self.mark(field), field) if self.mark(field) else ""
        if column := self.text("currency"):
            code = self.code(column, "currency")
            if inside and inside != code:
                raise RowError(field, "currency conflict")
            return code, False
        if inside or field in self.decisions.column_currency:
            return inside or self.decisions.column_currency[field], False
        beside = next((other for other in MONEY if self.mark(other)), "")
        if beside:
            return self.code(self.mark(beside), beside), False
        given = self.decisions.given.get("currency", "")
        return (given, False) if given else (self.workspace.currency, True)

    def warnings(self) -> tuple[str, ...]:
        unused = [
            field
            for field, cell in self.row.items()
            if isinstance(cell, Unreadable) and field not in self.needed
        ]
        return tuple(f"unreadable, unused: {field}" for field in unused)
