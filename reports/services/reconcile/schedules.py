"""Proofs that the months of contracts are what their schedules say (rules 4.9, 4.10, 4.13)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import Q

from contracts.models import Confirmation, Contract, CurrentMonth, FrozenMonth, ScheduleVersion
from contracts.rules import HandedOver, current_months, owner_in, term_months
from reports.services.reconcile.proof import Proof, same
from workspaces.models import Workspace

BATCH = 500  # contracts whose months are held at a time
CURRENT, FROZEN = "current months = schedule", "frozen months = confirmed version"
Months = list[tuple[Any, ...]]


def prove_schedules(workspace: Workspace, today: date) -> Iterator[Proof]:
    """The current months of each contract are what its terms say now, month by month, for their owners."""
    living = Q(added_at__isnull=False, voided_at=None)
    rows = Contract.objects.filter(living, workspace=workspace).prefetch_related("hand_overs")
    stored = expanded = 0
    columns = ("month", "number", "rule", "amount", "expected", "owner_id")
    for batch in _batches(rows.order_by("pk").iterator(BATCH)):
        months = CurrentMonth.objects.filter(workspace=workspace, contract__in=batch)
        found = _by("contract_id", months, columns)
        for contract in batch:
            said = _expansion(contract)
            stored, expanded = stored + len(found[contract.pk]), expanded + len(said)
            if found[contract.pk] != said:
                yield _differs(CURRENT, contract, found[contract.pk], said)
    stored += CurrentMonth.objects.filter(workspace=workspace).exclude(contract__in=rows.values("pk")).count()
    yield same(CURRENT, "all contracts", months=stored, schedules=expanded)


def _expansion(contract: Contract) -> Months:
    handed = [HandedOver(each.first, each.owner_id) for each in contract.hand_overs.all()]
    months = current_months(
        contract.terms, frozen_until=contract.frozen_until, cancelled_after=contract.cancelled_after
    )
    first = contract.first_owner_id
    return [
        (m.month, m.number, m.rule, m.amount, m.expected, owner_in(m.month, first_owner=first, handed=handed))
        for m in months
    ]


def prove_confirmations(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Frozen months are what the version that was confirmed says, for its owner: none changed, added or lost.

    Of each confirmation, the first and the renewals: what a version says is kept for ever.
    """
    rows = Confirmation.objects.filter(workspace=workspace).select_related("contract")
    stored = confirmed = 0
    columns = ("month", "number", "rule", "amount", "owner_id", "contract_id")
    for batch in _batches(rows.order_by("contract_id", "term").iterator(BATCH)):
        found = _by(
            "confirmation_id",
            FrozenMonth.objects.filter(workspace=workspace, confirmation__in=batch),
            columns,
        )
        versions = _versions(workspace, batch)
        for each in batch:
            said = _confirmed(each, versions[each.contract_id, each.version])
            stored, confirmed = stored + len(found[each.pk]), confirmed + (each.last - each.first + 1)
            if found[each.pk] != said:
                yield _differs(FROZEN, each.contract, found[each.pk], said)
    yield same(FROZEN, "all confirmations", months=stored, terms=confirmed)


def _versions(workspace: Workspace, batch: Iterable[Confirmation]) -> dict[tuple[int, int], ScheduleVersion]:
    rows = ScheduleVersion.objects.filter(
        workspace=workspace, contract__in={each.contract_id for each in batch}
    )
    return {(row.contract_id, row.number): row for row in rows}


def _confirmed(each: Confirmation, version: ScheduleVersion) -> Months:
    months = term_months(version.terms_in(each.contract.currency), each.first, each.last)
    return [(m.month, m.number, m.rule, m.amount, each.owner_id, each.contract_id) for m in months]


# ------------------------------------------------------------------ both


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _by(key: str, rows: Any, columns: tuple[str, ...]) -> dict[int, Months]:
    """The rows as tuples of these columns, in the order of their months."""
    found: dict[int, Months] = defaultdict(list)
    for pk, *values in rows.order_by("month").values_list(key, *columns):
        found[pk].append(tuple(values))
    return found


def _differs(name: str, contract: Contract, found: Months, said: Months) -> Proof:
    """The first month that is not what it should be."""
    pairs = zip([*found, None], [*said, None], strict=False)
    one, other = next((pair for pair in pairs if pair[0] != pair[1]), (len(found), len(said)))
    return same(name, contract.number, months=_told(one), schedule=_told(other))


def _told(month: Any) -> str:
    return ", ".join(map(str, month)) if isinstance(month, tuple) else str(month)
