"""The months behind a figure of the sales dashboard: they sum to it exactly (experience 1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from contracts.models import Contract, CurrentMonth, FrozenMonth
from contracts.queries.sales import in_months, of_scope
from contracts.queries.sums import (
    CURRENT_RATE,
    FROZEN_RATE,
    LOST,
    MONEY,
    PROVISIONAL,
    ROW,
    ZERO,
    current_rows,
    frozen_rows,
    summed,
    unknown,
)
from contracts.rules import converted_month, known
from contracts.rules.sales import Kind
from fx.models import RateColumns
from kamtrak.keyset import Column, key_page
from kamtrak.lib.months import Month
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope


@dataclass(frozen=True)
class RowFilter:
    """What a list of months shows; every field stands in the address of the page.

    `start` and `end` are half-open first days of months; None is open. `state`: "unknown", "provisional".
    """

    kind: Kind
    start: date | None = None
    end: date | None = None
    client_id: int | None = None
    currency: str = ""
    state: str = ""


@dataclass(frozen=True)
class SalesRow:
    """One month of a contract: its amount in the contract's currency, and `converted` in the workspace's.

    `rate` is the frozen one, or that of the month's last day; without one `converted` is None, never 0.
    """

    month: Month
    number: int
    contract: Contract
    owner: Membership
    amount: Decimal
    rate: RateColumns | None
    converted: Decimal | None
    confirmed_on: date | None = None
    lost: bool = False
    provisional: bool = False


@dataclass(frozen=True)
class Page:
    """Rows of one page and the keys of its neighbours."""

    rows: list[SalesRow]
    after: str
    before: str


@dataclass(frozen=True)
class CurrencyTotal:
    """All months of a list in one currency; `unknown` of them have no rate and are not in `converted`."""

    currency: str
    rows: int
    amount: Decimal
    converted: Decimal
    unknown: int

    @property
    def known(self) -> Decimal | None:
        return known(self.converted, self.unknown)


def rows_behind(workspace: Workspace, scope: Scope, wanted: RowFilter) -> QuerySet[Any]:
    """The frozen or current months that this filter shows."""
    rows: QuerySet[Any] = frozen_rows(workspace) if wanted.kind.is_frozen else current_rows(workspace)
    found = of_scope(rows, scope).filter(_of_kind(wanted.kind), in_months(wanted.start, wanted.end))
    if wanted.client_id:
        found = found.filter(contract__client__survivor=wanted.client_id)
    if wanted.currency:
        found = found.filter(contract__currency=wanted.currency)
    if wanted.state == "unknown":
        found = found.filter(**{_rate_of(wanted.kind): None}).exclude(amount=0)
    if wanted.state == "provisional":
        found = found.none() if wanted.kind.is_frozen else found.filter(PROVISIONAL)
    return found


def _of_kind(kind: Kind) -> Q:
    return {
        Kind.CONFIRMED: Q(),
        Kind.STILL: Q(contract__cancelled_on=None) | Q(month__lte=F("contract__cancelled_on")),
        Kind.LOST: LOST,
        Kind.EXPECTED: Q(expected=True),
        Kind.CURRENT: Q(expected=False),
    }[kind]


def _rate_of(kind: Kind) -> str:
    return FROZEN_RATE if kind.is_frozen else CURRENT_RATE


def currency_totals(workspace: Workspace, rows: QuerySet[Any], kind: Kind) -> list[CurrencyTotal]:
    """One line per currency of everything in the list; one query."""
    lines = (
        rows.order_by()
        .values("contract__currency")
        .annotate(
            n=Count(ROW),
            total=Coalesce(Sum("amount"), Value(ZERO), output_field=MONEY),
            converted=summed(_rate_of(kind), workspace),
            missing=unknown(_rate_of(kind)),
        )
        .order_by("contract__currency")
        .values_list("contract__currency", "n", "total", "converted", "missing")
    )
    return [CurrencyTotal(*line) for line in lines]


ORDER = (Column(F("month"), Month.parse), Column(F("owner_id"), int))  # as an index has them


def rows_page(
    workspace: Workspace, rows: QuerySet[Any], kind: Kind, *, after: str = "", before: str = ""
) -> Page:
    """One page, month by month and in it person by person; four queries."""
    page = key_page(rows, ORDER, after=after, before=before)
    model = FrozenMonth if kind.is_frozen else CurrentMonth
    found: Mapping[int, Any] = (
        model._default_manager.filter(workspace=workspace, pk__in=page.ids)
        .select_related("confirmation__frozen_rate" if kind.is_frozen else "month_rate")
        .prefetch_related(
            Prefetch("contract", Contract.objects.select_related("client__survivor")),
            Prefetch("owner", Membership.objects.select_related("user")),
        )
        .in_bulk()
    )
    make = _frozen if kind.is_frozen else _current
    return Page([make(workspace, found[pk]) for pk in page.ids], page.after, page.before)


def rows_of(workspace: Workspace, rows: QuerySet[Any], kind: Kind) -> Iterator[SalesRow]:
    """All rows for an export, in the order of the list, in bounded memory."""
    rate = "confirmation__frozen_rate" if kind.is_frozen else "month_rate"
    found = rows.select_related(rate, "contract__client__survivor", "owner__user")
    make = _frozen if kind.is_frozen else _current
    return (make(workspace, row) for row in found.order_by("month", "owner_id", "pk").iterator(2000))


def _frozen(workspace: Workspace, row: Any) -> SalesRow:
    rate: RateColumns | None = getattr(row.confirmation, "frozen_rate", None)
    after = row.contract.cancelled_after
    return SalesRow(
        row.month,
        row.number,
        row.contract,
        row.owner,
        row.amount,
        rate,
        converted_month(row.amount, rate.rate if rate else None, workspace.currency),
        confirmed_on=row.confirmation.confirmed_on,
        lost=after is not None and row.month > after,
    )


def _current(workspace: Workspace, row: Any) -> SalesRow:
    rate: Any = row.month_rate
    return SalesRow(
        row.month,
        row.number,
        row.contract,
        row.owner,
        row.amount,
        rate if rate.rate is not None else None,
        converted_month(row.amount, rate.rate, workspace.currency),
        provisional=rate.provisional and bool(row.amount),
    )
