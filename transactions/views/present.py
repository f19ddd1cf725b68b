"""What the pages of the catalog show of an entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from transactions.models import CatalogItem, CatalogValue
from transactions.queries import catalog as queries
from transactions.rules import Measure
from transactions.rules.entries import LABELS, MONEY_MEASURES, PERCENT_MEASURES, Dated, Period, periods_of


@dataclass(frozen=True)
class Record:
    """One record of a value: what it says, whether a later one counts instead."""

    row: CatalogValue
    dated: Dated
    replaced: bool

    @property
    def label(self) -> str:
        return LABELS[self.dated.measure]

    @property
    def is_money(self) -> bool:
        return self.dated.measure in MONEY_MEASURES

    @property
    def is_percent(self) -> bool:
        return self.dated.measure in PERCENT_MEASURES


@dataclass(frozen=True)
class Span:
    """The days on which all values stay as they are, as the table of an entry shows them."""

    period: Period
    cells: Sequence[Dated | None]
    is_today: bool
    is_planned: bool


def entry_context(item: CatalogItem, today: date) -> dict[str, Any]:
    """All that the page of an entry shows, but for its history."""
    rows = queries.records_of(item)
    dated = [queries.dated_of(row) for row in sorted(rows, key=lambda row: row.pk)]
    used = [measure for measure in Measure if any(each.measure is measure for each in dated)]
    seen = queries.seen_as(item)
    return {
        "item": item,
        "aliases": queries.aliases_of(item),
        "measures": [(measure, LABELS[measure]) for measure in used],
        "spans": [span_of(period, used, today) for period in periods_of(dated)],
        "records": _records(rows),
        "seen": seen,
        "rows": sum(number for _, number in seen),
        "today": today,
    }


def span_of(period: Period, measures: Sequence[Measure], today: date) -> Span:
    cells = [period.values.get(measure) for measure in measures]
    return Span(period, cells, period.holds(today), period.first > today)


def _records(rows: Sequence[CatalogValue]) -> list[Record]:
    """Newest day first; of one day and measure the first of `rows` counts."""
    counted: set[tuple[str, date]] = set()
    found = []
    for row in rows:
        place = (row.measure, row.valid_from)
        found.append(Record(row, queries.dated_of(row), place in counted))
        counted.add(place)
    return found
