"""The derived profit of a row, in the workspace currency (rules 5.8)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .catalog import Entry, in_force, matches
from .money import rounded
from .rates import find
from .reader import Reader
from .values import Figure, Lack

Outcome = tuple[Decimal | None, str, tuple[Lack, ...]]


@dataclass(frozen=True)
class Terms:
    """A row with its settled revenue (None where that is unknown), the day that prices it, whether it was
    turned, and whether its revenue could be known once something is supplied.
    """

    reader: Reader
    day: date
    figure: Figure | None
    turned: bool
    waits: bool = True

    def sign(self, value: Fraction) -> Fraction:
        """A positive figure of a turned refund is turned with it."""
        return -abs(value) if self.turned else value

    def quantity(self) -> Fraction | None:
        quantity = self.reader.number("quantity")
        return None if quantity is None else self.sign(quantity)

    def revenue(self) -> Fraction | None:
        """After taxes, converted exactly, not rounded."""
        if self.figure is None or self.figure.rate is None:
            return None
        return self.figure.exact * Fraction(self.figure.rate)

    def converted(self, amount: Fraction, field: str) -> Fraction | Lack:
        currency = self.reader.currency(field)[0]
        rate = find(self.reader.workspace.rates, currency, self.reader.workspace.currency, self.day)
        return Lack("rate", currency, "", self.day) if rate is None else amount * Fraction(rate.multiplier)

    def known(self, exact: Fraction) -> Outcome:
        return rounded(exact, self.reader.workspace.currency), "", ()


def profit(terms: Terms) -> Outcome:
    """(profit, why it is unknown, what is lacking): the first that the row or the catalog has."""
    given = terms.reader.number("profit")
    if given is not None:
        return of_given(terms, terms.sign(given), "profit")
    per_unit = terms.reader.number("unit_profit")
    if per_unit is not None and (quantity := terms.quantity()) is not None:
        return of_given(terms, quantity * per_unit, "unit_profit")
    unit_cost = terms.reader.number("unit_cost")
    if unit_cost is not None and (quantity := terms.quantity()) is not None:
        return less_cost(terms, terms.converted(quantity * unit_cost, "unit_cost"))
    return of_catalog(terms)


def of_given(terms: Terms, amount: Fraction, field: str) -> Outcome:
    exact = terms.converted(amount, field)
    return (None, "rate", (exact,)) if isinstance(exact, Lack) else terms.known(exact)


def less_cost(terms: Terms, cost: Fraction | Lack) -> Outcome:
    revenue = terms.revenue()
    if revenue is None:
        return None, "revenue" if terms.waits else "absent", ()
    return (None, "rate", (cost,)) if isinstance(cost, Lack) else terms.known(revenue - cost)


def of_catalog(terms: Terms) -> Outcome:
    """Quantity × profit; revenue − quantity × cost; revenue × profit %. Catalog values are not converted."""
    text = terms.reader.text("product")
    if not text or not (terms.waits or terms.quantity() is not None):
        return None, "absent", ()  # no entry of the catalog could help
    products = matches(terms.reader.workspace.products, text)
    if len(products) != 1:
        lack = Lack("catalog", text, "profit", terms.day, tuple(product.code for product in products))
        return None, "product" if products else "catalog", (lack,)
    entry = in_force(terms.reader.workspace.entries, products[0].code, terms.day)
    by_quantity = entry is not None and (entry.profit is not None or entry.cost is not None)
    if entry is not None and by_quantity and (quantity := terms.quantity()) is not None:
        return per_unit_of(terms, entry, quantity)
    if entry is not None and entry.profit_percent is not None:
        revenue = terms.revenue()
        if revenue is None:
            return None, "revenue", ()
        return terms.known(revenue * Fraction(entry.profit_percent) / 100)
    if by_quantity:
        return None, "quantity", ()  # it is known of one unit, and nobody says of how many
    return None, "catalog", (Lack("catalog", products[0].code, "profit", terms.day),)


def per_unit_of(terms: Terms, entry: Entry, quantity: Fraction) -> Outcome:
    if entry.profit is not None:
        return terms.known(quantity * Fraction(entry.profit))
    assert entry.cost is not None
    return less_cost(terms, quantity * Fraction(entry.cost))
