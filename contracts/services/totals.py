"""Keeping the maintained totals in step with the months, in the same transaction."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from contracts.models import ContractTotal, MonthTotal
from contracts.queries.sums import SUMS, Key, MonthSums, contract_sums, month_sums
from workspaces.models import Workspace
from workspaces.services.locks import hold_alone

_TABLE = MonthTotal._meta.db_table
_TYPES = ["numeric" if isinstance(value, Decimal) else "integer" for value in MonthSums().values]
UPSERT = (  # one statement with arrays: the history's hook does not take executemany
    f"insert into {_TABLE} as t (workspace_id, month, owner_id, {', '.join(SUMS)}) "  # noqa: S608 - our names
    f"select %s, * from unnest(%s::date[], %s::bigint[], {', '.join(f'%s::{t}[]' for t in _TYPES)}) "
    "on conflict (workspace_id, month, owner_id) do update set "
    + ", ".join(f"{name} = t.{name} + excluded.{name}" for name in SUMS)
)
CONTRACT = (
    "confirmed",
    "lost",
    "current",
    "confirmed_converted",
    "lost_converted",
    "current_converted",
    "confirmed_unknown",
    "current_unknown",
    "provisional",
)


@contextmanager
def totals_follow(workspace: Workspace, contracts: Collection[int]) -> Iterator[None]:
    """Whatever is written inside to the months of these contracts, or to their rates, reaches the totals.

    What they come to before and after is read, and the difference added: no other contract is looked at.
    One transaction does this once: the rows of months stay locked until it ends, and two that come back for
    more of them in another order would block each other. Whoever changes many contracts does it around all
    of them, one by one in transactions of their own, or holds the workspace alone.
    """
    before = month_sums(workspace, contracts)
    yield
    _add(workspace, before, month_sums(workspace, contracts))
    _write_contract_totals(workspace, contracts)


def _add(workspace: Workspace, before: Mapping[Key, MonthSums], after: Mapping[Key, MonthSums]) -> None:
    nothing = MonthSums()
    moved = [key for key in {*before, *after} if before.get(key, nothing) != after.get(key, nothing)]
    lines = [
        (
            month.first,
            owner,
            *(after.get((month, owner), nothing) - before.get((month, owner), nothing)).values,
        )
        for month, owner in sorted(moved)  # in one order, as every writer's
    ]
    if lines:
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, [workspace.pk, *map(list, zip(*lines, strict=True))])


def _write_contract_totals(workspace: Workspace, contracts: Collection[int]) -> None:
    sums = contract_sums(workspace, contracts)
    ContractTotal.objects.filter(workspace=workspace, contract__in=set(contracts) - set(sums)).delete()
    _keep(workspace, sums)


def _keep(workspace: Workspace, sums: Mapping[int, Mapping[str, Any]]) -> None:
    ContractTotal.objects.bulk_create(
        [ContractTotal(workspace=workspace, contract_id=pk, **sums[pk]) for pk in sorted(sums)],
        update_conflicts=True,
        unique_fields=["contract"],
        update_fields=CONTRACT,
        batch_size=2000,
    )


@transaction.atomic
def rebuild_totals(workspace: Workspace) -> tuple[int, int]:
    """Make all totals anew from the months, should they ever differ: how many persons' months, and contracts.

    Nobody changes a contract meanwhile.
    """
    workspace = hold_alone(workspace)
    for model in (MonthTotal, ContractTotal):
        model._default_manager.filter(workspace=workspace).delete()
    months, contracts = month_sums(workspace), contract_sums(workspace)
    _add(workspace, {}, months)
    _keep(workspace, contracts)
    return len(months), len(contracts)
