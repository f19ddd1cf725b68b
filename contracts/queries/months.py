"""One contract month by month: as confirmed and current, with the difference (rules 4.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from contracts.models import Contract, CurrentMonth, FrozenMonth, MonthRate
from contracts.rules import Confirmed, Current, Difference, converted_month, difference
from kamtrak.lib.months import Month


@dataclass(frozen=True)
class MonthLine:
    """A month of a contract. Amounts in its currency; None on the side that does not have the month.

    `…_converted` in the workspace currency: the frozen side at the frozen rate, the current one at the rate
    of the month's last day; None as well while a rate is missing (then `…_unknown`). `lost`: confirmed, but
    after a cancellation. `expected`: in a term not confirmed yet, which is in no difference.
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

    @property
    def confirmed_unknown(self) -> bool:
        return self.confirmed is not None and self.confirmed_converted is None

    @property
    def current_unknown(self) -> bool:
        return self.current is not None and self.current_converted is None

    @property
    def provisional(self) -> bool:
        return self.month_rate is not None and self.month_rate.provisional and bool(self.current)


def month_lines(contract: Contract) -> list[MonthLine]:
    """Every month that either side has, in order; two queries."""
    frozen = {
        row.month: row
        for row in FrozenMonth.objects.filter(contract=contract)
        .select_related("confirmation__frozen_rate")
        .order_by("month")
    }
    current = {
        row.month: row
        for row in CurrentMonth.objects.filter(contract=contract)
        .select_related("month_rate")
        .order_by("month")
    }
    target = contract.workspace.currency
    lines, rate = [], _first_rate(frozen.values())
    for month in sorted({*frozen, *current}):
        if month in frozen:
            rate = frozen_rate(frozen[month])
        lines.append(_line(contract, month, frozen.get(month), current.get(month), rate, target))
    return lines


def frozen_rate(row: FrozenMonth) -> Decimal | None:
    """The rate of the row's confirmation; None while it is not on file."""
    found = getattr(row.confirmation, "frozen_rate", None)
    return None if found is None else found.rate


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
    )
