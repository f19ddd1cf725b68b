"""Another mapping for the rows of an import that is in: shown before it is decided, then taken over by all of
them at once, or dropped (rules 5.12).

The rows keep what they are known by (rules 5.14). Whatever comes up later from beneath other versions is
derived with the mapping that is in force then.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from transactions.models import Import, ImportState, Transaction
from transactions.pipeline.comparing import batches, pairs
from transactions.pipeline.following import mapping_proposed
from transactions.pipeline.marking import bear_marks
from transactions.pipeline.names import drop_clients
from transactions.pipeline.rederiving import ROWS, Rederivation, rederive
from transactions.pipeline.voiding import refresh_voided
from transactions.queries.marked import Selection, seen
from transactions.rules import Comparison, Earlier, Move, Sale, sale_of
from transactions.services.alerts import refresh_alerts
from transactions.services.citations import look_again
from transactions.services.proposals import hold_to_remap, proposed_mapping, refuse_unfit
from transactions.services.sources import remember_mapping, remembers
from transactions.services.totals import add_totals, drop_empty_totals, hold_rows, take_totals
from workspaces.models import Membership, Workspace
from workspaces.services.beating import beating
from workspaces.services.jobs import Run

STAGE = "Deriving"
Step = Callable[[int], None]  # hears how many rows are derived


@transaction.atomic
def propose_mapping(*, imported: Import, by: Membership, now: datetime) -> None:
    """Have the rows of the import wait for a decision about its proposed mapping. Raises Refused."""
    hold_rows(imported.workspace)
    held = hold_to_remap(imported, by)
    refuse_unfit(held)
    if held.proposed_at is None:
        held.proposed_at = now
        held.save(update_fields=["proposed_at"])
        mapping_proposed(imported=held, by=by, now=now)


def pending(workspace: Workspace, pk: int, *, hold: bool = False) -> Import:
    """The import whose rows wait for a decision about its mapping; `hold`: nobody proposes another one until
    this transaction ends. Raises Refused where none do."""
    found = Import.objects.filter(workspace=workspace, pk=pk, state=ImportState.COMMITTED)
    if hold:
        found = found.select_for_update(of=("self",))
    held = found.select_related("workspace", "source").filter(proposed_at__isnull=False).first()
    if held is None:
        raise Refused("This change of a mapping does not wait for a decision any more.")
    return held


# ------------------------------------------------------------------ before and after


@dataclass
class Remapped:
    """What the rows of an import come to under its proposed mapping, batch by batch as `groups` says.

    Refunds come after their sales, those of other imports last: they move with them (rules 5.13).
    """

    workspace: Workspace
    imported: int
    now: datetime
    found: Comparison = field(default_factory=Comparison)
    groups: tuple[Collection[int], ...] = ()
    _sold: dict[tuple[int, bytes], Sale | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        imported = pending(self.workspace, self.imported)
        self._work = Rederivation(self.workspace, self.now, {imported.pk: proposed_mapping(imported)})
        sales, refunds = self._work.refunds_apart(imported.pk, _rows_of(imported))
        elsewhere = _refunds_elsewhere(imported)
        self._wanted = {*refunds.values(), *elsewhere.values()}
        self._elsewhere = set(elsewhere)
        self.groups = (sales, refunds, self._elsewhere)
        self._sold |= _no_sales(imported, refunds)

    def add(self, ids: list[int]) -> None:
        """Compare these rows."""
        for each in pairs(self._work, ids, self._sold):
            if each.made.key in self._wanted and each.made.derived is not None and each.made.is_sale:
                self._sold[each.source, each.made.key] = sale_of(each.day, each.made.derived)
            cause = each.earlier & ~Earlier.MAPPING
            if each.row not in self._elsewhere:
                cause |= Earlier.MAPPING
            self.found.add(each.row, cause, each.before, each.after, placed=each.placed, keeps=_changes)


def _changes(move: Move) -> bool:
    """Nothing goes without being asked here: also a figure that is gained comes with the decision alone."""
    return move is not Move.NONE


def _rows_of(imported: Import) -> list[int]:
    rows = Transaction.objects.filter(workspace=imported.workspace_id, origin=imported)
    return list(rows.values_list("pk", flat=True))


def _no_sales(imported: Import, refunds: dict[int, bytes]) -> dict[tuple[int, bytes], Sale | None]:
    """What undoes a sale is none itself, whichever of the rows is derived first (rules 5.13)."""
    rows = Transaction.objects.filter(workspace=imported.workspace_id, pk__in=list(refunds))
    undoing = (key.bytes for pk, key in rows.values_list("pk", "key") if key.bytes != refunds[pk])
    return {(imported.known_source.pk, key): None for key in undoing}


def _refunds_elsewhere(imported: Import) -> dict[int, bytes]:
    """The rows of other imports that undo a sale of this one, each with its key."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            select r.id, r.sale_key from {ROWS} r join {ROWS} s
                on s.workspace_id = r.workspace_id and s.source_id = r.source_id and s.key = r.sale_key
                    and s.occurrence = 1 and s.origin_id = %s
            where r.workspace_id = %s and r.source_id = %s and r.sale_key is not null and r.origin_id <> %s
            """,  # noqa: S608 - our own names
            [imported.pk, imported.workspace_id, imported.source_id, imported.pk],
        )
        return {pk: key.bytes for pk, key in cursor.fetchall()}


# ------------------------------------------------------------------ the decision


def carry_out_remapping(
    workspace: Workspace, pk: int, *, accept: bool, by: int, now: datetime, step: Step = lambda done: None
) -> None:
    """All rows of the import take its proposed mapping, or none does and it is dropped. The workspace's rows
    are held; between two batches `step` is told how far it is. Raises Refused."""
    imported = pending(workspace, pk, hold=True)
    if accept:
        refuse_unfit(imported)
        _accept(workspace, imported, by, now, step)
    else:
        _decline(workspace, imported)
    refresh_alerts(workspace=workspace, now=now)
    look_again(workspace, now)


def _accept(workspace: Workspace, imported: Import, by: int, now: datetime, step: Step) -> None:
    """The proposed mapping is in force from here on, also for the next file with this header."""
    proposed, former = imported.proposed or {}, imported.mapping
    imported.mapping, imported.answered = proposed["mapping"], proposed["answered"]
    imported.proposed, imported.proposed_at, imported.remapped_at = None, None, now
    imported.save(update_fields=["mapping", "answered", "proposed", "proposed_at", "remapped_at"])
    if remembers(imported, former):
        remember_mapping(imported, by, now)
    elsewhere = _refunds_elsewhere(imported)
    with _totals_follow(workspace, imported):
        _derive(workspace, imported, now, step)
    rederive(workspace, sorted(elsewhere), now)
    drop_clients(workspace, [imported.pk])


def _derive(workspace: Workspace, imported: Import, now: datetime, step: Step) -> None:
    """Write all rows anew, refunds after their sales. On its new day another import may replace a row."""
    work, ids = Rederivation(workspace, now), _rows_of(imported)
    sales, refunds = work.refunds_apart(imported.pk, ids)
    done, sold = 0, _no_sales(imported, refunds)
    for some in chain(batches(sales), batches(refunds)):
        work.write(list(work.made(some, sold)))
        done += len(some)
        step(done)
    bear_marks(workspace, refunds)
    work.rewrite(refresh_voided(workspace, ids))


def _decline(workspace: Workspace, imported: Import) -> None:
    """Drop the proposal; what else the rows wait for goes on waiting."""
    with _totals_follow(workspace, imported):
        rows = Transaction.objects.filter(workspace=workspace, origin=imported, earlier__gt=0)
        rows.update(earlier=F("earlier").bitand(~int(Earlier.MAPPING)))
    imported.proposed = imported.proposed_at = None
    imported.save(update_fields=["proposed", "proposed_at"])


@contextmanager
def _totals_follow(workspace: Workspace, imported: Import) -> Iterator[None]:
    """Whatever is written inside to the rows of the import reaches the totals."""
    rows = f"{ROWS} where workspace_id = {int(workspace.pk)} and origin_id = {int(imported.pk)}"
    take_totals(workspace, rows)
    yield
    add_totals(workspace, rows)
    drop_empty_totals(workspace)


def run_remapping(run: Run) -> dict[str, Any]:
    """The job: carry a decision about many rows out in one transaction, so that a mapping is never in force
    for a part of its rows. Raises Refused where anything differs from what was looked at."""
    selection, now, accepted = Selection.from_json(run.params), timezone.now(), run.params["accept"]
    assert selection.imported is not None  # noqa: S101 - it is the decision about an import
    run.progress(STAGE, 0, run.params["rows"], now=now)
    with (
        beating(run, STAGE, 0, run.params["rows"]) as beat,
        in_workspace(run.workspace_id),
        because(reason=run.params["reason"]),
    ):

        def step(done: int) -> None:
            run.ask()
            beat.reached(done)

        workspace = hold_rows(Workspace.objects.get(pk=run.workspace_id))
        run.ask()
        if seen(workspace, selection, workspace.day_of(now)).stamp != run.params["stamp"]:
            raise Refused("Prices, rates or rows have changed meanwhile, so nothing has moved. Look again.")
        carry_out_remapping(
            workspace, selection.imported, accept=accepted, by=run.user_id, now=now, step=step
        )
        run.seal()
    return {
        "path": f"imports/{selection.imported}/",
        "action": "See the import",
        "summary": "The rows are derived with the new mapping."
        if accepted
        else "The rows stay as they were; the change of the mapping is dropped.",
    }
