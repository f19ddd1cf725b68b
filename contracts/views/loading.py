"""Contracts as the views load them: with access, or not at all."""

from django.http import Http404

from contracts.models import Contract
from contracts.queries.contracts import get_contract
from contracts.services.drafts import can_write
from workspaces.models import Membership, Workspace
from workspaces.queries.people import EVERYONE, account_managers, scope_of
from workspaces.rules import Right


def own_contract(workspace: Workspace, member: Membership, pk: int) -> Contract:
    """A contract that this member may write; there is no such action on those of others (rules 8.2)."""
    found = get_contract(workspace, scope_of(member), pk)
    if not can_write(found, member):
        raise Http404
    return found


def owners_for(workspace: Workspace, member: Membership) -> list[Membership]:
    """Whom the member may make a contract for: themselves, or as an administrator anybody (rules 8.2)."""
    return account_managers(workspace, EVERYONE) if member.can(Right.MASTERS) else [member]
