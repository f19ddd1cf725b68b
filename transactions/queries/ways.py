"""How a workspace reads and derives its transactions (rules 5.7 to 5.9)."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from transactions.models import CatalogItem, CatalogValue, TransactionWays
from transactions.rules import PROFIT_MEASURES, Measure
from workspaces.models import Workspace


@dataclass(frozen=True)
class Lacks:
    """Of how many entries of the catalog, and which of them never had a value for taxes, for profit."""

    entries: int
    without_tax: int
    without_profit: int


def ways_row(workspace: Workspace) -> TransactionWays:
    """What was decided, as it is kept; a row that is not saved yet where nothing was."""
    found = TransactionWays.objects.filter(workspace=workspace).first()
    return found or TransactionWays(workspace=workspace)


def catalog_lacks(workspace: Workspace) -> Lacks:
    """What the settings would ask of the catalog."""
    living = CatalogItem.objects.filter(workspace=workspace, archived_at=None)
    on_record = CatalogValue.objects.filter(item=OuterRef("pk"), value__isnull=False)
    taxed = living.filter(Exists(on_record.filter(measure=Measure.TAX_PERCENT.value)))
    profitable = living.filter(Exists(on_record.filter(measure__in=PROFIT_MEASURES)))
    entries = living.count()
    return Lacks(entries, entries - taxed.count(), entries - profitable.count())
