"""Files of own rates between their upload and the moment their rates are added."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from fx.models import RatesFile
from fx.services.own import Entry, add_own_rates
from kamtrak.lib.errors import Refused, Stale
from kamtrak.uploads import limit_text
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

KEPT = timedelta(days=30)


def keep_rates_file(
    *, workspace: Workspace, by: Membership, name: str, content: bytes, now: datetime
) -> RatesFile:
    """Keep a file as it came, to be checked. The same file sent twice is kept once.

    Files that nobody finished within 30 days are forgotten. Raises Refused.
    """
    _may(by)
    if not content:
        raise Refused("The file is empty.", "file")
    if len(content) > settings.LIMIT_RATES_FILE_BYTES:
        raise Refused(too_large(), "file")
    unfinished = RatesFile.objects.filter(workspace=workspace, added_at=None)
    unfinished.filter(uploaded_at__lt=now - KEPT).delete()
    again = unfinished.filter(content=content, uploaded_by=by.user).first()
    return again or RatesFile.objects.create(
        workspace=workspace, name=_clean(name), content=content, uploaded_by=by.user, uploaded_at=now
    )


def decide_rates_file(*, file: RatesFile, by: Membership, decisions: Mapping[str, str]) -> None:
    """Keep the answers to what the file leaves open; a blank answer takes one back."""
    _may(by)
    file.decisions = {name: value for name, value in {**file.decisions, **decisions}.items() if value}
    file.save(update_fields=["decisions"])


def discard_rates_file(*, file: RatesFile, by: Membership) -> None:
    """Forget a file whose rates were not added; one whose rates were stays as their origin."""
    _may(by)
    RatesFile.objects.filter(pk=file.pk, added_at=None).delete()


def add_rates_of_file(
    *,
    workspace: Workspace,
    by: Membership,
    file: RatesFile,
    entries: Sequence[Entry],
    reason: str,
    now: datetime,
) -> int:
    """Add the rates that were checked; how many were new. Sent twice, they are added once.

    Raises Stale where the file was discarded meanwhile, and Refused.
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
        current.save(update_fields=["added", "added_at"])
    return current.added


def too_large() -> str:
    return f"The file is larger than {limit_text('LIMIT_RATES_FILE_BYTES')}, the most that is read."


def _may(by: Membership) -> None:
    if not by.can(Right.MASTERS):
        raise Refused("Only an owner or administrator changes rates.")


def _clean(name: str) -> str:
    """The file's own name, without a path and what a name should not have."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in base if not unicodedata.category(c).startswith("C"))
    return " ".join(printable.split())[-120:] or "rates.csv"
