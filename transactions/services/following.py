"""What rows do when something that they were derived from has changed (rules 5.11, 5.12, 5.19).

A service that changes it lies below the pipeline that derives rows, so the pipeline registers here in
AppConfig.ready(). Each of these is called inside the transaction of the change, which holds the workspace
alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from transactions.models import SeenOwner
from workspaces.models import Membership, Workspace

Follows = Callable[..., None]  # derives or marks rows by the arguments below


@dataclass(frozen=True)
class Following:
    """What the pipeline does after each kind of change."""

    catalog: Follows
    owner: Follows
    ways: Follows


_following: list[Following] = []


def register_following(following: Following) -> None:
    """Have rows follow from now on."""
    _following.append(following)


def catalog_changed(
    *, workspace: Workspace, by: Membership, items: Sequence[int], reason: str, now: datetime
) -> None:
    """Codes, names or values of these entries changed: rows that waited for them are derived, rows that have
    a figure are marked; many rows in the background."""
    for each in _following:
        each.catalog(workspace=workspace, by=by, items=items, reason=reason, now=now)


def owner_confirmed(
    *, workspace: Workspace, by: Membership, seen: SeenOwner, reason: str, now: datetime
) -> None:
    """A person said whom this name means: its rows become that member's; many rows in the background."""
    for each in _following:
        each.owner(workspace=workspace, by=by, seen=seen, reason=reason, now=now)


def ways_changed(*, workspace: Workspace, by: Membership, reason: str, now: datetime) -> None:
    """What signs mean, whether taxes are removed or profit is measured changed: rows that waited are derived,
    the others are marked; many rows in the background."""
    for each in _following:
        each.ways(workspace=workspace, by=by, reason=reason, now=now)
