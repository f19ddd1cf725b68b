"""Writing the months of a contract: frozen once at a confirmation, current whenever something changes."""

from datetime import date, datetime

from contracts.models import Confirmation, Contract, CurrentMonth, FrozenMonth
from contracts.queries.contracts import newest_term
from contracts.rules import HandedOver, Term, current_months, next_term, owner_in, term_months
from contracts.services.rates import freeze_rate, month_rates
from workspaces.models import User, Workspace


def confirm_term(
    *,
    workspace: Workspace,
    contract: Contract,
    term: Term,
    confirmed_on: date,
    by: User | None,
    now: datetime,
) -> None:
    """Freeze these months of the schedule as it is now, and the rate of the day (rules 4.9, 4.13)."""
    owner = owner_in(term.first, first_owner=contract.first_owner_id, handed=handed_over(contract))
    confirmation = Confirmation.objects.create(
        workspace=workspace,
        contract=contract,
        term=contract.confirmations.count() + 1,
        version=contract.version,
        confirmed_on=confirmed_on,
        entered_at=now,
        entered_by=by,
        owner_id=owner,
        first=term.first,
        last=term.last,
        until=term.until,
    )
    FrozenMonth.objects.bulk_create(
        FrozenMonth(
            workspace=workspace,
            contract=contract,
            confirmation=confirmation,
            owner_id=owner,
            month=month.month,
            number=month.number,
            rule=month.rule,
            amount=month.amount,
        )
        for month in term_months(contract.terms, term.first, term.last)
    )
    contract.frozen_until = term.last
    freeze_rate(workspace=workspace, confirmation=confirmation, currency=contract.currency, now=now)


def renew_due(*, workspace: Workspace, contract: Contract, now: datetime) -> int:
    """Confirm every term that has begun since the last one, each on its first day; how many (rules 4.13)."""
    today, renewed = workspace.day_of(now), 0
    while term := _due(contract, today):
        confirm_term(
            workspace=workspace,
            contract=contract,
            term=term,
            confirmed_on=term.first.first,
            by=None,
            now=now,
        )
        renewed += 1
    return renewed


def _due(contract: Contract, today: date) -> Term | None:
    newest = newest_term(contract) if contract.terms.kind.renews else None
    if newest is None:
        return None
    term = next_term(contract.terms, newest=newest, cancelled_after=contract.cancelled_after)
    return term if term is not None and term.first.first <= today else None


def write_current_months(*, workspace: Workspace, contract: Contract, now: datetime) -> None:
    """Replace the current months by what the contract says now; a void one has none (rules 4.15)."""
    CurrentMonth.objects.filter(contract=contract).delete()
    if contract.is_void or contract.is_draft:
        return
    months = current_months(
        contract.terms, frozen_until=contract.frozen_until, cancelled_after=contract.cancelled_after
    )
    rates = month_rates(workspace, contract.currency, [month.month for month in months], now)
    handed = handed_over(contract)
    CurrentMonth.objects.bulk_create(
        CurrentMonth(
            workspace=workspace,
            contract=contract,
            owner_id=owner_in(month.month, first_owner=contract.first_owner_id, handed=handed),
            month_rate=rates[month.month],
            month=month.month,
            number=month.number,
            rule=month.rule,
            amount=month.amount,
            expected=month.expected,
        )
        for month in months
    )


def handed_over(contract: Contract) -> list[HandedOver]:
    """The hand-overs in the order in which they were recorded."""
    return [HandedOver(each.first, each.owner_id) for each in contract.hand_overs.order_by("pk")]
