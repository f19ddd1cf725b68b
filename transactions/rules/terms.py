"""What a person or the workspace decided that holds for every row of an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from transactions.rules.book import RateUse
from transactions.rules.catalog import Measure, Value
from transactions.rules.fields import Field

# In the order in which a profit asks for them (rules 5.8): a row that stands on one had none of the earlier.
_OF_PROFIT = (Measure.PROFIT, Measure.COST, Measure.PROFIT_PERCENT)


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
    """The sale that a refund undoes: rate and catalog price are the sale's (rules 5.13).

    `currency` is the one that its amounts were in; it stands for a refund that says none. `rates` and
    `prices` are what its figures were made with, whatever holds for its day by now; the day decides what it
    did not need.
    """

    day: date
    currency: str = ""
    rates: tuple[RateUse, ...] = ()
    prices: tuple[Value, ...] = ()

    def rate(self, currency: str) -> RateUse | None:
        """The rate that it was converted at; None where it needed none of the currency."""
        return next((use for use in self.rates if use.currency == currency), None)

    def price(self, item: int, measure: Measure) -> Value | None:
        """The catalog value that it was made with, of this entry."""
        return next((each for each in self.prices if (each.item, each.measure) == (item, measure)), None)

    def lacked(self, item: int, measure: Measure) -> bool:
        """Whether a later rule decided its profit because the entry had no value of this measure then."""
        if measure not in _OF_PROFIT:
            return False
        later = _OF_PROFIT[_OF_PROFIT.index(measure) + 1 :]
        return any(each.item == item and each.measure in later for each in self.prices)
