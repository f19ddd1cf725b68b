"""Imported revenue with the quarters that are closed: as closed and now (rules 2.4).

As closed + later changes = now, for everyone and for each person. From the maintained totals and from their
copies alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from contributions.models import ClosedPeriod, ClosedRowTotal, ClosedTransaction
from contributions.queries.by_client import survivors
from contributions.rules.revenue import RevenueCell
from kamtrak.lib.months import Quarter
from transactions.models import Split
from transactions.queries.revenue import (
    LINE,
    NO_PRODUCT,
    ROW_SUMS,
    Product,
    by_product,
    figures_in,
    in_scope,
    line_in,
    live_rows_of,
    products,
    summed,
    totals_of,
)
from transactions.rules.revenue import NO_REVENUE, RevenueFigures, RevenueLine
from workspaces.models import Workspace
from workspaces.queries.people import Scope

Closed = Mapping[Quarter, ClosedPeriod]


def closed_totals(workspace: Workspace, closed: Iterable[ClosedPeriod]) -> QuerySet[ClosedRowTotal]:
    """What the rows came to that these closes copied."""
    made_by = [period.pk for period in closed]
    return ClosedRowTotal.objects.filter(workspace=workspace, period_id__in=made_by)


@dataclass(frozen=True)
class Standing:
    """Imported rows by month, tier, currency and lack: what stands, closed quarters as closed; and now."""

    stands: tuple[RevenueLine, ...]
    now: tuple[RevenueLine, ...]


def revenue_lines(
    workspace: Workspace, scope: Scope, closed: Closed, *, start: date | None, end: date | None
) -> Standing:
    """What the months from `start` up to `end` stand at and are now; one query.

    `closed` are the quarters that are closed now.
    """
    live = totals_of(workspace, scope, start=start, end=end)
    copies = in_scope(closed_totals(workspace, closed.values()), scope, start=start, end=end)
    parts = [
        summed(rows, *LINE, copied=Value(copied, BooleanField()))
        for rows, copied in ((live, False), (copies, True))
    ]
    found: dict[bool, list[RevenueLine]] = {False: [], True: []}
    for line in parts[0].union(parts[1], all=True):
        found[line["copied"]].append(line_in(line))
    shut = {month for quarter in closed for month in quarter.months}
    still_open = [line for line in found[False] if line.month not in shut]
    return Standing((*found[True], *still_open), tuple(found[False]))


def revenue_cube(
    workspace: Workspace,
    scope: Scope,
    closed: Closed,
    *,
    start: date | None = None,
    end: date | None = None,
) -> dict[Quarter, RevenueCell]:
    """Live and closed figures per quarter, for whole quarters from `start` up to `end`; one query.

    A quarter without a row that counts or waits is not there.
    """
    lines = revenue_lines(workspace, scope, closed, start=start, end=end)
    sums: dict[bool, dict[Quarter, RevenueFigures]] = {True: defaultdict(lambda: NO_REVENUE)}
    sums[False] = defaultdict(lambda: NO_REVENUE)
    for stands, found in ((True, lines.stands), (False, lines.now)):
        for line in found:
            sums[stands][workspace.calendar.quarter_of(line.month.first)] += line.figures
    return {
        quarter: RevenueCell(
            sums[False].get(quarter, NO_REVENUE),
            sums[True].get(quarter, NO_REVENUE) if quarter in closed else None,
        )
        for quarter in {*sums[True], *sums[False]}
    }


# ------------------------------------------------------------------ by client, by product


@dataclass(frozen=True)
class ClientRevenue:
    """What one client stands at; `client_id` is None of rows that name none, and of an account that went."""

    client_id: int | None
    name: str
    figures: RevenueFigures


NO_CLIENT = "No client"


def client_revenue(
    workspace: Workspace, scope: Scope, closed: Closed, *, start: date | None, end: date | None
) -> list[ClientRevenue]:
    """Per account of now what the months stand at, the largest first; the sum is that of `revenue_lines`."""
    sums = _by_about(workspace, scope, closed, Split.CLIENT, start, end)
    accounts = survivors(workspace, {*sums})
    gone = _gone(workspace, closed, {*sums} - {*accounts, 0})
    found: dict[tuple[int | None, str], RevenueFigures] = defaultdict(lambda: NO_REVENUE)
    for pk, figures in sums.items():
        found[accounts.get(pk) or (None, gone.get(pk, NO_CLIENT))] += figures
    lines = [ClientRevenue(pk, name, figures) for (pk, name), figures in found.items()]
    return sorted(lines, key=lambda line: (-line.figures.converted, line.name.casefold()))


def _gone(workspace: Workspace, closed: Closed, pks: set[int]) -> dict[int, str]:
    """Names of accounts that went with the undo of their import: the copies have them still."""
    if not pks:
        return {}
    made_by = [period.pk for period in closed.values()]
    copies = ClosedTransaction.objects.filter(workspace=workspace, period_id__in=made_by, client_id__in=pks)
    named = copies.order_by().values_list("client_id", "client_name").distinct()
    return {pk: name for pk, name in named if pk is not None}


def product_revenue(
    workspace: Workspace, scope: Scope, closed: Closed, *, start: date | None, end: date | None
) -> list[tuple[Product, RevenueFigures]]:
    """Per product what the months stand at, the largest first; names of one catalog entry are one line.

    From the maintained totals for everyone; what some people sold of a product is added up from their rows.
    """
    if scope.owners is None:
        sums = _by_about(workspace, scope, closed, Split.PRODUCT, start, end)
    else:
        sums = _by_product(workspace, scope, closed, start, end)
    return by_product(sums, products(workspace, sums) | {0: NO_PRODUCT})


def _by_about(
    workspace: Workspace, scope: Scope, closed: Closed, split: Split, start: date | None, end: date | None
) -> dict[int, RevenueFigures]:
    """Per client or product of the totals what stands: copies of closed quarters, live rows of open ones."""
    shut = Q(month__in=[month for quarter in closed for month in quarter.months])
    live = totals_of(workspace, scope, split=split, start=start, end=end).exclude(shut)
    copies = in_scope(closed_totals(workspace, closed.values()), scope, split=split, start=start, end=end)
    return _added_up(summed(live, "about").union(summed(copies, "about"), all=True))


def _by_product(
    workspace: Workspace, scope: Scope, closed: Closed, start: date | None, end: date | None
) -> dict[int, RevenueFigures]:
    """The same from the rows themselves, live and copied."""
    live = live_rows_of(workspace, scope, start=start, end=end)
    for quarter in closed:
        live = live.exclude(day__gte=quarter.start, day__lt=quarter.end)
    within = Q(day__gte=start, day__lt=end) if start and end else Q()
    copies = closed_transactions(workspace, scope, closed.values()).filter(within).order_by()
    named = copies.annotate(waits=F("provisional"), moved=F("earlier"), ungained=Q(profit=None))
    sums: list[QuerySet[Any, Any]] = [
        rows.annotate(about=Coalesce(F("product_id"), 0)).values("about").annotate(**ROW_SUMS)
        for rows in (live, named)
    ]
    return _added_up(sums[0].union(sums[1], all=True))


def _added_up(lines: Iterable[dict[str, Any]]) -> dict[int, RevenueFigures]:
    found: dict[int, RevenueFigures] = defaultdict(lambda: NO_REVENUE)
    for line in lines:
        found[line["about"]] += figures_in(line)
    return dict(found)


def closed_transactions(
    workspace: Workspace, scope: Scope, closed: Iterable[ClosedPeriod]
) -> QuerySet[ClosedTransaction]:
    """The rows that these closes copied, as far as this scope reads."""
    made_by = [period.pk for period in closed]
    rows: QuerySet[Any] = ClosedTransaction.objects.filter(workspace=workspace, period_id__in=made_by)
    return rows if scope.owners is None else rows.filter(owner_id__in=sorted(scope.owners))
