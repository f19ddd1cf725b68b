"""Which product a text means, and which of its values held on a day (rules 5.10)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Product:
    code: str
    name: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What one unit of a product is worth from a day on, in the workspace currency; percentages as 19 for
    19 %.
    """

    code: str
    valid_from: date
    revenue: Decimal | None = None
    cost: Decimal | None = None
    profit: Decimal | None = None
    profit_percent: Decimal | None = None
    tax_percent: Decimal | None = None
    includes_tax: bool = False


def folded(text: str) -> str:
    return text.strip().casefold()


def matches(products: tuple[Product, ...], text: str) -> list[Product]:
    """One product: a match. None: unknown. Several: a name that they share, and a person must say which."""
    wanted = folded(text)
    by_code = [p for p in products if wanted in {folded(p.code), *(folded(alias) for alias in p.aliases)}]
    return by_code or [p for p in products if folded(p.name) == wanted]


def in_force(entries: tuple[Entry, ...], code: str, day: date) -> Entry | None:
    """The newest entry that has begun; the next one ends it."""
    begun = [entry for entry in entries if entry.code == code and entry.valid_from <= day]
    return max(begun, key=lambda entry: entry.valid_from, default=None)
