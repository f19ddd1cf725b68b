"""The tax inside a figure: the first of four rules that matches (rules 5.9).

Asked only where the workspace removes taxes from revenue, and only of a figure that includes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kamtrak.lib.money.rounding import EXACT, Exact
from transactions.rules.book import RateUse
from transactions.rules.catalog import Measure, Value
from transactions.rules.fields import Field
from transactions.rules.given import Wrong
from transactions.rules.outcomes import Lack
from transactions.rules.tiers import Tier
from transactions.rules.working import ZERO, Row

HUNDRED = Decimal(100)
MOST_PERCENT = Decimal(1000)

_OTHER_CURRENCY = (
    "The tax is in another currency than the figure that includes it.",
    "Give both in one currency.",
)
_NO_PERCENTAGE = ("A tax percentage lies between 0 and 1000.", "Write 19 for 19 %.")


class TaxRule(StrEnum):
    """What says how much tax a figure includes, in this order."""

    NO_FIGURE = "no_figure"  # a figure of 0 includes none
    AMOUNT = "amount"
    PER_UNIT = "per_unit"
    PERCENT = "percent"
    CATALOG = "catalog"


@dataclass(slots=True)
class Tax:
    """The exact tax in the figure's currency, with the figure's sign; None is unknown.

    `percent` and `price` say where a percentage came from, `amount` in `currency` is what the row stated.
    `rate` stands where that had to be converted.
    """

    rule: TaxRule | None
    exact: Exact | None
    lack: Lack = Lack.NONE
    percent: Decimal | None = None
    price: Value | None = None
    amount: Decimal | None = None
    currency: str = ""
    rate: RateUse | None = None


def tax_in(row: Row, gross: Tier) -> Tax:
    """How much of a gross figure is tax. Needed and absent, the figure is unknown: never gross as net."""
    assert gross.exact is not None  # noqa: S101 - only a known figure includes tax
    if not gross.exact:
        return Tax(TaxRule.NO_FIGURE, ZERO)
    for rule in RULES:
        tax = rule(row, gross)
        if tax is not None:
            return tax
        if row.wrong:
            break
    return Tax(None, None, Lack.NO_TAX)


def stated_tax(row: Row, gross: Tier) -> Tax | None:
    """A taxes amount."""
    amount = row.number(Field.TAX)
    return None if amount is None else _of_amount(row, gross, TaxRule.AMOUNT, Field.TAX, amount)


def tax_per_unit(row: Row, gross: Tier) -> Tax | None:
    """Quantity × Tax / Unit."""
    amount = row.times(Field.UNIT_TAX)
    return None if amount is None else _of_amount(row, gross, TaxRule.PER_UNIT, Field.UNIT_TAX, amount)


def stated_percentage(row: Row, gross: Tier) -> Tax | None:
    """A taxes percentage of the row."""
    percent = row.number(Field.TAX_PERCENT)
    if percent is None:
        return None
    if not 0 <= percent <= MOST_PERCENT:
        row.wrong.append(Wrong(Field.TAX_PERCENT, f"{percent:f}", *_NO_PERCENTAGE))
        return None
    return Tax(TaxRule.PERCENT, tax_part(gross.exact or ZERO, percent), percent=percent)


def catalog_percentage(row: Row, gross: Tier) -> Tax | None:
    """The catalog's tax percentage of the product on the day."""
    value = row.catalog(Measure.TAX_PERCENT)
    if value is None:
        return None
    exact = tax_part(gross.exact or ZERO, value.amount)
    return Tax(TaxRule.CATALOG, exact, percent=value.amount, price=value)


RULES: tuple[Callable[[Row, Tier], Tax | None], ...] = (
    stated_tax,
    tax_per_unit,
    stated_percentage,
    catalog_percentage,
)


def tax_part(gross: Decimal, percent: Decimal) -> Fraction:
    """r / (1 + r) of a gross figure: 19 % of 119.00 is 19.00 (rules 5.9). It need not end as a decimal."""
    return Fraction(EXACT.multiply(gross, percent)) / Fraction(EXACT.add(HUNDRED, percent))


def _of_amount(row: Row, gross: Tier, rule: TaxRule, field: Field, amount: Decimal) -> Tax | None:
    """An amount of tax in the figure's currency, with the figure's sign.

    A catalog figure is in the workspace currency, so a tax of the row is converted into it. Two currencies
    that are both foreign have no rate between them here: the row contradicts itself.
    """
    currency = row.currency(field)
    if not currency:
        return None
    signed = amount.copy_abs().copy_sign(gross.exact or ZERO)
    if currency == gross.currency:
        return Tax(rule, signed, amount=amount, currency=currency)
    if gross.currency != row.book.currency:
        row.wrong.append(Wrong(field, currency, *_OTHER_CURRENCY))
        return None
    exact, rate = row.converted(signed, currency)
    lack = Lack.NO_RATE if exact is None else Lack.NONE
    return Tax(rule, exact, lack, amount=amount, currency=currency, rate=rate)
