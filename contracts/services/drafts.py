"""Making a contract and saying what it is: the draft before Add, and its details at any time (rules 4.1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from contracts.models import Contract, Formula
from contracts.rules import (
    MOST_MONTHS,
    ContractType,
    Terms,
    check_schedule,
    duration_rules,
    errors_in,
    in_order,
    questions_in,
    rules_to_json,
)
from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from workspaces.models import ClientAccount, Membership, Workspace
from workspaces.rules import Right, UnfitName, clean_name, name_key
from workspaces.services.clients import pick_or_create_client
from workspaces.services.locks import hold_together

NUMBER_LENGTH = 40
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 1, 1)  # of a start; its months can all be named
START_SAID = f"Choose a start between {EARLIEST.year} and {LATEST.year - 1}."


@dataclass(frozen=True)
class Details:
    """What a person says about a contract beside its schedule."""

    name: str
    number: str
    client: str
    owner: Membership
    details: str = ""


def create_draft(
    *,
    workspace: Workspace,
    by: Membership,
    details: Details,
    terms: Terms,
    formula: Formula | None,
    now: datetime,
    once: str | None = None,
) -> Contract:
    """Keep a contract that is not confirmed yet; it is in no figure. The same form sent twice is kept once.

    Raises Refused with the field that has to change, and Stale where the form was saved already and says
    something else by now.
    """
    may_write_for(details.owner, by)
    workspace = hold_together(workspace)
    fields = {
        **_details(workspace, details),
        **terms_fields(terms, formula),
        "currency": _enabled(workspace, terms.currency),
        "first_owner": details.owner,
    }
    if saved := _saved(workspace, once):
        return _unchanged(saved, fields)
    made = {"created_by": by.user, "created_at": now, "updated_at": now, "once": once}
    try:
        with unique_number(details.number):
            return Contract.objects.create(workspace=workspace, **made, **fields)
    except (Refused, IntegrityError):  # sent twice at once: the other one has saved it
        saved = _saved(workspace, once)
        if saved is None:
            raise
        return _unchanged(saved, fields)


def _saved(workspace: Workspace, once: str | None) -> Contract | None:
    """What this opened form has saved already."""
    return Contract.objects.filter(workspace=workspace, once=once).first() if once else None


def _unchanged(saved: Contract, fields: dict[str, Any]) -> Contract:
    """What this form has saved. Raises Stale where the form now says something else."""
    if any(getattr(saved, name) != value for name, value in fields.items()):
        raise Stale("This form was saved already, with other entries. Save again to keep this as one more.")
    return saved


def edit_draft(
    *,
    contract: Contract,
    by: Membership,
    details: Details,
    terms: Terms,
    formula: Formula | None,
    revision: int,
    now: datetime,
) -> Contract:
    """Save a draft anew, over exactly the revision that was on the form. Raises Stale and Refused."""
    may_write(contract, by)
    may_write_for(details.owner, by)
    workspace = hold_together(contract.workspace)
    with unique_number(details.number):
        current = lock(contract, revision)
        if not current.is_draft:
            raise Stale("This contract was added meanwhile. Its schedule is changed on its page.")
        fields = {**_details(workspace, details, current), **terms_fields(terms, formula, current)}
        currency = (
            terms.currency if terms.currency == current.currency else _enabled(workspace, terms.currency)
        )
        _save(current, now, currency=currency, first_owner=details.owner, **fields)
    return current


def edit_details(
    *, contract: Contract, by: Membership, details: Details, revision: int, now: datetime
) -> Contract:
    """Name, number, client and details of a confirmed contract; its owner changes by a hand-over only."""
    may_write(contract, by)
    workspace = hold_together(contract.workspace)
    with unique_number(details.number):
        current = lock(contract, revision)
        fields = _details(workspace, replace(details, owner=current.owner), current)
        _save(current, now, **fields)
    return current


def discard_draft(*, contract: Contract, by: Membership) -> None:
    """Delete a draft; it was never in a figure. Its history stays."""
    may_write(contract, by)
    with transaction.atomic(), because(reason="The draft was discarded"):
        current = lock(contract)
        if not current.is_draft:
            raise Refused("This contract was added meanwhile. It can be voided, with a reason.")
        current.delete()


# ------------------------------------------------------------------ what the other services share


def may_write(contract: Contract, by: Membership) -> None:
    """Its owner, or an administrator (rules 8.2). Raises Refused."""
    if not can_write(contract, by):
        raise Refused("Only its owner or an administrator changes a contract.")


def can_write(contract: Contract, by: Membership) -> bool:
    return by.can(Right.MASTERS) or (contract.owner_id == by.pk and by.can(Right.LOG))


def may_write_for(owner: Membership, by: Membership) -> None:
    """One's own contracts, or as an administrator anybody's (rules 8.2). Raises Refused."""
    if owner.workspace_id != by.workspace_id or owner.ended_at or not owner.is_account_manager:
        raise Refused("Choose an account manager of this workspace.", "owner")
    if owner.pk != by.pk and not by.can(Right.MASTERS):
        raise Refused("Only an administrator enters a contract for somebody else.", "owner")


def lock(contract: Contract, revision: int | None = None) -> Contract:
    """The contract as it is now, held. Raises Stale where it is not the revision that was on the form."""
    current = Contract.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=contract.pk)
    if revision is not None:
        check_revision(current, revision)
    if current.is_void:
        raise Refused("This contract is void. Take the void back first.")
    return current


def check_revision(current: Contract, revision: int | None) -> None:
    """Raises Stale where the contract is not the revision that was on the form."""
    if current.revision != revision:
        raise Stale("This contract was changed meanwhile. See what changed, then save again.")


def terms_fields(terms: Terms, formula: Formula | None, current: Contract | None = None) -> dict[str, Any]:
    """The columns of the terms, once they hold together. Raises Refused (rules 4.1, 4.7)."""
    terms = _whole(terms)
    if formula is not None:
        _fits(formula, terms, current)
    findings = check_schedule(
        terms.rules, months=terms.term_months, monthly=terms.monthly, currency=terms.currency
    )
    if errors := errors_in(findings):
        raise Refused(errors[0].message, "rules")
    return {
        "kind": terms.kind.value,
        "start_on": terms.start,
        "period": terms.period,
        "last_month": terms.last_month,
        "monthly": terms.monthly,
        "duration": terms.duration,
        "formula": formula,
        "formula_name": formula.name if formula else terms.formula,
        "rules": rules_to_json(terms.rules),
    }


def check_questions(terms: Terms, *, accepted: bool, k: int = 1) -> None:
    """Negative revenue stands only once its question was answered with yes (rules 4.7): of rules that reach
    month `k`; what is left as it is before it was answered already."""
    found = check_schedule(
        terms.rules, months=terms.term_months, monthly=terms.monthly, currency=terms.currency
    )
    asked = [each for each in questions_in(found) if each.rule and terms.rules[each.rule - 1].reaches(k)]
    if asked and not accepted:
        raise Refused(asked[0].message, "accepted")


def _whole(terms: Terms) -> Terms:
    """The terms as they are kept: casual runs month by month, a duration is its one rule, and a monthly
    revenue stands only where something is counted from it."""
    if not EARLIEST <= terms.start < LATEST:
        raise Refused(START_SAID, "start_on")
    period = 1 if terms.kind is ContractType.CASUAL else terms.period
    if not 1 <= period <= MOST_MONTHS:
        raise Refused(f"A period has 1 to {MOST_MONTHS} months.", "period")
    rules = in_order(terms.rules)
    if terms.duration:
        if terms.monthly is None:
            raise Refused("A monthly duration needs the monthly revenue.", "monthly")
        rules = duration_rules(terms.duration, kind=terms.kind, period=period, monthly=terms.monthly)
    needed = bool(terms.duration) or any(rule.is_percent for rule in rules)
    monthly: Decimal | None = terms.monthly if needed else None
    formula = "" if terms.duration else terms.formula
    return replace(terms, period=period, rules=rules, monthly=monthly, formula=formula)


def _fits(formula: Formula, terms: Terms, current: Contract | None) -> None:
    if formula.is_archived and (current is None or current.formula_id != formula.pk):
        raise Refused(f"“{formula.name}” was archived meanwhile. Choose another formula.", "formula")
    if terms.duration:
        raise Refused("Choose either a monthly duration or a formula.", "formula")
    if formula.currency and formula.currency != terms.currency:
        said = (
            f"The amounts of “{formula.name}” are in {formula.currency}. Choose another formula or currency."
        )
        raise Refused(said, "formula")


def _save(current: Contract, now: datetime, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(current, name, value)
    current.updated_at, current.revision = now, current.revision + 1
    current.save()


def _details(workspace: Workspace, details: Details, current: Contract | None = None) -> dict[str, Any]:
    try:
        name = clean_name(details.name, "The name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem
    try:
        number = clean_name(details.number, "The number")
    except UnfitName as problem:
        raise Refused(str(problem), "number") from problem
    if len(number) > NUMBER_LENGTH:
        raise Refused(f"The number has {len(number)} characters; at most {NUMBER_LENGTH} are kept.", "number")
    return {
        "name": name,
        "number": number,
        "number_key": name_key(number)[: 2 * NUMBER_LENGTH],
        "client": _client(workspace, details.client, current),
        "owner": details.owner,
        "details": details.details.strip(),
    }


def _client(workspace: Workspace, name: str, current: Contract | None) -> ClientAccount:
    """A contract keeps a merged account that still answers to the name (rules 3.7)."""
    account = pick_or_create_client(workspace=workspace, name=name)
    if current is not None and current.client.survivor_id == account.pk:
        return current.client
    return account


def _enabled(workspace: Workspace, currency: str) -> str:
    if currency not in workspace.currencies:
        raise Refused(f"{currency} is not enabled in this workspace.", "currency")
    return currency


@contextmanager
def unique_number(number: str) -> Iterator[None]:
    """Turns the database's refusal of a number that is in use into one for the person (rules 4.1)."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        if "contract_numbers_are_unique" not in str(problem):
            raise
        raise Refused(f"The number {number} is in use. Choose another one.", "number") from problem
