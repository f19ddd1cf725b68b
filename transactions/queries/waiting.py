"""The alerts that one row waits for (rules 5.11)."""

from transactions.models import Transaction
from transactions.rules import Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import Scope

CATALOG, RATE, OWNER = "catalog:", "row-rate:", "owner:"  # what the keys of causes begin with


def cause_of(product: int, measure: Measure) -> str:
    """The key of the cause that the catalog lacks this measure of a product, as files write it."""
    return f"{CATALOG}{product}:{measure}"


def alerts_about(workspace: Workspace, scope: Scope, row: Transaction) -> list[Alert]:
    """Live alerts whose cause this row has, largest effect first; none for a row that waits for nothing."""
    keys = []
    if row.product_id and (row.lack or row.profit_lack):
        keys += [cause_of(row.product_id, measure) for measure in Measure]
    if row.lack:
        keys.append(f"{RATE}{row.currency}")
    if row.named_owner_id and not row.owner_id:
        keys.append(f"{OWNER}{row.named_owner_id}")
    return list(live_alerts(workspace, scope).filter(key__in=keys)) if keys else []
