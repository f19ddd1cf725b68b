"""Rates that are others by now: their new versions, and what the rows that use the former ones do (rules
5.12, 6.5).

What waits for a rate, or took a provisional one, follows by itself; what is settled is marked, and a person
decides.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q

from fx.queries import load_book
from fx.rules import rate_columns
from transactions.models import RowRate, Transaction
from transactions.pipeline.comparing import derive_waiting, ids_of
from transactions.pipeline.marking import mark, unmark
from transactions.queries.books import EVER
from transactions.queries.rates import newest_versions
from transactions.rules import Earlier, Lack
from workspaces.models import Workspace

BATCH = 2000
Versions = tuple[int, int]  # those that one change has brought: the first and the last of their ids
NONE: Versions = (0, 0)
_LACKS_RATE = Q(lack=Lack.NO_RATE) | Q(profit_lack=Lack.NO_RATE)


def renew_rates(workspace: Workspace, rates: Any, now: datetime) -> Versions:
    """Append a new version of those of the rates that are others by now. The workspace's rows are held."""
    current = _newest(workspace, rates)
    first, last = EVER
    codes = {rate.currency for rate in current}
    book = load_book(workspace, codes, first=first, last=last, today=workspace.day_of(now))
    new = []
    for rate in current:
        found = book.conversion(rate.currency, workspace.currency, rate.day)
        columns = {**rate_columns(found), "provisional": found is not None and found.provisional}
        if any(getattr(rate, name) != value for name, value in columns.items()):
            place = {"currency": rate.currency, "day": rate.day, "version": rate.version + 1}
            new.append(RowRate(workspace=workspace, recorded_at=now, **place, **columns))
    brought = [version.pk for version in RowRate.objects.bulk_create(new, batch_size=BATCH)]
    return (min(brought), max(brought)) if brought else NONE


def _newest(workspace: Workspace, rates: Any) -> list[RowRate]:
    """Those of the rates that rows of their currency and day use from now on."""
    newest: dict[tuple[str, date], RowRate] = {}
    for rate in rates.order_by("version"):
        newest[rate.currency, rate.day] = rate
    held = RowRate.objects.filter(workspace=workspace)
    newest_of = held.values("currency", "day").annotate(n=Max("version"))
    latest = {(each["currency"], each["day"]): each["n"] for each in newest_of}
    return [rate for key, rate in newest.items() if latest[key] == rate.version]


def touched_by(workspace: Workspace, brought: Versions) -> Any:
    """The rows that these versions concern, and those that wait for a rate."""
    found = _superseded(workspace, brought)
    moved = _using([*found.provisional, *found.others])
    back = _using(found.alike) & Q(earlier__gt=0)
    return Transaction.objects.filter(moved | back | _LACKS_RATE, workspace=workspace)


def follow_rates(workspace: Workspace, ids: Collection[int], brought: Versions, now: datetime) -> None:
    """Of these rows derive those that wait, mark those that were made with another number, and take the mark
    from those whose number is right again."""
    found = _superseded(workspace, brought)
    rows = Transaction.objects.filter(workspace=workspace, pk__in=list(ids))
    waiting = ids_of(rows.filter(_using(found.provisional) | _LACKS_RATE))
    derive_waiting(workspace, waiting, now, Earlier.RATE)
    used = ids_of(rows.filter(_using(found.others)))
    mark(workspace, used, Earlier.RATE)
    unmark(workspace, _right_again(workspace, rows.filter(_using(found.alike), earlier__gt=0)), Earlier.RATE)


def _right_again(workspace: Workspace, rows: Any) -> list[int]:
    """Those of the rows whose rates, that of the revenue and that of the profit, have the numbers of now."""
    used = list(rows.values_list("pk", "rate", "profit_rate"))
    versions = {version for _, *both in used for version in both}
    held = RowRate.objects.filter(workspace=workspace, pk__in=versions)
    others = {old.pk for old, new in newest_versions(workspace, held) if old.rate != new.rate}
    return [pk for pk, *both in used if not others.intersection(both)]


@dataclass
class _Superseded:
    """Versions that rows may still use: provisional ones, which rows leave by themselves, and settled ones
    whose number is another one than that of the newest, or the same."""

    provisional: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    alike: list[int] = field(default_factory=list)


def _superseded(workspace: Workspace, brought: Versions) -> _Superseded:
    new = RowRate.objects.filter(workspace=workspace, pk__range=brought, version__gt=1)
    wanted = {
        (currency, day): version for currency, day, version in new.values_list("currency", "day", "version")
    }
    of_days: dict[tuple[str, date], list[RowRate]] = defaultdict(list)
    held = RowRate.objects.filter(workspace=workspace, day__in={day for _, day in wanted})
    for version in held.order_by("version"):
        if (version.currency, version.day) in wanted:
            of_days[version.currency, version.day].append(version)
    found = _Superseded()
    for place, (*versions, newest) in of_days.items():
        former = next(each for each in versions if each.version == wanted[place] - 1)
        found.provisional += [each.pk for each in versions if each.provisional]
        if former.rate != newest.rate:
            for each in (each for each in versions if not each.provisional):
                (found.alike if each.rate == newest.rate else found.others).append(each.pk)
    return found


def _using(versions: Collection[int]) -> Q:
    return Q(rate__in=versions) | Q(profit_rate__in=versions)
