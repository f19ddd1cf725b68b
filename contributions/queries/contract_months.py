"""Live months of contracts as a close or a document copies them: confirmed and current, each whole by itself
(rules 2.4, 4.10)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When

from contracts.models import CurrentMonth, FrozenMonth, ScheduleVersion
from contracts.queries.sums import CURRENT_RATE, FROZEN_RATE, MONEY, converted, current_rows, frozen_rows
from contracts.rules import converted_month
from contributions.rules.contract_months import Side
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope, said_name

RATE = ("rate", "rate_day", "rate_source", "rate_legs", "rate_inverse")
NO_RATE: dict[str, Any] = {
    "rate": None,
    "rate_day": None,
    "rate_source": "",
    "rate_legs": [],
    "rate_inverse": False,
}
BATCH = 1000


def live_rows(workspace: Workspace, scope: Scope, side: Side) -> QuerySet[Any]:
    """The counted months of one side: of contracts that are not void, without expected ones, as far as this
    scope reads. `now` is the figure in the workspace currency, None while it is unknown."""
    if side is Side.CONFIRMED:
        rows: QuerySet[Any] = frozen_rows(workspace)
    else:
        rows = current_rows(workspace).filter(expected=False)
    rate = FROZEN_RATE if side is Side.CONFIRMED else CURRENT_RATE
    nothing = When(amount=0, then=Value(0))
    found = rows.annotate(now=Case(nothing, default=converted(rate, workspace), output_field=MONEY))
    return found if scope.owners is None else found.filter(owner__in=scope.owners)


def in_months(start: date | None, end: date | None) -> Q:
    """Months from `start` up to `end`, half-open; None is open."""
    return (Q(month__gte=start) if start else Q()) & (Q(month__lt=end) if end else Q())


def without_rate(side: Side) -> Q:
    """Months that no rate reaches; one that earns nothing needs none (rules 6.6)."""
    return Q(**{FROZEN_RATE if side is Side.CONFIRMED else CURRENT_RATE: None}) & ~Q(amount=0)


WAITING = Q(month_rate__provisional=True) & ~Q(amount=0)  # current months whose day has not come


def open_months(workspace: Workspace, scope: Scope, quarter: Quarter) -> tuple[QuerySet[Any], QuerySet[Any]]:
    """The months of a quarter that have a figure without a rate, and those whose current figure is
    provisional: (contract, its number, month, what is open), each month once."""
    span = in_months(quarter.start, quarter.end)
    confirmed, current = (live_rows(workspace, scope, side).filter(span).order_by() for side in Side)

    def told(rows: QuerySet[Any], said: str) -> QuerySet[Any]:
        return rows.values_list("contract_id", "contract__number", "month", Value(said))

    unknown = told(confirmed.filter(without_rate(Side.CONFIRMED)), "no rate")
    also = told(current.filter(without_rate(Side.CURRENT)), "no rate")
    return unknown.union(also), told(current.filter(WAITING), "provisional")


def month_fields(workspace: Workspace, side: Side, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    """The columns of a FrozenContractMonth for each of these live rows, in bounded memory."""
    for row in told_rows(side, rows).iterator(BATCH):
        yield fields_of(workspace, side, row)


def told_rows(side: Side, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The live rows with everything that their copies say of them, contract by contract."""
    told = _confirmed(rows) if side is Side.CONFIRMED else _current(rows)
    return told.select_related("contract__client__survivor", "owner__user").order_by("contract_id", "month")


def fields_of(workspace: Workspace, side: Side, row: Any) -> dict[str, Any]:
    """The columns of a FrozenContractMonth for one row of `told_rows`."""
    own = _as_confirmed if side is Side.CONFIRMED else _as_current
    return _common(row, side) | own(row, workspace)


def _confirmed(rows: QuerySet[Any]) -> QuerySet[Any]:
    current = CurrentMonth.objects.filter(
        contract=OuterRef("contract"), month=OuterRef("month"), expected=False
    )
    found = rows.select_related("confirmation__frozen_rate", "confirmation__entered_by")
    return found.annotate(other_owner=Subquery(current.values("owner")[:1]))


def _current(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With the rate of the confirmation in force: of the month itself, else of the one before it; a start
    that was moved back has that of Add."""
    frozen = FrozenMonth.objects.filter(contract=OuterRef("contract")).order_by()
    before = frozen.filter(month__lte=OuterRef("month")).order_by("-month")
    in_force = Case(
        When(Exists(before), then=Subquery(before.values(FROZEN_RATE)[:1])),
        default=Subquery(frozen.order_by("month").values(FROZEN_RATE)[:1]),
    )
    edit = ScheduleVersion.objects.filter(contract=OuterRef("contract"), number=OuterRef("contract__version"))
    return rows.select_related("month_rate").annotate(
        other_owner=Subquery(frozen.filter(month=OuterRef("month")).values("owner")[:1]),
        frozen_rate=in_force,
        edited_at=Subquery(edit.filter(number__gt=1).values("entered_at")[:1]),
        edited_by=Subquery(edit.filter(number__gt=1).values(said=said_name("entered_by"))[:1]),
    )


def _common(row: Any, side: Side) -> dict[str, Any]:
    contract, client = row.contract, row.contract.client.survivor or row.contract.client
    return {
        "contract_id": contract.pk,
        "contract_number": contract.number,
        "contract_name": contract.name,
        "client_id": client.pk,
        "client_name": client.name,
        "owner_id": row.owner_id,
        "owner_name": str(row.owner),
        "side": side.value,
        "month": row.month,
        "number": row.number,
        "currency": contract.currency,
        "amount": row.amount,
        "handed_over": row.other_owner not in (None, row.owner_id),
    }


def _as_confirmed(row: Any, workspace: Workspace) -> dict[str, Any]:
    rate, confirmation = getattr(row.confirmation, "frozen_rate", None), row.confirmation
    after = row.contract.cancelled_after
    return {
        **({name: getattr(rate, name) for name in RATE} if rate else NO_RATE),
        "version": confirmation.version,
        "labelled_on": confirmation.confirmed_on,
        "labelled_by": str(confirmation.entered_by or ""),
        "converted": converted_month(row.amount, rate.rate if rate else None, workspace.currency),
        "lost": after is not None and row.month > after,
    }


def _as_current(row: Any, workspace: Workspace) -> dict[str, Any]:
    rate = row.month_rate
    edited = workspace.day_of(row.edited_at) if row.edited_at else row.contract.confirmed_on
    return {
        **{name: getattr(rate, name) for name in RATE},
        "version": row.contract.version,
        "labelled_on": edited,
        "labelled_by": row.edited_by or "",
        "frozen_rate": row.frozen_rate,
        "provisional": rate.provisional and bool(row.amount),
        "converted": converted_month(row.amount, rate.rate, workspace.currency),
    }
