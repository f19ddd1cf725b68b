"""What contracts hold in place in a workspace's settings (rules 6.9)."""

from datetime import datetime

from contracts.models import Contract, MonthRate
from workspaces.models import Workspace
from workspaces.services.settings import Held


def held_by_contracts(workspace: Workspace, what: Held) -> list[str]:
    """The currency is held by every confirmed contract, also by a void one, whose frozen rows stay."""
    if what is not Held.CURRENCY:
        return []
    number = Contract.objects.filter(workspace=workspace, added_at__isnull=False).count()
    return [f"{number:,} confirmed contract{'' if number == 1 else 's'}"] if number else []


def follow_currency(workspace: Workspace, now: datetime) -> None:
    """Nothing is confirmed, so no month needs a rate: those on file were to the former currency."""
    MonthRate.objects.filter(workspace=workspace).delete()
