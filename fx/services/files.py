"""Files of own rates between their upload and the moment their rates are added."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from fx.models import RatesFile
from fx.services.own import Entry, add_own_rates
from kamtrak.lib.errors import Refused, Stale
from workspaces.models import Membership, Workspace
from workspaces.rules import Right
from workspaces.services.files import decide_file, discard_file, keep_file

LEFT_OUT = "left_out"  # among the answers that are kept with a file


def keep_rates_file(
    *, workspace: Workspace, by: Membership, name: str, content: bytes, now: datetime
) -> RatesFile:
    """Keep a file as it came, to be checked. Raises Refused."""
    _may(by)
    most = settings.LIMIT_RATES_FILE_BYTES
    return keep_file(
        RatesFile, workspace=workspace, by=by.user, name=name, content=content, most=most, now=now
    )


def decide_rates_file(*, file: RatesFile, by: Membership, decisions: Mapping[str, str]) -> None:
    """Keep the answers to what the file leaves open; a blank answer takes one back."""
    _may(by)
    decide_file(file=file, decisions=decisions)


def discard_rates_file(*, file: RatesFile, by: Membership) -> None:
    """Forget a file whose rates were not added; one whose rates were stays as their origin."""
    _may(by)
    discard_file(file=file)


def add_rates_of_file(
    *,
    workspace: Workspace,
    by: Membership,
    file: RatesFile,
    entries: Sequence[Entry],
    reason: str,
    now: datetime,
    left_out: Collection[int] = (),
) -> int:
    """Add the rates that were checked; how many were new. Sent twice, they are added once.

    The lines `left_out` are kept with the file, so that it tells which of its rates may still follow. Raises
    Stale where the file was discarded meanwhile, and Refused.
    """
    if not entries:
        raise Refused("There is no rate to add. Correct the rows and bring the file again.")
    with transaction.atomic():
        current = RatesFile.objects.select_for_update().defer("content").filter(pk=file.pk).first()
        if current is None:
            raise Stale("The file was discarded meanwhile.")
        if current.added_at is not None:
            return current.added
        current.added = add_own_rates(workspace=workspace, by=by, entries=entries, reason=reason, now=now)
        current.added_at = now
        current.decisions |= {LEFT_OUT: ",".join(str(line) for line in left_out)} if left_out else {}
        current.save(update_fields=["added", "added_at", "decisions"])
    return current.added


def left_out_of(file: RatesFile) -> frozenset[int]:
    """The lines whose rates were left out as the others were added."""
    return frozenset(int(line) for line in file.decisions.get(LEFT_OUT, "").split(",") if line)


def _may(by: Membership) -> None:
    if not by.can(Right.MASTERS):
        raise Refused("Only an owner or administrator changes rates.")
