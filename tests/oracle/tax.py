"""The tax inside a figure that includes it (rules 5.9)."""

from datetime import date
from fractions import Fraction

from .catalog import in_force, matches
from .rates import find
from .reader import Reader
from .values import Lack


def inside(gross: Fraction, percent: Fraction) -> Fraction:
    """r / (1 + r) of the gross figure."""
    rate = percent / 100
    return gross * rate / (1 + rate)


def tax_of(reader: Reader, gross: Fraction, currency: str, day: date) -> Fraction | Lack:
    """Exact, in the figure's currency, with the figure's sign: the first that is there, or what is lacking.

    A Lack without a name says that nothing can be asked for: the row names no product either.
    """
    if gross == 0:
        return Fraction(0)
    amount, field = reader.number("taxes"), "taxes"
    if amount is None and "unit_tax" in reader.row:
        per_unit, quantity = reader.number("unit_tax"), None
        if per_unit is not None:
            quantity = reader.number("quantity")
        if per_unit is not None and quantity is not None:
            amount, field = quantity * per_unit, "unit_tax"
    if amount is not None:
        return in_figure(reader, abs(amount) if gross > 0 else -abs(amount), field, currency, day)
    percent = reader.number("taxes_percent")
    if percent is not None:
        return inside(gross, percent)
    return catalog_tax(reader, gross, day)


def in_figure(reader: Reader, amount: Fraction, field: str, currency: str, day: date) -> Fraction | Lack:
    """A tax amount is in the row's currency; the figure of tier 3 is in the workspace's."""
    own = reader.currency(field)[0]
    rate = find(reader.workspace.rates, own, currency, day)
    return Lack("rate", own, "", day) if rate is None else amount * Fraction(rate.multiplier)


def catalog_tax(reader: Reader, gross: Fraction, day: date) -> Fraction | Lack:
    text = reader.text("product")
    products = matches(reader.workspace.products, text) if text else []
    if len(products) == 1:
        entry = in_force(reader.workspace.entries, products[0].code, day)
        if entry is not None and entry.tax_percent is not None:
            return inside(gross, Fraction(entry.tax_percent))
        return Lack("catalog", products[0].code, "tax_percent", day)
    return Lack("catalog", text, "tax_percent", day, tuple(product.code for product in products))
