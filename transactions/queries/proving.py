"""Whether stored figures are what the rows' cells come to with the rates and prices that they stand on.

Nothing of now enters: a row that was kept at an earlier price or setting proves itself, and a refund that it
stands on what its sale stands on (rules 1.2, 5.2 to 5.13). Rows are read a batch at a time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from kamtrak.lib.money import currencies_of, shared_symbols
from kamtrak.lib.tables import Layout
from transactions.models import Import, Source, Transaction
from transactions.queries.books import Ways, terms_of, use_of, ways_of
from transactions.queries.catalog import value_of
from transactions.queries.sales import stored_sales
from transactions.rules import (
    Derived,
    FileMapping,
    LineReader,
    Match,
    Measure,
    RateUse,
    Sale,
    Status,
    Value,
    derive,
    lay_over,
    product_key,
)
from workspaces.models import Workspace

BATCH = 2000
_STANDS_ON = ("rate", "profit_rate", "price", "profit_price", "tax_price")


class Proved(NamedTuple):
    """A counted row: its figures and what they stand on, as stored and as its own derivation says."""

    row: int
    stored: tuple[Any, ...]
    derived: tuple[Any, ...]


@dataclass
class _Origin:
    """How the rows of one import are read."""

    mapping: FileMapping
    reader: LineReader
    source: Source | None


@dataclass
class _Standing:
    """What one row stands on (rules.Book)."""

    currency: str
    item: int | None
    rates: dict[str, RateUse] = field(default_factory=dict)
    values: dict[Measure, Value] = field(default_factory=dict)

    def rate(self, currency: str, day: date) -> RateUse | None:
        return self.rates.get(currency)

    def match(self, product: str) -> Match:
        return Match(product_key(product), self.item)

    def value(self, item: int, measure: Measure, day: date) -> Value | None:
        return self.values.get(measure)


def proved(workspace: Workspace) -> Iterator[Proved]:
    """Every counted row."""
    ways, origins = ways_of(workspace), dict[int, _Origin]()
    rows = Transaction.objects.filter(workspace=workspace, status=Status.COUNTED).order_by("pk")
    streamed = rows.select_related("edit", "product", *_STANDS_ON).iterator(BATCH)
    while batch := list(islice(streamed, BATCH)):
        _know(origins, {row.origin_id for row in batch})
        sales = _sales(origins, batch)
        for row in batch:
            sale = sales.get((row.source_id, row.sale_key.bytes)) if row.sale_key else None
            derived = _derived(workspace, ways, origins[row.origin_id], row, sale)
            yield Proved(row.pk, _stored(row), _come_to(derived))


def _know(origins: dict[int, _Origin], ids: set[int]) -> None:
    for imported in Import.objects.filter(pk__in=ids - set(origins)).select_related("source"):
        mapping = FileMapping.from_json(imported.mapping)
        reader = LineReader(mapping, from_1904=Layout(**imported.layout).from_1904)
        origins[imported.pk] = _Origin(mapping, reader, imported.source)


def _sales(origins: dict[int, _Origin], rows: list[Transaction]) -> dict[tuple[int, bytes], Sale]:
    """The sales that refunds among the rows undo, by source and key."""
    wanted: dict[int, set[bytes]] = {}
    sources = {row.source_id: origins[row.origin_id].source for row in rows}
    for row in rows:
        if row.sale_key is not None:
            wanted.setdefault(row.source_id, set()).add(row.sale_key.bytes)
    return {
        (source, key): sale
        for source, keys in wanted.items()
        for key, sale in stored_sales(sources[source], keys).items()
    }


def _derived(
    workspace: Workspace, ways: Ways, origin: _Origin, row: Transaction, sale: Sale | None
) -> Derived:
    given = origin.reader.read(row.cells)
    if row.edit is not None:
        lay_over(given, row.edit.values, origin.mapping)
    rates = [use for rate in (row.rate, row.profit_rate) if rate is not None and (use := use_of(rate))]
    prices = [value_of(each) for each in (row.price, row.profit_price, row.tax_price) if each is not None]
    item = prices[0].item if prices else row.product.item_id if row.product is not None else None
    book = _Standing(workspace.currency, item)
    book.rates = {use.currency: use for use in rates}
    book.values = {value.measure: value for value in prices}
    # Of the settings that it was made with the row itself tells: it may have been kept at them.
    then = Ways(
        {**ways.symbols, **_symbols((row.currency, *book.rates))},
        removes_tax=row.tax is not None,
        measures_profit=row.profit is not None or row.profit_lack > 0,
    )
    return derive(given, terms_of(workspace, then, origin.mapping), book, sale)


@lru_cache(maxsize=256)
def _symbols(codes: tuple[str, ...]) -> dict[str, str]:
    """What signs of several currencies meant, where a row is in one of these."""
    return {sign: code for sign in shared_symbols() for code in codes if code in currencies_of(sign)}


def _stored(row: Transaction) -> tuple[Any, ...]:
    figures = (row.revenue, row.converted, row.tax, row.profit)
    return (*figures, *(getattr(row, f"{name}_id") for name in _STANDS_ON))


def _come_to(derived: Derived) -> tuple[Any, ...]:
    figures = (derived.revenue, derived.converted, derived.tax, derived.profit)
    return (*figures, *(used and used.id for used in (getattr(derived, name) for name in _STANDS_ON)))
