"""What rows wait for, as the keys of alerts: of one row, of an import, of people (rules 5.11)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from transactions.models import Import, Transaction
from transactions.models.rows import WITHOUT_PROFIT
from transactions.rules import CATALOG_LACKS, Earlier, Lack, Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.causes import Causes, Kind, OfRows
from workspaces.queries.people import EVERYONE, Scope

# What their keys begin with.
CATALOG, RATE, OWNER, MOVES, REMAPS = "catalog:", "row-rate:", "owner:", "row-moves", "row-mapping:"
MOST_RAISED = 200  # causes of a list that are raised, those first that block most
CAUSES = (
    Causes(Kind.REVENUE, f"^{CATALOG}\\d+:{Measure.REVENUE}$"),
    Causes(Kind.TAX, f"^{CATALOG}\\d+:{Measure.TAX_PERCENT}$"),
    Causes(Kind.PROFIT, f"^{CATALOG}\\d+:{Measure.COST}$"),
    Causes(Kind.RATE, f"^{RATE}"),
    Causes(Kind.OWNER, f"^{OWNER}"),
    Causes(Kind.CHANGE, f"^{MOVES}$"),
    Causes(Kind.CHANGE, f"^{REMAPS}"),
)


def cause_of(product: int, measure: Measure) -> str:
    """The key of the cause that the catalog lacks this measure of a product, as files write it."""
    return f"{CATALOG}{product}:{measure}"


def alerts_about(row: Transaction) -> list[Alert]:
    """Live alerts whose cause this row has, largest effect first; none for a row that waits for nothing.
    Whoever reads the row reads what it waits for."""
    keys = []
    if row.product_id and (row.lack or row.profit_lack):
        keys += [cause_of(row.product_id, measure) for measure in Measure]
    if row.lack:
        keys.append(f"{RATE}{row.currency}")
    if row.named_owner_id and not row.owner_id:
        keys.append(f"{OWNER}{row.named_owner_id}")
    return list(live_alerts(row.workspace, EVERYONE).filter(key__in=keys)) if keys else []


def raised_by(imported: Import, scope: Scope) -> QuerySet[Alert]:
    """What an import that is in has raised and nobody has resolved yet, largest effect first."""
    of_rows = Q(key__startswith=CATALOG) | Q(key__startswith=RATE) | Q(key__startswith=OWNER)
    return live_alerts(imported.workspace, scope).filter(of_rows, raised_at__gte=imported.committed_at)


def own_keys(workspace: Workspace, owners: Sequence[int]) -> Iterable[QuerySet[Any, Any]]:
    """The keys of the causes that rows of these people have. Rows whose owner nobody knows are nobody's."""
    rows = Transaction.objects.filter(workspace=workspace, owner__in=owners).order_by()
    yield _of_product(rows.filter(lack__in=CATALOG_LACKS), Measure.REVENUE)
    yield _of_product(rows.filter(lack=Lack.NO_TAX), Measure.TAX_PERCENT)
    yield _of_product(rows.filter(WITHOUT_PROFIT), Measure.COST)
    yield rows.filter(lack=Lack.NO_RATE).values(cause=Concat(Value(RATE), F("currency")))
    yield rows.filter(earlier__gt=0).exclude(earlier=Earlier.MAPPING).values(cause=Value(MOVES))
    remapped = rows.filter(earlier__gte=Earlier.MAPPING)  # its flag is the highest
    yield remapped.values(cause=Concat(Value(REMAPS), Cast(F("origin"), CharField())))


def _of_product(rows: QuerySet[Transaction], measure: Measure) -> QuerySet[Any, Any]:
    product = Cast(F("product"), CharField())
    key = Concat(Value(CATALOG), product, Value(f":{measure}"), output_field=CharField())
    return rows.filter(product__isnull=False).values(cause=key)


OF_ROWS = OfRows((CATALOG, RATE, OWNER, MOVES, REMAPS), own_keys)
