"""What Save refuses, asks and warns about (rules 4.7): a function of the rules and the contract's terms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from contracts.rules.schedules import MOST_MONTHS, MOST_RULES, Rule, in_order, per_month
from kamtrak.lib.money import grouped, minor_units, round_money

MOST_PERCENT = Decimal(1000)
MOST_DIGITS = 15  # of what a month earns, before the decimal mark (rules 10)
TOO_MUCH = Decimal(10) ** MOST_DIGITS
TOO_LONG = f"A month earns at most {MOST_DIGITS} digits before the decimal mark."
PERCENT_PLACES = 4


class Weight(StrEnum):
    """An error is refused; a question is answered with yes or the rules are changed; a warning is read."""

    ERROR = "error"
    QUESTION = "question"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """One thing that the check has to say. `rule` is the position (from 1) of the row that it stands at,
    `field` the input to change (`first`, `last`, `revenue`), `gap` the months that are not covered."""

    weight: Weight
    message: str
    rule: int | None = None
    field: str = ""
    gap: tuple[int, int] | None = None


def check_schedule(
    rules: Sequence[Rule], *, months: int | None, monthly: Decimal | None, currency: str
) -> list[Finding]:
    """What there is to say about these rules: the errors; without any, the questions, then the warnings
    (rules 4.7).

    `months`: how many the contract has; None for one that renews. A template, whose contract is not known
    yet, is checked against its own last month and with any `monthly`; `currency` is "" where it has
    percentages alone, and `monthly` is then not asked for.
    """
    errors = list(_errors(rules, monthly, currency))
    if errors:
        return errors
    return [*_questions(rules, currency), *_gaps(rules, months), *_beyond(rules, months)]


def errors_in(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.weight is Weight.ERROR]


def questions_in(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.weight is Weight.QUESTION]


def months_said(first: int, last: int | None) -> str:
    """`month 3`, `months 10–12`, `months 25 onwards`."""
    if last is None:
        return f"months {first} onwards"
    return f"month {first}" if first == last else f"months {first}–{last}"


# ------------------------------------------------------------------ refused


def _errors(rules: Sequence[Rule], monthly: Decimal | None, currency: str) -> Iterator[Finding]:
    if not rules:
        yield Finding(Weight.ERROR, "A formula has at least one rule.")
    if len(rules) > MOST_RULES:
        yield Finding(Weight.ERROR, f"A formula has at most {MOST_RULES} rules; this one has {len(rules)}.")
    for position, rule in enumerate(rules, start=1):
        yield from _months_of(rule, position)
        yield from _revenue_of(rule, position, monthly, currency)
    yield from _overlaps(rules)


def _months_of(rule: Rule, position: int) -> Iterator[Finding]:
    if rule.first < 1:
        yield Finding(Weight.ERROR, "Months are counted from 1.", position, "first")
    elif rule.first > MOST_MONTHS:
        yield Finding(Weight.ERROR, f"A schedule has at most {MOST_MONTHS} months.", position, "first")
    if rule.last is None:
        return
    if rule.last > MOST_MONTHS:
        yield Finding(Weight.ERROR, f"A schedule has at most {MOST_MONTHS} months.", position, "last")
    elif rule.last < rule.first:
        said = f"Rule {position} ends in month {rule.last}, before it begins in month {rule.first}."
        yield Finding(Weight.ERROR, said, position, "last")


def _revenue_of(rule: Rule, position: int, monthly: Decimal | None, currency: str) -> Iterator[Finding]:
    def refused(said: str) -> Finding:
        return Finding(Weight.ERROR, said, position, "revenue")

    if rule.revenue is None:
        yield refused(f"Enter the revenue per month of rule {position}; 0 is allowed.")
    elif rule.is_percent:
        if not 0 <= rule.revenue <= MOST_PERCENT:
            yield refused(f"A percentage lies between 0 and {MOST_PERCENT:,f}.")
        elif round(rule.revenue, PERCENT_PLACES) != rule.revenue:
            yield refused(f"A percentage has at most {PERCENT_PLACES} decimals.")
        elif monthly is None and currency:
            yield refused("A percentage needs the contract’s monthly revenue.")
        elif monthly is not None and currency and _is_too_long(rule, monthly, currency):
            yield refused(TOO_LONG)
    elif rule.revenue.copy_abs() >= TOO_MUCH:
        yield refused(TOO_LONG)
    elif currency and round_money(rule.revenue, currency) != rule.revenue:
        places = minor_units(currency)
        has = "no decimals" if not places else f"{places} decimals"
        yield refused(f"{currency} has {has}.")


def _is_too_long(rule: Rule, monthly: Decimal, currency: str) -> bool:
    return per_month(rule, monthly=monthly, currency=currency) >= TOO_MUCH


def _overlaps(rules: Sequence[Rule]) -> Iterator[Finding]:
    for later, rule in enumerate(rules):
        for earlier, other in enumerate(rules[:later]):
            first = max(rule.first, other.first)
            ends = [end for end in (rule.last, other.last) if end is not None]
            last = min(ends) if ends else None
            if last is None or first <= last:
                said = f"Rules {earlier + 1} and {later + 1} both cover {months_said(first, last)}."
                yield Finding(Weight.ERROR, said, later + 1, "first")


# ------------------------------------------------------------------ asked


def _questions(rules: Sequence[Rule], currency: str) -> Iterator[Finding]:
    for position, rule in enumerate(rules, start=1):
        if rule.revenue is not None and rule.revenue < 0:
            amount = f"{grouped(rule.revenue, currency)} {currency}" if currency else "less than 0"
            said = f"Rule {position} earns {amount} a month. Is that a rebate?"
            yield Finding(Weight.QUESTION, said, position, "revenue")


# ------------------------------------------------------------------ warned about


def _gaps(rules: Sequence[Rule], months: int | None) -> Iterator[Finding]:
    """Months inside the contract that no rule covers: they earn 0."""
    at = 1
    for rule in in_order(rules):
        if rule.first > at:
            yield from _gap(at, rule.first - 1, months)
        if rule.last is None:
            return
        at = max(at, rule.last + 1)
    if months is None:
        said = f"The last rule ends with month {at - 1}: from month {at} on, the contract earns 0."
        yield Finding(Weight.WARNING, said)
    else:
        yield from _gap(at, months, months)


def _gap(first: int, last: int, months: int | None) -> Iterator[Finding]:
    last = last if months is None else min(last, months)
    if first <= last:
        said = f"{months_said(first, last).capitalize()} {_be(first, last)} not covered and will earn 0."
        yield Finding(Weight.WARNING, said, gap=(first, last))


def _beyond(rules: Sequence[Rule], months: int | None) -> Iterator[Finding]:
    """Rules after the contract's end, whole or in part; an open end is meant to reach there."""
    if months is None:
        return
    for position, rule in enumerate(rules, start=1):
        if rule.first > months:
            beyond = f"rule {position} ({months_said(rule.first, rule.last)}) is"
        elif rule.last is not None and rule.last > months:
            beyond = f"{months_said(months + 1, rule.last)} of rule {position} {_be(months + 1, rule.last)}"
        else:
            continue
        said = f"The contract ends with month {months}: {beyond} not counted."
        yield Finding(Weight.WARNING, said, position, "first" if rule.first > months else "last")


def _be(first: int, last: int) -> str:
    return "is" if first == last else "are"
