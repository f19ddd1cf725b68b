"""Proofs of contracts: maintained totals = months = export, and closes (rules 2.4, 4)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.models import Contract, ContractTotal, MonthTotal
from contracts.queries.listing import Filter, filtered, list_totals, rows_of
from contracts.queries.sums import SUMS, MonthSums, contract_sums, month_sums
from contracts.rules import State
from contracts.services.lines import EXPECTED, EXPORT_COLUMNS, export_lines
from contracts.services.totals import CONTRACT
from contributions.queries.closed_contracts import closed_months, contract_cube
from contributions.queries.contract_changes import contract_changes
from contributions.queries.periods import closed_periods
from contributions.rules.contract_months import Side, SideCell
from kamtrak.lib.months import Quarter
from reports.services.reconcile.proof import Proof, equal, same
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE

ZERO = Decimal(0)
MAINTAINED, EXPORT = "maintained totals = months", "list = export = months"


def prove_month_totals(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each person's maintained month is the sum of their months, column by column."""
    kept = {
        (row.month, row.owner_id): MonthSums(*(getattr(row, name) for name in SUMS))
        for row in MonthTotal.objects.filter(workspace=workspace)
    }
    summed, nothing = month_sums(workspace), MonthSums()
    for key in sorted({*kept, *summed}):
        one, other = kept.get(key, nothing), summed.get(key, nothing)
        if one != other:
            yield same(MAINTAINED, f"{key[0]}, member {key[1]}", maintained=one, months=other)
    totals = sum(kept.values(), nothing), sum(summed.values(), nothing)
    for name, *values in zip(SUMS, *(each.values for each in totals), strict=True):
        maintained, months = map(Decimal, values)
        yield equal(MAINTAINED, f"all months, {name}", maintained=maintained, months=months)


def prove_contract_totals(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each contract's maintained total is the sum of its months."""
    rows = ContractTotal.objects.filter(workspace=workspace).values_list("contract_id", *CONTRACT)
    kept = {pk: dict(zip(CONTRACT, values, strict=True)) for pk, *values in rows}
    summed = contract_sums(workspace)
    nothing = dict.fromkeys(CONTRACT, ZERO)
    for pk in sorted({*kept, *summed}):
        one, other = kept.get(pk, nothing), nothing | summed.get(pk, {})
        if one != other:
            yield same("contract's total = its months", f"contract {pk}", maintained=one, months=other)
    yield same("contract's total = its months", "all contracts", maintained=len(kept), months=len(summed))


# ------------------------------------------------------------------ the export


SUMMED = ("frozen", "current", "frozen_converted", "current_converted", "lost")


def prove_export(workspace: Workspace, today: date) -> Iterator[Proof]:
    """The rows of the export sum to the months of each contract that is not void, and the list's own totals
    to both."""
    exported = _exported(workspace, today)
    summed = contract_sums(workspace)
    numbers = dict(Contract.objects.filter(workspace=workspace, pk__in=summed).values_list("number", "pk"))
    for number in sorted({*exported, *numbers}):
        months = summed[numbers[number]] if number in numbers else {}
        straight = _as_exported(months)
        if straight != exported[number]:
            yield same(EXPORT, number, export=exported[number], months=straight)
    whole = {name: sum((line[name] for line in exported.values()), ZERO) for name in SUMMED}
    every = [_as_exported(months) for months in summed.values()]
    listed = _listed(workspace, today)
    for name in SUMMED:
        total = sum((sums[name] for sums in every), ZERO)
        subject = f"all contracts, {name}"
        yield equal(EXPORT, subject, list=listed[name], export=whole[name], months=total)


def _listed(workspace: Workspace, today: date) -> dict[str, Decimal]:
    """The totals that the page of the list shows for everything, under the names of the export's columns."""
    totals = list_totals(filtered(workspace, EVERYONE, Filter(state="all"), today), EVERYONE)
    every = [_as_exported(vars(total)) for total in totals.currencies]
    return {name: sum((sums[name] for sums in every), ZERO) for name in SUMMED}


def _as_exported(months: dict[str, Any]) -> dict[str, Decimal]:
    """The sums of a contract's months under the names of the export's columns."""
    names = ("confirmed", "current", "confirmed_converted", "current_converted", "lost")
    return {column: months.get(name, ZERO) for column, name in zip(SUMMED, names, strict=True)}


def _exported(workspace: Workspace, today: date) -> dict[str, dict[str, Decimal]]:
    """Per number the sums of the export's columns; months that are only expected are not in `current`."""
    place = {name: EXPORT_COLUMNS.index(name) for name in ("number", "state", *SUMMED)}
    found: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(SUMMED, ZERO))
    rows = rows_of(filtered(workspace, EVERYONE, Filter(state="all"), today))
    for line in export_lines(rows, workspace, today):
        said = {name: line[at] for name, at in place.items()}
        if said["state"] == State.VOID:
            continue
        sums = found[said["number"]]
        for name in ("frozen", "frozen_converted"):
            sums[name] += said[name] or ZERO
        for name in ("current", "current_converted"):
            sums[name] += ZERO if said["state"] == EXPECTED else said[name] or ZERO
        sums["lost"] += (said["frozen"] or ZERO) if said["lost"] else ZERO
    return found


# ------------------------------------------------------------------ closes


def prove_closes(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Of each side: as closed = the copied months; closed + later changes = now (rules 2.4)."""
    closed = closed_periods(workspace)
    cube = contract_cube(workspace, EVERYONE, closed)
    copied: dict[tuple[Quarter, str], Decimal] = defaultdict(Decimal)
    copies = closed_months(workspace, EVERYONE, closed.values())
    for quarter, side, converted in copies.values_list("period__quarter", "side", "converted").iterator():
        copied[quarter, side] += converted or ZERO
    later: dict[tuple[Quarter, str], Decimal] = defaultdict(Decimal)
    for change in contract_changes(workspace, EVERYONE, closed):
        quarter = workspace.calendar.quarter_of(change.row.month.first)
        later[quarter, change.row.side] += change.difference or ZERO
    for quarter in sorted(closed):
        for side in Side:
            cell, key = cube.get((quarter, side), SideCell(side)), (quarter, side.value)
            subject = f"contracts {workspace.calendar.code(quarter)} {side.value}"
            stands = cell.stands.converted
            yield equal("as closed = its rows", subject, quarter=stands, rows=copied[key])
            yield equal(
                "closed + later changes = now",
                subject,
                closed_and_later=stands + later[key],
                now=cell.now.converted,
            )
