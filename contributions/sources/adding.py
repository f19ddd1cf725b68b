"""Adding the rows of a checked file of contributions: all of them in one transaction, at once or by a job."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from contributions.models import Contribution, ContributionsFile
from contributions.rules import RevenueType
from contributions.services.files import brought_by, held_file, once_of
from contributions.services.many import log_many
from contributions.sources.contributions_file import Given, Known, alike_lines, check_file
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.tables import Check, Limits
from kamtrak.tenancy import in_workspace
from workspaces.models import ClientName, Membership, Workspace
from workspaces.rules import name_key
from workspaces.services.beating import beating
from workspaces.services.jobs import Run

STAGE = "Adding contributions"
AT_ONCE = 200  # rows: more are added in the background


def check_of(file: ContributionsFile, by: Membership, now: datetime) -> Check[Given]:
    """The check of rows against what the workspace holds now. Raises TableError."""
    workspace = file.workspace
    known = Known(
        own=frozenset({name_key(by.user.email), name_key(by.user.name)} - {""}),
        currencies=frozenset(workspace.currencies),
        calendar=workspace.calendar,
        today=workspace.day_of(now),
    )
    limits = Limits(
        bytes=settings.LIMIT_CONTRIBUTIONS_FILE_BYTES, rows=settings.LIMIT_CONTRIBUTIONS_FILE_ROWS
    )
    return check_file(bytes(file.content), file.decisions, known=known, limits=limits)


def known_clients(workspace: Workspace, given: list[Given]) -> dict[str, int]:
    """The surviving account of each name that the rows bear and the workspace knows, by the name's key."""
    keys = {name_key(each.entry.client) for each in given}
    names = ClientName.objects.filter(workspace=workspace, key__in=keys)
    return {key: pk for key, pk in names.values_list("key", "account__survivor") if pk is not None}


def alike_of(file: ContributionsFile, given: list[Given], clients: dict[str, int]) -> list[Given]:
    """The rows that probably count a deal once more (rules 3.8); what the file has brought stands aside."""
    living = Contribution.objects.filter(
        workspace=file.workspace, voided_at=None, client__survivor__in=set(clients.values())
    ).exclude(pk__in=brought_by(file).values("pk"))
    columns = ("client__survivor", "type", "quarter", "amount_currency", "amount")
    there = (
        ((client, RevenueType(kind), quarter, currency), amount)
        for client, kind, quarter, currency, amount in living.values_list(*columns)
    )
    return alike_lines(given, clients, there)


@transaction.atomic
def add_rows(*, file: ContributionsFile, by: Membership, stamp: str, reason: str, now: datetime) -> int:
    """Log the rows that were checked (`stamp`); how many the file has brought. Pressed twice, once.

    Raises Refused, and Stale where the rows are read otherwise by now.
    """
    held = held_file(file)
    if held is None:
        raise Stale("The rows were discarded meanwhile.")
    if held.added_at is not None:
        return held.added
    check = check_of(held, by, now)
    if check.stamp != stamp:
        raise Stale("The rows are read otherwise by now. Look at what would be added, then add it.")
    entries = {once_of(held.pk, given.line): given.entry for given in check.things}
    log_many(owner=by, entries=entries, reason=f"{held.name}: {reason.strip()}", now=now)
    held.added, held.added_at = len(entries), now
    held.save(update_fields=["added", "added_at"])
    return held.added


def run_adding(run: Run) -> dict[str, Any]:
    """The job: check once more and add everything. Raises Refused."""
    with in_workspace(run.workspace_id):
        file = ContributionsFile.objects.select_related("workspace").get(pk=run.params["file"])
        members = Membership.objects.select_related("user", "workspace")
        by = members.get(workspace=file.workspace, user_id=run.user_id, ended_at=None)
    with beating(run, STAGE), in_workspace(run.workspace_id):
        try:
            added = add_rows(
                file=file,
                by=by,
                stamp=run.params["stamp"],
                reason=run.params["reason"],
                now=timezone.now(),
            )
        except Stale as stale:
            raise Refused(stale.message) from stale
        run.seal()
    noun = "contribution" if added == 1 else "contributions"
    return {
        "path": f"contributions/upload/{file.pk}/",
        "action": "See what was added",
        "summary": f"{added:,} {noun} added from {file.name}.",
    }
