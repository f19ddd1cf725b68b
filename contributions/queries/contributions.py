"""Contributions as they are read: one scope, one filter, one list, one set of totals.

The list, its totals, the dashboard and the export all start from `visible_contributions`, so that what is
counted anywhere is what is shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.http import Http404
from django.shortcuts import get_object_or_404

from contributions.models import TYPE_ORDER, Contribution
from contributions.queries.evidence import has_evidence, with_evidence
from contributions.rules import NEAR, CurrencySum, RevenueType, is_near
from kamtrak.lib.months import Period, Quarter
from workspaces.models import ClientName, Workspace
from workspaces.queries.clients import client_choices
from workspaces.queries.people import Scope
from workspaces.rules import name_key


@dataclass(frozen=True)
class Filter:
    """What a list shows; every field stands in the address of the page (experience 6)."""

    period: Period
    types: tuple[RevenueType, ...] = ()
    client_id: int | None = None
    currency: str = ""
    evidence: str = ""  # "with", "without"
    state: str = ""  # "provisional", "unknown", "earlier"
    void: str = ""  # "shown", "only"
    text: str = ""

    def without(self, field: str) -> "Filter":
        empty = Filter(self.period)
        return replace(self, **{field: getattr(empty, field)})


def visible_contributions(workspace: Workspace, scope: Scope) -> QuerySet[Contribution]:
    """Every contribution that this scope reads, voided ones too."""
    found = Contribution.objects.filter(workspace=workspace)
    return found if scope.owners is None else found.filter(owner_id__in=scope.owners)


def get_with_doubles(workspace: Workspace, scope: Scope, pk: int) -> tuple[Contribution, list[Contribution]]:
    """One contribution with what its page shows, and its probable doubles, whoever's they are (rules 3.8).

    One query; 404 for rows outside the scope.
    """
    rows = Contribution.objects.filter(workspace=workspace)
    doubles = rows.filter(Exists(_alike().filter(pk=pk)), voided_at=None)
    asked = rows.filter(pk=pk).values("pk").union(doubles.values("pk"))
    told = rows.filter(pk__in=asked).select_related("owner__user", "client__survivor", "created_by")
    found = {row.pk: row for row in told.order_by("pk")}
    row = found.pop(pk, None)
    if row is None or not scope.includes(row.owner_id):
        raise Http404
    return row, list(found.values())


def get_contribution(workspace: Workspace, scope: Scope, pk: int) -> Contribution:
    """One contribution with what its page shows; 404 for rows outside the scope."""
    found = visible_contributions(workspace, scope).select_related(
        "owner__user", "client__survivor", "created_by"
    )
    return get_object_or_404(found, pk=pk)


def counted(rows: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """Rows that count: not voided. Unknown ones are among them, so that totals can say so."""
    return rows.filter(voided_at=None)


def in_period(rows: QuerySet[Contribution], period: Period) -> QuerySet[Contribution]:
    return rows if period.start is None else rows.filter(quarter__gte=period.start, quarter__lt=period.end)


def filtered(workspace: Workspace, scope: Scope, wanted: Filter) -> QuerySet[Contribution]:
    """The rows that this filter shows."""
    rows = in_period(visible_contributions(workspace, scope), wanted.period)
    if wanted.types:
        rows = rows.filter(type__in=[kind.value for kind in wanted.types])
    if wanted.client_id:
        rows = rows.filter(client__survivor_id=wanted.client_id)
    if wanted.currency:
        rows = rows.filter(amount_currency=wanted.currency)
    if wanted.evidence:
        rows = rows.filter(has_evidence() if wanted.evidence == "with" else ~has_evidence())
    if wanted.state:
        states = {
            "provisional": Q(provisional=True),
            "unknown": Q(converted=None),
            "earlier": Q(earlier_rate=True),
        }
        rows = rows.filter(states[wanted.state])
    if wanted.void != "shown":
        rows = rows.filter(voided_at__isnull=wanted.void != "only")
    if wanted.text:
        rows = rows.filter(_matches(workspace, wanted.text))
    return rows


def _matches(workspace: Workspace, text: str) -> Q:
    """Client by name or alias, or description."""
    names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(text))
    return Q(client__survivor__in=names.values("account__survivor")) | Q(description__icontains=text)


def with_doubles(rows: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """Annotate `doubled`: whether another living row is a probable double, whoever's it is (rules 3.8)."""
    return rows.annotate(doubled=Exists(_alike().exclude(pk=OuterRef("pk"))))


def _alike() -> QuerySet[Contribution]:
    """Living rows like the outer one: same client, type and quarter, an amount within 1 %."""
    same = ("workspace", "client__survivor", "type", "quarter", "amount_currency")
    return Contribution.objects.filter(
        LessThanOrEqual(F("amount") * (1 - NEAR), OuterRef("amount")),
        GreaterThanOrEqual(F("amount"), OuterRef("amount") * (1 - NEAR)),
        voided_at=None,
        **{name: OuterRef(name) for name in same},
    )


@dataclass(frozen=True)
class ListSums:
    """What a list adds up to: a line per type and currency, and how many voided rows it shows, in no sum."""

    lines: list[CurrencySum]
    voided: int


def list_sums(rows: QuerySet[Contribution], *, voided: bool = False) -> ListSums:
    """`voided`: whether the list shows voided rows too; without them an index alone answers."""
    groups = {"gone": Q(voided_at__isnull=False)} if voided else {}
    lines: Iterable[Any] = (
        (rows if voided else counted(rows))
        .order_by()
        .values("type", "amount_currency", **groups)
        .annotate(
            n=Count(Value(1)),
            credited_sum=Sum("credited"),
            converted_sum=Sum("converted"),
            provisional_sum=Sum("converted", filter=Q(provisional=True)),
            provisional_n=Count(Value(1), filter=Q(provisional=True)),
            unknown_n=Count(Value(1), filter=Q(converted=None)),
            earlier_n=Count(Value(1), filter=Q(earlier_rate=True)),
        )
        .order_by("amount_currency")
    )
    living = [_sum(line) for line in lines if not line.get("gone")]
    return ListSums(living, sum(line["n"] for line in lines if line.get("gone")))


def _sum(line: dict[str, Any]) -> CurrencySum:
    zero = Decimal(0)
    return CurrencySum(
        RevenueType(line["type"]),
        line["amount_currency"],
        line["n"],
        line["credited_sum"] or zero,
        line["converted_sum"] or zero,
        line["provisional_sum"] or zero,
        line["provisional_n"],
        line["unknown_n"],
        line["earlier_n"],
    )


def probable_doubles(
    workspace: Workspace,
    *,
    client_id: int,
    type: RevenueType,
    quarter: Quarter,
    currency: str,
    amount: Decimal,
    except_pk: int | None = None,
) -> list[Contribution]:
    """Living rows of the same client, type and quarter whose amount lies within 1 % (rules 3.8)."""
    same = Contribution.objects.filter(
        workspace=workspace,
        client__survivor_id=client_id,
        type=type.value,
        quarter=quarter,
        amount_currency=currency,
        voided_at=None,
    )
    if except_pk is not None:
        same = same.exclude(pk=except_pk)
    return [row for row in same.select_related("owner__user") if is_near(row.amount.amount, amount)]


def first_quarter(workspace: Workspace, scope: Scope) -> Quarter | None:
    """The oldest quarter with a counted row, for the period menu."""
    rows = counted(visible_contributions(workspace, scope)).order_by("quarter")
    return rows.values_list("quarter", flat=True).first()


def rows_of(rows: QuerySet[Contribution]) -> Iterable[Contribution]:
    """All rows of a list for an export, in the order of the list, in bounded memory."""
    return (
        with_evidence(rows)
        .select_related("owner__user", "client__survivor")
        .annotate(place=TYPE_ORDER)
        .order_by("place", "-counts_on", "-pk")
        .iterator(2000)
    )


def clients_in(
    workspace: Workspace, scope: Scope, period: Period, named: str, most: int
) -> list[tuple[int, str]]:
    """The clients that the period's rows name, for the filter."""
    rows = in_period(visible_contributions(workspace, scope), period).order_by()
    return client_choices(workspace, rows.values("client__survivor"), named, most)
