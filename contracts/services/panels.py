"""What apps above show on pages of contracts: the contributions made of one, its files; closes beside the
figures of a period.

A panel is a template and its context; the upper app registers a function that makes it, in
AppConfig.ready(), and the page draws what it answers, in the order of registration.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from contracts.models import Contract
from contracts.rules.sales import Basis
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope

# Answers the name of a template and its context, beside what every page has; None shows nothing.
Panel = Callable[[Workspace, Membership, Contract], tuple[str, dict[str, Any]] | None]
_panels: list[Panel] = []
# Of the figures of `bases` that are shown of months from `start` up to `end`, half-open; `label` names them.
Beside = Callable[
    [Workspace, Scope, Iterable[Basis], date | None, date | None, str], tuple[str, dict[str, Any]] | None
]
_beside: list[Beside] = []


def register_panel(panel: Panel) -> None:
    """Have `panel(workspace, member, contract)` asked for each page of a contract that `member` opens."""
    _panels.append(panel)


def panels_of(
    workspace: Workspace, member: Membership, contract: Contract
) -> list[tuple[str, dict[str, Any]]]:
    """What there is to show, in order."""
    asked = (panel(workspace, member, contract) for panel in _panels)
    return [found for found in asked if found is not None]


def register_beside(beside: Beside) -> None:
    """Have it asked wherever trailing revenue of a period is shown."""
    _beside.append(beside)


def beside_period(
    workspace: Workspace,
    scope: Scope,
    bases: Iterable[Basis],
    start: date | None,
    end: date | None,
    label: str = "",
) -> list[tuple[str, dict[str, Any]]]:
    """What stands beside the figures of these months, in order: a template, and its context as `told`."""
    asked = (beside(workspace, scope, tuple(bases), start, end, label) for beside in _beside)
    return [found for found in asked if found is not None]
