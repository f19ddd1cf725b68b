"""Add: the instant in which a contract is confirmed and its first term is frozen; and renewals
(rules 4.9, 4.13)."""

import logging
from datetime import date, datetime

from django.db import transaction

from contracts.models import Contract, ScheduleVersion
from contracts.rules import next_term
from contracts.services.drafts import check_questions, lock, may_write
from contracts.services.months import confirm_term, renew_due, write_current_months
from contracts.services.rates import refresh_alerts
from contracts.services.totals import totals_follow
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, User, Workspace
from workspaces.rules import Right
from workspaces.services.locks import hold_together

log = logging.getLogger(__name__)
TERMS = (
    "kind",
    "start_on",
    "period",
    "monthly",
    "duration",
    "formula",
    "formula_name",
    "rules",
)


def add_contract(
    *,
    contract: Contract,
    by: Membership,
    revision: int,
    now: datetime,
    confirmed_on: date | None = None,
    accepted: bool = False,
) -> Contract:
    """Confirm a draft: freeze its first term and the rate of the day. Pressed twice, it is added once.

    `confirmed_on`: the day on which an older contract was confirmed, for administrators (rules 4.9); its
    renewals since then are confirmed as well, each on its first day. `accepted`: negative revenue was asked
    about and answered with yes. Raises Refused and Stale.
    """
    may_write(contract, by)
    workspace = hold_together(contract.workspace)
    today = workspace.day_of(now)
    day = confirmed_on or today
    if day > today:
        raise Refused("A contract cannot be confirmed on a day that has not come.", "confirmed_on")
    if day != today and not by.can(Right.MASTERS):
        raise Refused("Only an administrator enters an older confirmation.", "confirmed_on")
    with transaction.atomic():
        current = lock(contract)
        if not current.is_draft:
            return current  # pressed twice
        current = lock(contract, revision)
        check_questions(current.terms, accepted=accepted)
        with totals_follow(workspace, [current.pk]):
            _confirm(workspace, current, by.user, day, now)
    refresh_alerts(workspace=workspace, now=now)
    return current


def _confirm(workspace: Workspace, contract: Contract, by: User, day: date, now: datetime) -> None:
    term = next_term(contract.terms)
    assert term is not None  # noqa: S101 - there is always a first one
    contract.added_at, contract.added_by, contract.confirmed_on = now, by, day
    contract.version, contract.frozen_until, contract.updated_at = 1, term.last, now
    contract.revision += 1
    contract.save()
    record_version(contract, by, now, reason="Confirmed")
    confirm_term(workspace=workspace, contract=contract, term=term, confirmed_on=day, by=by, now=now)
    if renew_due(workspace=workspace, contract=contract, now=now):
        contract.save(update_fields=["frozen_until"])
    write_current_months(workspace=workspace, contract=contract, now=now)


def record_version(
    contract: Contract, by: User, now: datetime, *, reason: str, restores: int | None = None
) -> ScheduleVersion:
    """Keep the contract's terms as they are now under its version number (rules 4.12)."""
    return ScheduleVersion.objects.create(
        workspace_id=contract.workspace_id,
        contract=contract,
        number=contract.version,
        entered_at=now,
        entered_by=by,
        reason=reason.strip()[:500],
        restores=restores,
        **{name: getattr(contract, name) for name in TERMS},
    )


def renew_contracts(*, workspace: Workspace, now: datetime) -> int:
    """Confirm the terms that have begun; how many. Running it again changes nothing (rules 4.13)."""
    running = Month.of(workspace.day_of(now))
    due = Contract.objects.filter(
        workspace=workspace, voided_at=None, added_at__isnull=False, last_month=None, frozen_until__lt=running
    )
    return sum(_renew(workspace, contract, now) for contract in due.order_by("pk"))


def _renew(workspace: Workspace, contract: Contract, now: datetime) -> int:
    """One contract, in a transaction of its own."""
    with transaction.atomic(), because(reason="A new term began"):
        workspace = hold_together(workspace)
        current = lock(contract)
        with totals_follow(workspace, [current.pk]):
            renewed = renew_due(workspace=workspace, contract=current, now=now)
            if renewed:
                current.save(update_fields=["frozen_until"])
                write_current_months(workspace=workspace, contract=current, now=now)
    if renewed:
        refresh_alerts(workspace=workspace, now=now)
    return renewed


def renew_everywhere(*, now: datetime) -> tuple[int, int]:
    """The same in every workspace: how many terms were confirmed, and how many workspaces failed.

    One that fails is logged and tried again next time.
    """
    renewed = failed = 0
    for workspace in Workspace.objects.order_by("pk"):
        try:
            with in_workspace(workspace.pk):
                renewed += renew_contracts(workspace=workspace, now=now)
        except Exception:
            log.exception("contracts of workspace %s were not renewed", workspace.pk)
            failed += 1
    return renewed, failed
