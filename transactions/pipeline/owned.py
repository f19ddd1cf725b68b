"""Whose the rows of an owner's name are: those of whoever the name means by now (rules 5.19)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from transactions.models import SeenOwner, Transaction
from transactions.pipeline.rederiving import Rederivation
from transactions.pipeline.voiding import refresh_voided
from transactions.services.totals import totals_follow
from workspaces.models import Workspace


def others_rows(workspace: Workspace, name: int) -> Any:
    """The rows of this name that are not yet of whoever it means."""
    member = _meant(workspace, name)
    return Transaction.objects.filter(workspace=workspace, named_owner=name).exclude(owner=member)


def give_rows(workspace: Workspace, ids: Collection[int], name: int, now: datetime) -> int:
    """Let the rows be of whoever this name means; how many. The workspace's rows are held.

    An account manager's own import replaces rows of theirs alone: whose they are by now decides (rules 8.2).
    """
    with totals_follow(workspace, ids):
        rows = Transaction.objects.filter(workspace=workspace, pk__in=list(ids))
        given = rows.update(owner=_meant(workspace, name))
        Rederivation(workspace, now).rewrite(refresh_voided(workspace, ids))
    return given


def _meant(workspace: Workspace, name: int) -> int | None:
    return SeenOwner.objects.values_list("member", flat=True).get(workspace=workspace, pk=name)
