"""Linking contributions and contracts: this deal is that contract (rules 3.9)."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from contracts.models import Contract
from contracts.queries.contracts import visible_contracts
from contributions.models import ContractLink, Contribution
from contributions.services.doubles import refresh_doubles
from contributions.services.evidence import may_change_evidence, takes_evidence
from kamtrak.lib.errors import Refused
from workspaces.models import Membership
from workspaces.queries.people import scope_of


def link_contracts(
    *, contracts: Collection[Contract], contributions: Iterable[Contribution], by: Membership, now: datetime
) -> int:
    """Put contracts that the person reads behind contributions of their own; how many links are new.

    Linking twice links once. Raises Refused.
    """
    rows = list(contributions)
    for row in rows:
        may_change_evidence(row, by)
        takes_evidence(row)
    _may_read(contracts, by)
    for contract in contracts:
        if contract.is_draft or contract.is_void:
            raise Refused(f"{contract.number} is {'a draft' if contract.is_draft else 'void'}: not linked.")
    with transaction.atomic():
        made = [
            ContractLink.objects.get_or_create(
                workspace_id=row.workspace_id, contribution=row, contract=contract
            )[1]
            for row in rows
            for contract in contracts
        ]
        refresh_doubles(workspace=by.workspace, only=[row.pk for row in rows], now=now)
    return sum(made)


@transaction.atomic
def unlink_contract(*, contract_id: int, contribution: Contribution, by: Membership, now: datetime) -> None:
    """Take a contract from behind one's own contribution. It was not linked: nothing to do."""
    may_change_evidence(contribution, by)
    links = ContractLink.objects.filter(workspace=contribution.workspace, contribution=contribution)
    links.filter(contract_id=contract_id).delete()
    refresh_doubles(workspace=contribution.workspace, only=[contribution.pk], now=now)


def _may_read(contracts: Collection[Contract], by: Membership) -> None:
    read = visible_contracts(by.workspace, scope_of(by)).filter(pk__in=[each.pk for each in contracts])
    if read.count() != len(contracts):
        raise Refused("This contract is not yours to read.")
