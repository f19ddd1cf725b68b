"""The sums of months, straight from the months: what the maintained totals are made of and proved by."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, Model, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Round

from contracts.models import Contract, CurrentMonth, FrozenMonth, MonthTotal
from kamtrak.lib.money import minor_units
from kamtrak.lib.months import Month
from workspaces.models import Workspace

ZERO = Decimal(0)
MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=38, decimal_places=4)
ROW = Value(1)  # counted instead of the key: so an index alone answers
LOST = Q(month__gt=F("contract__cancelled_on"))  # a later month than that of the cancellation (rules 4.14)
# Made with a rate that is provisional; a month that earns nothing needs none.
PROVISIONAL = Q(month_rate__provisional=True) & ~Q(amount=0)
FROZEN_RATE, CURRENT_RATE = "confirmation__frozen_rate__rate", "month_rate__rate"


@dataclass(frozen=True)
class MonthSums:
    """The columns of MonthTotal; sums of rounded rows in the workspace currency."""

    confirmed: Decimal = ZERO
    lost: Decimal = ZERO
    confirmed_rows: int = 0
    confirmed_unknown: int = 0
    current: Decimal = ZERO
    provisional: Decimal = ZERO
    current_rows: int = 0
    current_unknown: int = 0
    expected: Decimal = ZERO
    expected_provisional: Decimal = ZERO
    expected_rows: int = 0
    expected_unknown: int = 0

    @property
    def values(self) -> tuple[Any, ...]:
        """Its columns in order; dataclasses.astuple copies every value deeply, at ten times the cost."""
        return tuple(getattr(self, name) for name in SUMS)

    def __sub__(self, other: "MonthSums") -> "MonthSums":
        pairs = zip(self.values, other.values, strict=True)
        return MonthSums(*(one - another for one, another in pairs))

    def __add__(self, other: "MonthSums") -> "MonthSums":
        pairs = zip(self.values, other.values, strict=True)
        return MonthSums(*(one + another for one, another in pairs))


SUMS = tuple(field.name for field in fields(MonthSums))
Key = tuple[Month, int]


def frozen_rows(workspace: Workspace, contracts: Collection[int] | None = None) -> QuerySet[FrozenMonth]:
    """Frozen months of contracts that are not void; of these contracts, or of all."""
    void = Contract.objects.filter(workspace=workspace, voided_at__isnull=False)  # few: no contract is joined
    return _of(FrozenMonth.objects.filter(workspace=workspace).exclude(contract__in=void), contracts)


def current_rows(workspace: Workspace, contracts: Collection[int] | None = None) -> QuerySet[CurrentMonth]:
    """Current months, which only contracts that are not void have."""
    return _of(CurrentMonth.objects.filter(workspace=workspace), contracts)


def month_totals(workspace: Workspace) -> QuerySet[MonthTotal]:
    """The maintained totals of months that somebody has. Totals stay when their months have gone, by a void,
    an edit or a hand-over: those are of nobody and nothing."""
    held = Q(confirmed_rows__gt=0) | Q(current_rows__gt=0) | Q(expected_rows__gt=0)
    return MonthTotal.objects.filter(held, workspace=workspace)


def _of(rows: QuerySet[Any], contracts: Collection[int] | None) -> QuerySet[Any]:
    return rows if contracts is None else rows.filter(contract__in=contracts)


def converted(rate: str, workspace: Workspace) -> Round:
    """amount × rate in the workspace currency, half-up: PostgreSQL rounds away from zero, as we do."""
    return Round(F("amount") * F(rate), precision=minor_units(workspace.currency), output_field=MONEY)


def summed(rate: str, workspace: Workspace, where: Q | None = None) -> Coalesce:
    """The sum of the rounded rows (rules 1.3); rows without a rate are in none."""
    return Coalesce(Sum(converted(rate, workspace), filter=where), Value(ZERO), output_field=MONEY)


def unknown(rate: str, where: Q | None = None) -> Count:
    """How many rows have no rate; a month that earns nothing needs none."""
    missing = Q(**{rate: None}) & ~Q(amount=0)
    return Count(ROW, filter=missing if where is None else missing & where)


def frozen_columns(workspace: Workspace) -> dict[str, Any]:
    """Annotations that make the confirmed columns of MonthSums."""
    return {
        "confirmed": summed(FROZEN_RATE, workspace),
        "lost": summed(FROZEN_RATE, workspace, LOST),
        "confirmed_rows": Count(ROW),
        "confirmed_unknown": unknown(FROZEN_RATE),
    }


def current_columns(workspace: Workspace) -> dict[str, Any]:
    """Annotations that make the current columns of MonthSums, and those of terms not confirmed yet."""
    term, expected = Q(expected=False), Q(expected=True)
    return {
        "current": summed(CURRENT_RATE, workspace, term),
        "provisional": summed(CURRENT_RATE, workspace, term & PROVISIONAL),
        "current_rows": Count(ROW, filter=term),
        "current_unknown": unknown(CURRENT_RATE, term),
        "expected_provisional": summed(CURRENT_RATE, workspace, expected & PROVISIONAL),
        "expected_rows": Count(ROW, filter=expected),
        "expected_unknown": unknown(CURRENT_RATE, expected),
        "expected": summed(CURRENT_RATE, workspace, expected),  # last: from here on the name is the sum's
    }


def month_sums(workspace: Workspace, contracts: Collection[int] | None = None) -> dict[Key, MonthSums]:
    """Per month and owner what the months of these contracts, or of all, come to; two queries."""
    found: dict[Key, MonthSums] = {}
    asked: list[tuple[QuerySet[Any], dict[str, Any]]] = [
        (frozen_rows(workspace, contracts), frozen_columns(workspace)),
        (current_rows(workspace, contracts), current_columns(workspace)),
    ]
    for rows, columns in asked:
        grouped: QuerySet[Any] = rows.order_by().values("month", "owner_id").annotate(**columns)
        lines = grouped.values_list("month", "owner_id", *columns)
        for month, owner, *values in lines:
            key, sums = (month, owner), MonthSums(**dict(zip(columns, values, strict=True)))
            found[key] = found[key] + sums if key in found else sums
    return found


def contract_sums(
    workspace: Workspace, contracts: Collection[int] | None = None
) -> dict[int, dict[str, Any]]:
    """Per contract, of these or of all, the columns of ContractTotal; two queries."""
    confirmed = {
        "confirmed": Coalesce(Sum("amount"), Value(ZERO), output_field=MONEY),
        "lost": Coalesce(Sum("amount", filter=LOST), Value(ZERO), output_field=MONEY),
        "confirmed_converted": summed(FROZEN_RATE, workspace),
        "lost_converted": summed(FROZEN_RATE, workspace, LOST),
        "confirmed_unknown": unknown(FROZEN_RATE),
    }
    term = Q(expected=False)
    current = {
        "current": Coalesce(Sum("amount", filter=term), Value(ZERO), output_field=MONEY),
        "current_converted": summed(CURRENT_RATE, workspace, term),
        "current_unknown": unknown(CURRENT_RATE, term),
        "provisional": Count(ROW, filter=term & PROVISIONAL),
    }
    found: dict[int, dict[str, Any]] = {}
    lines: list[tuple[QuerySet[Any, Model], dict[str, Any]]] = [
        (frozen_rows(workspace, contracts), confirmed),
        (current_rows(workspace, contracts), current),
    ]
    for rows, columns in lines:
        for line in rows.order_by().values("contract_id").annotate(**columns):
            found.setdefault(line.pop("contract_id"), {}).update(line)
    return found
