"""What rows do when something that they were derived from has changed (rules 5.11, 5.12, 5.19).

Each of these is called inside the transaction of the change, which holds the workspace alone. The derivation
lies above (transactions.pipeline.following) and registers itself in AppConfig.ready().
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from transactions.models import SeenOwner
from workspaces.models import Workspace


class CatalogChanged(Protocol):
    def __call__(self, *, workspace: Workspace, items: Collection[int], now: datetime) -> int: ...


class OwnerConfirmed(Protocol):
    def __call__(self, *, workspace: Workspace, seen: SeenOwner, now: datetime) -> int: ...


class WaysChanged(Protocol):
    def __call__(self, *, workspace: Workspace, now: datetime) -> int: ...


@dataclass(frozen=True)
class Follows:
    """Who follows; each answers how many rows it derived or moved."""

    catalog_changed: CatalogChanged
    owner_confirmed: OwnerConfirmed
    ways_changed: WaysChanged


_follows: list[Follows] = []


def register_follows(follows: Follows) -> None:
    _follows.append(follows)


def catalog_changed(*, workspace: Workspace, items: Collection[int], now: datetime) -> int:
    """Codes, names or values of these entries changed: the rows that waited for them are derived, rows that
    have a figure are marked. How many were derived."""
    return sum(each.catalog_changed(workspace=workspace, items=items, now=now) for each in _follows)


def owner_confirmed(*, workspace: Workspace, seen: SeenOwner, now: datetime) -> int:
    """A person said whom this name means: its rows become that member's. How many."""
    return sum(each.owner_confirmed(workspace=workspace, seen=seen, now=now) for each in _follows)


def ways_changed(*, workspace: Workspace, now: datetime) -> int:
    """What signs mean, whether taxes are removed or profit is measured changed. How many rows were
    derived.
    """
    return sum(each.ways_changed(workspace=workspace, now=now) for each in _follows)
