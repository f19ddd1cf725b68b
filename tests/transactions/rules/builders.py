"""Rows, terms and a book to derive with: figures are written as text, so that each stands as in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from fx.rules import Mode, RateBook, Series
from transactions.rules import Catalog, Derived, Item, Match, Measure, RateUse, Sale, Terms, Value, derive
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Given, Unread

DAY = date(2026, 8, 12)
BOTH = frozenset({Field.REVENUE, Field.PRICE_SOLD})

# Products of the catalog that the tests share; X is not in it.
WIDGET = Item(1, "W", "Widget", ("widget classic",))
SERVICE = Item(2, "S", "Support")
TWINS = (Item(3, "T1", "Twin"), Item(4, "T2", "Twin"))


def value(item: int, measure: Measure, amount: str, since: date = date(2026, 1, 1), **more: bool) -> Value:
    return Value(item * 100 + list(Measure).index(measure), item, measure, Decimal(amount), since, **more)


W_PRICE = value(1, Measure.REVENUE, "19.99")


@dataclass
class PlainBook:
    """A book with one rate per currency, whatever the day, except where days are given."""

    currency: str = "USD"
    rates: Mapping[str, str] = field(default_factory=dict)
    on_days: Mapping[tuple[str, date], str] = field(default_factory=dict)
    catalog: Catalog = field(default_factory=lambda: Catalog([WIDGET, SERVICE, *TWINS], [W_PRICE]))
    provisional: bool = False

    def rate(self, currency: str, day: date) -> RateUse | None:
        found = self.on_days.get((currency, day), self.rates.get(currency))
        return None if found is None else RateUse(7, currency, Decimal(found), day, self.provisional)

    def match(self, product: str) -> Match:
        return self.catalog.match(product)

    def value(self, item: int, measure: Measure, day: date) -> Value | None:
        return self.catalog.value(item, measure, day)


class PublishedBook(PlainBook):
    """A book whose rates are those of the European Central Bank between two days."""

    def __init__(self, published: Mapping[str, Mapping[date, str]], reached: date) -> None:
        super().__init__()
        series = {c: Series(list(of), [Decimal(v) for v in of.values()]) for c, of in published.items()}
        self.fx = RateBook(Mode.SEMI_AUTOMATIC, 7, date(2026, 11, 23), reached, series)

    def rate(self, currency: str, day: date) -> RateUse | None:
        found = self.fx.conversion(currency, self.currency, day)
        return None if found is None else RateUse(None, currency, found.rate, found.day, found.provisional)


def book(
    *values: Value, rates: Mapping[str, str] | None = None, currency: str = "USD", **more: Any
) -> PlainBook:
    """EUR at 1.10 and the catalog with these values, or with the Widget at 19.99."""
    catalog = Catalog([WIDGET, SERVICE, *TWINS], values or [W_PRICE])
    return PlainBook(currency, {"EUR": "1.10"} if rates is None else rates, catalog=catalog, **more)


def row(
    product: str = "",
    currency: str = "",
    *,
    day: date | None = DAY,
    kind: RowKind | None = RowKind.SALE,
    blank: tuple[Field, ...] = (),
    original_id: str = "",
    **cells: str,
) -> Given:
    """A row with these cells, by field: `"10"`, `"EUR 10"` with a sign, `"TBD"` that cannot be read."""
    given = Given(
        day=day, product=product, currency=currency, kind=kind, blank=blank, original_id=original_id
    )
    for name, text in cells.items():
        unit, _, number = text.rpartition(" ")
        if text == "TBD":
            given.unread[Field(name)] = Unread("TBD", "This is not a number.", "Write a number like 1234.5.")
            continue
        given.numbers[Field(name)] = Decimal(number)
        if unit:
            given.units[Field(name)] = unit
    return given


def terms(**changes: Any) -> Terms:
    return Terms(**{"currency": "USD", **changes})


def derived(given: Given, *, of: PlainBook | None = None, sale: Sale | None = None, **said: Any) -> Derived:
    """The row derived with EUR at 1.10, the Widget at 19.99 and what is said otherwise; it has no errors."""
    found = derive(given, terms(**said), of or book(), sale)
    assert found.wrong == ()
    return found


def errors(given: Given, *, of: PlainBook | None = None, **said: Any) -> list[tuple[str, str]]:
    """(field, value) of each row error; nothing else counts then."""
    found = derive(given, terms(**said), of or book())
    assert (found.revenue, found.converted, found.profit, found.tax) == (None, None, None, None)
    return [(error.field or "", error.value) for error in found.wrong]
