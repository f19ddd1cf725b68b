"""Profit: the first rule that matches, where the workspace or a target measures it (rules 5.8).

All terms are converted exactly, then subtracted, then rounded once: so a profit is in the workspace currency.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kamtrak.lib.money.rounding import EXACT, Exact, less, times
from transactions.rules.book import RateUse
from transactions.rules.catalog import Measure, Value
from transactions.rules.fields import Field
from transactions.rules.outcomes import Lack
from transactions.rules.revenues import Revenue
from transactions.rules.working import Row


class ProfitRule(StrEnum):
    """What a profit was taken from, in this order."""

    STATED = "stated"
    PER_UNIT = "per_unit"
    LESS_COST = "less_cost"
    CATALOG = "catalog"
    CATALOG_COST = "catalog_cost"
    CATALOG_PERCENT = "catalog_percent"


@dataclass(slots=True)
class Profit:
    """The exact profit in the workspace currency; None with what it lacks.

    `amount` in `currency` is what the rule took from the row or the catalog, exact; `rate` converted it.
    """

    rule: ProfitRule | None
    exact: Exact | None = None
    lack: Lack = Lack.NONE
    amount: Decimal | None = None
    currency: str = ""
    rate: RateUse | None = None
    price: Value | None = None


def profit_of(row: Row, revenue: Revenue) -> Profit:
    """The profit of a row. Row errors, if any, are in `row.wrong`: then the profit says nothing."""
    for rule in RULES:
        profit = rule(row, revenue)
        if profit is not None:
            return profit
        if row.wrong:
            break
    return Profit(None, lack=_lack(row, revenue))


def stated_profit(row: Row, revenue: Revenue) -> Profit | None:
    """A usable Transaction Profit."""
    amount = row.stated(Field.PROFIT)
    return None if amount is None else _of_amount(row, ProfitRule.STATED, Field.PROFIT, amount)


def profit_per_unit(row: Row, revenue: Revenue) -> Profit | None:
    """Quantity × Profit / Unit."""
    amount = row.times(Field.UNIT_PROFIT)
    return None if amount is None else _of_amount(row, ProfitRule.PER_UNIT, Field.UNIT_PROFIT, amount)


def revenue_less_cost(row: Row, revenue: Revenue) -> Profit | None:
    """Revenue − quantity × Cost / Unit. It waits for a revenue that waits itself, and takes no later rule."""
    cost = row.times(Field.UNIT_COST)
    if cost is None or not revenue.can_be:
        return None
    found = _of_amount(row, ProfitRule.LESS_COST, Field.UNIT_COST, cost)
    return found and _subtract(revenue, found)


def catalog_per_unit(row: Row, revenue: Revenue) -> Profit | None:
    """Quantity × the catalog's profit, or revenue − quantity × the catalog's cost."""
    price = row.catalog(Measure.PROFIT)
    rule = ProfitRule.CATALOG
    if price is None:
        price, rule = row.catalog(Measure.COST), ProfitRule.CATALOG_COST
    if price is None:
        return None
    if row.quantity is None:
        row.refuse(Field.QUANTITY)
        return None
    amount = EXACT.multiply(row.quantity, price.amount)
    found = Profit(rule, amount, amount=amount, currency=row.book.currency, price=price)
    return found if rule is ProfitRule.CATALOG else _subtract(revenue, found)


def catalog_percentage(row: Row, revenue: Revenue) -> Profit | None:
    """Revenue × the catalog's profit percentage."""
    price = row.catalog(Measure.PROFIT_PERCENT)
    if price is None or not revenue.can_be:
        return None
    found = Profit(ProfitRule.CATALOG_PERCENT, currency=row.book.currency, price=price)
    if revenue.converted is None:
        found.lack = Lack.NO_REVENUE
    else:
        found.exact = times(revenue.converted, EXACT.scaleb(price.amount, -2))
    return found


RULES: tuple[Callable[[Row, Revenue], Profit | None], ...] = (
    stated_profit,
    profit_per_unit,
    revenue_less_cost,
    catalog_per_unit,
    catalog_percentage,
)


def _of_amount(row: Row, rule: ProfitRule, field: Field, amount: Decimal) -> Profit | None:
    """An amount of the row, converted."""
    currency = row.currency(field)
    if not currency:
        return None
    exact, rate = row.converted(amount, currency)
    lack = Lack.NO_RATE if exact is None else Lack.NONE
    return Profit(rule, exact, lack, amount, currency, rate)


def _subtract(revenue: Revenue, cost: Profit) -> Profit:
    """Turns what was spent into what is left."""
    if cost.exact is None:
        return cost
    if revenue.converted is None:
        cost.exact, cost.lack = None, Lack.NO_REVENUE
    else:
        cost.exact = less(revenue.converted, cost.exact)
    return cost


def _lack(row: Row, revenue: Revenue) -> Lack:
    """What an entry in the catalog could supply; nothing, where the row has neither quantity nor revenue."""
    if not row.match.key or (row.quantity is None and not revenue.can_be):
        return Lack.NOTHING
    if row.catalog(Measure.PROFIT) or row.catalog(Measure.COST):
        return Lack.NO_QUANTITY  # otherwise the entry would have supplied it
    return row.entry_lack
