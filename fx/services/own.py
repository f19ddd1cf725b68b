"""Own rates: added, corrected, withdrawn; each of these is a new row with its reason (rules 6.1, 8.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from fx.models import OwnRate
from fx.queries.own import OffMarket, as_value, off_market_rates, own_on_record, place_of
from fx.rules import OwnRate as Own
from fx.rules import find_unfit
from fx.services.followers import follow_change
from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import kept_reason
from workspaces.models import Membership, Workspace
from workspaces.rules import Right
from workspaces.services.locks import hold_alone

BY_HAND = "entered by hand"


class OffMarketWarning(Refused):
    """The rate is more than 5 % off the published one: it is kept once the person has confirmed it."""

    def __init__(self, found: OffMarket) -> None:
        super().__init__(found.message, "value")
        self.found = found


@dataclass(frozen=True)
class Entry:
    """An own rate to be recorded, and where it came from: by hand, or which line of which file."""

    rate: Own
    origin: str = BY_HAND


def add_own_rate(
    *, workspace: Workspace, by: Membership, rate: Own, reason: str, now: datetime, confirmed: bool = False
) -> OwnRate:
    """Record an own rate; for a day that has one it is a correction. The same again adds nothing.

    Raises OffMarketWarning until it is `confirmed`, and Refused with the field that has to change.
    """
    reason = _reason(by, reason)
    today = workspace.day_of(now)
    if unfit := find_unfit(rate, today):
        raise Refused(unfit.message, unfit.field)
    if not confirmed and (found := off_market_rates(workspace, [rate], today)):
        raise OffMarketWarning(found[0])
    with transaction.atomic():
        workspace = hold_alone(workspace)
        current = _newest(workspace, rate)
        if current is not None and as_value(current) == rate:
            return current
        saved = _row(workspace, by, Entry(rate), reason, now)
        saved.save(force_insert=True)
        follow_change(workspace=workspace, by=by, reason=reason, now=now)
    return saved


def add_own_rates(
    *, workspace: Workspace, by: Membership, entries: Sequence[Entry], reason: str, now: datetime
) -> int:
    """Record rates that were checked together; how many were new. Those on record as they are stay so."""
    reason = _reason(by, reason)
    with transaction.atomic():
        workspace = hold_alone(workspace)
        known = own_on_record(workspace)
        new = [entry for entry in entries if known.get(place_of(entry.rate)) != entry.rate]
        OwnRate.objects.bulk_create(
            (_row(workspace, by, entry, reason, now) for entry in new), batch_size=1000
        )
        if new:
            follow_change(workspace=workspace, by=by, reason=reason, now=now)
    return len(new)


def withdraw_own_rate(
    *, workspace: Workspace, by: Membership, rate: OwnRate, reason: str, now: datetime
) -> OwnRate:
    """Take an own rate back: from its day on the one before it goes on, or the published ones.

    Raises Stale when it was corrected or withdrawn meanwhile.
    """
    reason = _reason(by, reason)
    with transaction.atomic():
        workspace = hold_alone(workspace)
        current = _newest(workspace, as_value(rate))
        if current is None or current.pk != rate.pk or current.withdrawn:
            raise Stale("This rate was corrected or withdrawn meanwhile. See what is on record now.")
        taken_back = _row(workspace, by, Entry(as_value(rate)), reason, now)
        taken_back.withdrawn = True
        taken_back.save(force_insert=True)
        follow_change(workspace=workspace, by=by, reason=reason, now=now)
    return taken_back


def _reason(by: Membership, reason: str) -> str:
    """The reason as it is kept; raises Refused without one, and for whoever may not change rates."""
    if not by.can(Right.MASTERS):
        raise Refused("Only an owner or administrator changes rates.")
    return kept_reason(reason, "Say why: it is kept with the rate.")


def _newest(workspace: Workspace, rate: Own) -> OwnRate | None:
    """What counts for the pair and day of this rate, whichever way round it was given."""
    pair = (rate.base, rate.quote)
    found = OwnRate.objects.filter(workspace=workspace, base__in=pair, quote__in=pair, day=rate.day)
    return found.order_by("-recorded_at", "-pk").first()


def _row(workspace: Workspace, by: Membership, entry: Entry, reason: str, now: datetime) -> OwnRate:
    rate = entry.rate
    return OwnRate(
        workspace=workspace,
        base=rate.base,
        quote=rate.quote,
        day=rate.day,
        until=rate.until,
        value=rate.value,
        origin=entry.origin[:200],
        reason=reason,
        recorded_by=by.user,
        recorded_at=now,
    )
