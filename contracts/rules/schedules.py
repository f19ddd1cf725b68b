"""The schedule of a contract: rules over numbered months, and the months that they make (rules 4.2 to 4.8).

Functions of values. A month has a number, counted from 1; which calendar month that is stands in terms.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from kamtrak.lib.money import convert, round_money

MOST_RULES = 16
MOST_MONTHS = 600  # fifty years: no contract runs longer, and every month of one can be shown
ONE, ZERO = Decimal(1), Decimal(0)
Row = TypeVar("Row")


class Unit(StrEnum):
    """How the revenue of a rule is given (rules 4.3)."""

    AMOUNT = "amount"
    PERCENT = "percent"  # of the contract's monthly revenue


@dataclass(frozen=True)
class Rule:
    """`revenue` per month from month `first` to month `last`, both inclusive (rules 4.3).

    `last` None: onwards. `revenue` None: not filled yet, as + leaves it (rules 4.6); never saved so.
    """

    first: int
    last: int | None
    revenue: Decimal | None
    unit: Unit = Unit.AMOUNT

    def covers(self, number: int) -> bool:
        return self.first <= number and (self.last is None or number <= self.last)

    def reaches(self, number: int) -> bool:
        """Whether it has a month from month `number` on."""
        return self.last is None or self.last >= number

    @property
    def is_percent(self) -> bool:
        return self.unit is Unit.PERCENT

    @property
    def length(self) -> int | None:
        """How many months; None for an open end."""
        return None if self.last is None else self.last - self.first + 1


@dataclass(frozen=True)
class MonthRevenue:
    """What month `number` earns, and the position (from 1) of the rule that says so; None in a gap."""

    number: int
    rule: int | None
    amount: Decimal


def per_month(rule: Rule, *, monthly: Decimal | None, currency: str) -> Decimal:
    """What each month of a filled rule earns, in `currency`; a percentage is rounded once (rules 4.3).

    Raises ValueError for a rule without revenue, and for a percentage without a monthly revenue.
    """
    if rule.revenue is None:
        raise ValueError("a rule without revenue earns nothing that could be counted")
    if not rule.is_percent:
        return round_money(rule.revenue, currency)
    if monthly is None:
        raise ValueError("a percentage needs the contract's monthly revenue")
    return convert(monthly, ONE, currency, share=rule.revenue)


def expand_schedule(
    rules: Sequence[Rule], *, months: int, monthly: Decimal | None, currency: str
) -> tuple[MonthRevenue, ...]:
    """Months 1 to `months` with what each earns, in `currency`: whole months, no proration (rules 4.8).

    A month that no rule covers earns 0; rules beyond `months` are left out. The rules have been checked.
    """
    amounts = [per_month(rule, monthly=monthly, currency=currency) for rule in rules]
    found: list[MonthRevenue] = []
    for number in range(1, months + 1):
        at = next((i for i, rule in enumerate(rules) if rule.covers(number)), None)
        found.append(
            MonthRevenue(number, None, ZERO) if at is None else MonthRevenue(number, at + 1, amounts[at])
        )
    return tuple(found)


def in_order(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """By their first month, as they are kept."""
    return tuple(sorted(rules, key=lambda rule: rule.first))


def template_months(rules: Sequence[Rule]) -> int | None:
    """How many months a template has, which knows no contract; None where its last rule stays open."""
    ends = [rule.last for rule in rules]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


# ------------------------------------------------------------------ the pencil's dialog (rules 4.6)


def can_append(rules: Sequence[Rule]) -> bool:
    """Whether + stands beside the last rule: not at 16 rules, and not after an open end."""
    return len(rules) < MOST_RULES and (not rules or rules[-1].last is not None)


def append_rule(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """+ : the next months, as many as the last rule has, with the revenue still to be filled.

    1–12, 13–24 → 25–36; one month after a rule that ends before it begins. Raises ValueError where + is
    absent.
    """
    if not can_append(rules):
        raise ValueError("there is no place for another rule")
    if not rules:
        return (Rule(1, None, None),)
    before = rules[-1]
    assert before.last is not None  # noqa: S101 - can_append has just said so
    following = Rule(before.last + 1, before.last + max(before.length or 1, 1), None, before.unit)
    return (*rules, following)


def can_drop(rules: Sequence[object]) -> bool:
    """Whether − stands beside the last rule: absent when one rule is left."""
    return len(rules) > 1


def drop_rule(rules: Sequence[Row]) -> tuple[Row, ...]:
    """− : without the last rule; nothing is stretched. Raises ValueError where − is absent.

    Rules, or rows that are still being typed."""
    if not can_drop(rules):
        raise ValueError("one rule stays")
    return tuple(rules[:-1])


def close_gap(rules: Sequence[Rule], first: int, last: int, *, from_after: bool = False) -> tuple[Rule, ...]:
    """Cover the gap from month `first` to `last`: the rule before it is stretched, at the beginning, or
    `from_after`, the one after it, also where that one only begins after the contract's end."""
    before = None if from_after else next((rule for rule in rules if rule.last == first - 1), None)
    if before is not None:
        return tuple(replace(rule, last=last) if rule is before else rule for rule in rules)
    after = next((rule for rule in in_order(rules) if rule.first > last), None)
    return tuple(replace(rule, first=first) if rule is after else rule for rule in rules)


def is_between(rules: Iterable[Rule | None], first: int, last: int) -> bool:
    """Whether a gap has a rule on either side, so that one may choose which of them covers it."""
    ends = [(rule.first, rule.last) for rule in rules if rule]
    return any(end == first - 1 for _, end in ends) and any(start == last + 1 for start, _ in ends)


# ------------------------------------------------------------------ "from month k on" (rules 4.10)


def as_amounts(rules: Sequence[Rule], *, monthly: Decimal | None, currency: str) -> tuple[Rule, ...]:
    """The same schedule with every percentage resolved: it no longer depends on the monthly revenue."""
    return tuple(
        Rule(rule.first, rule.last, per_month(rule, monthly=monthly, currency=currency))
        if rule.is_percent
        else rule
        for rule in rules
    )


def from_month_on(before: Sequence[Rule], after: Sequence[Rule], k: int) -> tuple[Rule, ...]:
    """`before` up to month k − 1 and `after` from month k on; a rule across k is split (rules 4.10).

    Where a rule just goes on, it stays one; where nothing is left, one rule says that nothing is earned.
    Raises TooManyRules where that makes more than 16.
    """
    kept = [
        replace(rule, last=k - 1) if rule.reaches(k) else rule for rule in in_order(before) if rule.first < k
    ]
    new = [replace(rule, first=max(rule.first, k)) for rule in in_order(after) if rule.reaches(k)]
    if kept and new and _goes_on(kept[-1], new[0]):
        kept[-1:] = [replace(kept[-1], last=new.pop(0).last)]
    if len(kept) + len(new) > MOST_RULES:
        raise TooManyRules(len(kept) + len(new))
    return (*kept, *new) or (Rule(k, None, ZERO),)


class TooManyRules(ValueError):
    """Splitting makes more than 16 rules; `args[0]` is how many."""


def _goes_on(one: Rule, other: Rule) -> bool:
    return (
        one.last is not None
        and one.last + 1 == other.first
        and (one.revenue, one.unit) == (other.revenue, other.unit)
    )


# ------------------------------------------------------------------ as values that can be kept


def rules_to_json(rules: Sequence[Rule]) -> list[list[str | int | None]]:
    """`[[1, 12, "100", "amount"], …]`; amounts as text, so that no digit is lost."""
    return [[r.first, r.last, None if r.revenue is None else f"{r.revenue:f}", r.unit.value] for r in rules]


def rules_from_json(value: Sequence[Sequence[str | int | None]]) -> tuple[Rule, ...]:
    """What `rules_to_json` wrote."""
    return tuple(
        Rule(
            int(first or 0),
            None if last is None else int(last),
            None if revenue is None else Decimal(str(revenue)),
            Unit(str(unit)),
        )
        for first, last, revenue, unit in value
    )
