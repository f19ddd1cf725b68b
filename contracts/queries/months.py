"""Contracts month by month: as confirmed and current, with the difference (rules 4.10)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.models import Confirmation, ConfirmationRate, Contract, CurrentMonth, FrozenMonth, MonthRate
from contracts.rules import Confirmed, Current, Difference, converted_month, difference
from fx.rules import stored_legs
from kamtrak.lib.months import Month
from workspaces.models import Membership, Workspace


@dataclass(frozen=True)
class MonthLine:
    """A month of a contract. Amounts in its currency; None on the side that does not have the month.

    `…_converted` in the workspace currency: the frozen side at the frozen rate, the current one at the rate
    of the month's last day; None as well while a rate is missing (then `…_unknown`). `lost`: confirmed, but
    after a cancellation. `expected`: in a term not confirmed yet, which is in no difference. `confirmation`
    and `confirmed_owner` are of the frozen side, `month_rate` and `owner` of the current one (rules 4.16).
    """

    month: Month
    number: int | None
    rule: int | None
    confirmed: Decimal | None
    confirmed_converted: Decimal | None
    current: Decimal | None
    current_converted: Decimal | None
    month_rate: MonthRate | None
    difference: Difference
    lost: bool = False
    expected: bool = False
    confirmation: Confirmation | None = None
    confirmed_owner: Membership | None = None
    owner: Membership | None = None

    @property
    def confirmed_unknown(self) -> bool:
        return self.confirmed is not None and self.confirmed_converted is None

    @property
    def current_unknown(self) -> bool:
        return self.current is not None and self.current_converted is None

    @property
    def provisional(self) -> bool:
        return self.month_rate is not None and self.month_rate.provisional and bool(self.current)

    @property
    def rate_said(self) -> str:
        """What the current month's rate stands on: `1 EUR = 1.1571 USD, 31 Mar 2026`; "" without one."""
        legs = stored_legs(self.month_rate.rate_legs) if self.month_rate else []
        return "; ".join(f"{leg.caption}, {leg.day:%-d %b %Y}" for leg in legs)


def month_lines(contract: Contract) -> list[MonthLine]:
    """Every month that either side has, in order; two queries."""
    return lines_of(contract.workspace, [contract])[contract.pk]


def lines_of(workspace: Workspace, contracts: Sequence[Contract]) -> dict[int, list[MonthLine]]:
    """The lines of these contracts, by their number; two queries for all of them."""
    frozen: dict[int, dict[Month, FrozenMonth]] = defaultdict(dict)
    current: dict[int, dict[Month, CurrentMonth]] = defaultdict(dict)
    confirmed = FrozenMonth.objects.filter(workspace=workspace, contract__in=contracts)
    for row in confirmed.select_related("confirmation__frozen_rate", "owner__user").order_by("month"):
        frozen[row.contract_id][row.month] = row
    scheduled = CurrentMonth.objects.filter(workspace=workspace, contract__in=contracts)
    for month in scheduled.select_related("month_rate", "owner__user").order_by("month"):
        current[month.contract_id][month.month] = month
    return {each.pk: _lines(workspace, each, frozen[each.pk], current[each.pk]) for each in contracts}


def _lines(
    workspace: Workspace,
    contract: Contract,
    frozen: dict[Month, FrozenMonth],
    current: dict[Month, CurrentMonth],
) -> list[MonthLine]:
    lines, rate = [], _first_rate(frozen.values())
    for month in sorted({*frozen, *current}):
        if month in frozen:
            rate = frozen_rate(frozen[month])
        lines.append(_line(contract, month, frozen.get(month), current.get(month), rate, workspace.currency))
    return lines


def frozen_rate(row: FrozenMonth) -> Decimal | None:
    """The rate of the row's confirmation; None while it is not on file."""
    found = frozen_rate_of(row.confirmation)
    return None if found is None else found.rate


def frozen_rate_of(confirmation: Confirmation | None) -> ConfirmationRate | None:
    """What was frozen with it; None while no rate for its day is on file, and without a confirmation."""
    return getattr(confirmation, "frozen_rate", None)


def _first_rate(rows: Iterable[FrozenMonth]) -> Decimal | None:
    """For months before the first frozen one, where a start was moved back: Add's own rate."""
    first = next(iter(rows), None)
    return None if first is None else frozen_rate(first)


def _line(
    contract: Contract,
    month: Month,
    frozen: FrozenMonth | None,
    current: CurrentMonth | None,
    rate: Decimal | None,
    target: str,
) -> MonthLine:
    was = None if frozen is None else Confirmed(frozen.amount, rate)
    expected = current is not None and current.expected
    counted = None if current is None or expected else Current(current.amount, current.month_rate.rate)
    after = contract.cancelled_after
    return MonthLine(
        month=month,
        number=current.number if current else frozen.number if frozen else None,
        rule=current.rule if current else frozen.rule if frozen else None,
        confirmed=frozen.amount if frozen else None,
        confirmed_converted=converted_month(frozen.amount, rate, target) if frozen else None,
        current=current.amount if current else None,
        current_converted=converted_month(current.amount, current.month_rate.rate, target)
        if current
        else None,
        month_rate=current.month_rate if current else None,
        difference=difference(was, counted, frozen_rate=rate, target=target),
        lost=frozen is not None and after is not None and month > after,
        expected=expected,
        confirmation=frozen.confirmation if frozen else None,
        confirmed_owner=frozen.owner if frozen else None,
        owner=current.owner if current else None,
    )
