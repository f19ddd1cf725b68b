"""Revenue: the first of three tiers that matches (rules 5.2–5.7). Taxes come after it, conversion last."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from kamtrak.lib.money import round_money
from kamtrak.lib.money.rounding import EXACT
from transactions.rules.catalog import Measure, Value
from transactions.rules.currencies import currency_of, read_currency
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Wrong
from transactions.rules.outcomes import Lack, Warning
from transactions.rules.working import Row

FELL_PAST_BLANK = Warning.FELL_PAST_BLANK.value
DISAGREES = Warning.DISAGREES.value
DOUBLE_NEGATIVE = Warning.DOUBLE_NEGATIVE.value
REFUND_ADDS = Warning.REFUND_ADDS.value

# What a row passed whose revenue comes from a tier; 0 is none of them.
PASSED = {
    1: (),
    2: (Field.REVENUE,),
    3: (Field.REVENUE, Field.PRICE_SOLD),
    0: (Field.REVENUE, Field.PRICE_SOLD, Field.QUANTITY, Field.PRODUCT),
}


@dataclass(slots=True)
class Tier:
    """The tier that decides (0: none) and its exact figure, as stated; or what it lacks.

    `currency` is the figure's own: the row's in tiers 1 and 2, the workspace's in tier 3. `price` is the
    catalog value of tier 3.
    """

    number: int
    exact: Decimal | None
    currency: str
    includes_tax: bool = False
    lack: Lack = Lack.NONE
    price: Value | None = None


def choose_tier(row: Row) -> Tier:
    """The first tier that matches. Row errors, if any, are in `row.wrong`: then the tier says nothing."""
    chosen = None
    for tier in TIERS:
        chosen = tier(row)
        if chosen is not None or row.wrong:
            break
    chosen = chosen or Tier(0, None, "", lack=Lack.NOTHING)
    if row.given.blank and any(field in row.given.blank for field in PASSED[chosen.number]):
        row.warnings |= FELL_PAST_BLANK
    if chosen.number not in (1, 2):
        _check_currency_column(row)
    if row.given.kind is RowKind.REFUND and chosen.exact is not None and chosen.exact > 0:
        row.warnings |= REFUND_ADDS
    return chosen


def stated_revenue(row: Row) -> Tier | None:
    """Tier 1: a usable Transaction Revenue. Zero is a value, and stands."""
    revenue = row.stated(Field.REVENUE)
    if revenue is None:
        return None
    currency = row.currency(Field.REVENUE)
    if currency and _disagrees(row, revenue, currency):
        row.warnings |= DISAGREES
    return Tier(1, revenue, currency, Field.REVENUE in row.terms.tax_included)


def quantity_times_price(row: Row) -> Tier | None:
    """Tier 2: quantity × Price Sold; cost, profit and tax per unit never feed it."""
    revenue = row.times(Field.PRICE_SOLD)
    if revenue is None:
        return None
    _check_signs(row, row.given.numbers[Field.PRICE_SOLD])
    return Tier(2, revenue, row.currency(Field.PRICE_SOLD), Field.PRICE_SOLD in row.terms.tax_included)


def quantity_times_catalog(row: Row) -> Tier | None:
    """Tier 3: quantity × the catalog's revenue per unit, in the workspace currency; without one, unknown."""
    if not row.match.key:
        return None
    quantity, currency = row.quantity, row.book.currency
    if quantity is None:
        row.refuse(Field.QUANTITY)
        return None
    price = row.catalog(Measure.REVENUE)
    if price is None:
        return Tier(3, None, currency, lack=row.entry_lack)
    _check_signs(row, price.amount)
    return Tier(3, EXACT.multiply(quantity, price.amount), currency, price.includes_tax, Lack.NONE, price)


TIERS: tuple[Callable[[Row], Tier | None], ...] = (
    stated_revenue,
    quantity_times_price,
    quantity_times_catalog,
)


def _check_signs(row: Row, price: Decimal) -> None:
    if price < 0 and row.quantity is not None and row.quantity < 0:
        row.warnings |= DOUBLE_NEGATIVE


def _check_currency_column(row: Row) -> None:
    """An unknown code is an error also where the figure is in the workspace currency (rules 5.7)."""
    if row.given.currency:
        code = read_currency(row.given.currency, row.terms, row.terms.file_currency)
        if isinstance(code, tuple):
            row.wrong.append(Wrong(Field.CURRENCY, row.given.currency, *code))


def _disagrees(row: Row, revenue: Decimal, currency: str) -> bool:
    """Whether quantity × price, rounded, is another figure than the stated one (rules 5.6).

    Only like is compared with like: not amounts of two currencies, nor one with tax and one without. The
    quantity of a refund may be without a minus where its revenue has one.
    """
    quantity, price = row.quantity, row.given.numbers.get(Field.PRICE_SOLD)
    if quantity is None or price is None:
        return False
    if row.terms.net and len(row.terms.tax_included & {Field.REVENUE, Field.PRICE_SOLD}) == 1:
        return False
    product = EXACT.multiply(quantity, price)
    if product == revenue:
        return False
    priced = currency_of(Field.PRICE_SOLD, row.given, row.terms, row.sale)
    if isinstance(priced, Wrong) or priced.code != currency:
        return False
    if row.given.kind is RowKind.REFUND:
        product, revenue = product.copy_abs(), revenue.copy_abs()
    return round_money(product, currency) != round_money(revenue, currency)
