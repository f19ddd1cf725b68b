"""What an ending or a hand-over would do, shown before it is done (rules 4.14, 4.16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum, Value
from django.db.models.functions import Coalesce

from contracts.models import Contract, CurrentMonth
from contracts.queries.months import MonthLine
from contracts.queries.sums import CURRENT_RATE, MONEY, summed, unknown
from contracts.queries.tables import Sums, in_difference, sums_of
from contracts.rules import schedule_total
from kamtrak.lib.months import Month
from workspaces.models import Membership, Workspace

ZERO = Decimal(0)


@dataclass(frozen=True)
class CancelPreview:
    """Cancelling on a day of month `after`: confirmed = still expected + lost. `current` in the contract's
    currency, before and after; `expected_months` would no longer come."""

    after: Month
    confirmed: Sums
    still: Sums
    lost: Sums
    current_before: Decimal
    current_after: Decimal
    expected_months: int


def cancel_preview(contract: Contract, lines: Sequence[MonthLine], on: date | None) -> CancelPreview:
    """What cancelling on this day does; None for a cancellation that is taken back."""
    last = None if on is None else Month.of(on)
    confirmed = in_difference(lines)
    lost = [line for line in confirmed if last is not None and line.month > last]
    still = [line for line in confirmed if last is None or line.month <= last]
    return CancelPreview(
        after=last or confirmed[-1].month,
        confirmed=sums_of(confirmed),
        still=sums_of(still),
        lost=sums_of(lost),
        current_before=_current(contract, contract.cancelled_after),
        current_after=_current(contract, last),
        expected_months=sum(line.expected and last is not None and line.month > last for line in lines),
    )


def _current(contract: Contract, cancelled_after: Month | None) -> Decimal:
    return schedule_total(contract.terms, frozen_until=contract.frozen_until, cancelled_after=cancelled_after)


@dataclass(frozen=True)
class Moving:
    """The current months of one contract that would change hands. `amount` in its currency, `converted` in
    the workspace's without `unknown` months; `expected` months go along and are in no sum."""

    contract: Contract
    months: int
    amount: Decimal
    converted: Decimal
    unknown: int
    expected: int


def moving_months(
    workspace: Workspace, contracts: Sequence[Contract], to: Membership, first: Month
) -> list[Moving]:
    """What `to` would get from month `first` on, per contract that is not wholly theirs from then on already;
    one query. Drafts have no months yet."""
    months = CurrentMonth.objects.filter(workspace=workspace, contract__in=contracts, month__gte=first)
    term = Q(expected=False)
    grouped = months.exclude(owner=to).order_by().values("contract_id")
    found = grouped.annotate(
        n=Count("pk", filter=term),
        amount_sum=Coalesce(Sum("amount", filter=term), Value(ZERO), output_field=MONEY),
        converted_sum=summed(CURRENT_RATE, workspace, term),
        unknown_n=unknown(CURRENT_RATE, term),
        expected_n=Count("pk", filter=~term),
    )
    columns = ("n", "amount_sum", "converted_sum", "unknown_n", "expected_n")
    sums = {pk: values for pk, *values in found.values_list("contract_id", *columns)}
    moving = [row for row in contracts if row.owner_id != to.pk or row.pk in sums]
    return [Moving(row, *sums.get(row.pk, (0, ZERO, ZERO, 0, 0))) for row in moving]


def holds_every_month(contract: Contract) -> bool:
    """Whether no current month is anybody else's than the one's who holds the contract."""
    return not CurrentMonth.objects.filter(contract=contract).exclude(owner=contract.owner).exists()
