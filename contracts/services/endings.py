"""Cancelling a contract and taking that back; voiding one that was added by mistake (rules 4.14, 4.15)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from contracts.models import Contract
from contracts.services.drafts import can_write, lock, may_write, unique_number
from contracts.services.months import renew_due, write_current_months
from contracts.services.rates import refresh_alerts
from contracts.services.totals import totals_follow
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.reasons import kept_reason
from workspaces.models import Membership, Workspace
from workspaces.rules import Right
from workspaces.services.locks import hold_together


def cancel_contract(
    *, contract: Contract, by: Membership, on: date, reason: str, revision: int, now: datetime
) -> Contract:
    """The current schedule stops after the month of `on`; what was confirmed after it counts as lost.

    Raises Refused and Stale. Cancelling again moves the day.
    """
    may_write(contract, by)
    reason = kept_reason(reason, "Say why it is cancelled: the reason is kept.")
    with transaction.atomic(), because(reason=reason):
        workspace, current = _held(contract, revision)
        if current.is_draft:
            raise Refused("A draft is discarded, not cancelled.")
        _check_day(on, current)
        _change(workspace, current, now, cancelled_on=on, cancel_reason=reason)
    return current


def take_cancellation_back(
    *, contract: Contract, by: Membership, reason: str, revision: int, now: datetime
) -> Contract:
    """The contract goes on as if it had not been cancelled; terms that began since are confirmed now."""
    may_write(contract, by)
    reason = kept_reason(reason, "Say why the cancellation is taken back: the reason is kept.")
    with transaction.atomic(), because(reason=reason):
        workspace, current = _held(contract, revision)
        if current.cancelled_on is not None:
            _change(workspace, current, now, cancelled_on=None, cancel_reason="")
    return current


def void_contract(
    *, contract: Contract, by: Membership, reason: str, revision: int, now: datetime
) -> Contract:
    """Take a contract that was added by mistake out of every live total; what was frozen stays on record."""
    reason = kept_reason(reason, "Say why it is voided: the reason is kept.")
    with transaction.atomic(), because(reason=reason):
        workspace, current = _held(contract, revision)
        if current.is_draft:
            raise Refused("A draft is discarded, not voided.")
        if not may_void(current, by, workspace, now):
            raise Refused("After the day on which it was added, an administrator voids a contract.")
        _change(workspace, current, now, voided_at=now, void_reason=reason)
    return current


def may_void(contract: Contract, by: Membership, workspace: Workspace, now: datetime) -> bool:
    """Its maker on the day, while it is theirs to write; later an administrator (rules 4.15)."""
    if by.can(Right.MASTERS):
        return True
    if not can_write(contract, by):
        return False
    made_today = contract.added_at is not None and workspace.day_of(contract.added_at) == workspace.day_of(
        now
    )
    return made_today and contract.added_by_id == by.user_id


def restore_contract(*, contract: Contract, by: Membership, reason: str, now: datetime) -> Contract:
    """Take a void back, if nobody was given its number meanwhile."""
    reason = kept_reason(reason, "Say why the void is taken back: the reason is kept.")
    with unique_number(contract.number), because(reason=reason):
        workspace = hold_together(contract.workspace)
        current = Contract.objects.select_for_update().get(pk=contract.pk)
        if not may_void(current, by, workspace, now):
            raise Refused("An administrator takes a void back.")
        if current.is_void:
            _change(workspace, current, now, voided_at=None, void_reason="")
    return current


def _held(contract: Contract, revision: int) -> tuple[Workspace, Contract]:
    return hold_together(contract.workspace), lock(contract, revision)


def _check_day(on: date, contract: Contract) -> None:
    """A day that can end the contract: not after its end, nor a century away by a slip of the pen."""
    if contract.last_month is not None and on > contract.last_month.last:
        said = f"The contract ends on {contract.last_month.last:%-d %B %Y} anyway. Choose an earlier day."
        raise Refused(said, "on")
    if abs(on.year - contract.start_on.year) > 100:
        raise Refused("Choose a day near the contract’s term.", "on")


def _change(workspace: Workspace, current: Contract, now: datetime, **fields: Any) -> None:
    with totals_follow(workspace, [current.pk]):
        for name, value in fields.items():
            setattr(current, name, value)
        current.updated_at, current.revision = now, current.revision + 1
        current.save()
        if not current.is_void and renew_due(workspace=workspace, contract=current, now=now):
            current.save(update_fields=["frozen_until"])
        write_current_months(workspace=workspace, contract=current, now=now)
    refresh_alerts(workspace=workspace, now=now, currency=current.currency)
