"""What rows do when rates come or change (rules 5.12, 6.5).

What waits for one, or took a provisional one, follows by itself; what is settled is marked, and a person
decides.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from fx.queries import load_book
from fx.rules import CurrencyUse, rate_columns
from transactions.models import RowRate, RowTotal, Split
from transactions.pipeline.comparing import derive_waiting
from transactions.pipeline.following import ids_of, rows_of
from transactions.pipeline.marking import mark, unmark
from transactions.queries.books import EVER
from transactions.queries.waiting import MOVES
from transactions.rules import Earlier, Lack, Status
from transactions.services.alerts import refresh_alerts
from transactions.services.totals import hold_rows
from workspaces.models import Workspace

BATCH = 2000


def settle_rates(*, workspace: Workspace, now: datetime) -> int:
    """Take provisional rates anew, and derive what had none: how many rows moved (rules 6.5)."""
    workspace = hold_rows(workspace)
    moved = _renew_rates(workspace, RowRate.objects.filter(workspace=workspace, provisional=True), now)
    using = rows_of(workspace).filter(Q(rate__in=moved) | Q(profit_rate__in=moved))
    without = rows_of(workspace).filter(lack=Lack.NO_RATE) | rows_of(workspace).filter(
        profit_lack=Lack.NO_RATE
    )
    ids = sorted({*ids_of(using), *ids_of(without)})
    derived = derive_waiting(workspace, ids, now, Earlier.RATE)
    if ids:
        refresh_alerts(workspace=workspace, now=now)
    return derived


def mark_moved_rates(*, workspace: Workspace, now: datetime) -> int:
    """Rates on record have changed: settled rows that used another one are marked, and wait for a decision
    (5.12); rows whose rate is right again are not. How many are marked.
    """
    workspace = hold_rows(workspace)
    newest = RowRate.objects.filter(workspace=workspace, provisional=False)
    others, alike = _versions(workspace, _renew_rates(workspace, newest, now))
    used = rows_of(workspace).filter(Q(rate__in=others) | Q(profit_rate__in=others))
    ids = ids_of(used)
    mark(workspace, ids, Earlier.RATE)
    right = rows_of(workspace).filter(Q(rate__in=alike) | Q(profit_rate__in=alike), earlier__gt=0)
    unmark(workspace, ids_of(right.exclude(pk__in=ids)), Earlier.RATE)
    refresh_alerts(workspace=workspace, now=now, kinds=[MOVES])
    return len(ids)


def _versions(workspace: Workspace, superseded: Collection[int]) -> tuple[list[int], list[int]]:
    """Of the currencies and days whose rate is another number by now: the versions that differ from the
    newest, and those that are like it. Rows may still use any of them."""
    of_days: dict[tuple[str, Any], list[RowRate]] = defaultdict(list)
    days = RowRate.objects.filter(workspace=workspace, pk__in=superseded).values_list("currency", "day")
    wanted = set(days)
    held = RowRate.objects.filter(workspace=workspace, day__in={day for _, day in wanted})
    for version in held.order_by("version"):
        if (version.currency, version.day) in wanted:
            of_days[version.currency, version.day].append(version)
    others: list[int] = []
    alike: list[int] = []
    for *older, former, newest in of_days.values():
        if former.rate != newest.rate:
            for version in (*older, former):
                (alike if version.rate == newest.rate else others).append(version.pk)
    return others, alike


def _renew_rates(workspace: Workspace, rates: Any, now: datetime) -> list[int]:
    """Append a new version of those of the rates that are others by now; the ids of those superseded."""
    newest: dict[tuple[str, Any], RowRate] = {}
    for rate in rates.order_by("version"):
        newest[rate.currency, rate.day] = rate
    held = RowRate.objects.filter(workspace=workspace)
    newest_of = held.values("currency", "day").annotate(n=Max("version"))
    latest = {(each["currency"], each["day"]): each["n"] for each in newest_of}
    current = [rate for key, rate in newest.items() if latest[key] == rate.version]
    first, last = EVER
    codes = {rate.currency for rate in current}
    book = load_book(workspace, codes, first=first, last=last, today=workspace.day_of(now))
    new, superseded = [], []
    for rate in current:
        found = book.conversion(rate.currency, workspace.currency, rate.day)
        columns = {**rate_columns(found), "provisional": found is not None and found.provisional}
        if any(getattr(rate, name) != value for name, value in columns.items()):
            superseded.append(rate.pk)
            new.append(
                RowRate(
                    workspace=workspace,
                    currency=rate.currency,
                    day=rate.day,
                    version=rate.version + 1,
                    recorded_at=now,
                    **columns,
                )
            )
    RowRate.objects.bulk_create(new, batch_size=BATCH)
    return superseded


def currency_uses(workspace: Workspace) -> list[CurrencyUse]:
    """How far each currency is used by transactions, and what they wait for: from the maintained totals."""
    foreign = RowTotal.objects.filter(workspace=workspace, split=Split.NONE)
    without = Q(status=Status.UNKNOWN, lack=Lack.NO_RATE)
    uses = list(
        foreign.exclude(currency__in=("", workspace.currency))
        .values("currency")
        .annotate(
            n=Sum("rows"),
            waiting=Sum("provisional"),
            unknown=Coalesce(Sum("rows", filter=without), 0),
            moved=Sum("earlier"),
        )
        .order_by("currency")
    )
    days = _days_without_rate(workspace) if any(use["unknown"] for use in uses) else {}
    mapped = _of_another_mapping(workspace) if any(use["moved"] for use in uses) else {}
    return [
        CurrencyUse(
            use["currency"],
            use["n"],
            use["waiting"],
            use["unknown"],
            first=days.get(use["currency"], (None, None))[0],
            last=days.get(use["currency"], (None, None))[1],
            earlier=use["moved"] - mapped.get(use["currency"], 0),
        )
        for use in uses
        if use["n"]
    ]


def _of_another_mapping(workspace: Workspace) -> dict[str, int]:
    """By currency the rows that wait for nothing but another mapping: no rate has to do with it."""
    rows = rows_of(workspace).filter(earlier=Earlier.MAPPING)
    return dict(rows.values_list("currency").annotate(n=Count("pk")))


def _days_without_rate(workspace: Workspace) -> dict[str, tuple[date, date]]:
    """The first and the last day on which rows of a currency wait for a rate."""
    waiting = rows_of(workspace).filter(status=Status.UNKNOWN, lack=Lack.NO_RATE)
    spans = waiting.values_list("currency").annotate(first=Min("day"), last=Max("day"))
    return {currency: (first, last) for currency, first, last in spans}
