"""Who is told when rates come or change: what counts with rates lies above this app (rules 5.12, 6.5).

Upper apps register in AppConfig.ready(). Settling moves what is provisional or unknown, by itself; a settled
figure that a changed rate would move is only marked, and waits for a person. Where a person changes rates and
waits, an app with many figures has them follow in the background.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from fx.rules import CurrencyUse
from kamtrak.tenancy import in_workspace
from workspaces.models import UNFINISHED, Job, Membership, Workspace
from workspaces.services.locks import hold_alone

log = logging.getLogger(__name__)


class Moved(Protocol):
    """Called inside the workspace."""

    def __call__(self, *, workspace: Workspace, now: datetime) -> object: ...


class Changed(Protocol):
    """The same where rates on record have changed; nobody (`by`) waits where no person changed them."""

    def __call__(
        self, *, workspace: Workspace, by: Membership | None, reason: str, now: datetime
    ) -> object: ...


@dataclass(frozen=True)
class Follower:
    """What an upper app does with new and with changed rates, where it uses them, and the kind of its work in
    the background, if it has any."""

    settle: Moved
    follow: Changed
    uses: Callable[[Workspace], Sequence[CurrencyUse]]
    job: str = ""


_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Have `follower` told of every rate that comes or changes."""
    _followers.append(follower)


def in_turn(settle: Moved, mark_moves: Moved) -> Changed:
    """What an app does where its figures are few: settle what waits, mark what would move, both at once."""

    def follow(*, workspace: Workspace, by: Membership | None, reason: str, now: datetime) -> None:
        settle(workspace=workspace, now=now)
        mark_moves(workspace=workspace, now=now)

    return follow


def settle(*, workspace: Workspace, now: datetime) -> None:
    """Rates have come, or a day has ended: settle what waits."""
    current = hold_alone(workspace)
    for follower in _followers:
        follower.settle(workspace=current, now=now)


def follow_change(
    *, workspace: Workspace, now: datetime, by: Membership | None = None, reason: str = ""
) -> None:
    """What is on record for days already reached has changed, or the way of taking rates (rules 6.2, 6.4):
    settle what waits, and mark settled figures that would be another."""
    current = hold_alone(workspace)
    for follower in _followers:
        follower.follow(workspace=current, by=by, reason=reason, now=now)


def work_that_follows(workspace: Workspace) -> Job | None:
    """The work in the background that has figures follow a change, while there is any."""
    kinds = [follower.job for follower in _followers if follower.job]
    return Job.objects.filter(workspace=workspace, kind__in=kinds, state__in=UNFINISHED).first()


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
