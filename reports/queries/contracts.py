"""The contracts of a review, worked out from the months that were copied for it (rules 7.2)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.conf import settings
from django.db.models.functions import Abs

from contributions.queries.closed_contracts import contract_cube
from contributions.rules.contract_months import NO_MONTHS, MonthFigures, Side
from reports.models import Document, DocumentContractMonth
from reports.queries.rates import rate_lines
from reports.rules.contracts import (
    NO_PARTS,
    NO_SUMS,
    ContractLine,
    ContractSection,
    ContractSums,
    MonthCount,
    Parts,
    currency_lines,
    largest,
    parts_of,
)
from workspaces.queries.people import Scope

BATCH = 2000
PRINTED_RATES = 60
ZERO = Decimal(0)


def contract_section(document: Document) -> ContractSection | None:
    """What the document prints of contracts; None without any month of one."""
    lines = [contract_line(months, document.currency) for months in by_contract(document)]
    if not lines:
        return None
    rates = list(rate_lines(document.contract_months.filter(counts=True)).values())
    printed, live = [line for line in lines if line.sums.months], live_months(document)
    return ContractSection(
        sums=sum((line.sums for line in lines), NO_SUMS),
        currencies=currency_lines(printed),
        lines=largest(printed, settings.LIMIT_PRINTED_ROWS),
        contracts=len(printed),
        changes=document.contract_months.exclude(why="").count(),
        rates=tuple(rates[:PRINTED_RATES]),
        rates_used=len(rates),
        live=tuple(MonthCount(live[side].months, live[side].unknown) for side in Side),
    )


def by_contract(document: Document) -> Iterable[list[DocumentContractMonth]]:
    """The months of each contract, in bounded memory: one contract at a time."""
    rows = document.contract_months.order_by("contract_id", "month", "side").iterator(BATCH)
    return (list(months) for _, months in groupby(rows, key=lambda row: row.contract_id))


def contract_line(months: Sequence[DocumentContractMonth], target: str) -> ContractLine:
    """One contract; months that came after a close are in `later_…` alone."""
    counted = [row for row in months if row.counts]
    confirmed = [row for row in counted if row.kind is Side.CONFIRMED]
    current = [row for row in counted if row.kind is Side.CURRENT]
    rated = [row for row in confirmed if row.rate_day is not None]
    newest = max(current, key=lambda row: row.version, default=None)
    edited = newest is not None and newest.version > 1
    last = months[-1]
    return ContractLine(
        number=last.contract_number,
        name=last.contract_name,
        client=last.client_name,
        currency=last.currency,
        confirmed=sum((row.amount for row in confirmed), ZERO),
        current=sum((row.amount for row in current), ZERO),
        sums=_sums(months, confirmed, current, target),
        confirmed_on=min((row.labelled_on for row in confirmed), default=None),
        rate=rated[0].rate if rated else None,
        rate_day=rated[0].rate_day if rated else None,
        last_rate_day=rated[-1].rate_day if rated else None,
        edited_on=newest.labelled_on if newest and edited else None,
        edited_by=newest.labelled_by if newest and edited else "",
    )


def _sums(
    months: Sequence[DocumentContractMonth],
    confirmed: Sequence[DocumentContractMonth],
    current: Sequence[DocumentContractMonth],
    target: str,
) -> ContractSums:
    parts = _parts([*confirmed, *current], target)
    compared = [part for part in parts if part is not None]
    return ContractSums(
        confirmed=_known(confirmed),
        current=_known(current),
        parts=sum(compared, NO_PARTS),
        lost=_known([row for row in confirmed if row.lost]),
        confirmed_months=len(confirmed),
        current_months=len(current),
        confirmed_unknown=sum(row.converted is None for row in confirmed),
        current_unknown=sum(row.converted is None for row in current),
        provisional=sum(row.provisional for row in current),
        later_confirmed=_later(months, Side.CONFIRMED),
        later_current=_later(months, Side.CURRENT),
        compared=len(compared),
        not_compared=len(parts) - len(compared),
    )


def _known(rows: Iterable[DocumentContractMonth]) -> Decimal:
    return sum((row.converted or ZERO for row in rows), ZERO)


def _later(rows: Iterable[DocumentContractMonth], side: Side) -> Decimal:
    return sum((row.later or ZERO for row in rows if row.kind is side), ZERO)


def _parts(counted: Iterable[DocumentContractMonth], target: str) -> list[Parts | None]:
    """Month by month, what lies between its two figures; None where a rate is missing."""
    sides: dict[object, dict[Side, DocumentContractMonth]] = defaultdict(dict)
    for row in counted:
        sides[row.month][row.kind] = row
    return [parts_of(both.get(Side.CONFIRMED), both.get(Side.CURRENT), target) for both in sides.values()]


# ------------------------------------------------------------------ what is printed row by row


def changed_months(document: Document, limit: int) -> list[DocumentContractMonth]:
    """Months that differ from their closed quarter's copy, largest difference first (rules 2.4)."""
    rows = document.contract_months.exclude(why="")
    order = (Abs("later").desc(nulls_last=True), "contract_number", "side", "month")
    return list(rows.order_by(*order)[:limit])


def data_months(document: Document) -> Iterable[DocumentContractMonth]:
    """Every month in the order of the embedded file, in bounded memory."""
    rows = document.contract_months.order_by("contract_number", "contract_id", "month", "side", "pk")
    return rows.iterator(BATCH)


# ------------------------------------------------------------------ against the live figures


@dataclass(frozen=True)
class ContractDrift:
    """One side's live months at issue and now; None where there are months and none has a rate (rules 6.6).

    `printed` is what counted, `then` what the live months came to: with the later changes.
    """

    side: Side
    printed: Decimal | None
    then: Decimal | None
    now: Decimal | None

    @property
    def difference(self) -> Decimal:
        return (self.now or ZERO) - (self.then or ZERO)

    @property
    def moved(self) -> bool:
        return bool(self.difference) or (self.now is None) != (self.then is None)


def contract_drift(document: Document, section: ContractSection | None) -> list[ContractDrift]:
    """Both sides as they were at issue and as they are now (rules 7.2); none without contracts in it."""
    if section is None:
        return []
    live = live_months(document)
    return [
        ContractDrift(each.side, each.printed, each.live, live[each.side].known) for each in section.sides
    ]


def live_months(document: Document) -> dict[Side, MonthFigures]:
    """What the person's live months of the document's period come to now; one query."""
    person = Scope(frozenset({document.person_id}))
    start, end = document.first_month.first, document.last_month.end
    live = dict.fromkeys(Side, NO_MONTHS)
    for (_, side), cell in contract_cube(document.workspace, person, {}, start=start, end=end).items():
        live[side] += cell.now
    return live
