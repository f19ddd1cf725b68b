"""What rows do when somebody says, or a membership shows, whom an owner's name means (rules 5.19)."""

from datetime import datetime

from django.db import transaction

from transactions.models import SeenOwner
from transactions.pipeline.comparing import ids_of
from transactions.pipeline.following import Change, follow, rows_of
from transactions.pipeline.owned import give_rows
from transactions.queries.people import members_by_email
from transactions.queries.waiting import OWNER
from transactions.services.alerts import refresh_alerts
from transactions.services.totals import hold_rows
from workspaces.models import Membership, Workspace


@transaction.atomic
def owner_confirmed(
    *, workspace: Workspace, by: Membership, seen: SeenOwner, reason: str, now: datetime
) -> None:
    """A person said who an owner's name is: the rows of that name are theirs from now on (rules 5.19)."""
    follow(hold_rows(workspace), by, Change(owner=seen.pk), reason, now)


@transaction.atomic
def match_owners(*, workspace: Workspace, now: datetime) -> int:
    """Members have joined: addresses that were nobody's may be theirs; how many rows.

    A name that was nobody's when a file first had it is proposed by its alert and never matched by itself:
    whoever takes it on would take its revenue. Rows are looked at as well as addresses: a file that was
    checked before one was matched, and went in afterwards, brings rows that are nobody's yet.
    """
    workspace = hold_rows(workspace)
    members = members_by_email(workspace)
    unnamed = SeenOwner.objects.filter(workspace=workspace, member=None, is_alias=False)
    for seen in unnamed:
        if member := members.get(seen.key):
            SeenOwner.objects.filter(pk=seen.pk).update(member=member)
    waiting = rows_of(workspace).filter(owner=None, named_owner__isnull=False)
    names = waiting.order_by().values_list("named_owner", flat=True).distinct()
    moved = 0
    for seen in SeenOwner.objects.filter(workspace=workspace, pk__in=names).exclude(member=None):
        moved += give_rows(workspace, ids_of(waiting.filter(named_owner=seen.pk)), seen.pk, now)
    refresh_alerts(workspace=workspace, now=now, kinds=[OWNER])
    return moved
