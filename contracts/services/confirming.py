"""Add: the instant in which a contract is confirmed and its first term is frozen; and renewals
(rules 4.9, 4.13)."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import TruncMonth

from contracts.models import Contract, ScheduleVersion
from contracts.rules import ContractType, next_term
from contracts.services.drafts import check_questions, lock, may_write
from contracts.services.months import confirm_term, renew_due, write_current_months
from contracts.services.rates import refresh_alerts
from contracts.services.totals import totals_follow
from kamtrak.fields import MonthField
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import FIRST_DAY, Month
from kamtrak.reasons import kept_reason
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
    added = add_one_of_many(
        contract=contract, by=by, revision=revision, now=now, confirmed_on=confirmed_on, accepted=accepted
    )
    refresh_alerts(workspace=added.workspace, now=now, currency=added.currency)
    return added


def add_one_of_many(
    *,
    contract: Contract,
    by: Membership,
    revision: int,
    now: datetime,
    confirmed_on: date | None,
    accepted: bool,
) -> Contract:
    """The same, for one who adds many and has the alerts refreshed once for all of them."""
    may_write(contract, by)
    workspace = hold_together(contract.workspace)
    today = workspace.day_of(now)
    day = confirmed_on or today
    if day > today:
        raise Refused("A contract cannot be confirmed on a day that has not come.", "confirmed_on")
    if day < FIRST_DAY:
        said = f"A contract cannot be confirmed before {FIRST_DAY.year}. Check the year."
        raise Refused(said, "confirmed_on")
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
        reason=kept_reason(reason),
        restores=restores,
        **{name: getattr(contract, name) for name in TERMS},
    )


def renew_contracts(*, workspace: Workspace, now: datetime) -> int:
    """Confirm the terms that have begun; how many. Running it again changes nothing (rules 4.13).

    All in the transaction of whoever calls, so for one who has the workspace to himself: others who write
    contracts of the same months wait until it ends.
    """
    renewed = sum(_renew(workspace, pk, now) for pk in _due(workspace, now).values_list("pk", flat=True))
    if renewed:
        refresh_alerts(workspace=workspace, now=now)
    return renewed


def _due(workspace: Workspace, now: datetime) -> QuerySet[Contract]:
    """Confirmed contracts whose next term may have begun; one that ended by a cancellation has none."""
    running = Month.of(workspace.day_of(now))
    goes_on = Q(cancelled_on=None) | Q(frozen_until__lt=TruncMonth("cancelled_on", output_field=MonthField()))
    living = Contract.objects.filter(workspace=workspace, voided_at=None, added_at__isnull=False)
    renewing = living.exclude(kind=ContractType.FIXED.value)  # as the condition of its index says it
    return renewing.filter(goes_on, frozen_until__lt=running).order_by("pk")


def _renew(workspace: Workspace, pk: int, now: datetime) -> int:
    """The terms of one contract; 0 where somebody else has dealt with it meanwhile."""
    with transaction.atomic(), because(reason="A new term began"):
        workspace = hold_together(workspace)
        held = _due(workspace, now).select_related("workspace").select_for_update(of=("self",))
        contract = held.filter(pk=pk).first()
        if contract is None:
            return 0
        with totals_follow(workspace, [contract.pk]):
            renewed = renew_due(workspace=workspace, contract=contract, now=now)
            if renewed:
                contract.save(update_fields=["frozen_until"])
                write_current_months(workspace=workspace, contract=contract, now=now)
    return renewed


def renew_everywhere(*, now: datetime) -> tuple[int, int]:
    """The same in every workspace, each contract in a transaction of its own: how many terms were confirmed,
    and how many contracts failed.

    One that fails is logged and tried again next time; it holds up no other.
    """
    renewed = failed = 0
    for workspace in Workspace.objects.order_by("pk"):
        with in_workspace(workspace.pk):
            due = list(_due(workspace, now).values_list("pk", flat=True))
        terms = [_apart(workspace, pk, now) for pk in due]
        renewed += sum(found or 0 for found in terms)
        failed += terms.count(None)
        if any(terms):
            with in_workspace(workspace.pk):
                refresh_alerts(workspace=workspace, now=now)
    return renewed, failed


def _apart(workspace: Workspace, pk: int, now: datetime) -> int | None:
    """One contract's terms, in a transaction of its own; None where it failed."""
    try:
        with in_workspace(workspace.pk):
            return _renew(workspace, pk, now)
    except Exception:
        log.exception("contract %s of workspace %s was not renewed", pk, workspace.pk)
        return None
