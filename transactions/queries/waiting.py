"""The alerts that one row waits for (rules 5.11)."""

from transactions.models import Transaction
from transactions.rules import Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import Scope

CATALOG, RATE, OWNER = "catalog:", "row-rate:", "owner:"  # of the keys of causes


def alerts_about(workspace: Workspace, scope: Scope, row: Transaction) -> list[Alert]:
    """Live alerts whose cause this row has, largest effect first; none for a row that waits for nothing."""
    keys = []
    if row.product_id and (row.lack or row.profit_lack):
        keys += [f"{CATALOG}{row.product_id}:{measure}" for measure in Measure]
    if row.lack:
        keys.append(f"{RATE}{row.currency}")
    if row.named_owner_id and not row.owner_id:
        keys.append(f"{OWNER}{row.named_owner_id}")
    return list(live_alerts(workspace, scope).filter(key__in=keys)) if keys else []
