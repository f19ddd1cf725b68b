"""Closes beside trailing revenue: what the closed quarters stood at, wherever live months are shown
(rules 2.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.rules.sales import Basis
from contributions.models import ClosedPeriod
from contributions.queries.closed_contracts import contract_cube
from contributions.queries.periods import closed_periods
from contributions.rules.contract_months import NO_MONTHS, Side, SideCell
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope

TEMPLATE = "contributions/_closes_beside.html"


@dataclass(frozen=True)
class ClosedLine:
    """One figure of the shown months of a closed quarter; `code` is that of its page."""

    label: str
    code: str
    cell: SideCell


def closes_beside(
    workspace: Workspace,
    scope: Scope,
    bases: Iterable[Basis],
    start: date | None,
    end: date | None,
    label: str = "",
    *,
    closes: Mapping[Quarter, ClosedPeriod] | None = None,
) -> tuple[str, dict[str, Any]] | None:
    """The closed quarters with months from `start` up to `end`: those whose live months have moved since, or
    the only one. None without any. `label` names the months where they are no whole quarter; `closes` are all
    that are closed now, where they are known already. At most two queries."""
    closed = {
        quarter: period
        for quarter, period in (closed_periods(workspace) if closes is None else closes).items()
        if (start is None or quarter.end > start) and (end is None or quarter.start < end)
    }
    cube = contract_cube(workspace, scope, closed, start=start, end=end) if closed else {}
    calendar = workspace.calendar
    lines = [
        ClosedLine(
            label or calendar.label(quarter),
            calendar.code(quarter),
            cube.get((quarter, side), SideCell(side, closed=NO_MONTHS)),
        )
        for quarter in sorted(closed)
        for side in [Side(basis.value) for basis in bases]
    ]
    moved = [line for line in lines if line.cell.has_moved]
    context = {"lines": lines if len(closed) == 1 else moved, "count": len(closed)}
    return (TEMPLATE, context) if closed else None
