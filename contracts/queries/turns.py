"""Contracts that begin or end: confirmed in a period, and ending or renewing soon (rules 4.9, 4.13, 4.14)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import Aggregate, Case, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from contracts.models import Contract, CurrentMonth, FrozenMonth
from contracts.queries.sums import FROZEN_RATE, MONEY, ZERO, summed, unknown
from contracts.rules import ContractType
from kamtrak.fields import MonthField
from kamtrak.lib.months import Month, Period
from workspaces.models import Workspace
from workspaces.queries.people import Scope

SOON_DAYS = 90
FEW = 8  # of each list, until all are asked for


@dataclass(frozen=True)
class NewContracts:
    """The contracts confirmed in a period, newest first, as many as are shown; and what all come to.

    Figures are of the first term alone, what Add froze: each contract bears `first_confirmed` in its
    currency, `first_converted` and `first_unknown`. `confirmed` in the workspace currency; `unknown` months
    have no rate and are in no sum.
    """

    contracts: list[Contract]
    count: int
    confirmed: Decimal
    unknown: int


def new_contracts(
    workspace: Workspace, scope: Scope, period: Period, *, most: int | None = FEW
) -> NewContracts:
    """What was added in the period, by the day on its label; one query. Whose it was at Add counts.

    Each renewal is a confirmation of its own (rules 4.13), on a later day: it is not in these figures.
    """
    rows = Contract.objects.filter(workspace=workspace, voided_at=None, confirmed_on__isnull=False)
    if period.start is not None and period.end is not None:
        rows = rows.filter(confirmed_on__gte=period.start, confirmed_on__lt=period.end)
    if scope.owners is not None:
        rows = rows.filter(first_owner__in=scope.owners)
    frozen = FrozenMonth.objects.filter(workspace=workspace)
    # The totals of whole contracts less what renewals froze: few months, where a period has thousands.
    renewed = frozen.filter(confirmation__term__gt=1, confirmation__contract__in=rows.order_by().values("pk"))
    own = frozen.filter(confirmation__contract=OuterRef("pk"), confirmation__term=1)
    listed: list[Any] = list(
        rows.filter(pk__in=rows.order_by("-confirmed_on", "-pk").values("pk")[:most])
        .select_related("client__survivor", "first_owner__user")
        .annotate(
            n=_over(rows, Count("pk")),
            all_converted=_over(rows, Sum("total__confirmed_converted")),
            all_unknown=_over(rows, Sum("total__confirmed_unknown")),
            renewed_converted=_over(renewed, summed(FROZEN_RATE, workspace)),
            renewed_unknown=_over(renewed, unknown(FROZEN_RATE)),
            first_confirmed=Coalesce(_over(own, Sum("amount")), ZERO, output_field=MONEY),
            first_converted=_over(own, summed(FROZEN_RATE, workspace)),
            first_unknown=_over(own, unknown(FROZEN_RATE)),
        )
        .order_by("-confirmed_on", "-pk")
    )
    if not listed:
        return NewContracts([], 0, ZERO, 0)
    first = listed[0]
    return NewContracts(
        listed,
        first.n,
        (first.all_converted or ZERO) - (first.renewed_converted or ZERO),
        (first.all_unknown or 0) - (first.renewed_unknown or 0),
    )


def _over(rows: QuerySet[Any], aggregate: Aggregate | Coalesce) -> Subquery:
    """An aggregate of these rows beside each of the few that are loaded."""
    return Subquery(rows.order_by().values(all=Value(1)).annotate(found=aggregate).values("found"))


class Turn(StrEnum):
    """What is about to happen to a contract."""

    ENDS = "ends"
    RENEWS = "renews"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Ending:
    """A contract that ends or renews on `day`; `amount` is what its last month earns, in its currency."""

    contract: Contract
    turn: Turn
    day: date
    amount: Decimal | None


def ending_contracts(
    workspace: Workspace, scope: Scope, today: date, *, most: int | None = FEW
) -> tuple[list[Ending], int]:
    """What ends or renews within 90 days, soonest first, and how many there are; one query.

    Fixed terms end, roll-over contracts renew, cancelled ones stop. A casual contract is a roll-over with a
    term of one month (rules 4.13): it renews on the first of the next one.
    """
    rows = Contract.objects.filter(_soon(today), workspace=workspace, voided_at=None, added_at__isnull=False)
    if scope.owners is not None:
        rows = rows.filter(owner__in=scope.owners)
    last = CurrentMonth.objects.filter(contract=OuterRef("pk"), month=OuterRef("ends"))
    few = rows.annotate(ends=_last_month()).order_by("ends", "pk")[:most]
    listed: list[Any] = list(
        rows.filter(pk__in=few.values("pk"))
        .select_related("client__survivor", "owner__user")
        .annotate(ends=_last_month(), n=_over(rows, Count("pk")))
        .annotate(last_amount=Subquery(last.values("amount")))
        .order_by("ends", "pk")
    )
    endings = [_ending(contract) for contract in listed]
    return sorted(endings, key=lambda ending: ending.day), listed[0].n if listed else 0


def _soon(today: date) -> Q:
    first, after = Month.of(today), Month.of(today + timedelta(days=SOON_DAYS + 1))
    goes_on = Q(cancelled_on=None)
    fixed = Q(kind=ContractType.FIXED.value)
    return (
        Q(cancelled_on__gt=today, cancelled_on__lte=today + timedelta(days=SOON_DAYS))
        | goes_on & fixed & Q(last_month__gte=first, last_month__lt=after)
        | goes_on & ~fixed & Q(frozen_until__gte=first, frozen_until__lt=after)
    )


def _last_month() -> Case:
    """The last month before what is about to happen."""
    return Case(
        When(cancelled_on__isnull=False, then=TruncMonth("cancelled_on")),
        When(kind=ContractType.FIXED.value, then=F("last_month")),
        default=F("frozen_until"),
        output_field=MonthField(),
    )


def _ending(contract: Any) -> Ending:
    if contract.cancelled_on is not None:
        return Ending(contract, Turn.CANCELLED, contract.cancelled_on, contract.last_amount)
    if contract.kind == ContractType.FIXED.value:
        return Ending(contract, Turn.ENDS, contract.ends.last, contract.last_amount)
    return Ending(contract, Turn.RENEWS, contract.ends.end, contract.last_amount)
