"""Why a stored figure is what it is: derived again with the very rates and prices that it was made with.

Nothing is written, and what has changed since does not enter: where settings or the sale of a refund have
moved, the figure that comes out differs, and that is said (`agrees`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kamtrak.lib.tables import Layout
from transactions.models import CatalogItem, CatalogValue, RowRate, Transaction
from transactions.queries.books import terms_of, use_of, ways_of
from transactions.queries.catalog import value_of
from transactions.rules import (
    Derived,
    Field,
    FileMapping,
    Given,
    Lack,
    LineReader,
    Match,
    Measure,
    RateUse,
    Sale,
    Status,
    Step,
    Value,
    currency_of_sale,
    derive,
    explain,
    lay_over,
    product_key,
)

ABSENT = (Lack.NO_ENTRY, Lack.AMBIGUOUS)
OF_A_UNIT = (Measure.PROFIT, Measure.COST)


@dataclass(frozen=True)
class Explained:
    """The steps to a row's figures, and what they speak of.

    `given` is what the row provides, edits on top; `edited` the fields that a person wrote. `rates` and
    `items` are the stored rates and catalog entries that the steps name by number. `agrees`: the steps come
    to the stored figures.
    """

    mapping: FileMapping
    given: Given
    edited: frozenset[Field]
    steps: tuple[Step, ...]
    rates: Mapping[int, RowRate]
    items: Mapping[int, CatalogItem]
    net: bool
    profit: bool
    agrees: bool


def explained(row: Transaction, sale: Transaction | None) -> Explained:
    """How the figures of this row came about: `row` as queries.rows.get_row loads it, `sale` as tied_to."""
    mapping = FileMapping.from_json(row.origin.mapping)
    given = LineReader(mapping, from_1904=Layout(**row.origin.layout).from_1904).read(row.cells)
    if row.edit is not None:
        lay_over(given, row.edit.values, mapping)
    ways = ways_of(row.workspace)
    undone = None if sale is None else Sale(sale.day, currency_of_sale(sale.tier, sale.currency))
    told = (given, terms_of(row.workspace, ways, mapping), PinnedBook(row), undone)
    prices = (row.price, row.profit_price, row.tax_price)
    items = [each.item for each in prices if each is not None]
    if row.product is not None and row.product.item is not None:
        items.append(row.product.item)
    return Explained(
        mapping=mapping,
        given=given,
        edited=frozenset(Field(name) for name in row.edit.values) if row.edit else frozenset(),
        steps=explain(*told),
        rates={rate.pk: rate for rate in (row.rate, row.profit_rate) if rate is not None},
        items={item.pk: item for item in items},
        net=ways.removes_tax,
        profit=ways.measures_profit,
        agrees=_agrees(row, derive(*told)),
    )


class PinnedBook:
    """What the derivation of one row looked up, as it is stored with the row (rules.Book)."""

    def __init__(self, row: Transaction) -> None:
        self.currency = row.workspace.currency
        self._row = row
        used = [use_of(rate) for rate in (row.rate, row.profit_rate) if rate is not None]
        self._rates = {use.currency: use for use in used if use is not None}
        prices = [value_of(each) for each in (row.price, row.profit_price, row.tax_price) if each is not None]
        self._values = {value.measure: value for value in prices}

    def rate(self, currency: str, day: date) -> RateUse | None:
        return self._rates.get(currency)

    def match(self, product: str) -> Match:
        """The entry whose value was used; without one, what the product means now."""
        key, lacks = product_key(product), {self._row.lack, self._row.profit_lack}
        used = next(iter(self._values.values()), None)
        if used is not None:
            return Match(key, used.item)
        if Lack.AMBIGUOUS in lacks:
            named = CatalogItem.objects.filter(workspace=self._row.workspace, archived_at=None)
            return Match(key, None, tuple(named.filter(name__iexact=key).values_list("pk", flat=True)))
        seen = self._row.product
        return Match(key, None if seen is None or lacks & {*ABSENT} else seen.item_id)

    def value(self, item: int, measure: Measure, day: date) -> Value | None:
        """A value that was used; of what was not needed or could not be used, that of now."""
        found = self._values.get(measure)
        not_needed = measure is Measure.REVENUE and self._row.tier in (1, 2)
        not_usable = measure in OF_A_UNIT and self._row.profit_lack == Lack.NO_QUANTITY
        if found is None and (not_needed or not_usable):
            prices = CatalogValue.objects.filter(item=item, measure=measure, valid_from__lte=day)
            newest = prices.order_by("-valid_from", "-pk").first()
            found = None if newest is None or newest.value is None else value_of(newest)
        return found


def _agrees(row: Transaction, derived: Derived) -> bool:
    """Whether the figures that come out are those that are stored."""
    if derived.wrong:
        return row.lack == Lack.NOTHING
    status = derived.status if row.status != Status.VOIDED else row.status
    return (row.status, row.lack, row.tier, row.revenue, row.converted, row.tax, row.profit) == (
        status,
        derived.lack,
        derived.tier,
        derived.revenue,
        derived.converted,
        derived.tax,
        derived.profit,
    )
