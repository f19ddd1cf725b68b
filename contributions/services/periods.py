"""Closing and reopening a quarter: a close is a copy (rules 2.4).

Each domain that counts in a quarter adds a copier: a function that copies its counted rows into the close.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Count, Q

from contributions.models import ClosedContractMonth, ClosedPeriod, ClosedRow, Contribution
from contributions.queries.contract_months import in_months, live_rows, month_fields, open_months
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.open_revenue import OpenRevenue, open_revenue
from contributions.rules.contract_months import Side
from contributions.services.frozen import frozen_fields
from contributions.services.revenue import copy_transactions
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Quarter
from kamtrak.reasons import kept_reason
from workspaces.models import Membership, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import EVERYONE
from workspaces.rules import Right
from workspaces.services.locks import hold_alone

T = TypeVar("T")
BATCH = 1000


@dataclass(frozen=True)
class OpenItems:
    """What is open when a quarter is to be closed; documents print it. Rows are contributions, months are
    those of contracts: unknown where one of their two figures is, provisional where the current one is.

    Rows with an earlier rate are told and ask for no reason: their figures are settled (rules 5.12).
    Transactions are the rows of `imported`.
    """

    alerts: int
    unknown_rows: int
    provisional_rows: int
    earlier_rows: int
    unknown_months: int
    provisional_months: int
    imported: OpenRevenue

    def __bool__(self) -> bool:
        unknown = self.unknown_rows + self.unknown_months + self.unknown_transactions
        provisional = self.provisional_rows + self.provisional_months + self.provisional_transactions
        return bool(self.alerts + unknown + provisional)

    @property
    def unknown_transactions(self) -> int:
        return self.imported.figures.unknown_rows

    @property
    def provisional_transactions(self) -> int:
        return self.imported.figures.provisional_rows

    @property
    def earlier_transactions(self) -> int:
        return self.imported.figures.earlier_rows


def open_items(workspace: Workspace, quarter: Quarter) -> OpenItems:
    """Open alerts, unknown figures and provisional rates of the whole workspace (rules 2.4)."""
    rows = counted(visible_contributions(workspace, EVERYONE)).filter(quarter=quarter)
    unknown, waiting = open_months(workspace, EVERYONE, quarter)
    waiting_rows = rows.aggregate(
        unknown_rows=Count("pk", filter=Q(converted=None)),
        provisional_rows=Count("pk", filter=Q(provisional=True)),
        earlier_rows=Count("pk", filter=Q(earlier_rate=True)),
    )
    return OpenItems(
        alerts=live_alerts(workspace, EVERYONE).count(),
        **waiting_rows,
        unknown_months=unknown.count(),
        provisional_months=waiting.count(),
        imported=open_revenue(workspace, quarter),
    )


def close_quarter(
    *, workspace: Workspace, quarter: Quarter, by: Membership, reason: str, now: datetime
) -> ClosedPeriod:
    """Copy every counted row of the quarter with its figure, its rate and its unknowns.

    Raises Refused for a quarter that has not ended or is closed, and where open items need a reason.
    Nothing is locked afterwards: live rows go on, and what they do stands beside the closed figure.
    """
    if not by.can(Right.CLOSE):
        raise Refused("Managers and administrators close a quarter.")
    workspace = hold_alone(workspace)  # what is counted as open is what is copied
    label = workspace.calendar.label(quarter)
    if workspace.day_of(now) < quarter.end:
        raise Refused(f"{label} has not ended. It can be closed from {quarter.end:%-d %B %Y} on.")
    items = open_items(workspace, quarter)
    missing = "There are open items. Say why the quarter is closed all the same." if items else ""
    kept = kept_reason(reason, missing)
    try:
        with transaction.atomic(), because(reason=kept):
            period = ClosedPeriod.objects.create(
                workspace=workspace,
                quarter=quarter,
                currency=workspace.currency,
                closed_at=now,
                closed_by=by.user,
                reason=kept,
                open_alerts=items.alerts,
                unknown_rows=items.unknown_rows,
                provisional_rows=items.provisional_rows,
                unknown_months=items.unknown_months,
                provisional_months=items.provisional_months,
                unknown_transactions=items.unknown_transactions,
                provisional_transactions=items.provisional_transactions,
            )
            for copy in COPIERS:
                copy(period)
    except IntegrityError as problem:
        raise Refused(f"{label} is closed already.") from problem
    return period


def reopen_quarter(*, period: ClosedPeriod, by: Membership, reason: str, now: datetime) -> None:
    """Supersede the copy, which stays on record. Takes a reason."""
    if not by.can(Right.CLOSE):
        raise Refused("Managers and administrators reopen a quarter.")
    kept = kept_reason(reason, "Say why the quarter is reopened: the reason is kept.")
    with transaction.atomic(), because(reason=kept):
        reopened = ClosedPeriod.objects.filter(pk=period.pk, reopened_at=None).update(
            reopened_at=now, reopened_by=by.user, reopen_reason=kept
        )
    if not reopened:
        raise Refused("This quarter is open already.")


def copy_contributions(period: ClosedPeriod) -> None:
    """Copy the counted contributions of the period's quarter."""
    rows = Contribution.objects.filter(
        Q(quarter=period.quarter), workspace_id=period.workspace_id, voided_at=None
    ).select_related("owner__user", "client__survivor")
    for batch in _batches(rows.order_by("pk").iterator(BATCH)):
        ClosedRow.objects.bulk_create(
            ClosedRow(period=period, workspace_id=period.workspace_id, **frozen_fields(row)) for row in batch
        )


def copy_contract_months(period: ClosedPeriod) -> None:
    """Copy, per contract and month of the quarter, the confirmed and the current figure with their rates."""
    workspace, quarter = period.workspace, period.quarter
    for side in Side:
        rows = live_rows(workspace, EVERYONE, side).filter(in_months(quarter.start, quarter.end))
        for batch in _batches(month_fields(workspace, side, rows)):
            ClosedContractMonth.objects.bulk_create(
                ClosedContractMonth(period=period, workspace=workspace, **fields) for fields in batch
            )


def _batches(rows: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


COPIERS: tuple[Callable[[ClosedPeriod], None], ...] = (
    copy_contributions,
    copy_contract_months,
    copy_transactions,
)
