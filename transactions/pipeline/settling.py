"""Provisional rates of rows that are kept at an earlier price or setting (rules 5.12, 6.5).

To settle is no change that is asked about: whatever else the rows stand on stays, with its mark.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from transactions.models import RowRate, Transaction
from transactions.queries.rates import newest_versions
from transactions.queries.standing import STANDS_ON, StandingRows
from transactions.rules import Derived, Lack
from transactions.services.totals import totals_follow
from workspaces.models import Workspace

BATCH = 2000
_FIGURES = ("status", "lack", "profit_lack", "warnings", "revenue", "converted", "tax", "profit")


def settle_kept(workspace: Workspace, ids: Collection[int]) -> list[int]:
    """Have these rows stand on the newest version of each provisional rate that they use, refunds once their
    sales do. Which of them still wait for a rate. The workspace's rows are held."""
    if not ids:
        return []
    ordered, standing = sorted(ids), StandingRows(workspace)
    for start in range(0, len(ordered), BATCH):
        some = ordered[start : start + BATCH]
        rows = Transaction.objects.filter(workspace=workspace, pk__in=some).order_by("pk")
        renewed = _renewed(workspace, rows)
        uses = rows.filter(Q(rate__in=renewed) | Q(profit_rate__in=renewed))
        with totals_follow(workspace, some):
            found = list(uses.select_related("edit", "product", *STANDS_ON))
            for row, derived in standing.derived(found, renewed):
                _take(row, derived)
            Transaction.objects.bulk_update(found, [*_FIGURES, *STANDS_ON], batch_size=BATCH)
    waiting = Transaction.objects.filter(workspace=workspace, pk__in=ordered, profit_lack=Lack.NO_RATE)
    return list(waiting.values_list("pk", flat=True))


def _renewed(workspace: Workspace, rows: Any) -> dict[int, RowRate]:
    """By each provisional version that the rows use the newest one of its currency and day."""
    use = Q(pk__in=rows.values("rate")) | Q(pk__in=rows.values("profit_rate"))
    used = RowRate.objects.filter(use, workspace=workspace, provisional=True)
    return {old.pk: new for old, new in newest_versions(workspace, used) if new.pk != old.pk}


def _take(row: Transaction, derived: Derived) -> None:
    for name in _FIGURES:
        setattr(row, name, getattr(derived, name))
    for name in STANDS_ON:
        used = getattr(derived, name)
        setattr(row, f"{name}_id", used and used.id)
