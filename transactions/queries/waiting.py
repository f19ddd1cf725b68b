"""What rows wait for, as the keys of alerts (rules 5.11)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from transactions.models import Transaction
from transactions.rules import Lack, Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.causes import Causes, Kind, OfRows
from workspaces.queries.people import EVERYONE

CATALOG, RATE, OWNER, MOVES = "catalog:", "row-rate:", "owner:", "row-moves"  # of the keys of causes
NO_PRICE = (Lack.NO_ENTRY, Lack.NO_VALUE, Lack.AMBIGUOUS)
CAUSES = (
    Causes(Kind.REVENUE, f"^{CATALOG}\\d+:{Measure.REVENUE}$"),
    Causes(Kind.TAX, f"^{CATALOG}\\d+:{Measure.TAX_PERCENT}$"),
    Causes(Kind.PROFIT, f"^{CATALOG}\\d+:{Measure.COST}$"),
    Causes(Kind.RATE, f"^{RATE}"),
    Causes(Kind.OWNER, f"^{OWNER}"),
    Causes(Kind.CHANGE, f"^{MOVES}$"),
)


def alerts_about(row: Transaction) -> list[Alert]:
    """Live alerts whose cause this row has, largest effect first; none for a row that waits for nothing.
    Whoever reads the row reads what it waits for."""
    keys = []
    if row.product_id and (row.lack or row.profit_lack):
        keys += [f"{CATALOG}{row.product_id}:{measure}" for measure in Measure]
    if row.lack:
        keys.append(f"{RATE}{row.currency}")
    if row.named_owner_id and not row.owner_id:
        keys.append(f"{OWNER}{row.named_owner_id}")
    return list(live_alerts(row.workspace, EVERYONE).filter(key__in=keys)) if keys else []


def own_keys(workspace: Workspace, owners: Sequence[int]) -> Iterable[QuerySet[Any, Any]]:
    """The keys of the causes that rows of these people have. Rows whose owner nobody knows are nobody's."""
    rows = Transaction.objects.filter(workspace=workspace, owner__in=owners).order_by()
    yield _of_product(rows.filter(lack__in=NO_PRICE), Measure.REVENUE)
    yield _of_product(rows.filter(lack=Lack.NO_TAX), Measure.TAX_PERCENT)
    yield _of_product(rows.filter(profit_lack__in=NO_PRICE), Measure.COST)
    yield rows.filter(lack=Lack.NO_RATE).values(cause=Concat(Value(RATE), F("currency")))
    yield rows.filter(earlier__gt=0).values(cause=Value(MOVES))


def _of_product(rows: QuerySet[Transaction], measure: Measure) -> QuerySet[Any, Any]:
    product = Cast(F("product"), CharField())
    key = Concat(Value(CATALOG), product, Value(f":{measure}"), output_field=CharField())
    return rows.filter(product__isnull=False).values(cause=key)


OF_ROWS = OfRows((CATALOG, RATE, OWNER, MOVES), own_keys)
