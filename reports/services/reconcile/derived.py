"""Proof that each imported row's figures are its own derivation, and a refund's its sale's (rules 1.2, 5)."""

from collections.abc import Iterator
from datetime import date

from reports.services.reconcile.proof import Proof, same
from transactions.queries.proving import proved
from workspaces.models import Workspace

DERIVED = "stored figures = their derivation"
MOST = 100  # rows that are named each


def prove_derived(workspace: Workspace, today: date) -> Iterator[Proof]:
    """The revenue, tax and profit of every counted row come from its cells by what it stands on."""
    rows = agreeing = 0
    for each in proved(workspace):
        rows += 1
        if each.stored == each.derived:
            agreeing += 1
        elif rows - agreeing <= MOST:
            stored, derived = (_said(found) for found in (each.stored, each.derived))
            yield same(DERIVED, f"row {each.row}", stored=stored, derived=derived)
    yield same(DERIVED, "all counted rows", rows=rows, agreeing=agreeing)


def _said(figures: tuple[object, ...]) -> str:
    return " · ".join("–" if each is None else str(each) for each in figures)
