"""The alerts that rows wait for: of one row, and of an import (rules 5.11)."""

from django.db.models import Q, QuerySet

from transactions.models import Import, Transaction
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


def raised_by(imported: Import, scope: Scope) -> QuerySet[Alert]:
    """What an import that is in has raised and nobody has resolved yet, largest effect first."""
    of_rows = Q(key__startswith=CATALOG) | Q(key__startswith=RATE) | Q(key__startswith=OWNER)
    return live_alerts(imported.workspace, scope).filter(of_rows, raised_at__gte=imported.committed_at)
