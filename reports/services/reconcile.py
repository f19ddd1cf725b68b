"""The proof that every place shows the same money (architecture 6).

live list = dashboard = export; rate = its legs; closed + later changes = now; each document = its own
snapshot. Each side is computed on its own way: the list and the export row by row, the dashboard by the
database's sums.
Every later app adds a prover.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain

from contributions.models import ClosedRow, Contribution
from contributions.queries.contributions import Filter, filtered, rows_of
from contributions.queries.periods import closed_periods, closed_rows, later_changes
from contributions.rules import RevenueType
from contributions.services.lines import EXPORT_COLUMNS, export_lines
from fx.rules import Source, rate_of, stored_legs
from kamtrak.lib.money import convert, rate_text
from kamtrak.lib.months import Quarter
from reports.queries.dashboard import dashboard
from reports.queries.documents import issued_documents
from reports.services.documents import verify_document
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE, Scope, members

ZERO = Decimal(0)
Key = tuple[Quarter, RevenueType]


@dataclass(frozen=True)
class Proof:
    """One equality: what it says, of what, and the figures that must be equal (as text, by their place)."""

    name: str
    subject: str
    figures: dict[str, str]

    @property
    def ok(self) -> bool:
        return len(set(self.figures.values())) == 1


def _proof(name: str, subject: str, **figures: Decimal) -> Proof:
    return Proof(name, subject, {place: f"{value:.4f}" for place, value in figures.items()})


def prove(workspace: Workspace, today: date) -> list[Proof]:
    """All proofs of this workspace."""
    return [proof for prover in PROVERS for proof in prover(workspace, today)]


def prove_rows(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each stored figure is its amount × share × rate, multiplied out and rounded once."""
    rows = filtered(workspace, EVERYONE, Filter(workspace.calendar.all(), void="shown"))
    stored = derived = ZERO
    for row in rows_of(rows):
        if row.converted is None or row.rate is None:
            continue
        again = convert(row.amount.amount, row.rate, workspace.currency, share=row.share)
        if again != row.converted:
            yield _proof(
                "figure = amount × share × rate",
                f"contribution {row.pk}",
                stored=row.converted,
                derived=again,
            )
        stored, derived = stored + row.converted, derived + again
    yield _proof("figure = amount × share × rate", "all contributions", stored=stored, derived=derived)


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
        copied = isinstance(row, ClosedRow)
        subject = f"{'copy' if copied else 'contribution'} {row.pk}"
        yield Proof("rate = its legs", subject, {"stored": rate_text(row.rate), "legs": f"{made or 'none'}"})
    yield Proof("rate = its legs", f"{proved:,} converted rows", {"stored": "equal", "legs": "equal"})


def prove_totals(workspace: Workspace, today: date) -> Iterator[Proof]:
    """List, export and dashboard agree for every quarter and type, for everyone and for each person."""
    listed, exported = _row_by_row(workspace, EVERYONE)
    for (quarter, kind), total in sorted(listed.items(), key=lambda item: (item[0][0], item[0][1].number)):
        period = workspace.calendar.of_quarter(quarter)
        board = dashboard(workspace, EVERYONE, period, today)
        found = next(t for t in board.totals if t.type is kind)
        yield _proof(
            "list = dashboard = export",
            f"{workspace.calendar.code(quarter)} {kind.value}",
            list=total,
            dashboard=found.now.converted,
            export=exported[quarter, kind],
        )
    by_person = ZERO
    for member in members(workspace, ended=True):
        scope = Scope(frozenset({member.pk}))
        board = dashboard(workspace, scope, workspace.calendar.all(), today)
        own_list, own_export = _row_by_row(workspace, scope)
        now = sum((t.now.converted for t in board.totals), ZERO)
        yield _proof(
            "list = dashboard = export",
            f"all periods {member.user.email}",
            list=sum(own_list.values(), ZERO),
            dashboard=now,
            export=sum(own_export.values(), ZERO),
        )
        by_person += now
    yield _proof(
        "people add up to everyone", "all periods", people=by_person, everyone=sum(listed.values(), ZERO)
    )


def _row_by_row(workspace: Workspace, scope: Scope) -> tuple[dict[Key, Decimal], dict[Key, Decimal]]:
    """Per quarter and type the sum of the list's rows, and of the export's column `counted`."""
    rows = filtered(workspace, scope, Filter(workspace.calendar.all()))
    listed: dict[Key, Decimal] = defaultdict(Decimal)
    exported: dict[Key, Decimal] = defaultdict(Decimal)
    for row in rows_of(rows):
        listed[row.quarter, row.kind] += row.converted or ZERO
    place = {name: EXPORT_COLUMNS.index(name) for name in ("quarter", "type", "counted")}
    for line in export_lines(rows_of(rows), workspace):
        quarter = workspace.calendar.period(line[place["quarter"]]).quarters[0]
        exported[quarter, RevenueType(line[place["type"]])] += line[place["counted"]] or ZERO
    return listed, exported


def prove_closes(workspace: Workspace, today: date) -> Iterator[Proof]:
    """As closed = the copied rows; closed + later changes = now (rules 2.4)."""
    for quarter, period in sorted(closed_periods(workspace).items()):
        board = dashboard(workspace, EVERYONE, workspace.calendar.of_quarter(quarter), today)
        copies = list(closed_rows(workspace, EVERYONE, [period]))
        changes = later_changes(workspace, EVERYONE, {quarter: period})
        for total in board.totals:
            copied = sum((c.converted or ZERO for c in copies if c.kind is total.type), ZERO)
            later = sum((c.difference or ZERO for c in changes if c.type is total.type), ZERO)
            subject = f"{workspace.calendar.code(quarter)} {total.type.value}"
            yield _proof("as closed = its rows", subject, dashboard=total.stands.converted, rows=copied)
            yield _proof(
                "closed + later changes = now",
                subject,
                closed_and_later=total.stands.converted + later,
                now=total.now.converted,
            )


def prove_documents(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each issued document: printed figures = copied rows = embedded data = fingerprints (rules 7.2)."""
    for document in issued_documents(workspace).order_by("issued_at", "pk"):
        wrong = "; ".join(verify_document(document).problems)
        yield Proof(
            "document = its own snapshot",
            document.number,
            {"document": wrong or "intact", "snapshot": "intact"},
        )


PROVERS: tuple[Callable[[Workspace, date], Iterator[Proof]], ...] = (
    prove_rows,
    prove_rates,
    prove_totals,
    prove_closes,
    prove_documents,
)
