"""Proofs of contributions: the list, the dashboard and the export show the same money, and so do closes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from contributions.models import ClosedRow, Contribution
from contributions.queries.contributions import Filter, filtered, list_sums, rows_of
from contributions.queries.periods import closed_periods, closed_rows, figure_cube, later_changes
from contributions.rules import RevenueType, type_totals
from contributions.services.lines import EXPORT_COLUMNS, export_lines
from fx.rules import Source, rate_of, stored_legs
from kamtrak.lib.money import convert, rate_text
from kamtrak.lib.months import Period, Quarter
from reports.services.reconcile.proof import Proof, equal, same
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE, Scope, members

ZERO = Decimal(0)
Exported = Mapping[tuple[int, Quarter, RevenueType], Decimal]
FIGURE, PLACES = "figure = amount × share × rate", "list = dashboard = export"


def prove_rows(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each stored figure is its amount × share × rate, multiplied out and rounded once."""
    rows = filtered(workspace, EVERYONE, Filter(workspace.calendar.all(), void="shown"))
    stored = derived = ZERO
    for row in rows_of(rows):
        if row.converted is None or row.rate is None:
            continue
        again = convert(row.amount.amount, row.rate, workspace.currency, share=row.share)
        if again != row.converted:
            yield equal(FIGURE, f"contribution {row.pk}", stored=row.converted, derived=again)
        stored, derived = stored + row.converted, derived + again
    yield equal(FIGURE, "all contributions", stored=stored, derived=derived)


def prove_rates(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each stored rate is what the rates that it names make, in live rows and in copies (rules 6.7)."""
    rows = rows_of(filtered(workspace, EVERYONE, Filter(workspace.calendar.all(), void="shown")))
    proved = 0
    copies = closed_rows(workspace, EVERYONE, closed_periods(workspace).values()).iterator(2000)
    both: Iterator[Contribution | ClosedRow] = chain(rows, copies)
    for row in both:
        if row.rate is None or row.rate_source == Source.SAME:
            continue
        made = rate_of(stored_legs(row.rate_legs), row.currency)
        if made == row.rate:
            proved += 1
            continue
        subject = f"{'copy' if isinstance(row, ClosedRow) else 'contribution'} {row.pk}"
        yield same("rate = its legs", subject, stored=rate_text(row.rate), legs=made or "none")
    yield same("rate = its legs", f"{proved:,} converted rows", stored="equal", legs="equal")


def prove_totals(workspace: Workspace, today: date) -> Iterator[Proof]:
    """The list's own totals, the dashboard's cube and the export's column agree: of everyone per quarter and
    type, of each person per type, and of the cube per quarter as well; and people add up to everyone.

    The rows are gone through once, for the export; the other two are sums of the database.
    """
    exported = _exported(workspace)
    yield from _of_everyone(workspace, exported)
    summed: dict[RevenueType, Decimal] = defaultdict(Decimal)
    for member in members(workspace, ended=True):
        for proof, kind, total in _of_person(workspace, member, exported):
            summed[kind] += total
            yield proof
    for kind, total in _listed(workspace, EVERYONE, workspace.calendar.all()).items():
        yield equal("people add up to everyone", kind.value, people=summed[kind], everyone=total)


def _exported(workspace: Workspace) -> Exported:
    """Per owner, quarter and type the sum of the export's column `counted`."""
    found: dict[tuple[int, Quarter, RevenueType], Decimal] = defaultdict(Decimal)
    place = {name: EXPORT_COLUMNS.index(name) for name in ("quarter", "type", "counted")}
    for row in rows_of(filtered(workspace, EVERYONE, Filter(workspace.calendar.all()))):
        for line in export_lines([row], workspace):
            quarter = workspace.calendar.period(line[place["quarter"]]).quarters[0]
            key = row.owner_id, quarter, RevenueType(line[place["type"]])
            found[key] += line[place["counted"]] or ZERO
    return found


def _listed(workspace: Workspace, scope: Scope, period: Period) -> dict[RevenueType, Decimal]:
    """The totals that the page of the list shows for this scope and period."""
    rows = filtered(workspace, scope, Filter(period))
    return {total.type: total.converted for total in type_totals(list_sums(rows).lines)}


def _of_everyone(workspace: Workspace, exported: Exported) -> Iterator[Proof]:
    cube = figure_cube(workspace, EVERYONE, closed_periods(workspace))
    in_export: dict[tuple[Quarter, RevenueType], Decimal] = defaultdict(Decimal)
    for (_, quarter, kind), amount in exported.items():
        in_export[quarter, kind] += amount
    for quarter in sorted({quarter for quarter, _ in {*cube, *in_export}}):
        listed = _listed(workspace, EVERYONE, workspace.calendar.of_quarter(quarter))
        for kind in RevenueType:
            cell = cube.get((quarter, kind))
            yield equal(
                PLACES,
                f"{workspace.calendar.code(quarter)} {kind.value}",
                list=listed[kind],
                dashboard=cell.live.converted if cell else ZERO,
                export=in_export[quarter, kind],
            )


def _of_person(
    workspace: Workspace, member: Any, exported: Exported
) -> Iterator[tuple[Proof, RevenueType, Decimal]]:
    """With each proof what the list says of the person, once per type."""
    scope, name = Scope(frozenset({member.pk})), member.user.email
    cube = figure_cube(workspace, scope, closed_periods(workspace))
    for kind, total in _listed(workspace, scope, workspace.calendar.all()).items():
        cells = {quarter: cell.live.converted for (quarter, type_), cell in cube.items() if type_ is kind}
        own = {q: amount for (pk, q, type_), amount in exported.items() if (pk, type_) == (member.pk, kind)}
        dashboard, export = sum(cells.values(), ZERO), sum(own.values(), ZERO)
        places = equal(PLACES, f"{name} {kind.value}", list=total, dashboard=dashboard, export=export)
        yield places, kind, total
        for quarter in sorted({*cells, *own}):
            subject = f"{name} {workspace.calendar.code(quarter)} {kind.value}"
            both = {"dashboard": cells.get(quarter, ZERO), "export": own.get(quarter, ZERO)}
            yield equal("dashboard = export", subject, **both), kind, ZERO


def prove_closes(workspace: Workspace, today: date) -> Iterator[Proof]:
    """As closed = the copied rows; closed + later changes = now (rules 2.4)."""
    closed = closed_periods(workspace)
    cube = figure_cube(workspace, EVERYONE, closed)
    copied: dict[tuple[Quarter, str], Decimal] = defaultdict(Decimal)
    copies = closed_rows(workspace, EVERYONE, closed.values())
    for quarter, type_, converted in copies.values_list("quarter", "type", "converted").iterator():
        copied[quarter, type_] += converted or ZERO
    later: dict[tuple[Quarter, str], Decimal] = defaultdict(Decimal)
    for change in later_changes(workspace, EVERYONE, closed):
        later[change.quarter, change.type.value] += change.difference or ZERO
    for quarter in sorted(closed):
        for kind in RevenueType:
            cell, key = cube[quarter, kind], (quarter, kind.value)
            subject = f"{workspace.calendar.code(quarter)} {kind.value}"
            stands = cell.stands.converted
            yield equal("as closed = its rows", subject, dashboard=stands, rows=copied[key])
            yield equal(
                "closed + later changes = now",
                subject,
                closed_and_later=stands + later[key],
                now=cell.live.converted,
            )
