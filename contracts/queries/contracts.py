"""Contracts as they are found: who may read which, and in what state they are."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from contracts.models import Contract, HandOver
from contracts.rules import State, Term, state_of, suggest_number
from workspaces.models import ClientAccount, Workspace
from workspaces.queries.people import Scope

HIDDEN = (State.EXPIRED, State.CANCELLED, State.VOID)  # until asked for (rules 4.14)


def visible_contracts(workspace: Workspace, scope: Scope) -> QuerySet[Contract]:
    """Every contract that this scope reads: those of its people, now or in any month (rules 4.16)."""
    found = Contract.objects.filter(workspace=workspace)
    if scope.owners is None:
        return found
    handed = HandOver.objects.filter(contract=OuterRef("pk"), owner__in=scope.owners)
    mine = Q(owner__in=scope.owners) | Q(first_owner__in=scope.owners) | Q(Exists(handed))
    return found.filter(mine)


def get_contract(workspace: Workspace, scope: Scope, pk: int) -> Contract:
    """One contract with what its page shows; 404 for one outside the scope."""
    found = visible_contracts(workspace, scope).select_related(
        "client__survivor", "owner__user", "added_by", "total"
    )  # few: to plan eleven tables takes longer than to read ten pages of them
    contract = get_object_or_404(found, pk=pk)
    contract.workspace = workspace
    return contract


def newest_term(contract: Contract) -> Term | None:
    """The term that was confirmed last; None of a draft."""
    newest = contract.confirmations.order_by("-term").first()
    return None if newest is None else newest.months_frozen


def living_contracts(workspace: Workspace, account: ClientAccount, today: date) -> QuerySet[Contract]:
    """The drafts and current contracts of a client account, by number."""
    living = in_state(State.DRAFT, today) | in_state(State.CURRENT, today)
    found = Contract.objects.filter(living, workspace=workspace, client__survivor=account)
    return found.select_related("workspace", "owner__user").order_by("number_key", "pk")


def in_state(state: State, today: date) -> Q:
    """The condition that `state_of` answers for a row, as the database asks it."""
    living = Q(voided_at=None, added_at__isnull=False)
    cancelled = Q(cancelled_on__isnull=False, cancelled_on__lte=today)
    ended = Q(last_month__isnull=False, last_month__lt=today.replace(day=1))
    return {
        State.VOID: Q(voided_at__isnull=False),
        State.DRAFT: Q(voided_at=None, added_at=None),
        State.CANCELLED: living & cancelled,
        State.EXPIRED: living & ~cancelled & ended,
        State.CURRENT: living & ~cancelled & ~ended,
    }[state]


def contract_state(contract: Contract, today: date) -> State:
    """The state of a contract on a day (rules 4.14)."""
    return state_of(
        today=today,
        added=contract.added_at is not None,
        void=contract.is_void,
        cancelled_on=contract.cancelled_on,
        last_month=contract.last_month,
    )


def next_number(workspace: Workspace, year: int) -> str:
    """The number that is suggested for a new contract (rules 4.1)."""
    given = Contract.objects.filter(workspace=workspace, number__startswith=f"KT-{year}-")
    return suggest_number(year, list(given.values_list("number", flat=True)))
