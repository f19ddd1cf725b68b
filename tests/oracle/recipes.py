"""One recipe per thing that a row of a file can be: cells as text, and what must come of it where nothing
is taxed.

A recipe gives the cells that make the row what it is; `generate` fills in the rest (ID, date, client,
owner). The outcome is the status, with the reason or the tier behind a colon.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Cells = dict[str, str]


@dataclass(frozen=True)
class Recipe:
    outcome: str
    cells: Callable[[Random], Cells]
    taxed: bool = False  # brings its own taxes: nothing is filled in


def money(random: Random, decimals: int = 2, top: int = 5000) -> str:
    whole, part = random.randint(0, top), random.randrange(10**decimals)
    return f"{whole}.{part:0{decimals}}" if decimals else str(whole + 1)


def count(random: Random) -> str:
    return str(random.randint(1, 40))


def sold(random: Random, **cells: str) -> Cells:
    return {"quantity": count(random), "price_sold": money(random, 4, 300), **cells}


def fixed(outcome: str, taxed: bool = False, **cells: str) -> Recipe:
    return Recipe(outcome, lambda random: dict(cells), taxed)


def amount(outcome: str, taxed: bool = False, **cells: str) -> Recipe:
    """Tier 1 with some amount, beside the cells given."""
    return Recipe(outcome, lambda random: {"revenue": money(random), **cells}, taxed)


TIERS = {
    "revenue": amount("derived:1"),
    "revenue of nothing": Recipe("derived:1", lambda r: sold(r, revenue="0")),
    "revenue that disagrees": Recipe("derived:1", lambda r: sold(r, revenue=money(r))),
    "revenue that agrees": fixed("derived:1", revenue="30.00", quantity="4", price_sold="7.4999"),
    "revenue of 15 digits": Recipe("derived:1", lambda r: {"revenue": f"{r.randint(10**14, 10**15 - 1)}.99"}),
    "negative revenue": Recipe("derived:1", lambda r: {"revenue": "-" + money(r)}),
    "revenue of many decimals": Recipe("derived:1", lambda r: {"revenue": money(r, 9)}),
    "revenue on a tie": Recipe("derived:1", lambda r: {"revenue": money(r) + "5"}),
    "negative tie": Recipe("derived:1", lambda r: {"revenue": "-" + money(r) + "5"}),
    "quantity and price": Recipe("derived:2", sold),
    "text that means blank": Recipe(
        "derived:2", lambda r: sold(r, revenue=r.choice(["n/a", "N/A", "-", " "]))
    ),
    "price of many decimals": Recipe("derived:2", lambda r: sold(r, price_sold=money(r, 8, 90))),
    "quantity with decimals": Recipe("derived:2", lambda r: sold(r, quantity=money(r, 3, 20))),
    "product on a tie": fixed("derived:2", quantity="0.5", price_sold="0.01"),
    "negative quantity": Recipe("derived:2", lambda r: sold(r, quantity="-" + count(r))),
    "negative price": Recipe("derived:2", lambda r: sold(r, price_sold="-" + money(r))),
    "negative by negative": fixed("derived:2", quantity="-3", price_sold="-7.25"),
    "price of nothing": Recipe("derived:2", lambda r: sold(r, price_sold="0")),
    "quantity of nothing": Recipe("derived:2", lambda r: sold(r, quantity="0")),
    "price before catalog": Recipe("derived:2", lambda r: sold(r, product="W-1")),
}
CATALOG = {
    "catalog": Recipe("derived:3", lambda r: {"quantity": count(r), "product": "G-1"}),
    "catalog by alias": Recipe(
        "derived:3",
        lambda r: {"quantity": count(r), "product": r.choice([" WID", "wijet "]), "date": "2026-02-28"},
    ),
    "catalog by name": Recipe("derived:3", lambda r: {"quantity": count(r), "product": "gadget"}),
    "catalog on its first day": fixed("derived:3", quantity="3", product="W-1", date="2026-03-01"),
    "catalog the day before": fixed("derived:3", quantity="3", product="W-1", date="2026-02-28"),
    "catalog before its first day": fixed("unknown:catalog", quantity="3", product="W-1", date="2025-12-31"),
    "catalog beside a cost": Recipe(
        "derived:3", lambda r: {"quantity": count(r), "product": "G-1", "unit_cost": "10"}
    ),
    "catalog in a row of euros": Recipe(
        "derived:3", lambda r: {"quantity": count(r), "product": "G-1", "currency": "EUR"}
    ),
    "catalog value of nothing": Recipe("derived:3", lambda r: {"quantity": count(r), "product": "N-1"}),
    "catalog without the value": Recipe(
        "unknown:catalog", lambda r: {"quantity": count(r), "product": "C-1"}
    ),
    "product never priced": Recipe("unknown:catalog", lambda r: {"quantity": count(r), "product": "E-1"}),
    "product nobody knows": Recipe(
        "unknown:catalog", lambda r: {"quantity": count(r), "product": f"X-{r.randint(1, 5)}"}
    ),
    "name of two products": fixed("unknown:product", quantity="2", product="Shared Name"),
    "one of two by code": fixed("derived:3", quantity="2", product="s-2"),
    "negative quantity of the catalog": Recipe(
        "derived:3", lambda r: {"quantity": "-" + count(r), "product": "G-1"}
    ),
}
HOLES = {
    "quantity alone": Recipe("unknown:cannot derive", lambda r: {"quantity": count(r)}),
    "nothing": fixed("unknown:cannot derive"),
    "price alone": Recipe("unknown:cannot derive", lambda r: {"price_sold": money(r)}),
    "product alone": fixed("unknown:cannot derive", product="G-1"),
    "cost is no price": Recipe("unknown:cannot derive", lambda r: {"quantity": count(r), "unit_cost": "5"}),
    "revenue TBD": Recipe("error:unreadable", lambda r: sold(r, revenue="TBD")),
    "quantity TBD": Recipe("error:unreadable", lambda r: sold(r, quantity="TBD")),
    "price TBD": Recipe("error:unreadable", lambda r: sold(r, price_sold="tbd", product="G-1")),
    "TBD that nobody needs": amount("derived:1", price_sold="TBD"),
    "no date": amount("error:blank", date=""),
    "a date that never was": amount("error:unreadable", date="2026-02-29"),
    "a date in another order": amount("error:unreadable", date="03/04/2026"),
}
CURRENCIES = {
    "column of euros": amount("derived:1", currency="EUR"),
    "code in small letters": amount("derived:1", currency="gbp"),
    "symbol before": Recipe("derived:1", lambda r: {"revenue": "£" + money(r)}),
    "symbol after": Recipe("derived:1", lambda r: {"revenue": money(r) + " €"}),
    "symbol and minus": Recipe("derived:1", lambda r: {"revenue": "-$" + money(r)}),
    "code inside": Recipe("derived:1", lambda r: {"revenue": "CHF " + money(r)}),
    "symbol in the price": Recipe(
        "derived:2", lambda r: {"quantity": count(r), "price_sold": "€" + money(r)}
    ),
    "column and symbol agree": Recipe("derived:1", lambda r: {"revenue": "€" + money(r), "currency": "EUR"}),
    "column and symbol conflict": Recipe(
        "error:currency conflict", lambda r: {"revenue": "€" + money(r), "currency": "USD"}
    ),
    "unknown code": amount("error:unknown currency", currency="XQZ"),
    "yen": Recipe("derived:1", lambda r: {"revenue": money(r, 0, 900000), "currency": "JPY"}),
    "yen with decimals": amount("derived:1", currency="JPY"),
    "dinars": Recipe("derived:1", lambda r: {"revenue": money(r, 3), "currency": "KWD"}),
    "dinars on a tie": Recipe("derived:1", lambda r: {"revenue": money(r, 3) + "5", "currency": "KWD"}),
    "refund in dollars": Recipe("derived:2", lambda r: sold(r, quantity="-" + count(r), currency="USD")),
}
RATES = {
    "a Sunday": amount("derived:1", currency="EUR", date="2026-03-08"),
    "a Saturday of pounds": amount("derived:1", currency="GBP", date="2026-03-07"),
    "no rate at all": amount("unknown:rate", currency="THB"),
    "discontinued, within the limit": amount("derived:1", currency="RUB", date="2025-12-19"),
    "discontinued, past the limit": amount("unknown:rate", currency="RUB", date="2025-12-20"),
    "discontinued, not provisional": amount("unknown:rate", currency="RUB", date="2026-06-01"),
    "published seldom, near": amount("derived:1", currency="ISK", date="2026-01-12"),
    "published seldom, far": amount("unknown:rate", currency="ISK", date="2026-01-13"),
    "published seldom, by symbol": fixed("derived:1", revenue="500 kr", date="2026-02-03"),
    "provisional": amount("derived:1", currency="GBP", date="2026-06-01"),
    "provisional and seldom": amount("derived:1", currency="ISK", date="2026-06-02"),
    "own rate": amount("derived:1", currency="CAD", date="2026-02-14"),
    "own rate, still provisional": amount("derived:1", currency="CAD", date="2026-06-03"),
    "before the own rate": amount("unknown:rate", currency="CAD", date="2025-12-31"),
}
KINDS = {
    "sale": amount("derived:1", type="Sale"),
    "positive refund": amount("derived:1", type="Return", currency="EUR"),
    "negative refund": Recipe("derived:1", lambda r: {"revenue": "-" + money(r), "type": "Return"}),
    "refund by quantity": Recipe("derived:2", lambda r: sold(r, type="Return")),
    "refund of the catalog": Recipe(
        "derived:3", lambda r: {"quantity": count(r), "product": "G-1", "type": "Return"}
    ),
    "refund of a known sale": amount("derived:1", type="Return", currency="EUR", original_id="?"),
    "catalog refund of a known sale": Recipe(
        "derived:3", lambda r: {"quantity": count(r), "product": "G-1", "type": "Return", "original_id": "?"}
    ),
    "refund of an unknown sale": amount("derived:1", type="Return", original_id="lost"),
    "not revenue": amount("not revenue", type="Transfer"),
    "a type nobody declared": amount("error:undeclared type", type="Gift"),
}
TAXES = {
    "tax amount": amount("derived:1", True, taxes="0.19"),
    "tax amount of a refund": Recipe("derived:1", lambda r: {"revenue": "-119", "taxes": "19"}, True),
    "tax per unit": Recipe("derived:2", lambda r: sold(r, unit_tax="0.07"), True),
    "tax in percent": amount("derived:1", True, taxes_percent="19"),
    "tax with its sign": amount("derived:1", True, taxes_percent="7.7 %", currency="CHF"),
    "tax of nothing": amount("derived:1", True, taxes_percent="0"),
    "tax of the catalog": amount("derived:1", True, product="G-1"),
    "tax that nothing gives": amount("derived:1", True),
    "tax that the catalog lacks": amount("derived:1", True, product="C-1"),
    "tax of a catalog value": Recipe("derived:3", lambda r: {"quantity": count(r), "product": "G-1"}, True),
}
PROFITS = {
    "profit": Recipe("derived:1", lambda r: {"revenue": money(r), "profit": money(r), "currency": "EUR"}),
    "loss": Recipe("derived:1", lambda r: {"revenue": money(r), "profit": "-" + money(r)}),
    "profit per unit": Recipe("derived:2", lambda r: sold(r, unit_profit=money(r, 3, 50), currency="GBP")),
    "cost per unit": Recipe("derived:2", lambda r: sold(r, unit_cost=money(r, 3, 50), currency="EUR")),
    "catalog profit": Recipe("derived:2", lambda r: sold(r, product="G-1", currency="EUR")),
    "catalog cost": Recipe("derived:2", lambda r: sold(r, product="W-1", date="2026-03-04", currency="EUR")),
    "catalog cost alone": Recipe("derived:2", lambda r: sold(r, product="C-1")),
    "catalog profit share": amount("derived:1", product="P-1", currency="EUR"),
    "profit of a refund": Recipe("derived:2", lambda r: sold(r, unit_cost="3", type="Return")),
    "profit without a rate": Recipe(
        "derived:3", lambda r: {"quantity": count(r), "product": "G-1", "profit": money(r), "currency": "THB"}
    ),
    "profit that nothing gives": amount("derived:1", product="E-1"),
}
RECIPES: dict[str, Recipe] = TIERS | CATALOG | HOLES | CURRENCIES | RATES | KINDS | TAXES | PROFITS
