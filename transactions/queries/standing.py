"""Rows derived from what they stand on: nothing of now enters (rules 1.2, 5.2 to 5.13).

A row that was kept at an earlier price or setting is derived with that, and a refund with what its sale
stands on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from kamtrak.lib.money import currencies_of, shared_symbols
from kamtrak.lib.tables import Layout
from transactions.models import Import, RowRate, Source, Transaction
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
    Value,
    derive,
    lay_over,
    product_key,
)
from workspaces.models import Workspace

STANDS_ON = ("rate", "profit_rate", "price", "profit_price", "tax_price")
Renewed = Mapping[int, RowRate]  # by the version of a rate the one that takes its place


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


class StandingRows:
    """Derives rows of a workspace, batch by batch; how their imports are read is known from then on."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._ways = workspace, ways_of(workspace)
        self._origins: dict[int, _Origin] = {}

    def derived(
        self, rows: list[Transaction], renewed: Renewed | None = None
    ) -> Iterator[tuple[Transaction, Derived]]:
        """Each of the rows, with all of STANDS_ON, `edit` and `product` loaded."""
        self._know({row.origin_id for row in rows})
        sales = self._sales(rows)
        for row in rows:
            sale = sales.get((row.source_id, row.sale_key.bytes)) if row.sale_key else None
            yield row, self._derived(row, sale, renewed or {})

    def _know(self, ids: set[int]) -> None:
        new = Import.objects.filter(workspace=self._workspace, pk__in=ids - set(self._origins))
        for imported in new.select_related("source"):
            mapping = FileMapping.from_json(imported.mapping)
            reader = LineReader(mapping, from_1904=Layout(**imported.layout).from_1904)
            self._origins[imported.pk] = _Origin(mapping, reader, imported.source)

    def _sales(self, rows: list[Transaction]) -> dict[tuple[int, bytes], Sale]:
        """The sales that refunds among the rows undo, by source and key."""
        wanted: dict[int, set[bytes]] = {}
        sources = {row.source_id: self._origins[row.origin_id].source for row in rows}
        for row in rows:
            if row.sale_key is not None:
                wanted.setdefault(row.source_id, set()).add(row.sale_key.bytes)
        return {
            (source, key): sale
            for source, keys in wanted.items()
            for key, sale in stored_sales(sources[source], keys).items()
        }

    def _derived(self, row: Transaction, sale: Sale | None, renewed: Renewed) -> Derived:
        origin = self._origins[row.origin_id]
        given = origin.reader.read(row.cells)
        if row.edit is not None:
            lay_over(given, row.edit.values, origin.mapping)
        used = [renewed.get(rate.pk, rate) for rate in (row.rate, row.profit_rate) if rate is not None]
        rates = [use for rate in used if (use := use_of(rate))]
        prices = [value_of(each) for each in (row.price, row.profit_price, row.tax_price) if each is not None]
        item = prices[0].item if prices else row.product.item_id if row.product is not None else None
        book = _Standing(self._workspace.currency, item)
        book.rates = {use.currency: use for use in rates}
        book.values = {value.measure: value for value in prices}
        # Of the settings that it was made with the row itself tells: it may have been kept at them.
        then = Ways(
            {**self._ways.symbols, **_symbols((row.currency, *book.rates))},
            removes_tax=row.tax is not None,
            measures_profit=row.profit is not None or row.profit_lack > 0,
        )
        return derive(given, terms_of(self._workspace, then, origin.mapping), book, sale)


@lru_cache(maxsize=256)
def _symbols(codes: tuple[str, ...]) -> dict[str, str]:
    """What signs of several currencies meant, where a row is in one of these."""
    return {sign: code for sign in shared_symbols() for code in codes if code in currencies_of(sign)}
