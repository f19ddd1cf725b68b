"""Changing the schedule of a contract, and bringing an old version back (rules 4.10, 4.12, 4.17)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from contracts.models import Contract, Formula, ScheduleVersion
from contracts.rules import Rule, Terms, TooManyRules, as_amounts, from_month_on
from contracts.services.confirming import TERMS, record_version
from contracts.services.drafts import check_questions, lock, may_write, terms_fields
from contracts.services.months import renew_due, write_current_months
from contracts.services.rates import refresh_alerts
from contracts.services.totals import totals_follow
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from workspaces.models import Membership, User, Workspace
from workspaces.services.locks import hold_together


def save_schedule(
    *,
    contract: Contract,
    by: Membership,
    terms: Terms,
    formula: Formula | None,
    revision: int,
    reason: str,
    now: datetime,
    from_month: int | None = None,
    accepted: bool = False,
) -> Contract:
    """Save changed terms: reports follow at once, for every month or from month `from_month` on.

    A draft just takes them. Afterwards each save is a version with its reason; nothing that was confirmed
    moves. Raises Stale when somebody saved meanwhile, and Refused with the field that has to change.
    """
    may_write(contract, by)
    workspace = hold_together(contract.workspace)
    with transaction.atomic(), because(reason=reason.strip()):
        current = lock(contract, revision)
        if terms.currency != current.currency and not current.is_draft:
            raise Refused("The currency of a contract cannot change after Add.", "currency")
        check_questions(terms, accepted=accepted, k=from_month or 1)
        if from_month is not None:
            terms, formula = _spliced(current, terms, from_month), None
        fields = terms_fields(terms, formula, current)
        if not _changes(current, fields):
            return current
        if not current.is_draft and not reason.strip():
            raise Refused("Say why: the reason is kept with the version.", "reason")
        _apply(workspace, current, fields, by.user, reason, now)
    refresh_alerts(workspace=workspace, now=now, currency=current.currency)
    return current


def restore_version(
    *, contract: Contract, by: Membership, number: int, revision: int, reason: str, now: datetime
) -> Contract:
    """Bring the terms of version `number` back as a new version. Raises Stale and Refused."""
    may_write(contract, by)
    workspace = hold_together(contract.workspace)
    if not reason.strip():
        raise Refused("Say why: the reason is kept with the version.", "reason")
    with transaction.atomic(), because(reason=reason.strip()):
        current = lock(contract, revision)
        old = ScheduleVersion.objects.filter(contract=current, number=number).first()
        if old is None:
            raise Refused("This version does not exist.")
        fields = {name: getattr(old, name) for name in TERMS}
        fields["last_month"] = old.terms_in(current.currency).last_month
        if _changes(current, fields):
            _apply(workspace, current, fields, by.user, reason, now, restores=number)
    refresh_alerts(workspace=workspace, now=now, currency=current.currency)
    return current


def spliced_rules(before: Terms, after: Terms, k: int) -> tuple[Rule, ...]:
    """What "from month k on" saves: months before k keep what they earn, also where the monthly revenue
    that a percentage counts from has changed. Raises Refused (rules 4.10)."""
    if (before.kind, before.start, before.period) != (after.kind, after.start, after.period):
        raise Refused("Type, start and period change every month. Save them for every month.", "from_month")
    kept = before.rules
    if before.monthly != after.monthly:
        kept = as_amounts(kept, monthly=before.monthly, currency=before.currency)
    try:
        return from_month_on(kept, after.rules, k)
    except TooManyRules as problem:
        raise Refused(
            f"From month {k} on this makes {problem.args[0]} rules; a formula has at most 16.", "from_month"
        ) from problem


def _spliced(current: Contract, terms: Terms, k: int) -> Terms:
    """The terms with the rules of both; they are the contract's own now, no template's."""
    return replace(terms, rules=spliced_rules(current.terms, terms, k), duration="", formula="")


def _changes(current: Contract, fields: dict[str, Any]) -> bool:
    return any(getattr(current, name) != value for name, value in fields.items())


def _apply(
    workspace: Workspace,
    current: Contract,
    fields: dict[str, Any],
    by: User,
    reason: str,
    now: datetime,
    restores: int | None = None,
) -> None:
    for name, value in fields.items():
        setattr(current, name, value)
    current.updated_at, current.revision = now, current.revision + 1
    if current.is_draft:
        current.save()
        return
    current.version += 1
    with totals_follow(workspace, [current.pk]):
        current.save()
        record_version(current, by, now, reason=reason, restores=restores)
        if renew_due(workspace=workspace, contract=current, now=now):  # a contract that renews from now on
            current.save(update_fields=["frozen_until"])
        write_current_months(workspace=workspace, contract=current, now=now)
