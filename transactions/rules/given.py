"""One row as it was provided, parsed under the decisions of its columns: all figures are derived from it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from transactions.rules.fields import Field, RowKind


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell that holds text which its column's format cannot read (rules 5.3)."""

    value: str
    reason: str
    repair: str


@dataclass(slots=True)
class Given:
    """The provided values of one row; None or "" is absent, zero is a value (rules 5.3).

    `numbers` holds what could be read of quantity, prices, amounts, percent and score; `units` the currency
    sign or code that stood inside an amount, as written; `unread` what could not be read. `currency` is the
    text of the mapped currency column, `blank` the mapped columns that were left blank in this row. `kind` is
    what the row's transaction type was declared to be; None where the value was never declared.
    """

    day: date | None = None
    unique_id: str = ""
    original_id: str = ""
    client: str = ""
    owner: str = ""
    product: str = ""
    type: str = ""
    currency: str = ""
    description: str = ""
    kind: RowKind | None = RowKind.SALE
    numbers: dict[Field, Decimal] = field(default_factory=dict)
    units: dict[Field, str] = field(default_factory=dict)
    unread: dict[Field, Unread] = field(default_factory=dict)
    blank: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot go in as it is: the field ("" stands for the row), why, and what to do.

    `reason` never holds the value, so that equal reasons are counted together.
    """

    field: Field | None
    value: str
    reason: str
    repair: str


def without_day(row: Given) -> Wrong:
    """Why a row has no transaction date: its cell is blank, or cannot be read."""
    cell = row.unread.get(Field.DATE)
    if cell is None:
        return Wrong(Field.DATE, "", "The transaction date is blank.", "Write a date like 2026-03-08.")
    return Wrong(Field.DATE, cell.value, cell.reason, cell.repair)
