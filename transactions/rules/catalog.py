"""The product catalog: which product a text names, and what it is worth on a day (rules 5.10)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

_MOST_TEXTS = 100_000  # texts that are remembered as they were written


class Measure(StrEnum):
    """What the catalog can say of one unit of a product."""

    REVENUE = "revenue"
    COST = "cost"
    PROFIT = "profit"
    PROFIT_PERCENT = "profit_percent"  # of the revenue
    TAX_PERCENT = "tax_percent"
    POINTS = "points"  # of the score (rules 9)


# Any of these gives a profit, and the first on record does (rules 5.8).
PROFIT_MEASURES = (Measure.PROFIT, Measure.COST, Measure.PROFIT_PERCENT)


@dataclass(frozen=True, slots=True)
class Item:
    """A product or service. `code` and `aliases` are unique among all that are not archived."""

    id: int
    code: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """What one unit is worth from a day on, until the next value of the measure.

    `amount` is in the workspace currency, or a percentage from 0 (19 is 19 %), or points; 0 is a value.
    """

    id: int
    item: int
    measure: Measure
    amount: Decimal
    valid_from: date
    includes_tax: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The product that a text names; or the candidates, where several bear the name; or neither.

    `key` is the text as it is compared: equal keys are one cause of an alert.
    """

    key: str
    item: int | None = None
    candidates: tuple[int, ...] = ()


NO_PRODUCT = Match("")


def product_key(text: str) -> str:
    """How products are compared: trimmed and case-folded, never fuzzily (rules 5.10)."""
    return text.strip().casefold()


class Catalog:
    """The products of a workspace and their values, in memory."""

    def __init__(self, items: Iterable[Item], values: Iterable[Value]) -> None:
        self._sure: dict[str, int] = {}
        self._named: dict[str, tuple[int, ...]] = {}
        self._matched: dict[str, Match] = {}
        self._dated = _by_day(values)
        known = list(items)
        self._add([item for item in known if not item.archived])
        self._add([item for item in known if item.archived])

    def _add(self, items: list[Item]) -> None:
        """Archived products come last and answer only to what no other does: their rows stay explained."""
        sure = {product_key(text): item.id for item in items for text in (item.code, *item.aliases)}
        named: dict[str, list[int]] = defaultdict(list)
        for item in items:
            named[product_key(item.name)].append(item.id)
        taken = {*self._sure, *self._named}
        self._sure |= {key: item for key, item in sure.items() if key not in taken}
        self._named |= {key: tuple(ids) for key, ids in named.items() if key not in taken}

    def match(self, product: str) -> Match:
        """By code or alias; by name only while one product bears it, otherwise its candidates."""
        found = self._matched.get(product)
        if found is None:
            if len(self._matched) >= _MOST_TEXTS:
                self._matched.clear()
            found = self._matched[product] = self._find(product_key(product))
        return found

    def _find(self, key: str) -> Match:
        if not key:
            return NO_PRODUCT
        item = self._sure.get(key)
        if item is not None:
            return Match(key, item)
        named = self._named.get(key, ())
        return Match(key, named[0]) if len(named) == 1 else Match(key, None, named)

    def value(self, item: int, measure: Measure, day: date) -> Value | None:
        """The newest value that is valid from the day or an earlier one; None before the first."""
        dated = self._dated.get((item, measure))
        if dated is None:
            return None
        days, values = dated
        place = bisect_right(days, day)
        return values[place - 1] if place else None


def _by_day(values: Iterable[Value]) -> dict[tuple[int, Measure], tuple[list[date], list[Value]]]:
    dated: dict[tuple[int, Measure], tuple[list[date], list[Value]]] = {}
    for value in sorted(values, key=lambda value: value.valid_from):
        days, of_days = dated.setdefault((value.item, value.measure), ([], []))
        days.append(value.valid_from)
        of_days.append(value)
    return dated
