"""Logging, editing, voiding and duplicating contributions (rules 3)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from contracts.models import Contract
from contributions.models import ClosedPeriod, Contribution
from contributions.rules import Basis, RevenueType, conversion_day
from contributions.services.contracts import link_contracts
from contributions.services.doubles import refresh_doubles
from contributions.services.figures import figure_fields, mark_moves, refresh_alerts
from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import Quarter
from kamtrak.reasons import kept_reason
from workspaces.models import ClientAccount, Membership, Workspace
from workspaces.queries.clients import find_client
from workspaces.rules import Right
from workspaces.services.clients import pick_or_create_client
from workspaces.services.locks import hold_together

WHOLE_DEAL = Decimal(100)


@dataclass(frozen=True)
class Entry:
    """What a person says about a contribution; everything else is derived from it."""

    client: str
    type: RevenueType
    amount: Decimal
    currency: str
    quarter: Quarter
    description: str = ""
    earned_on: date | None = None
    basis: Basis = Basis.ONE_OFF
    share: Decimal = WHOLE_DEAL


def log_contribution(
    *,
    workspace: Workspace,
    owner: Membership,
    entry: Entry,
    now: datetime,
    once: str | None = None,
    reason: str = "",
    contract: Contract | None = None,
) -> Contribution:
    """Log a contribution of one's own. The same opened form (`once`) sent twice is saved once. The contract
    that it is made from is linked to it (rules 1.7).

    Raises Refused with the field that has to change, also where a closed quarter asks a reason, and Stale
    when the form was saved already and says something else by now (somebody went back to it): what was typed
    since must not get lost unseen.
    """
    if not owner.can(Right.LOG):
        raise Refused("Only account managers log contributions.")
    workspace = hold_together(workspace)
    if once and (saved := _saved(workspace, owner, once)):
        return _unchanged(saved, entry)
    check_reason(workspace, {entry.quarter}, reason)
    fields = _checked_fields(workspace, entry, now)
    try:
        with transaction.atomic(), because(reason=reason.strip()):
            contribution = Contribution.objects.create(
                workspace=workspace,
                owner=owner,
                created_by=owner.user,
                created_at=now,
                updated_at=now,
                once=once,
                **fields,
            )
    except IntegrityError:
        saved = _saved(workspace, owner, once) if once else None
        if saved is None:
            raise
        return _unchanged(saved, entry)
    if contract is not None:
        link_contracts(contracts=[contract], contributions=[contribution], by=owner, now=now)
    refresh_alerts(workspace=workspace, now=now)
    refresh_doubles(workspace=workspace, only=[contribution.pk], now=now)
    return contribution


def edit_contribution(
    *, contribution: Contribution, by: Membership, entry: Entry, version: int, now: datetime, reason: str = ""
) -> Contribution:
    """Save a changed contribution over exactly the version that was on the form.

    Raises Stale when somebody saved meanwhile: nothing is overwritten before the person has seen it.
    Raises Refused for another person's row, for a voided one, and where a closed quarter asks a reason.
    """
    _may_write(contribution, by)
    workspace = hold_together(contribution.workspace)
    check_reason(workspace, {contribution.quarter, entry.quarter}, reason)
    with transaction.atomic(), because(reason=reason.strip()):
        current = Contribution.objects.select_for_update().get(pk=contribution.pk)
        if current.is_void:
            raise Refused("This contribution was voided meanwhile. Restore it first.")
        if current.version != version:
            raise Stale("This contribution was changed meanwhile. See what changed, then save again.")
        fields = _checked_fields(workspace, entry, now, current)
        for name, value in fields.items():
            setattr(current, name, value)
        current.version, current.updated_at = version + 1, now
        current.save()
    refresh_alerts(workspace=workspace, now=now)
    refresh_doubles(workspace=workspace, only=[current.pk], now=now)
    return current


def void_contribution(*, contribution: Contribution, by: Membership, reason: str, now: datetime) -> None:
    """Take a contribution out of every total, with a reason; it stays on record and can be restored."""
    _may_write(contribution, by)
    hold_together(contribution.workspace)
    kept = kept_reason(reason, "Say why it is voided: the reason is kept in the history.")
    _mark(contribution, now, kept, voided_at=now, void_reason=kept)


def restore_contribution(*, contribution: Contribution, by: Membership, reason: str, now: datetime) -> None:
    """Take a void back. A rate that was changed meanwhile marks the figure, as it would have then.

    Raises Refused where a closed quarter asks a reason.
    """
    _may_write(contribution, by)
    workspace = hold_together(contribution.workspace)
    check_reason(workspace, {contribution.quarter}, reason)
    _mark(contribution, now, reason, voided_at=None, void_reason="")
    mark_moves(workspace=workspace, now=now, only=contribution.pk)


def entry_of(contribution: Contribution) -> Entry:
    """What a stored contribution says."""
    return Entry(
        client=contribution.client.name,
        type=contribution.kind,
        amount=contribution.amount.amount,
        currency=contribution.currency,
        quarter=contribution.quarter,
        description=contribution.description,
        earned_on=contribution.earned_on,
        basis=Basis(contribution.basis),
        share=contribution.share,
    )


def duplicate_entry(contribution: Contribution, *, last: Quarter) -> Entry:
    """The entry of a copy in the next quarter, at most in `last`: the same deal again, without its date."""
    return replace(entry_of(contribution), quarter=min(contribution.quarter + 1, last), earned_on=None)


def _mark(contribution: Contribution, now: datetime, reason: str, **fields: Any) -> None:
    with transaction.atomic(), because(reason=reason.strip()):
        current = Contribution.objects.select_for_update().get(pk=contribution.pk)
        if current.is_void == (fields["voided_at"] is not None):
            return  # pressed twice
        for name, value in fields.items():
            setattr(current, name, value)
        current.version, current.updated_at = current.version + 1, now
        current.save()
    refresh_alerts(workspace=contribution.workspace, now=now)
    refresh_doubles(workspace=contribution.workspace, only=[contribution.pk], now=now)


def _may_write(contribution: Contribution, by: Membership) -> None:
    """Own contributions only; nobody writes another person's (rules 8.2)."""
    if contribution.owner_id != by.pk or not by.can(Right.LOG):
        raise Refused("Only its owner changes a contribution.")


def _saved(workspace: Workspace, owner: Membership, once: str) -> Contribution | None:
    rows = Contribution.objects.select_related("client__survivor")
    return rows.filter(workspace=workspace, owner=owner, once=once).first()


def _unchanged(saved: Contribution, entry: Entry) -> Contribution:
    """The contribution that this form has saved. Raises Stale where the form now says something else."""
    client = find_client(saved.workspace, entry.client)
    same = client is not None and client.pk in (saved.client_id, saved.client.survivor_id)
    said = replace(entry, client=saved.client.name, description=entry.description.strip())
    if not same or said != entry_of(saved):
        raise Stale("This form was saved already, with other values. Save again to log this as one more.")
    return saved


def _checked_fields(
    workspace: Workspace, entry: Entry, now: datetime, current: Contribution | None = None
) -> dict[str, Any]:
    """The columns of an entry, after the checks that need the clock or the workspace."""
    day = check_entry(workspace, entry, now, current)
    return {
        "client": _client(workspace, entry.client, current),
        **stated_fields(entry, day),
        **_figure(workspace, entry, day, now, current),
    }


def check_entry(
    workspace: Workspace, entry: Entry, now: datetime, current: Contribution | None = None
) -> date:
    """The conversion day of an entry that can be saved here and now. Raises Refused for any other."""
    if not workspace.calendar.aligned(entry.quarter.first):
        raise Refused("Choose a quarter of this workspace's fiscal year.", "quarter")
    if entry.quarter > workspace.quarter_of(now):
        raise Refused("This quarter has not begun. Choose the running quarter or an earlier one.", "quarter")
    check_day(workspace, entry.quarter, entry.earned_on)
    kept_currency = current is not None and current.currency == entry.currency
    if entry.currency not in workspace.currencies and not kept_currency:
        raise Refused(f"{entry.currency} is not enabled in this workspace.", "currency")
    return conversion_day(entry.quarter, entry.earned_on)


def stated_fields(entry: Entry, day: date) -> dict[str, Any]:
    """The columns that an entry states itself; all but its client and its figure."""
    return {
        "type": entry.type.value,
        "amount": entry.amount,
        "amount_currency": entry.currency,
        "quarter": entry.quarter,
        "description": entry.description.strip(),
        "earned_on": entry.earned_on,
        "basis": entry.basis.value,
        "share": entry.share,
        "counts_on": day,
    }


def _figure(
    workspace: Workspace, entry: Entry, day: date, now: datetime, current: Contribution | None
) -> dict[str, Any]:
    """The figure's columns; none where nothing that it is made of was changed.

    A settled figure moves by a decision (rules 5.12), not by the correction of a description.
    """
    made_of = (entry.amount, entry.currency, entry.share, day)
    if current is not None and made_of == (
        current.amount.amount,
        current.currency,
        current.share,
        current.counts_on,
    ):
        return {}
    derived = figure_fields(workspace=workspace, entry=entry, day=day, now=now)
    return {**derived, "earlier_rate": False, "declined_rate": None}


def _client(workspace: Workspace, name: str, current: Contribution | None) -> ClientAccount:
    """The account of this name. A row keeps a merged account that still answers to the name, so that
    undoing the merge also finds the rows that were edited in between (rules 3.7)."""
    account = pick_or_create_client(workspace=workspace, name=name)
    if current is not None and current.client.survivor_id == account.pk:
        return current.client
    return account


def check_day(workspace: Workspace, quarter: Quarter, earned_on: date | None) -> None:
    """Raises Refused for a day that is not in the quarter (rules 3.1)."""
    if earned_on and earned_on not in quarter:
        label = workspace.calendar.label(quarter)
        raise Refused(
            f"{earned_on:%-d %B %Y} is not in {label}. Change the date or the quarter.", "earned_on"
        )


def check_reason(workspace: Workspace, quarters: set[Quarter], reason: str) -> None:
    """Raises Refused without a reason for what touches a closed quarter (rules 8.4)."""
    if reason.strip():
        return
    closed = ClosedPeriod.objects.filter(workspace=workspace, quarter__in=quarters, reopened_at=None).first()
    if closed:
        label = workspace.calendar.label(closed.quarter)
        raise Refused(f"{label} is closed. Say why it changes now: the reason is kept.", "reason")
