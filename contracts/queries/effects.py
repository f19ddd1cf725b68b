"""What a change of a contract's terms, or Add, would do, before it is done (rules 4.9, 4.10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from contracts.models import Contract
from contracts.queries.contracts import newest_term
from contracts.rules import Term, Terms, current_months, next_term, term_months
from fx.queries import load_book
from fx.rules import Conversion
from kamtrak.lib.money import convert
from kamtrak.lib.months import Month, months_between

ZERO = Decimal(0)
Amounts = Mapping[Month, Decimal]


@dataclass(frozen=True)
class PastChange:
    """Months in a row that are over, and what each would earn after saving instead of before."""

    first: Month
    last: Month
    months: int
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        return (self.after - self.before) * self.months

    @property
    def span(self) -> str:
        return months_between(self.first, self.last)


@dataclass(frozen=True)
class Effect:
    """In the contract's currency: what its months come to after saving and before, without those of terms
    that are not confirmed yet. `past`: what would change of months that are over. `begun`: how many terms
    would be confirmed with it, because they have begun since."""

    after: Decimal
    before: Decimal
    past: tuple[PastChange, ...]
    begun: int

    @property
    def change(self) -> Decimal:
        return self.after - self.before


def effect_of(contract: Contract, terms: Terms, today: date) -> Effect:
    """What saving these terms would do."""
    until, cancelled, newest = contract.frozen_until, contract.cancelled_after, newest_term(contract)
    begun = [] if newest is None else list(_terms_begun(terms, newest, cancelled, today))
    before = _earned(contract.terms, until, cancelled)
    after = _earned(terms, begun[-1].last if begun else until, cancelled)
    past = () if contract.is_draft else _past(before, after, Month.of(today))
    return Effect(sum(after.values(), ZERO), sum(before.values(), ZERO), past, len(begun))


def _earned(terms: Terms, until: Month | None, cancelled_after: Month | None) -> dict[Month, Decimal]:
    found = current_months(terms, frozen_until=until, cancelled_after=cancelled_after)
    return {month.month: month.amount for month in found if not month.expected}


def _past(before: Amounts, after: Amounts, running: Month) -> tuple[PastChange, ...]:
    """Months before the running one that would earn something else, runs of like ones together."""
    months = [month for month in sorted({*before, *after}) if month < running]
    pairs = [(month, before.get(month, ZERO), after.get(month, ZERO)) for month in months]
    found = []
    for (was, now), lines in groupby(pairs, key=lambda pair: pair[1:]):
        run = [month for month, _, _ in lines]
        if was != now:
            found.append(PastChange(run[0], run[-1], len(run), was, now))
    return tuple(found)


def _terms_begun(
    terms: Terms, newest: Term | None, cancelled_after: Month | None, today: date
) -> Iterator[Term]:
    """The terms after `newest` that have begun; without it the first one as well, whenever it begins."""
    while term := next_term(terms, newest=newest, cancelled_after=cancelled_after):
        if newest is not None and term.first.first > today:
            return
        yield term
        newest = term


# ------------------------------------------------------------------ what Add freezes


@dataclass(frozen=True)
class FrozenTerm:
    """One term that Add freezes, in the contract's currency, and in the workspace's at the rate of the day
    that it follows; without one on file that is not known yet."""

    first: Month
    last: Month
    confirmed_on: date
    amount: Decimal
    conversion: Conversion | None
    converted: Decimal | None

    @property
    def months(self) -> int:
        return self.last - self.first + 1


def terms_to_freeze(contract: Contract, *, confirmed_on: date, today: date) -> list[FrozenTerm]:
    """The first term, and of a contract that renews those that have begun since (rules 4.9, 4.13)."""
    terms = list(_terms_begun(contract.terms, None, None, today))
    days = [confirmed_on, *(term.first.first for term in terms[1:])]
    workspace = contract.workspace
    book = load_book(workspace, [contract.currency], first=min(days), last=max(days), today=today)
    return [
        _frozen(contract, term, day, book.conversion(contract.currency, workspace.currency, day))
        for term, day in zip(terms, days, strict=True)
    ]


def _frozen(contract: Contract, term: Term, day: date, found: Conversion | None) -> FrozenTerm:
    amounts = [month.amount for month in term_months(contract.terms, term.first, term.last)]
    target = contract.workspace.currency
    converted = None if found is None else sum((convert(each, found.rate, target) for each in amounts), ZERO)
    return FrozenTerm(term.first, term.last, day, sum(amounts, ZERO), found, converted)
