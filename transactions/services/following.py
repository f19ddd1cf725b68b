"""What rows do when something that they were derived from has changed (rules 5.11, 5.12, 5.19).

Each of these is called inside the transaction of the change, which holds the workspace alone.
"""

from collections.abc import Sequence
from datetime import datetime

from transactions.models import SeenOwner
from workspaces.models import Membership, Workspace


def catalog_changed(*, workspace: Workspace, items: Sequence[int], by: Membership, now: datetime) -> None:
    """Codes, names or values of these entries changed: the rows that waited for them are derived, rows that
    have a figure are marked. Rows follow."""


def owner_confirmed(*, workspace: Workspace, seen: SeenOwner, by: Membership, now: datetime) -> None:
    """A person said whom this name means: its rows become that member's. Rows follow."""


def ways_changed(*, workspace: Workspace, by: Membership, now: datetime) -> None:
    """What signs mean, whether taxes are removed or profit is measured changed. Rows follow."""
