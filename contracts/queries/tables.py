"""The months of a contract as a table: by month, quarter or year, what was lost and what is expected apart.

All of it is put together from month lines, so that rows, subtotals, tiles and chart are one set of sums.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from contracts.models import Confirmation, ConfirmationRate
from contracts.queries.months import MonthLine, frozen_rate_of
from contracts.rules import Difference, total
from kamtrak.lib.months import FiscalCalendar, Month

ZERO = Decimal(0)


class By(StrEnum):
    """What a row of the table is: quarters and years are the workspace's fiscal ones (rules 2.1)."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Sums:
    """What some months come to. Amounts in the contract's currency, `…_converted` in the workspace's.

    None on a side that has none of the months, or none with a rate; months without a rate are in no
    converted sum and are counted in `…_unknown`. `provisional` counts current months that wait for their day.
    """

    months: int
    confirmed: Decimal | None
    current: Decimal | None
    confirmed_converted: Decimal | None
    current_converted: Decimal | None
    confirmed_unknown: int
    current_unknown: int
    provisional: int
    difference: Difference


def sums_of(lines: Sequence[MonthLine]) -> Sums:
    return Sums(
        months=len(lines),
        confirmed=_sum(line.confirmed for line in lines),
        current=_sum(line.current for line in lines),
        confirmed_converted=_sum(line.confirmed_converted for line in lines),
        current_converted=_sum(line.current_converted for line in lines),
        confirmed_unknown=sum(line.confirmed_unknown for line in lines),
        current_unknown=sum(line.current_unknown for line in lines),
        provisional=sum(line.provisional for line in lines),
        difference=total(line.difference for line in lines),
    )


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if known else None


# ------------------------------------------------------------------ the table


@dataclass(frozen=True)
class Row:
    """A row of the table: one month (`line`), or the months of a quarter or year."""

    label: str
    sums: Sums
    line: MonthLine | None = None
    running: bool = False


@dataclass(frozen=True)
class Group:
    """Rows with their subtotal; without a label there is none to show."""

    label: str
    rows: tuple[Row, ...]
    sums: Sums


@dataclass(frozen=True)
class Section:
    """Months of one kind: `counted`, `lost` by a cancellation, or `expected` in terms not confirmed yet."""

    kind: str
    groups: tuple[Group, ...]
    sums: Sums


def sections_of(
    lines: Sequence[MonthLine], by: By, calendar: FiscalCalendar, running: Month
) -> list[Section]:
    """The table in its three parts, in this order; a part without months is left out."""
    kinds: dict[str, list[MonthLine]] = {"counted": [], "lost": [], "expected": []}
    for line in lines:
        kinds[kind_of(line)].append(line)
    return [
        Section(kind, tuple(_groups(found, by, calendar, running)), sums_of(found))
        for kind, found in kinds.items()
        if found
    ]


def kind_of(line: MonthLine) -> str:
    return "expected" if line.expected else "lost" if line.lost else "counted"


def in_difference(lines: Iterable[MonthLine]) -> list[MonthLine]:
    """The months that both totals are made of: all but the expected ones."""
    return [line for line in lines if not line.expected]


def _groups(lines: Sequence[MonthLine], by: By, calendar: FiscalCalendar, running: Month) -> Iterable[Group]:
    """Months stand in calendar years, quarters in fiscal years, years stand alone."""

    def fiscal_year(line: MonthLine) -> str:
        return calendar.year(calendar.year_of(calendar.quarter_of(line.month.first))).label

    def quarter(line: MonthLine) -> str:
        return calendar.label(calendar.quarter_of(line.month.first))

    if by is By.MONTH:
        for year, found in _parted(lines, lambda line: str(line.month.year)):
            yield Group(year, tuple(_month_row(line, running) for line in found), sums_of(found))
    elif by is By.QUARTER:
        for year, found in _parted(lines, fiscal_year):
            yield Group(year, _rows(found, quarter, running), sums_of(found))
    else:
        yield Group("", _rows(lines, fiscal_year, running), sums_of(lines))


def _month_row(line: MonthLine, running: Month) -> Row:
    return Row(f"{line.month.first:%b %Y}", sums_of([line]), line, running=line.month == running)


def _rows(lines: Sequence[MonthLine], label: Callable[[MonthLine], str], running: Month) -> tuple[Row, ...]:
    return tuple(
        Row(said, sums_of(found), running=any(line.month == running for line in found))
        for said, found in _parted(lines, label)
    )


def _parted(
    lines: Sequence[MonthLine], label: Callable[[MonthLine], str]
) -> Iterable[tuple[str, list[MonthLine]]]:
    return ((said, list(found)) for said, found in groupby(lines, label))


# ------------------------------------------------------------------ what was confirmed, and whose it is


@dataclass(frozen=True)
class ConfirmedTerm:
    """One confirmation with its months and its frozen rate; `rate` None while none is on file."""

    confirmation: Confirmation
    rate: ConfirmationRate | None
    sums: Sums


def confirmed_terms(lines: Sequence[MonthLine]) -> list[ConfirmedTerm]:
    """Every confirmation, in the order of the terms."""
    found: dict[int, list[MonthLine]] = {}
    confirmations: dict[int, Confirmation] = {}
    for line in lines:
        if line.confirmation is not None:
            confirmations[line.confirmation.pk] = line.confirmation
            found.setdefault(line.confirmation.pk, []).append(line)
    terms = sorted(confirmations.values(), key=lambda each: each.term)
    return [ConfirmedTerm(each, frozen_rate_of(each), sums_of(found[each.pk])) for each in terms]


def frozen_from(terms: Iterable[ConfirmedTerm], version: int) -> Decimal:
    """What was frozen from this version of the schedule, by Add or a renewal, in the contract's currency:
    no later edit or cancellation moves it (rules 4.9)."""
    frozen = (term.sums.confirmed or ZERO for term in terms if term.confirmation.version == version)
    return sum(frozen, ZERO)


@dataclass(frozen=True)
class OwnedSpan:
    """Whose the current months are, from `first` to `last` (rules 4.16)."""

    owner: str
    first: Month
    last: Month


def owned_spans(lines: Sequence[MonthLine]) -> list[OwnedSpan]:
    current = [line for line in lines if line.owner is not None]
    return [
        OwnedSpan(owner, found[0].month, found[-1].month)
        for owner, found in _parted(current, lambda line: str(line.owner))
    ]
