"""Whether marked rows move: accepted or declined by a person who has seen what they come to (rules 5.12).

Up to `INLINE` rows are decided while a person waits; more are work in the background, a batch to a
transaction, totals following. What has been decided has lost its mark, so whoever goes on after an
interruption finds what is left.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace
from transactions.models import RowDecision, Transaction
from transactions.pipeline.comparing import BATCH, Pair, batches, pairs
from transactions.pipeline.following import FOLLOW
from transactions.pipeline.marking import priced
from transactions.pipeline.rederiving import Rederivation
from transactions.pipeline.remapping import carry_out_remapping, pending, run_remapping
from transactions.pipeline.weighing import comparison
from transactions.queries.marked import (
    Seen,
    Selection,
    derived_with_now,
    marked,
    moves_path,
    seen,
    unfinished_jobs,
)
from transactions.queries.sales import refunds_of
from transactions.rules import Comparison, Earlier, move_between
from transactions.services.alerts import refresh_alerts
from transactions.services.guards import reason_of
from transactions.services.proposals import DECIDE, proposed_mapping
from transactions.services.totals import hold_rows, totals_follow
from workspaces.models import Job, Membership, Workspace
from workspaces.rules import Right
from workspaces.services.jobs import Run, create_job

INLINE = 10_000


def may_decide(member: Membership, params: dict[str, Any]) -> bool:
    """Who keeps the masters decides whether rows follow them."""
    return member.can(Right.MASTERS)


def decide(
    *,
    workspace: Workspace,
    selection: Selection,
    accept: bool,
    reason: str,
    stamp: str,
    by: Membership,
    now: datetime,
) -> RowDecision:
    """Move the marked rows, or keep them as they are. The answer names the work that carries it out, if any.

    `stamp` is that of the state that was looked at. Rows that only gain a figure, or settle, do so either
    way. Raises Refused, and Stale where anything has changed since.
    """
    reason = reason_of(by, reason, "what rows are derived with")
    with transaction.atomic(), because(reason=reason):
        workspace = hold_rows(workspace)
        _refuse_while_rows_move(workspace)
        state, found = _checked(workspace, selection, stamp, now)
        decision = RowDecision(
            workspace=workspace,
            accepted=accept,
            item_id=selection.item,
            currency=selection.currency,
            imported_id=selection.imported,
            rows=state.rows,
            before=found.overall.revenue.before,
            after=found.overall.revenue.after,
            mappings=_mappings(workspace, selection),
            reason=reason,
            by=by.user,
            at=now,
        )
        if state.rows > INLINE:
            decision.job = _work_for(decision, selection, state)
        decision.save()
        if decision.job is None:
            _carry_out_now(workspace, selection, decision)
    return decision


def _mappings(workspace: Workspace, selection: Selection) -> dict[str, Any] | None:
    """The mapping in force and the one in its place; None where it is not a mapping that is decided."""
    if selection.imported is None:
        return None
    imported = pending(workspace, selection.imported)
    return {"before": imported.mapping, "after": proposed_mapping(imported).to_json()}


def _refuse_while_rows_move(workspace: Workspace) -> None:
    working = unfinished_jobs(workspace, [DECIDE, FOLLOW])
    if DECIDE in working:
        raise Refused("A decision is being carried out. Wait until it is done.")
    if FOLLOW in working:
        raise Refused("Rows still follow a change. Wait until it is known what would move.")


def _checked(
    workspace: Workspace, selection: Selection, stamp: str, now: datetime
) -> tuple[Seen, Comparison]:
    """The state of now, which is the one that was looked at, with what the rows come to. Raises Refused."""
    if selection.imported is not None:
        pending(workspace, selection.imported, hold=True)  # what is decided is what was looked at
    state = seen(workspace, selection, workspace.day_of(now))
    if state.stamp != stamp:
        raise Stale("Prices, rates or rows have changed meanwhile. Look at what would move now.")
    found = comparison(workspace, selection, state, now)
    if found is None or not state.rows:
        raise Refused("Have it worked out first what would move.")
    return state, found


def _work_for(decision: RowDecision, selection: Selection, state: Seen) -> Job:
    params = {
        **selection.to_json(),
        "accept": decision.accepted,
        "derived_with": state.derived_with,
        "stamp": state.stamp,
        "rows": state.rows,
        "reason": decision.reason,
    }
    return create_job(
        workspace=decision.workspace, kind=DECIDE, by=decision.by, params=params, now=decision.at
    )


def _carry_out_now(workspace: Workspace, selection: Selection, decision: RowDecision) -> None:
    accept, now = decision.accepted, decision.at
    if selection.imported is not None:
        carry_out_remapping(workspace, selection.imported, accept=accept, by=decision.by_id, now=now)
        return
    work = Rederivation(workspace, now)
    while some := _next_ids(workspace, selection):
        _carry_out(work, some, accept=accept)
    refresh_alerts(workspace=workspace, now=now)


def _carry_out(work: Rederivation, ids: list[int], *, accept: bool) -> None:
    """Write the rows that move; the others keep their figures, with what they were not moved to.

    Their refunds then stand on what they stand on, in the same transaction (rules 5.13).
    """
    refunds = [pk for pk in refunds_of(work.workspace, ids) if pk not in set(ids)]
    for some in (ids, *batches(refunds)):
        with totals_follow(work.workspace, some):
            found = list(pairs(work, some))
            kept = [] if accept else [each for each in found if _asks(each)]
            keeping = {each.row for each in kept}
            _keep(work.workspace, sorted(keeping))
            work.write([(each.row, each.made) for each in found if each.row not in keeping])


def _asks(pair: Pair) -> bool:
    return move_between(pair.before, pair.after).asks


def _keep(workspace: Workspace, ids: list[int]) -> None:
    rows = Transaction.objects.filter(workspace=workspace, pk__in=ids)
    declined: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for row in priced(workspace, rows):
        declined[tuple(row.now)].append(row.pk)
    rows.update(earlier=F("earlier").bitand(int(Earlier.MAPPING)))  # which is decided with its import
    for prices, of_them in declined.items():
        Transaction.objects.filter(workspace=workspace, pk__in=of_them).update(declined=list(prices))


def _next_ids(workspace: Workspace, selection: Selection) -> list[int]:
    """Some of the rows that are still to be decided, refunds after their sales."""
    waiting = marked(workspace, selection).values_list("pk", flat=True)
    return list(waiting.filter(sale_key=None)[:BATCH]) or list(waiting[:BATCH])


def run_decision(run: Run) -> dict[str, Any]:
    """The job: carry a decision out, a batch to a transaction. Raises Refused where prices, rates or settings
    have changed since it was taken: what has moved by then is what was seen, the rest waits."""
    selection, total = Selection.from_json(run.params), run.params["rows"]
    if selection.imported is not None:
        return run_remapping(run)
    left = total
    while left:
        left = _next_batch(run, selection)
        run.progress("Deriving", max(total - left, 0), total, now=timezone.now())
    accepted = run.params["accept"]
    return {
        "path": moves_path(Selection()),
        "action": "See what still waits",
        "summary": "The rows are derived again." if accepted else "The rows stay as they were.",
    }


def _next_batch(run: Run, selection: Selection) -> int:
    """Decide some of the rows that are left; how many are left then."""
    now = timezone.now()
    with in_workspace(run.workspace_id), because(reason=run.params["reason"]):
        workspace = hold_rows(Workspace.objects.get(pk=run.workspace_id))
        run.ask()
        ids = _next_ids(workspace, selection)
        if not ids:
            return 0
        if derived_with_now(workspace, workspace.day_of(now)) != run.params["derived_with"]:
            raise Refused(
                "Prices, rates or settings have changed meanwhile. The rows that are left wait as they are: "
                "look at what would move now."
            )
        _carry_out(Rederivation(workspace, now), ids, accept=run.params["accept"])
        left = marked(workspace, selection).count()
        refresh_alerts(workspace=workspace, now=now)
        run.seal()
        return left
