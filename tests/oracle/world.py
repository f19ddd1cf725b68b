"""The workspace that generated rows live in: products, dated prices, and rates with every kind of hole."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from .catalog import Entry, Product
from .rates import Own, Rates
from .values import Decisions, Workspace

FIRST, REACHED, TODAY = date(2025, 12, 1), date(2026, 5, 29), date(2026, 6, 3)
BEGINNING = {
    "USD": "1.1682",
    "GBP": "0.8721",
    "JPY": "181.35",
    "CHF": "0.9312",
    "KWD": "0.35861",
    "RUB": "91.5",
}
LAST_OF_RUB = date(2025, 12, 12)
SPARSE = {  # published now and then: most days are further away than the limit
    date(2026, 1, 5): "142.60",
    date(2026, 2, 2): "143.10",
    date(2026, 5, 25): "141.90",
}
OWN = (
    Own("BRL", "EUR", date(2025, 11, 1), Decimal("0.158")),
    Own("EUR", "BRL", date(2026, 2, 1), Decimal("6.25")),  # a pair and its inverse are one series
    Own("EUR", "BRL", date(2026, 2, 1), Decimal("6.40")),  # corrects the one before
    Own("CAD", "USD", date(2026, 1, 1), Decimal("0.7312")),
    Own("CAD", "EUR", date(2026, 1, 1), Decimal("0.6254")),
    Own("CAD", "JPY", date(2026, 1, 1), Decimal("113.55")),
    Own("CAD", "KWD", date(2026, 1, 1), Decimal("0.22462")),
)
PRODUCTS = (
    Product("W-1", "Widget", ("wid", "Wijet")),
    Product("G-1", "Gadget"),
    Product("S-1", "Shared name"),
    Product("S-2", "shared NAME"),
    Product("N-1", "Priced at nothing"),
    Product("C-1", "Cost only"),
    Product("P-1", "Profit share only"),
    Product("E-1", "Never priced"),
)
SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "kr": "ISK"}
TYPES = {"Sale": "sale", "Return": "refund", "Transfer": "not revenue"}


def published(seed: int) -> dict[tuple[str, date], Decimal]:
    """The value of 1 EUR on working days, wandering by up to half a percent a day."""
    random, rates = Random(seed), {}
    for currency, start in BEGINNING.items():
        value, day = Decimal(start), FIRST - timedelta(days=7)
        while day <= (LAST_OF_RUB if currency == "RUB" else REACHED):
            if day.weekday() < 5:
                rates[currency, day] = value
                value = (value * (1000 + random.randint(-5, 5)) / 1000).quantize(Decimal(start))
            day += timedelta(days=1)
    return rates | {("ISK", day): Decimal(value) for day, value in SPARSE.items()}


def entries() -> tuple[Entry, ...]:
    """Values per unit, in the workspace currency whatever that is."""
    d = Decimal
    return (
        Entry("W-1", date(2026, 1, 1), d("19.99"), d("11.5"), None, None, d("19"), includes_tax=False),
        Entry("W-1", date(2026, 3, 1), d("21.495"), d("11.5"), None, None, d("19"), includes_tax=False),
        Entry("G-1", date(2025, 1, 1), d("119"), None, d("33.333"), None, d("19"), includes_tax=True),
        Entry("G-1", date(2026, 4, 1), d("107"), None, d("35"), None, d("7"), includes_tax=True),
        Entry("S-1", date(2025, 1, 1), d("5"), d("1"), None, None, d("19")),
        Entry("S-2", date(2025, 1, 1), d("6"), d("1"), None, None, d("19")),
        Entry("N-1", date(2025, 1, 1), d("0"), d("0"), None, None, d("0")),
        Entry("C-1", date(2025, 1, 1), None, d("2.5"), None, None, None),
        Entry("P-1", date(2025, 1, 1), None, None, None, d("12.5"), None),
    )


def workspace(
    currency: str = "USD", removes_taxes: bool = False, measures_profit: bool = False, seed: int = 1
) -> Workspace:
    return Workspace(
        rates=Rates(TODAY, published(seed), REACHED, OWN),
        currency=currency,
        symbols=SYMBOLS,
        removes_taxes=removes_taxes,
        measures_profit=measures_profit,
        products=PRODUCTS,
        entries=entries(),
    )


def decisions(place: Workspace) -> Decisions:
    """Positive refunds are turned; in a net workspace the two columns of money sold hold taxes."""
    sold = frozenset({"revenue", "price_sold"}) if place.removes_taxes else frozenset()
    blanks = {"revenue": ("n/a", "-"), "owner": ("-",)}
    return Decisions(blanks=blanks, includes_tax=sold, types=TYPES, refunds_carry_minus=False)
