"""Proofs that the sales dashboard shows what was frozen, reports what is current, and that the difference of
the two is told whole (rules 4.10)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from contracts.models import Contract
from contracts.queries.months import MonthLine, lines_of
from contracts.queries.sales import client_lines, month_figures, person_lines
from contracts.rules.sales import Basis
from kamtrak.lib.months import Month
from reports.services.reconcile.proof import Proof, equal
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE

ZERO = Decimal(0)
BATCH = 200  # contracts whose months are held at a time
DASHBOARD, PEOPLE = "sales dashboard = its months", "sales: people = clients = months"
PARTS = "by edit + by rate = difference"
SAID = {Basis.CONFIRMED: "as confirmed", Basis.CURRENT: "current"}


@dataclass
class _Months:
    """The months as the pages of contracts list them, one by one: each side's sums, and the parts of the
    difference in the workspace currency where both sides have a rate."""

    sums: dict[Basis, dict[Month, Decimal]] = field(
        default_factory=lambda: {basis: defaultdict(Decimal) for basis in Basis}
    )
    by_edit: Decimal = ZERO
    by_rate: Decimal = ZERO
    between: Decimal = ZERO


def prove_sales(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each month on the dashboard is the sum of its rows, rounded one by one; people and clients add up."""
    months, wrong = _Months(), list[Proof]()
    rows = iter(Contract.objects.filter(workspace=workspace, voided_at=None).order_by("pk").iterator(BATCH))
    for batch in iter(lambda: list(islice(rows, BATCH)), []):
        for contract, lines in zip(batch, lines_of(workspace, batch).values(), strict=True):
            wrong += _told(contract, lines, months)
    for basis in Basis:
        yield from _shown(workspace, basis, months.sums[basis])
    yield from wrong
    yield equal(PARTS, "all contracts", parts=months.by_edit + months.by_rate, difference=months.between)


def _told(contract: Contract, lines: list[MonthLine], months: _Months) -> Iterator[Proof]:
    """Adds the contract's lines to the sums; a proof if its parts are not its difference."""
    parts = between = ZERO
    for line in lines:
        months.sums[Basis.CONFIRMED][line.month] += line.confirmed_converted or ZERO
        if not line.expected:
            months.sums[Basis.CURRENT][line.month] += line.current_converted or ZERO
        told = line.difference
        if line.expected or told.by_edit is None or told.by_rate is None:
            continue
        parts += told.by_edit + told.by_rate
        between += (line.current_converted or ZERO) - (line.confirmed_converted or ZERO)
        months.by_edit, months.by_rate = months.by_edit + told.by_edit, months.by_rate + told.by_rate
    months.between += between
    if parts != between:
        yield equal(PARTS, contract.number, parts=parts, difference=between)


def _shown(workspace: Workspace, basis: Basis, summed: dict[Month, Decimal]) -> Iterator[Proof]:
    """The dashboard's months, people and clients on this basis against the months one by one."""
    shown = {month: each.total for month, each in month_figures(workspace, EVERYONE, basis).items()}
    for month in sorted({*shown, *summed}):
        one, other = shown.get(month, ZERO), summed.get(month, ZERO)
        if one != other:
            yield equal(DASHBOARD, f"{month} {SAID[basis]}", dashboard=one, months=other)
    months, ever = sum(summed.values(), ZERO), workspace.calendar.all()
    yield equal(DASHBOARD, f"all months {SAID[basis]}", dashboard=sum(shown.values(), ZERO), months=months)
    people, clients = (
        sum((line.figures.total for line in lines(workspace, EVERYONE, basis, ever)), ZERO)
        for lines in (person_lines, client_lines)
    )
    yield equal(PEOPLE, SAID[basis], people=people, clients=clients, months=months)
