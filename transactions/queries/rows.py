"""Transactions as they are found: who may read which (rules 8.2)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
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


@dataclass(frozen=True)
class Tied:
    """The sale that a refund undoes, whoever's it is, and the refunds of a sale, oldest first, as far as the
    scope reads them (rules 5.13).

    `reads_sale`: whether the scope reads that sale. Without it not even whether the sale is there is told: a
    refund could try any ID.
    """

    sale: Transaction | None
    refunds: list[Transaction]
    reads_sale: bool


def tied_to(row: Transaction, scope: Scope) -> Tied:
    """What undoes this row and what it undoes; one query."""
    refunds = Q(sale_key=row.key)
    if scope.owners is not None:
        refunds &= Q(owner__in=sorted(scope.owners))
    condition = refunds if row.sale_key is None else refunds | Q(key=row.sale_key, occurrence=1)
    same = Transaction.objects.filter(workspace=row.workspace_id, source=row.source_id)
    found = list(same.filter(condition).order_by("day", "pk")[: MOST_REFUNDS + 1])
    sale = next((each for each in found if row.sale_key and each.key == row.sale_key), None)
    reads_sale = scope.owners is None or (sale is not None and sale.owner_id in scope.owners)
    return Tied(sale, [each for each in found if each.sale_key == row.key][:MOST_REFUNDS], reads_sale)


def lines_around(row: Transaction, scope: Scope) -> list[Transaction]:
    """The line of the file and its neighbours that the scope reads, in the order of the file."""
    near = range(row.line - 1, row.line + 2)
    found = visible_rows(row.workspace, scope).filter(origin=row.origin_id, line__in=near)
    return list(found.only("pk", "line", "cells").order_by("line"))
