"""Transactions as they are found: who may read which (rules 8.2)."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from transactions.models import Transaction
from workspaces.models import Workspace
from workspaces.queries.people import Scope


def visible_rows(workspace: Workspace, scope: Scope) -> QuerySet[Transaction]:
    """Every row that this scope reads; rows that belong to nobody are seen by who reads everyone's."""
    found = Transaction.objects.filter(workspace=workspace)
    return found if scope.owners is None else found.filter(owner__in=sorted(scope.owners))


def get_row(workspace: Workspace, scope: Scope, pk: int) -> Transaction:
    """One row with what its page shows; 404 for one outside the scope."""
    found = visible_rows(workspace, scope).select_related(
        "workspace",
        "source",
        "origin__uploaded_by",
        "origin__committed_by",
        "edit__by",
        "replaced_by",
        "client__survivor",
        "product__item",
        "named_owner",
        "owner__user",
        "rate",
        "price__item",
    )
    return get_object_or_404(found, pk=pk)
