"""What contributions and closed quarters hold in place in a workspace's settings (rules 2.1, 6.9)."""

from datetime import datetime

from contributions.models import ClosedPeriod, Contribution
from contributions.services.figures import rederive_everything
from workspaces.models import Workspace
from workspaces.services.settings import Held


def held_by_contributions(workspace: Workspace, what: Held) -> list[str]:
    """The currency is held by closed quarters; the start of the fiscal year by every contribution too."""
    holding = [
        _count(ClosedPeriod.objects.filter(workspace=workspace, reopened_at=None).count(), "closed quarter")
    ]
    if what is Held.FISCAL_YEAR_START:
        holding.append(_count(Contribution.objects.filter(workspace=workspace).count(), "contribution"))
    return [said for said in holding if said]


def follow_currency(workspace: Workspace, now: datetime) -> None:
    """Every figure anew in the new currency, from the original amounts."""
    rederive_everything(workspace=workspace, now=now)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else ""
