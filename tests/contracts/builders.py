"""Contracts in tests: terms as a person would say them, drafted and added by a member of the cast."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from contracts.models import Contract, Formula
from contracts.rules import ContractType, Rule, Terms
from contracts.services.confirming import add_contract
from contracts.services.drafts import Details, create_draft
from contracts.services.formulas import Template, create_formula
from contracts.services.schedules import save_schedule
from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from workspaces.models import Membership

START = date(2026, 3, 3)


def rules(*said: tuple[int, int | None, str]) -> tuple[Rule, ...]:
    """`rules((1, 12, "100"), (13, None, "80"))`."""
    return tuple(Rule(first, last, Decimal(revenue)) for first, last, revenue in said)


def make_terms(
    *said: tuple[int, int | None, str],
    kind: ContractType = ContractType.FIXED,
    start: date = START,
    period: int = 12,
    currency: str = "USD",
    monthly: str | None = None,
    duration: str = "",
    schedule: Sequence[Rule] | None = None,
) -> Terms:
    """Terms with these rules; 1–12 = 100 unless said otherwise."""
    return Terms(
        kind=kind,
        start=start,
        period=period,
        currency=currency,
        monthly=None if monthly is None else Decimal(monthly),
        duration=duration,
        formula="",
        rules=tuple(schedule) if schedule is not None else rules(*(said or ((1, 12, "100"),))),
    )


def make_draft(
    owner: Membership,
    terms: Terms | None = None,
    *,
    number: str = "KT-2026-001",
    client: str = "Nordhavn Logistics",
    name: str = "Visibility platform",
    by: Membership | None = None,
    now: datetime = NOW,
) -> Contract:
    with in_workspace(owner.workspace_id):
        return create_draft(
            workspace=owner.workspace,
            by=by or owner,
            details=Details(name=name, number=number, client=client, owner=owner),
            terms=terms or make_terms(),
            formula=None,
            now=now,
        )


def make_contract(
    owner: Membership,
    terms: Terms | None = None,
    *,
    number: str = "KT-2026-001",
    client: str = "Nordhavn Logistics",
    by: Membership | None = None,
    now: datetime = NOW,
    confirmed_on: date | None = None,
) -> Contract:
    """Drafted and added."""
    draft = make_draft(owner, terms, number=number, client=client, by=by, now=now)
    with in_workspace(owner.workspace_id):
        return add_contract(
            contract=draft,
            by=by or owner,
            revision=draft.revision,
            now=now,
            confirmed_on=confirmed_on,
            accepted=True,
        )


def edit(
    contract: Contract,
    by: Membership,
    terms: Terms,
    *,
    from_month: int | None = None,
    reason: str = "Agreed anew",
    now: datetime = NOW,
) -> Contract:
    """Save these terms over the contract as it is."""
    with in_workspace(contract.workspace_id):
        current = Contract.objects.get(pk=contract.pk)
        return save_schedule(
            contract=current,
            by=by,
            terms=terms,
            formula=None,
            revision=current.revision,
            reason=reason,
            now=now,
            from_month=from_month,
            accepted=True,
        )


def make_formula(
    by: Membership,
    name: str = "Step down after a year",
    *said: tuple[int, int | None, str],
    currency: str = "USD",
    schedule: Sequence[Rule] | None = None,
    now: datetime = NOW,
) -> Formula:
    """A formula with these rules; 1–12 = 100, 13–24 = 80 unless said otherwise."""
    given = tuple(schedule) if schedule is not None else rules(*(said or ((1, 12, "100"), (13, 24, "80"))))
    with in_workspace(by.workspace_id):
        return create_formula(
            workspace=by.workspace,
            by=by,
            template=Template(name, currency, given, accepted=True),
            now=now,
        )
