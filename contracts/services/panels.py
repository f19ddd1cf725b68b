"""What apps above show on a contract's page: the contributions made of it, its files.

A panel is a template and its context; the upper app registers a function that makes it, in
AppConfig.ready(), and the page draws what it answers, in the order of registration.
"""

from collections.abc import Callable
from typing import Any

from contracts.models import Contract
from workspaces.models import Membership, Workspace

# Answers the name of a template and its context, beside what every page has; None shows nothing.
Panel = Callable[[Workspace, Membership, Contract], tuple[str, dict[str, Any]] | None]
_panels: list[Panel] = []


def register_panel(panel: Panel) -> None:
    """Have `panel(workspace, member, contract)` asked for each page of a contract that `member` opens."""
    _panels.append(panel)


def panels_of(
    workspace: Workspace, member: Membership, contract: Contract
) -> list[tuple[str, dict[str, Any]]]:
    """What there is to show, in order."""
    asked = (panel(workspace, member, contract) for panel in _panels)
    return [found for found in asked if found is not None]
