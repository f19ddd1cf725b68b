"""Whether stored figures are what the rows' cells come to with the rates and prices that they stand on.

A row that was kept at an earlier price or setting proves itself, and a refund that it stands on what its sale
stands on (rules 1.2, 5.2 to 5.13). Rows are read a batch at a time.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from transactions.models import Transaction
from transactions.queries.standing import STANDS_ON, StandingRows
from transactions.rules import Derived, Status
from workspaces.models import Workspace

BATCH = 2000


class Proved(NamedTuple):
    """A counted row: its figures and what they stand on, as stored and as its own derivation says."""

    row: int
    stored: tuple[Any, ...]
    derived: tuple[Any, ...]


def proved(workspace: Workspace) -> Iterator[Proved]:
    """Every counted row."""
    standing = StandingRows(workspace)
    rows = Transaction.objects.filter(workspace=workspace, status=Status.COUNTED).order_by("pk")
    streamed = rows.select_related("edit", "product", *STANDS_ON).iterator(BATCH)
    while batch := list(islice(streamed, BATCH)):
        for row, derived in standing.derived(batch):
            yield Proved(row.pk, _stored(row), _come_to(derived))


def _stored(row: Transaction) -> tuple[Any, ...]:
    figures = (row.revenue, row.converted, row.tax, row.profit)
    return (*figures, *(getattr(row, f"{name}_id") for name in STANDS_ON))


def _come_to(derived: Derived) -> tuple[Any, ...]:
    figures = (derived.revenue, derived.converted, derived.tax, derived.profit)
    return (*figures, *(used and used.id for used in (getattr(derived, name) for name in STANDS_ON)))
