"""The shape of a case: a file, what a person answers, what must come of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tests.oracle.catalog import Entry, Product
from tests.oracle.rates import Own, Rates
from tests.oracle.values import Workspace

SINCE = date(2020, 1, 1)
WORKSPACE = Workspace(
    rates=Rates(
        today=date(2026, 6, 1),
        own=(
            Own("EUR", "USD", SINCE, Decimal("1.10")),
            Own("GBP", "USD", SINCE, Decimal("1.25")),
            Own("JPY", "USD", SINCE, Decimal("0.0067")),
        ),
        mode="manual",
    ),
    currency="USD",
    symbols={"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"},
    products=(Product("W", "Widget", ("WID",)),),
    entries=(Entry("W", SINCE, revenue=Decimal("19.99")),),
    zone="Europe/Berlin",
)

# Why a whole file is refused.
REFUSALS = {
    "empty": "nothing is in it",
    "no rows": "a header and nothing below",
    "binary": "no table and no workbook: an image, a PDF, a program",
    "old workbook": "the .xls of before 2007",
    "encrypted": "a workbook behind a password",
    "no workbook": "a zip archive or document that is no spreadsheet",
    "damaged": "a workbook that cannot be opened",
    "markup": "a page of HTML that calls itself a spreadsheet",
    "unclosed quote": "a quote that never closes",
    "too many columns": "over 500",
    "too large": "over the limits, packed or unpacked",
    "unsafe": "XML with entities of its own",
    "no date column": "the one required field is not mapped",
    "field twice": "two columns on one field type",
    "repeated ids": "a column that is no Unique ID",
}


@dataclass(frozen=True)
class Answers:
    """What a person gives. `fields`: one per column in order, None where a column is kept unmapped.

    `header`: the record that heads the columns, counted from 1 as in the file, blank ones too; None:
    there is no header. `encoding` and `delimiter` say how the file is rightly read: found by the
    product, unless `overrides` names them. The other names are those of the oracle's decisions.
    """

    fields: tuple[str | None, ...] = ("date", "client", "revenue")
    header: int | None = 1
    encoding: str = "utf-8"
    delimiter: str = ","
    overrides: tuple[str, ...] = ()
    sheet: str = ""
    date_order: str = "YMD"
    decimal_mark: str = "."
    decimal_marks: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    column_currency: Mapping[str, str] = field(default_factory=dict)
    blanks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    refunds_carry_minus: bool = True
    in_zone: bool = False


@dataclass(frozen=True)
class Expected:
    """What must come of it.

    `rows` = `good` + `bad`; `unknown` of the good ones have no revenue. `sums`: currency of the figure →
    sum of the rounded figures; `converted` their sum in USD, None if nothing is known. `bad_rows`: (row
    below the header counted from 1, field, kind). `asks`: questions that the file leaves open, "kind:
    column". `kept`: cells to be found unchanged among the provided ones. `refused`: a key of REFUSALS, and
    then nothing else but `asks` counts.
    """

    rows: int = 0
    good: int = 0
    bad: int = 0
    unknown: int = 0
    sums: Mapping[str, str] = field(default_factory=dict)
    converted: str | None = None
    bad_rows: tuple[tuple[int, str, str], ...] = ()
    asks: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    refused: str = ""
    may_refuse: bool = False


@dataclass(frozen=True)
class Case:
    """`tests` says in one sentence what it is for; `covers` names the classes of trouble that it stands
    for.
    """

    name: str
    tests: str
    covers: tuple[str, ...]
    file: str
    data: Callable[[], bytes]
    expected: Expected
    answers: Answers = field(default_factory=Answers)


def good(rows: int, converted: str | None = None, unknown: int = 0, **sums: str) -> Expected:
    """All rows are good. One sum in dollars needs no converted one beside it."""
    total = converted if converted is not None else sums.get("USD")
    return Expected(rows, rows, 0, unknown, sums, total)


def refused(kind: str, *asks: str) -> Expected:
    return Expected(refused=kind, asks=asks)
