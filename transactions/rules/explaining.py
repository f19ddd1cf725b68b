"""Why this number? The decision of one row, told in steps by the functions that made it (rules 5.2–5.13)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kamtrak.lib.money.rounding import Exact
from transactions.rules.book import Book
from transactions.rules.currencies import Evident, currency_of
from transactions.rules.derivation import refusals, rounded
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Given, Wrong
from transactions.rules.outcomes import Lack
from transactions.rules.profits import ProfitRule, profit_of
from transactions.rules.revenues import Revenue, revenue_of
from transactions.rules.taxes import Tax, TaxRule
from transactions.rules.terms import Sale, Terms
from transactions.rules.tiers import TIERS, Tier
from transactions.rules.working import Row


class StepKind(StrEnum):
    """What a step tells; in this order. The names in brackets are those of its values."""

    WRONG = "wrong"  # a row error: the Wrong (error)
    NOT_REVENUE = "not_revenue"  # declared so by its type (type)
    SALE = "sale"  # rate and price are the sale's (original_id, day); day is None if it is not there
    TURNED = "turned"  # a positive refund (fields: those that changed their sign)
    PASSED = "passed"  # a tier that does not apply (tier, cells: field → Cell)
    TIER = "tier"  # the tier that decides (tier, quantity, price, entry, exact, currency)
    NOT_NEEDED = "not_needed"  # a later tier that would apply too (the same values)
    CURRENCY = "currency"  # of the amount that was used (field, currency, evidence, column, unit)
    TAX = "tax"  # (rule, gross, quantity, percent, entry, amount, of, rate, exact, rounded, currency)
    RATE = "rate"  # (currency, to, day: the day that was asked for, rate: its RateUse)
    REVENUE = "revenue"  # (exact, rounded, currency, converted_exact, converted, to)
    UNKNOWN = "unknown"  # (lack, product, candidates, currency, day, rounded: what waits for a rate)
    PROFIT = "profit"  # (rule, quantity, amount, currency, rate, entry, revenue, exact, rounded, to)
    PROFIT_UNKNOWN = "profit_unknown"  # as UNKNOWN


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its values; words and links to cells are the page's."""

    kind: StepKind
    values: dict[str, object]


class Cell(StrEnum):
    """How a cell stands to a rule that asks for it (rules 5.3)."""

    USABLE = "usable"
    BLANK = "blank"
    UNREAD = "unread"
    ABSENT = "absent"  # no column is mapped to it


# What each tier asks for.
ASKED = {
    1: (Field.REVENUE,),
    2: (Field.QUANTITY, Field.PRICE_SOLD),
    3: (Field.QUANTITY, Field.PRODUCT),
}
_FIELD = {1: Field.REVENUE, 2: Field.PRICE_SOLD}


def explain(given: Given, terms: Terms, book: Book, sale: Sale | None = None) -> tuple[Step, ...]:
    """The steps from the cells to the figures that `derive` gives for the same arguments."""
    wrong = refusals(given)
    if wrong:
        return tuple(_errors(wrong))
    row = Row(given, terms, book, sale)
    if given.kind is RowKind.NOT_REVENUE:
        return (_step(StepKind.NOT_REVENUE, type=given.type),)
    revenue = revenue_of(row)
    steps = []
    if not row.wrong:
        steps = [*_circumstances(row), *_choice(row, revenue.tier), *_figure(row, revenue)]
    if terms.profit and not row.wrong:
        steps += _profit(row, revenue)
    return tuple(_errors(row.wrong) if row.wrong else steps)


def _step(kind: StepKind, **values: object) -> Step:
    return Step(kind, values)


def _errors(wrong: list[Wrong]) -> Iterator[Step]:
    return (_step(StepKind.WRONG, error=error) for error in wrong)


def _circumstances(row: Row) -> Iterator[Step]:
    given = row.given
    if given.original_id or row.sale:
        day = row.sale.day if row.sale else None
        yield _step(StepKind.SALE, original_id=given.original_id, day=day)
    turned = [f for f in (Field.REVENUE, Field.PROFIT) if row.turned and given.numbers.get(f)]
    if row.quantity != given.numbers.get(Field.QUANTITY):
        turned.append(Field.QUANTITY)
    if turned:
        yield _step(StepKind.TURNED, fields=tuple(turned))


def _choice(row: Row, chosen: Tier) -> Iterator[Step]:
    """Why the earlier tiers did not apply, which one does, and what the later ones would have given."""
    for number, rule in enumerate(TIERS, start=1):
        if chosen.number == 0 or number < chosen.number:
            cells = {field: _cell(row, field) for field in ASKED[number]}
            yield _step(StepKind.PASSED, tier=number, cells=cells)
        elif number == chosen.number:
            yield _tier(StepKind.TIER, row, chosen)
        else:
            aside = Row(row.given, row.terms, row.book, row.sale)  # what it notes is not of this row's figure
            other = rule(aside)
            if other is not None and other.exact is not None and not aside.wrong:
                yield _tier(StepKind.NOT_NEEDED, row, other)
    if chosen.number in _FIELD:
        yield from _currency(row, _FIELD[chosen.number])


def _cell(row: Row, field: Field) -> Cell:
    given = row.given
    if field in given.unread:
        return Cell.UNREAD
    if field in given.numbers or (field is Field.PRODUCT and row.match.key):
        return Cell.USABLE
    return Cell.BLANK if field in given.blank else Cell.ABSENT


def _tier(kind: StepKind, row: Row, tier: Tier) -> Step:
    return _step(
        kind,
        tier=tier.number,
        quantity=None if tier.number == 1 else row.quantity,
        price=row.given.numbers.get(Field.PRICE_SOLD) if tier.number == 2 else None,
        entry=tier.price,
        exact=tier.exact,
        currency=tier.currency,
    )


def _currency(row: Row, field: Field) -> Iterator[Step]:
    found = currency_of(field, row.given, row.terms, row.sale)
    if isinstance(found, Evident):
        yield _step(
            StepKind.CURRENCY,
            field=field,
            currency=found.code,
            evidence=found.evidence,
            column=row.given.currency,
            unit=row.given.units.get(field, ""),
        )


def _figure(row: Row, revenue: Revenue) -> Iterator[Step]:
    """Taxes, rate and rounding; or what the revenue lacks."""
    exact, converted = revenue.exact, revenue.converted
    if revenue.tax is not None and revenue.tax.exact is not None:
        yield _tax(row, revenue, revenue.tax, revenue.tax.exact)
    if exact is None or converted is None:
        yield _unknown(StepKind.UNKNOWN, row, revenue.lack, revenue.currency, exact)
        return
    currency, to = revenue.currency, row.book.currency
    if revenue.rate is not None and currency != to:
        yield _step(StepKind.RATE, currency=currency, to=to, day=row.day, rate=revenue.rate)
    yield _step(
        StepKind.REVENUE,
        exact=exact,
        rounded=rounded(exact, currency, row),
        currency=currency,
        converted_exact=converted,
        converted=rounded(converted, to, row),
        to=to,
    )


def _tax(row: Row, revenue: Revenue, tax: Tax, exact: Exact) -> Step:
    return _step(
        StepKind.TAX,
        rule=tax.rule,
        gross=revenue.tier.exact,
        quantity=row.quantity if tax.rule is TaxRule.PER_UNIT else None,
        percent=tax.percent,
        entry=tax.price,
        amount=tax.amount,
        of=tax.currency,
        rate=tax.rate,
        exact=exact,
        rounded=rounded(exact, revenue.currency, row),
        currency=revenue.currency,
    )


def _profit(row: Row, revenue: Revenue) -> Iterator[Step]:
    profit = profit_of(row, revenue)
    if profit.exact is None:
        yield _unknown(StepKind.PROFIT_UNKNOWN, row, profit.lack, profit.currency)
        return
    by_unit = profit.rule not in (ProfitRule.STATED, ProfitRule.CATALOG_PERCENT)
    yield _step(
        StepKind.PROFIT,
        rule=profit.rule,
        quantity=row.quantity if by_unit else None,
        amount=profit.amount,
        currency=profit.currency,
        rate=profit.rate,
        entry=profit.price,
        revenue=revenue.converted,
        exact=profit.exact,
        rounded=rounded(profit.exact, row.book.currency, row),
        to=row.book.currency,
    )


def _unknown(kind: StepKind, row: Row, lack: Lack, currency: str, exact: Exact | None = None) -> Step:
    return _step(
        kind,
        lack=lack,
        product=row.given.product,
        candidates=row.match.candidates,
        currency=currency,
        day=row.day,
        rounded=None if exact is None else rounded(exact, currency, row),
    )
