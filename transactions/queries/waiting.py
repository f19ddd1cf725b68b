"""What rows wait for, as the keys of alerts (rules 5.11)."""

from collections.abc import Iterable

from django.db.models import Q

from transactions.models import Transaction
from transactions.rules import Lack, Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.causes import Causes, Kind, OfRows
from workspaces.queries.people import EVERYONE

CATALOG, RATE, OWNER, MOVES = "catalog:", "row-rate:", "owner:", "row-moves"  # of the keys of causes
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


def own_keys(workspace: Workspace, owners: Iterable[int]) -> set[str]:
    """The keys of the causes that rows of these people have; one question. Rows whose owner nobody knows
    are nobody's."""
    waiting = Transaction.objects.filter(workspace=workspace, owner__in=owners).filter(
        Q(lack__gt=0) | Q(profit_lack__gt=0) | Q(earlier__gt=0)
    )
    found = waiting.order_by().values_list("product", "currency", "lack", "profit_lack", "earlier")
    return {key for row in found.distinct() for key in _keys(*row)}


def _keys(product: int | None, currency: str, lack: int, profit_lack: int, earlier: int) -> Iterable[str]:
    if lack == Lack.NO_RATE:
        yield f"{RATE}{currency}"
    elif lack and product:
        yield f"{CATALOG}{product}:{Measure.TAX_PERCENT if lack == Lack.NO_TAX else Measure.REVENUE}"
    if profit_lack and product:
        yield f"{CATALOG}{product}:{Measure.COST}"
    if earlier:
        yield MOVES


OF_ROWS = OfRows((CATALOG, RATE, OWNER, MOVES), own_keys)
