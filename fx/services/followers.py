"""Who is told when rates come or change: what counts with rates lies above this app (rules 5.12, 6.5).

Upper apps register in AppConfig.ready(). Settling moves what is provisional or unknown, by itself; a settled
figure that a changed rate would move is only marked, and waits for a person.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fx.rules import CurrencyUse
from kamtrak.tenancy import in_workspace
from workspaces.models import Workspace
from workspaces.services.locks import hold_alone

log = logging.getLogger(__name__)


class Moved(Protocol):
    """Called inside the workspace; answers how many figures it touched."""

    def __call__(self, *, workspace: Workspace, now: datetime) -> int: ...


@dataclass(frozen=True)
class Follower:
    """What an upper app does with changed rates, and where it uses them."""

    settle: Moved
    mark_moves: Moved
    uses: Callable[[Workspace], Sequence[CurrencyUse]]


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have `follower` told of every rate that comes or changes."""
    _followers.append(follower)


def settle(*, workspace: Workspace, now: datetime) -> int:
    """Rates have come, or a day has ended: settle what waits. Returns how many figures moved."""
    current = hold_alone(workspace)
    return sum(follower.settle(workspace=current, now=now) for follower in _followers)


def follow_change(*, workspace: Workspace, now: datetime) -> int:
    """What is on record for days already reached has changed: settle what waits, and mark settled figures
    that would be another. Returns how many are marked."""
    current = hold_alone(workspace)
    settle(workspace=current, now=now)
    return sum(follower.mark_moves(workspace=current, now=now) for follower in _followers)


def follow_settings(workspace: Workspace, now: datetime) -> None:
    """The workspace takes its rates another way: mode or limit (rules 6.2, 6.4)."""
    follow_change(workspace=workspace, now=now)


def settle_everywhere(*, now: datetime, changed: bool = False) -> int:
    """The same in every workspace, each in a transaction of its own; how many workspaces failed.

    One workspace that fails is logged and tried again by the next schedule; the others go on.
    """
    failed = 0
    for workspace in Workspace.objects.order_by("pk"):
        try:
            with in_workspace(workspace.pk):
                (follow_change if changed else settle)(workspace=workspace, now=now)
        except Exception:
            log.exception("figures of workspace %s did not follow the rates", workspace.pk)
            failed += 1
    return failed


def currency_uses(workspace: Workspace) -> dict[str, CurrencyUse]:
    """How each currency is used, over all followers."""
    found: dict[str, CurrencyUse] = {}
    for use in (use for follower in _followers for use in follower.uses(workspace)):
        found[use.currency] = found[use.currency].and_also(use) if use.currency in found else use
    return found
