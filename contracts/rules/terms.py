"""What a contract agrees on beside its schedule: type, start, period, terms and their renewal, its end
(rules 4.1, 4.2, 4.8, 4.13, 4.14). Functions of values; whoever needs today's state passes today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from contracts.rules.schedules import MonthRevenue, Rule, expand_schedule
from kamtrak.lib.months import Month

EXPECTED_MONTHS = 24  # of terms not yet confirmed, shown apart (rules 4.13)


class ContractType(StrEnum):
    """Fixed term ends; roll-over renews for its period, casual for a month at a time (rules 4.13)."""

    FIXED = "fixed"
    ROLL_OVER = "roll_over"
    CASUAL = "casual"

    @property
    def label(self) -> str:
        return {"fixed": "Fixed term", "roll_over": "Roll-over", "casual": "Casual"}[self.value]

    @property
    def renews(self) -> bool:
        return self is not ContractType.FIXED


class State(StrEnum):
    """Rules 4.14; the last three are hidden until asked for."""

    DRAFT = "draft"
    CURRENT = "current"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    VOID = "void"


class Duration(StrEnum):
    """The term of a monthly revenue; "every month for n months" is the number itself (rules 4.2)."""

    ONCE_OFF = "once"
    FULL = "full"


DURATIONS = (Duration.ONCE_OFF.value, Duration.FULL.value, *(str(n) for n in range(6, 121, 6)))


def duration_label(duration: str) -> str:
    """`once-off`, `every month of the full term`, `every month for 12 months`."""
    if duration == Duration.ONCE_OFF:
        return "once-off"
    if duration == Duration.FULL:
        return "every month of the full term"
    return f"every month for {duration} months"


def term_said(kind: ContractType, start: date, period: int) -> str:
    """`24 months from 15 Mar 2026`, `12 months from 1 Mar 2025, renewing`, `month by month from …`."""
    since = f"from {start:%-d %b %Y}"
    if kind is ContractType.CASUAL:
        return f"month by month {since}"
    months = f"{period} month{'' if period == 1 else 's'}"
    return f"{months} {since}{', renewing' if kind.renews else ''}"


@dataclass(frozen=True)
class Terms:
    """What one version of a contract says: everything that its months follow from.

    `period` in months (1 for casual contracts). `monthly`, without tax, in `currency`: required with a
    duration and with any % rule, otherwise None. `duration`: one of DURATIONS, or "" with a formula;
    `formula` names the template whose rules were copied, "" where the rules are the contract's own.
    """

    kind: ContractType
    start: date
    period: int
    currency: str
    monthly: Decimal | None
    duration: str
    formula: str
    rules: tuple[Rule, ...]

    @property
    def first_month(self) -> Month:
        """Month 1: the calendar month of the start, whatever the day (rules 4.8)."""
        return Month.of(self.start)

    @property
    def last_month(self) -> Month | None:
        """The last month of a fixed term; None for a contract that renews."""
        return None if self.kind.renews else self.first_month + (self.period - 1)

    @property
    def term_months(self) -> int | None:
        """How many months its schedule is checked against; None for a contract that renews."""
        return None if self.kind.renews else self.period

    def number_of(self, month: Month) -> int:
        """The number of a calendar month; below 1 before the start."""
        return month - self.first_month + 1

    def month_of(self, number: int) -> Month:
        return self.first_month + (number - 1)


def duration_rules(duration: str, *, kind: ContractType, period: int, monthly: Decimal) -> tuple[Rule, ...]:
    """The one period that a monthly duration makes (rules 4.2)."""
    if duration == Duration.ONCE_OFF:
        return (Rule(1, 1, monthly),)
    if duration == Duration.FULL:
        return (Rule(1, None if kind.renews else period, monthly),)
    return (Rule(1, int(duration), monthly),)


# ------------------------------------------------------------------ terms and what is still expected


@dataclass(frozen=True)
class Term:
    """What one confirmation freezes: months `first` to `last`. `until` is the end of the whole term, later
    than `last` where a cancellation was known already."""

    first: Month
    last: Month
    until: Month


def next_term(
    terms: Terms, *, newest: Term | None = None, cancelled_after: Month | None = None
) -> Term | None:
    """What the next confirmation freezes (rules 4.9, 4.13); None where there is nothing to confirm.

    Add (`newest` None) freezes the first term. A renewing contract then goes on, term by term, up to the
    month in which it was cancelled; a term that was cut short by that is completed first, should the
    cancellation be taken back.
    """
    if newest is None:
        end = terms.first_month + (terms.period - 1)
        return Term(terms.first_month, end, end)
    if not terms.kind.renews:
        return None
    first = max(newest.last + 1, terms.first_month)
    until = newest.until if first <= newest.until else first + (terms.period - 1)
    last = until if cancelled_after is None else min(until, cancelled_after)
    return Term(first, last, until) if first <= last else None


def horizon(terms: Terms, *, frozen_until: Month | None) -> Month:
    """The last month that the current schedule is expanded to, before any cancellation (rules 4.13).

    Of a contract that renews: 24 months after the newest frozen term, or after the first term before Add.
    """
    if terms.last_month is not None:
        return terms.last_month
    if frozen_until is None:
        return terms.month_of(terms.period) + EXPECTED_MONTHS
    return max(frozen_until + 1, terms.first_month) + (EXPECTED_MONTHS - 1)


def counted_months(
    kind: ContractType,
    first: Month,
    period: int,
    *,
    frozen_until: Month | None,
    cancelled_after: Month | None,
) -> int:
    """How many months, from month 1 on, are in the current total: those of confirmed terms, before Add of the
    first one, up to a cancellation."""
    last = first + (period - 1)
    if kind.renews and frozen_until is not None:
        last = max(last, frozen_until)
    if cancelled_after is not None:
        last = min(last, cancelled_after)
    return max(0, last - first + 1)


@dataclass(frozen=True)
class ScheduledMonth:
    """One month of a contract as its schedule has it, in the contract's currency.

    `expected`: it lies in a term that is not confirmed yet.
    """

    month: Month
    number: int
    rule: int | None
    amount: Decimal
    expected: bool = False


def current_months(
    terms: Terms, *, frozen_until: Month | None, cancelled_after: Month | None
) -> tuple[ScheduledMonth, ...]:
    """What the reports count: the schedule as it is now, up to a cancellation (rules 4.10, 4.13, 4.14)."""
    last = horizon(terms, frozen_until=frozen_until)
    if cancelled_after is not None:
        last = min(last, cancelled_after)
    return tuple(
        _scheduled(terms, month, expected=_is_expected(terms, month, frozen_until))
        for month in _expanded(terms, terms.number_of(last))
    )


def term_months(terms: Terms, first: Month, last: Month) -> tuple[ScheduledMonth, ...]:
    """What a confirmation freezes: these months of the schedule as it is now (rules 4.9)."""
    months = (_scheduled(terms, month) for month in _expanded(terms, terms.number_of(last)))
    return tuple(month for month in months if month.month >= first)


def _expanded(terms: Terms, months: int) -> Sequence[MonthRevenue]:
    return expand_schedule(terms.rules, months=months, monthly=terms.monthly, currency=terms.currency)


def _scheduled(terms: Terms, month: MonthRevenue, *, expected: bool = False) -> ScheduledMonth:
    return ScheduledMonth(terms.month_of(month.number), month.number, month.rule, month.amount, expected)


def _is_expected(terms: Terms, month: MonthRevenue, frozen_until: Month | None) -> bool:
    if not terms.kind.renews:
        return False
    confirmed = frozen_until or terms.month_of(terms.period)
    return terms.month_of(month.number) > confirmed


# ------------------------------------------------------------------ state and owner


def state_of(
    *, today: date, added: bool, void: bool, cancelled_on: date | None, last_month: Month | None
) -> State:
    """The state on a day (rules 4.14). A cancellation whose day has not come leaves the contract current."""
    if void:
        return State.VOID
    if not added:
        return State.DRAFT
    if cancelled_on is not None and cancelled_on <= today:
        return State.CANCELLED
    if last_month is not None and today > last_month.last:
        return State.EXPIRED
    return State.CURRENT


@dataclass(frozen=True)
class HandedOver:
    """From month `first` on the contract is another person's (rules 4.16)."""

    first: Month
    owner: int


def owner_in(month: Month, *, first_owner: int, handed: Sequence[HandedOver]) -> int:
    """Whose a current month is; `handed` in the order of recording, a later one goes over an earlier."""
    return next((h.owner for h in reversed(handed) if h.first <= month), first_owner)


def suggest_number(year: int, taken: Sequence[str]) -> str:
    """`KT-2026-007`: the first one of the year that follows all that were given (rules 4.1)."""
    prefix = f"KT-{year}-"
    given = (number.removeprefix(prefix) for number in taken if number.startswith(prefix))
    serials = [int(serial) for serial in given if serial.isascii() and serial.isdigit() and len(serial) < 9]
    return f"{prefix}{max(serials, default=0) + 1:03}"
