"""Logging many contributions at once, as one: all of them or none (rules 3.10)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from contributions.models import Contribution
from contributions.services.contributions import Entry, check_entry, check_reason, stated_fields
from contributions.services.doubles import refresh_doubles
from contributions.services.figures import figure_fields, refresh_alerts
from fx.queries import load_book
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from workspaces.models import ClientAccount, Membership
from workspaces.rules import Right, name_key
from workspaces.services.clients import pick_or_create_client
from workspaces.services.locks import hold_together

BATCH = 500


@transaction.atomic
def log_many(*, owner: Membership, entries: Mapping[str, Entry], reason: str, now: datetime) -> int:
    """Log contributions of one's own; how many were not there yet. `entries` by what names each for ever, so
    that the same ones brought again are logged once.

    Raises Refused, as logging one does; then none is logged.
    """
    if not owner.can(Right.LOG):
        raise Refused("Only account managers log contributions.")
    workspace = hold_together(owner.workspace)
    there = Contribution.objects.filter(workspace=workspace, once__in=list(entries))
    known = set(there.values_list("once", flat=True))
    fresh = {once: entry for once, entry in entries.items() if once not in known}
    if not fresh:
        return 0
    check_reason(workspace, {entry.quarter for entry in fresh.values()}, reason)
    days = {once: check_entry(workspace, entry, now) for once, entry in fresh.items()}
    codes = {entry.currency for entry in fresh.values()}
    today = workspace.day_of(now)
    book = load_book(workspace, codes, first=min(days.values()), last=max(days.values()), today=today)
    with because(reason=reason.strip()):
        clients = _clients(owner, fresh)
        rows = [
            Contribution(
                workspace=workspace,
                owner=owner,
                created_by=owner.user,
                created_at=now,
                updated_at=now,
                once=once,
                client=clients[name_key(entry.client)],
                **stated_fields(entry, days[once]),
                **figure_fields(workspace=workspace, entry=entry, day=days[once], now=now, book=book),
            )
            for once, entry in fresh.items()
        ]
        made = Contribution.objects.bulk_create(rows, batch_size=BATCH)
    refresh_alerts(workspace=workspace, now=now)
    refresh_doubles(workspace=workspace, only=[row.pk for row in made], now=now)
    return len(made)


def _clients(owner: Membership, entries: Mapping[str, Entry]) -> dict[str, ClientAccount]:
    """The account of each name, made where there is none."""
    names = {name_key(entry.client): entry.client for entry in entries.values()}
    return {key: pick_or_create_client(workspace=owner.workspace, name=name) for key, name in names.items()}
