"""The months of contracts in a document: of the person alone, each figure by itself (rules 7.2)."""

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any

from contributions.models import ClosedPeriod, FrozenContractMonth
from contributions.queries.closed_contracts import closed_months
from contributions.queries.contract_changes import contract_changes
from contributions.queries.contract_months import in_months, live_rows, month_fields
from contributions.rules.contract_months import Side
from kamtrak.lib.months import Quarter
from reports.models import Document, DocumentContractMonth
from reports.queries.review import Order

BATCH = 1000
COPIED = tuple(f.attname for f in FrozenContractMonth._meta.fields if f.name != "workspace")


def copy_months(document: Document, order: Order, closed: Mapping[Quarter, ClosedPeriod]) -> int:
    """Copy the figures of the period's months: of a closed quarter as closed, with what changed since beside
    them, of an open one as they stand; how many."""
    rows, copied = _months(order, closed), 0
    while batch := list(islice(rows, BATCH)):
        DocumentContractMonth.objects.bulk_create(
            DocumentContractMonth(workspace_id=document.workspace_id, document=document, **row)
            for row in batch
        )
        copied += len(batch)
    return copied


def _months(order: Order, closed: Mapping[Quarter, ClosedPeriod]) -> Iterator[dict[str, Any]]:
    quarters, workspace, scope = order.period.quarters, order.workspace, order.scope
    still_open = [quarter for quarter in quarters if quarter not in closed]
    for side, quarter in product(Side, still_open):
        live = live_rows(workspace, scope, side).filter(in_months(quarter.start, quarter.end))
        yield from month_fields(workspace, side, live)
    shut = {quarter: closed[quarter] for quarter in quarters if quarter in closed}
    changes = contract_changes(workspace, scope, shut)
    changed = {change.copy.pk: change for change in changes if change.copy}
    for copy in closed_months(workspace, scope, shut.values()).order_by("pk").iterator(BATCH):
        beside = changed.get(copy.pk)
        later = {"later": beside.difference, "why": beside.why} if beside else {}
        yield {name: getattr(copy, name) for name in COPIED} | later
    for change in changes:
        if change.copy is None and change.live is not None:
            beside_it = {"counts": False, "later": change.difference, "why": change.why}
            yield {name: getattr(change.live, name) for name in COPIED} | beside_it
