"""What a person or the workspace decided that holds for every row of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from transactions.rules.fields import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the rows of one file are understood.

    `currency`: the workspace default. `symbols`: what "$" or "kr" stands for in this workspace, by
    `symbol_key`. `file_currency`, `column_currencies`: given once for the file, or for a column. `net`: taxes
    are removed from revenue, out of the fields in `tax_included` (rules 5.9). `profit`: profit is measured.
    `refunds_negative`: refunds already carry their minus (rules 5.13).
    """

    currency: str
    symbols: Mapping[str, str] = field(default_factory=dict)
    file_currency: str = ""
    column_currencies: Mapping[Field, str] = field(default_factory=dict)
    net: bool = False
    tax_included: frozenset[Field] = frozenset()
    profit: bool = False
    refunds_negative: bool = False

    def currency_given(self, column: Field) -> str:
        """The currency that a person gave for the column, else for the file; "" is none."""
        return self.column_currencies.get(column) or self.file_currency


@dataclass(frozen=True, slots=True)
class Sale:
    """The sale that a refund undoes: rate and catalog price are of its day (rules 5.13).

    `currency` is the one that its amounts were in; it stands for a refund that says none.
    """

    day: date
    currency: str = ""
