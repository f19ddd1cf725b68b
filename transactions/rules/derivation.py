"""The one definition of a row's derived figures: for the check, the commit, an edit and a re-derivation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kamtrak.lib.money import round_money
from kamtrak.lib.money.rounding import Exact, as_decimal
from transactions.rules.book import Book, RateUse
from transactions.rules.catalog import Value
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Given, Wrong, without_day
from transactions.rules.outcomes import Lack, Status, Warning
from transactions.rules.profits import Profit, profit_of
from transactions.rules.revenues import Revenue, revenue_of
from transactions.rules.terms import Sale, Terms
from transactions.rules.working import Row

UNREAD_UNUSED = Warning.UNREAD_UNUSED.value
_OF_THE_ROW = (1, 2)  # tiers whose figure is in the currency of the row
NO_SALE = Warning.NO_SALE.value
PROVISIONAL = Warning.PROVISIONAL.value

MOST_DIGITS = 24
_MOST = Decimal(10) ** MOST_DIGITS - 1
_TOO_LARGE = (f"The figure has more than {MOST_DIGITS} digits before the decimal mark.", "Check its amounts.")
_TOO_MANY = (f"The quantity has more than {MOST_DIGITS} digits before the decimal mark.", "Check it.")
_UNDECLARED = (
    "This transaction type is not declared.",
    "Say whether it is a sale, a refund or not revenue.",
)


@dataclass(slots=True)
class Derived:
    """What is calculated from one row: its system fields (rules 5.1).

    An unknown figure is None, never 0, and `lack` says what it waits for; `currency` is then the one without
    a rate, if that is what it lacks. With row errors in `wrong` nothing else counts.
    """

    status: Status
    lack: Lack = Lack.NONE
    tier: int = 0  # 1 to 3; 0: none applies
    warnings: int = 0  # flags of Warning
    quantity: Decimal | None = None  # as it counts, a refund's turned; exact
    currency: str = ""  # the figure's own: the row's in tiers 1 and 2, the workspace's in tier 3
    revenue: Decimal | None = None  # in `currency`, rounded; after taxes where the workspace removes them
    converted: Decimal | None = None  # in the workspace currency, rounded once from the exact product
    rate: RateUse | None = None  # None where nothing was converted
    price: Value | None = None  # the catalog value of tier 3
    tax: Decimal | None = None  # what was removed, in `currency`, rounded; None where nothing is removed
    tax_price: Value | None = None  # the catalog percentage that the tax was taken by
    profit: Decimal | None = None  # in the workspace currency, rounded once; None also where not measured
    profit_lack: Lack = Lack.NONE
    profit_currency: str = ""  # of the amount that the profit was read from
    profit_rate: RateUse | None = None  # what converted that amount
    profit_price: Value | None = None  # the catalog value that the profit was read from
    item: int | None = None
    product_key: str = ""
    wrong: tuple[Wrong, ...] = ()


def derive(given: Given, terms: Terms, book: Book, sale: Sale | None = None) -> Derived:
    """The figures of one row; it never raises for what a row holds.

    `sale` is the one that its Original ID was found to undo.
    """
    wrong = refusals(given)
    if wrong:
        return _wrong(wrong)
    row = Row(given, terms, book, sale)
    if given.kind is RowKind.NOT_REVENUE:
        return _outcome(row, Status.NOT_REVENUE)
    revenue = revenue_of(row)
    profit = profit_of(row, revenue) if terms.profit and not row.wrong else None
    derived = _outcome(row, Status.COUNTED if revenue.lack is Lack.NONE else Status.UNKNOWN)
    _put_revenue(derived, revenue, row)
    if profit is not None:
        _put_profit(derived, profit, row)
    return _wrong(row.wrong) if row.wrong else derived


def sale_of(day: date, derived: Derived) -> Sale:
    """What a refund of this row goes by (rules 5.13)."""
    return Sale(
        day,
        currency_of_sale(derived.tier, derived.currency),
        tuple(use for use in (derived.rate, derived.profit_rate) if use is not None),
        tuple(
            price for price in (derived.price, derived.profit_price, derived.tax_price) if price is not None
        ),
    )


def currency_of_sale(tier: int, currency: str) -> str:
    """The catalog's figures are in the workspace currency: they say nothing of the row's own."""
    return currency if tier in _OF_THE_ROW else ""


def refusals(given: Given) -> list[Wrong]:
    """Why a row cannot be derived at all: no date that can be read, a type that nobody declared, a quantity
    that nothing could store."""
    wrong = []
    if given.day is None:
        wrong.append(without_day(given))
    if given.kind is None:
        wrong.append(Wrong(Field.TYPE, given.type, *_UNDECLARED))
    quantity = given.numbers.get(Field.QUANTITY)
    if quantity is not None and not -_MOST <= quantity <= _MOST:
        wrong.append(Wrong(Field.QUANTITY, str(quantity), *_TOO_MANY))
    return wrong


def _wrong(errors: list[Wrong]) -> Derived:
    return Derived(Status.UNKNOWN, Lack.NOTHING, wrong=tuple(errors))


def _outcome(row: Row, status: Status) -> Derived:
    """What stands whatever the figures are."""
    warnings = row.warnings
    if row.given.unread:  # what a figure needed would be a row error
        warnings |= UNREAD_UNUSED
    if row.given.original_id and row.sale is None:
        warnings |= NO_SALE
    return Derived(
        status,
        warnings=warnings,
        quantity=row.quantity,
        item=row.match.item,
        product_key=row.match.key,
    )


def _put_revenue(derived: Derived, revenue: Revenue, row: Row) -> None:
    derived.tier, derived.lack, derived.currency = revenue.tier.number, revenue.lack, revenue.currency
    if revenue.exact is not None and revenue.converted is None:
        rounded(revenue.exact, revenue.currency, row)  # what nothing could store need not wait for a rate
    if revenue.exact is None or revenue.converted is None:
        return
    derived.revenue = rounded(revenue.exact, revenue.currency, row)
    if revenue.currency == row.book.currency:
        derived.converted = derived.revenue
    else:
        derived.converted = rounded(revenue.converted, row.book.currency, row)
    derived.rate, derived.price = revenue.rate, revenue.tier.price
    _note_provisional(derived, revenue.rate)
    if revenue.tax is not None and revenue.tax.exact is not None:
        derived.tax = rounded(revenue.tax.exact, revenue.currency, row)
        derived.tax_price = revenue.tax.price


def _put_profit(derived: Derived, profit: Profit, row: Row) -> None:
    derived.profit_lack, derived.profit_currency = profit.lack, profit.currency
    if profit.exact is not None:
        derived.profit = rounded(profit.exact, row.book.currency, row)
        derived.profit_rate, derived.profit_price = profit.rate, profit.price
        _note_provisional(derived, profit.rate)


def _note_provisional(derived: Derived, rate: RateUse | None) -> None:
    if rate is not None and rate.provisional:
        derived.warnings |= PROVISIONAL


def rounded(exact: Exact, currency: str, row: Row) -> Decimal | None:
    """The one rounding (rules 1.2). A figure that nothing could store is a row error."""
    if -_MOST <= exact <= _MOST:
        return round_money(as_decimal(exact), currency)
    error = Wrong(None, "", *_TOO_LARGE)
    if error not in row.wrong:
        row.wrong.append(error)
    return None
