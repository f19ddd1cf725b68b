"""What a period stands at per client: by the account of now, also for rows copied before (rules 3.7)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from contributions.models import ClosedPeriod
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.periods import closed_rows, figures_in, span_of, summed, sums_by
from contributions.rules import RevenueType
from contributions.rules.periods import EMPTY
from contributions.rules.periods import Sum as Figures
from kamtrak.lib.months import Quarter
from workspaces.models import ClientAccount, Workspace
from workspaces.queries.people import Scope

ZERO = Decimal(0)


@dataclass(frozen=True)
class ClientFigures:
    """What one client stands for in a period: per type, as closed or live; `touched` all together."""

    client_id: int
    name: str
    by_type: dict[RevenueType, Figures]

    @property
    def touched(self) -> Decimal:
        return sum((figures.converted for figures in self.by_type.values()), ZERO)

    @property
    def sums(self) -> list[Figures]:
        """The four types in their order."""
        return [self.by_type.get(kind, EMPTY) for kind in RevenueType]


def client_figures(
    workspace: Workspace,
    scope: Scope,
    closed: Mapping[Quarter, ClosedPeriod],
    *,
    start: date | None,
    end: date | None,
) -> list[ClientFigures]:
    """Per client and type what the period stands at: copies of closed quarters, live rows of open ones.

    Sums over the clients equal the headlines of the period. Largest value touched first.
    """
    span = span_of(start, end)
    live = counted(visible_contributions(workspace, scope)).filter(span).exclude(quarter__in=list(closed))
    copies = closed_rows(workspace, scope, closed.values()).filter(span)
    lines = _per_client(live, F("client__survivor_id")).union(_per_client(copies, F("client_id")), all=True)
    found: dict[int, dict[RevenueType, Figures]] = defaultdict(lambda: defaultdict(Figures))
    rows = list(lines)
    accounts = survivors(workspace, {line["account"] for line in rows})
    for line in rows:
        account = accounts[line["account"]][0]
        found[account][RevenueType(line["type"])] += figures_in(line)
    names = dict(accounts.values())
    listed = [ClientFigures(pk, names[pk], dict(by_type)) for pk, by_type in found.items()]
    return sorted(listed, key=lambda client: (-client.touched, client.name))


def _per_client(rows: QuerySet[Any], account: F) -> QuerySet[Any, dict[str, Any]]:
    return rows.order_by().annotate(account=account).values("account", "type").annotate(**summed())


def survivors(workspace: Workspace, pks: set[int]) -> dict[int, tuple[int, str]]:
    """For each account its survivor now: a copy names the account that it had when it was made."""
    found = ClientAccount.objects.filter(workspace=workspace, pk__in=pks)
    return {
        pk: (survivor or pk, name)
        for pk, survivor, name in found.values_list("pk", "survivor_id", "survivor__name")
    }


def account_sums(
    workspace: Workspace, rows: QuerySet[Any]
) -> dict[tuple[int, str], dict[RevenueType, Figures]]:
    """Per client account of now, by key and name, and type what these copied rows sum to (rules 3.7)."""
    sums = sums_by(rows, "client_id")
    accounts = survivors(workspace, {pk for pk, _ in sums})
    found: dict[tuple[int, str], dict[RevenueType, Figures]] = defaultdict(lambda: defaultdict(Figures))
    for (pk, kind), figures in sums.items():
        found[accounts[pk]][RevenueType(kind)] += figures
    return found
