"""What rows do when rates come or change (rules 5.12, 6.5).

Whoever changes rates waits for a few rows only; where nobody waits, all of them follow at once.
"""

from datetime import date, datetime

from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from fx.rules import CurrencyUse
from transactions.models import RowRate, RowTotal, Split
from transactions.pipeline.comparing import ids_of
from transactions.pipeline.following import INLINE, Change, follow, rows_of
from transactions.pipeline.moved_rates import Versions, renew_rates
from transactions.rules import Earlier, Lack, Status
from transactions.services.alerts import refresh_alerts
from transactions.services.totals import hold_rows
from workspaces.models import Membership, Workspace


def settle_rates(*, workspace: Workspace, now: datetime) -> None:
    """Take provisional rates anew, and derive what had none (rules 6.5)."""
    workspace = hold_rows(workspace)
    waiting = RowRate.objects.filter(workspace=workspace, provisional=True)
    _follow_at_once(workspace, renew_rates(workspace, waiting, now), now)


def rates_changed(*, workspace: Workspace, by: Membership | None, reason: str, now: datetime) -> None:
    """Rates on record have changed: the same, and settled rows that used another rate are marked and wait for
    a decision (5.12); rows whose rate is right again are not."""
    workspace = hold_rows(workspace)
    brought = renew_rates(workspace, RowRate.objects.filter(workspace=workspace), now)
    if by is None:
        _follow_at_once(workspace, brought, now)
    else:
        follow(workspace, by, Change(rates=brought), reason, now)


def _follow_at_once(workspace: Workspace, brought: Versions, now: datetime) -> None:
    change = Change(rates=brought)
    ids = ids_of(change.touched(workspace))
    for start in range(0, len(ids), INLINE):
        change.follow(workspace, ids[start : start + INLINE], now)
    if ids:
        refresh_alerts(workspace=workspace, now=now)


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
