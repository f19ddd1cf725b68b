"""Handing contracts over: the owner is dated by month (rules 4.16)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from contracts.models import Contract, CurrentMonth, HandOver
from contracts.rules import owner_in
from contracts.services.drafts import lock
from contracts.services.months import handed_over, write_current_months
from contracts.services.totals import totals_follow
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.reasons import kept_reason
from workspaces.models import Membership, Workspace
from workspaces.rules import Right
from workspaces.services.locks import hold_together


def hand_over(
    *,
    workspace: Workspace,
    contracts: Sequence[Contract],
    to: Membership,
    first: Month,
    by: Membership,
    reason: str,
    now: datetime,
) -> int:
    """From month `first` on these contracts are `to`'s; all or none. Returns how many changed hands.

    Frozen months stay with the owner at confirmation; contributions and rows with who earned them. Raises
    Refused, and Stale where one of the contracts is not as it was given any more.
    """
    if not by.can(Right.MASTERS):
        raise Refused("Administrators hand contracts over.")
    if to.workspace_id != workspace.pk or to.ended_at or not to.is_account_manager:
        raise Refused("Choose an account manager of this workspace.", "to")
    reason = kept_reason(reason, "Say why: the reason is kept in the history.")
    workspace = hold_together(workspace)
    with transaction.atomic(), because(reason=reason):
        held = [lock(each, each.revision) for each in sorted(contracts, key=lambda each: each.pk)]
        moving = _moving(held, to, first)
        with totals_follow(workspace, [contract.pk for contract in moving]):
            for contract in moving:
                _hand(workspace, contract, to, first, by, reason, now)
    return len(moving)


def _moving(held: Sequence[Contract], to: Membership, first: Month) -> list[Contract]:
    """Those that are not `to`'s, and those of which a month from `first` on is not: `to` may have been to get
    it later."""
    others = CurrentMonth.objects.filter(contract__in=held, month__gte=first).exclude(owner=to)
    earlier = set(others.values_list("contract_id", flat=True))
    return [contract for contract in held if contract.owner_id != to.pk or contract.pk in earlier]


def _hand(
    workspace: Workspace,
    contract: Contract,
    to: Membership,
    first: Month,
    by: Membership,
    reason: str,
    now: datetime,
) -> None:
    if contract.is_draft:
        contract.first_owner = to  # nothing of it has been anybody's yet
    else:
        HandOver.objects.create(
            workspace=workspace,
            contract=contract,
            first=first,
            previous_id=_before(contract, to, first),
            owner=to,
            reason=reason,
            handed_at=now,
            handed_by=by.user,
        )
    contract.owner, contract.updated_at = to, now
    contract.revision += 1
    contract.save()
    write_current_months(workspace=workspace, contract=contract, now=now)


def _before(contract: Contract, to: Membership, first: Month) -> int:
    """Whom it is taken from: who holds it, or where `to` gets it earlier, whose month that was."""
    if contract.owner_id != to.pk:
        return contract.owner_id
    return owner_in(first, first_owner=contract.first_owner_id, handed=handed_over(contract))
