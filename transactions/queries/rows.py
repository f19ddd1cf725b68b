"""Transactions as they are found: who may read which (rules 8.2)."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from transactions.models import Transaction
from workspaces.models import Workspace
from workspaces.queries.people import Scope

MOST_REFUNDS = 20  # of one sale that its page names


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
        "profit_rate",
        "price__item",
        "profit_price__item",
        "tax_price__item",
    )
    return get_object_or_404(found, pk=pk)


def sale_of(row: Transaction) -> Transaction | None:
    """The sale that this refund undoes, if it is here, whoever's it is (rules 5.13)."""
    if row.sale_key is None:
        return None
    same = Transaction.objects.filter(workspace=row.workspace_id, source=row.source_id)
    return same.filter(key=row.sale_key, occurrence=1).first()


def refunds_of(row: Transaction, scope: Scope) -> list[Transaction]:
    """The refunds that undo this sale, oldest first, as far as this scope reads them."""
    found = visible_rows(row.workspace, scope).filter(source=row.source_id, sale_key=row.key)
    return list(found.order_by("day", "pk")[:MOST_REFUNDS])


def lines_around(row: Transaction, scope: Scope) -> list[Transaction]:
    """The line of the file and its neighbours that the scope reads, in the order of the file."""
    near = range(row.line - 1, row.line + 2)
    found = visible_rows(row.workspace, scope).filter(origin=row.origin_id, line__in=near)
    return list(found.only("pk", "line", "cells").order_by("line"))
