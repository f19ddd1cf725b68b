"""What the oracle is given and what it answers: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .catalog import Entry, Product
from .cells import Number, Unreadable
from .rates import Rates

Cell = Number | Unreadable | date | str | None
Row = Mapping[str, Cell]  # every mapped field is a key, blank or not

MONEY = ("revenue", "price_sold", "unit_cost", "unit_profit", "unit_tax", "profit", "taxes")
NUMBERS = (*MONEY, "quantity", "taxes_percent")
FIELDS = (
    "unique_id",
    "original_id",
    "date",
    "client",
    "owner",
    "product",
    *NUMBERS,
    "currency",
    "type",
    "description",
)


@dataclass(frozen=True)
class Workspace:
    """`symbols` says what "$" and "kr" (and the rest) mean here; `rates` hold its time, its mode and its
    limit.
    """

    rates: Rates
    currency: str = "USD"
    symbols: Mapping[str, str] = field(
        default_factory=lambda: {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
    )
    removes_taxes: bool = False
    measures_profit: bool = False
    products: tuple[Product, ...] = ()
    entries: tuple[Entry, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True)
class Decisions:
    """What a person decided for a file: how columns are read, what is given once, what they include.

    `given`: a field's text for the whole file. `column_currency`: field → code, as in "Amount (EUR)".
    `includes_tax`: the money fields whose figures include taxes. `types`: text → "sale", "refund" or "not
    revenue".
    """

    decimal_mark: str = "."
    decimal_marks: Mapping[str, str] = field(default_factory=dict)  # of a field's own, where it has one
    date_order: str = "YMD"
    blanks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    column_currency: Mapping[str, str] = field(default_factory=dict)
    includes_tax: frozenset[str] = frozenset()
    types: Mapping[str, str] = field(default_factory=dict)
    refunds_carry_minus: bool = True
    in_zone: bool = False


@dataclass(frozen=True)
class Lack:
    """What one alert would ask for: a catalog value of a product, or a rate of a currency, for a day."""

    kind: str  # "catalog", "rate"
    name: str
    value: str
    day: date
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """A revenue: exact and rounded in its own currency, and converted. `converted` None is unknown, never
    0.
    """

    tier: int
    currency: str
    assumed: bool
    exact: Fraction
    amount: Decimal
    tax: Decimal | None = None
    rate: Decimal | None = None
    rate_day: date | None = None
    rate_source: str = ""
    provisional: bool = False
    converted: Decimal | None = None


@dataclass(frozen=True)
class Answer:
    """`status`: "derived", "unknown" (with `reason`), "error" (with `column` and `reason`) or "not revenue".

    Reasons of unknown: "cannot derive", "catalog", "product", "tax", "rate". Of errors: "blank",
    "unreadable", "unknown currency", "currency conflict", "undeclared type". `profit` is in the workspace
    currency; `profit_reason`: "catalog", "product", "rate", "revenue", "absent".
    """

    status: str
    reason: str = ""
    column: str = ""
    figure: Figure | None = None
    profit: Decimal | None = None
    profit_reason: str = ""
    lacks: tuple[Lack, ...] = ()
    fell_past: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def converted(self) -> Decimal | None:
        return self.figure.converted if self.figure and self.status == "derived" else None
