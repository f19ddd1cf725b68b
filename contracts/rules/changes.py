"""What differs between two versions of a schedule, in words and month by month (rules 4.12)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.rules.checks import months_said
from contracts.rules.schedules import per_month
from contracts.rules.terms import ScheduledMonth, Terms, current_months, duration_label
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Month

ZERO = Decimal(0)
NOT_THERE = "none"


@dataclass(frozen=True)
class Change:
    """One difference: `Months 7–12`, `9,000.00`, `9,500.00`."""

    what: str
    before: str
    after: str


def changes_between(before: Terms, after: Terms) -> tuple[Change, ...]:
    """Everything that the later version says otherwise; what months earn comes last."""
    said = [
        ("Type", before.kind.label, after.kind.label),
        ("Start", f"{before.start:%-d %b %Y}", f"{after.start:%-d %b %Y}"),
        ("Period", _months(before.period), _months(after.period)),
        ("Monthly revenue", _monthly(before), _monthly(after)),
        ("Revenue by", source_said(before), source_said(after)),
    ]
    terms = [Change(what, was, now) for what, was, now in said if was != now]
    return (*terms, *_changed_months(before, after))


def source_said(terms: Terms) -> str:
    """Where the revenue comes from: `every month for 12 months`, `formula “Step down”`."""
    if terms.duration:
        return duration_label(terms.duration)
    return f"formula “{terms.formula}”" if terms.formula else "rules of its own"


def _months(number: int) -> str:
    return f"{number} month{'' if number == 1 else 's'}"


def _monthly(terms: Terms) -> str:
    return NOT_THERE if terms.monthly is None else grouped(terms.monthly, terms.currency)


# ------------------------------------------------------------------ what months earn


def _changed_months(before: Terms, after: Terms) -> Iterator[Change]:
    """Spans of months, by their numbers, that earn another amount per month."""
    starts = sorted({1, *_turns(before), *_turns(after)})
    spans = [(first, _earns(before, first), _earns(after, first)) for first in starts]
    joined = [span for place, span in enumerate(spans) if place == 0 or spans[place - 1][1:] != span[1:]]
    for place, (first, was, now) in enumerate(joined):
        last = joined[place + 1][0] - 1 if place + 1 < len(joined) else None
        if was != now:
            yield Change(
                months_said(first, last).capitalize(),
                _amount(was, before.currency),
                _amount(now, after.currency),
            )


def _turns(terms: Terms) -> Iterator[int]:
    """The months in which another amount may begin."""
    for rule in terms.rules:
        yield rule.first
        if rule.last is not None:
            yield rule.last + 1
    if terms.term_months is not None:
        yield terms.term_months + 1


def _earns(terms: Terms, number: int) -> Decimal | None:
    """What month `number` earns: 0 in a gap, None after the contract's end."""
    if terms.term_months is not None and number > terms.term_months:
        return None
    rule = next((rule for rule in terms.rules if rule.covers(number)), None)
    return ZERO if rule is None else per_month(rule, monthly=terms.monthly, currency=terms.currency)


def _amount(value: Decimal | None, currency: str) -> str:
    return NOT_THERE if value is None else grouped(value, currency)


# ------------------------------------------------------------------ what a version comes to


def schedule_total(terms: Terms, *, frozen_until: Month | None, cancelled_after: Month | None) -> Decimal:
    """What the terms confirmed so far would come to with this version, in the contract's currency."""
    months = current_months(terms, frozen_until=frozen_until, cancelled_after=cancelled_after)
    return sum((month.amount for month in months if not month.expected), ZERO)


@dataclass(frozen=True)
class ComparedMonth:
    """A calendar month in two versions; None on the side that does not have it."""

    month: Month
    before: Decimal | None
    after: Decimal | None
    expected: bool

    @property
    def difference(self) -> Decimal:
        return (self.after or ZERO) - (self.before or ZERO)


def compared_months(
    before: Terms, after: Terms, *, frozen_until: Month | None, cancelled_after: Month | None
) -> tuple[ComparedMonth, ...]:
    """Two versions month by month, as the reports would count them (rules 4.12)."""
    one, other = (
        _by_month(current_months(terms, frozen_until=frozen_until, cancelled_after=cancelled_after))
        for terms in (before, after)
    )
    return tuple(
        ComparedMonth(
            month,
            one[month].amount if month in one else None,
            other[month].amount if month in other else None,
            expected=(other.get(month) or one[month]).expected,
        )
        for month in sorted({*one, *other})
    )


def _by_month(months: Sequence[ScheduledMonth]) -> dict[Month, ScheduledMonth]:
    return {month.month: month for month in months}
