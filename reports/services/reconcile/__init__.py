"""The proof that every place shows the same money (architecture 6).

Contributions: list = dashboard = export, figure = amount × share × rate, rate = its legs. Contracts:
maintained totals = sums of the months = list = export, months = what the schedules say, sales dashboard = its
months, by edit + by rate = difference. Imported revenue: figures of each row = its
derivation from what it stands on, maintained totals = sums of the rows, list = dashboard = export. All three:
closed + later changes = now. Each document = its own snapshot. Each side is computed on its own way. Every
later domain adds its provers.
"""

from collections.abc import Callable, Iterator
from datetime import date

from reports.services.reconcile import (
    contracts,
    contributions,
    derived,
    documents,
    imported,
    sales,
    schedules,
)
from reports.services.reconcile.proof import Proof
from workspaces.models import Workspace

__all__ = ["PROVERS", "Proof", "prove"]

PROVERS: tuple[Callable[[Workspace, date], Iterator[Proof]], ...] = (
    contributions.prove_rows,
    contributions.prove_rates,
    contributions.prove_totals,
    contributions.prove_closes,
    contracts.prove_month_totals,
    contracts.prove_contract_totals,
    contracts.prove_export,
    schedules.prove_schedules,
    schedules.prove_confirmations,
    sales.prove_sales,
    contracts.prove_closes,
    derived.prove_derived,
    imported.prove_row_totals,
    imported.prove_imported,
    imported.prove_imported_closes,
    documents.prove_documents,
)


def prove(workspace: Workspace, today: date) -> list[Proof]:
    """All proofs of this workspace."""
    return [proof for prover in PROVERS for proof in prover(workspace, today)]
