"""What an entry of the catalog may say: how it is found, and what one unit is worth from which day on (rules
5.10).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from transactions.rules.catalog import Measure
from workspaces.rules import NAME_LENGTH, UnfitName, clean_name

MONEY_MEASURES = (Measure.REVENUE, Measure.COST, Measure.PROFIT)
PERCENT_MEASURES = (Measure.PROFIT_PERCENT, Measure.TAX_PERCENT)
LABELS = {
    Measure.REVENUE: "Revenue / unit",
    Measure.COST: "Cost / unit",
    Measure.PROFIT: "Profit / unit",
    Measure.PROFIT_PERCENT: "Profit, % of revenue",
    Measure.TAX_PERCENT: "Tax, %",
    Measure.POINTS: "Points / unit",
}
# What an entry can lack; any value of a profit will do (rules 5.8).
IN_A_SENTENCE = {
    Measure.REVENUE: "revenue per unit",
    Measure.COST: "cost or profit",
    Measure.PROFIT: "profit",
    Measure.PROFIT_PERCENT: "profit in percent",
    Measure.TAX_PERCENT: "tax rate",
    Measure.POINTS: "points per unit",
}
MOST_DIGITS = 15
MOST_DECIMALS = 12
MOST_ALIASES = 100


@dataclass(frozen=True)
class Entry:
    """How a product or service is called; code and aliases find it."""

    code: str
    name: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dated:
    """What a measure is worth from a day on; None withdraws what was said for that day. Only a revenue is
    asked whether it includes tax (rules 5.9)."""

    measure: Measure
    valid_from: date
    value: Decimal | None
    includes_tax: bool = False

    @property
    def label(self) -> str:
        return LABELS[self.measure]


@dataclass(frozen=True)
class Unfit:
    """Why a value cannot be one, and what to write instead."""

    reason: str
    repair: str


def clean_code(text: str, what: str) -> str:
    """A code or alias as it is kept: as files write it, without the space around it. Raises UnfitName.

    The space inside is not folded and no sign is recomposed: rows match by exactly this text (rules 5.10).
    """
    kept = text.strip()
    clean_name(kept, what)
    if "\n" in kept or "\r" in kept:
        raise UnfitName(f"{what} goes over several lines. Write it on one.")
    if len(kept) > NAME_LENGTH:
        raise UnfitName(f"{what} has {len(kept)} characters; at most {NAME_LENGTH} are kept.")
    return kept


def find_unfit(measure: Measure, value: Decimal) -> Unfit | None:
    """Why this cannot be what one unit is worth; 0 can."""
    if value < 0:
        return Unfit("This is below 0.", "Write 0 or more.")
    if measure in PERCENT_MEASURES and value > 100:
        return Unfit("A percentage lies between 0 and 100.", "Write 19 for 19 %.")
    if value >= Decimal(10) ** MOST_DIGITS:
        return Unfit(f"A value has at most {MOST_DIGITS} digits before the decimal mark.", "Check the value.")
    if -int(value.as_tuple().exponent) > MOST_DECIMALS and value.normalize() != round(value, MOST_DECIMALS):
        return Unfit(f"A value has at most {MOST_DECIMALS} decimals.", "Round it.")
    return None


def standing(records: Iterable[Dated]) -> dict[tuple[Measure, date], Dated]:
    """What stands for each measure and day: what was recorded last, unless that withdraws it. `records` in
    their order."""
    last = {(record.measure, record.valid_from): record for record in records}
    return {place: record for place, record in last.items() if record.value is not None}


@dataclass(frozen=True)
class Period:
    """Days on which all measures stay as they are: from `first` to `last`, None is open. Of each measure what
    is in force then."""

    first: date
    last: date | None
    values: Mapping[Measure, Dated] = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def periods_of(records: Sequence[Dated]) -> list[Period]:
    """The records as spans of days, the newest first; the next value of a measure ends the one before."""
    changes: dict[date, dict[Measure, Dated]] = defaultdict(dict)
    for (measure, day), record in standing(records).items():
        changes[day][measure] = record
    days = sorted(changes)
    return list(reversed(list(_spans(days, changes))))


def _spans(days: Sequence[date], changes: Mapping[date, Mapping[Measure, Dated]]) -> Iterator[Period]:
    held: dict[Measure, Dated] = {}
    for place, day in enumerate(days):
        held = {**held, **changes[day]}
        last = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else None
        yield Period(day, last, held)


def in_force(records: Sequence[Dated], day: date) -> dict[Measure, Dated]:
    """What each measure is worth on the day; without those that have no value then."""
    return next((dict(period.values) for period in periods_of(records) if period.holds(day)), {})


@dataclass(frozen=True)
class FullEntry:
    """An entry with values, as a file gives it. A blank name leaves the name that there is; aliases are added
    to those that there are."""

    entry: Entry
    values: tuple[Dated, ...] = ()
