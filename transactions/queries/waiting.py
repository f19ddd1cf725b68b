"""What rows wait for, as the keys of alerts: of one row, of an import, of people (rules 5.11)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from transactions.models import Import, Transaction
from transactions.rules import Lack, Measure
from workspaces.models import Alert, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.causes import Causes, Kind, OfRows
from workspaces.queries.people import EVERYONE, Scope

CATALOG, RATE, OWNER, MOVES = "catalog:", "row-rate:", "owner:", "row-moves"  # what their keys begin with
CAUSES = (
    Causes(Kind.REVENUE, f"^{CATALOG}\\d+:{Measure.REVENUE}$"),
    Causes(Kind.TAX, f"^{CATALOG}\\d+:{Measure.TAX_PERCENT}$"),
    Causes(Kind.PROFIT, f"^{CATALOG}\\d+:{Measure.COST}$"),
    Causes(Kind.RATE, f"^{RATE}"),
    Causes(Kind.OWNER, f"^{OWNER}"),
    Causes(Kind.CHANGE, f"^{MOVES}$"),
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
        yield cause_of(product, Measure.TAX_PERCENT if lack == Lack.NO_TAX else Measure.REVENUE)
    if profit_lack and product:
        yield cause_of(product, Measure.COST)
    if earlier:
        yield MOVES


OF_ROWS = OfRows((CATALOG, RATE, OWNER, MOVES), own_keys)
