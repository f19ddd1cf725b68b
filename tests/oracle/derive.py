"""The derived revenue of a row: three tiers, first match wins (rules 5.2 to 5.7, 5.13)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from . import catalog
from .catalog import Entry
from .money import rounded
from .profit import Terms, profit
from .rates import Rates, find
from .reader import Reader, RowError
from .tax import tax_of
from .values import Answer, Decisions, Figure, Lack, Row, Workspace


@dataclass(frozen=True)
class Gross:
    """What a tier found: before taxes are removed and before anything is rounded."""

    tier: int
    currency: str
    assumed: bool
    amount: Fraction
    includes_tax: bool
    fell_past: tuple[str, ...] = ()
    turned: bool = False


@dataclass(frozen=True)
class Sale:
    """What an Original ID may name: its day, and the rates and entries that its figures were made with where
    they are no longer those of the workspace (5.13).
    """

    day: date
    rates: Rates | None = None
    entries: tuple[Entry, ...] | None = None

    def world(self, now: Workspace) -> Workspace:
        """The workspace as it was for the sale."""
        rates = now.rates if self.rates is None else self.rates
        entries = now.entries if self.entries is None else self.entries
        return replace(now, rates=rates, entries=entries)


@dataclass(frozen=True)
class Unknown:
    reason: str
    lacks: tuple[Lack, ...] = ()
    fell_past: tuple[str, ...] = ()


def derive(
    row: Row, workspace: Workspace, decisions: Decisions, sales: Mapping[str, Sale] | None = None
) -> Answer:
    """`sales`: by Unique ID."""
    sale = (sales or {}).get(str(row.get("original_id") or ""))
    reader = Reader(row, workspace if sale is None else sale.world(workspace), decisions)
    try:
        answer = decide(reader, sale)
    except RowError as error:
        return Answer("error", error.reason, error.column)
    return replace(answer, warnings=(*answer.warnings, *reader.warnings()))


def decide(reader: Reader, sale: Sale | None) -> Answer:
    day = reader.day()
    kind = declared(reader)
    if kind == "not revenue":
        return Answer("not revenue")
    if column := reader.text("currency"):
        reader.code(column, "currency")  # an unknown code is an error also where no figure needs it
    day = day if sale is None else sale.day  # rate and catalog price are the sale's (5.13)
    found = tiers(reader, day)
    if isinstance(found, Gross) and kind == "refund" and not reader.decisions.refunds_carry_minus:
        found = replace(found, amount=-abs(found.amount), turned=found.amount > 0)
    figure, reason, lacks = settle(reader, found, day)
    warnings = [*disagreement(reader, found)]
    if reader.text("original_id") and sale is None:
        warnings.append("original not found")
    answer = Answer(
        "unknown" if reason else "derived",
        reason,
        "",
        figure,
        None,
        "",
        lacks,
        found.fell_past,
        tuple(warnings),
    )
    if not reader.workspace.measures_profit:
        return answer
    known = figure if figure and not reason else None
    turned = isinstance(found, Gross) and found.turned
    got, missing, more = profit(Terms(reader, day, known, turned, reason != "cannot derive"))
    return replace(
        answer,
        profit=got,
        profit_reason=missing,
        lacks=(*lacks, *(lack for lack in more if lack not in lacks)),
    )


def declared(reader: Reader) -> str:
    """Each value of Transaction Type was declared while mapping; a blank one is a sale."""
    text = reader.text("type")
    if not text:
        return "sale"
    if text not in reader.decisions.types:
        raise RowError("type", "undeclared type")
    return reader.decisions.types[text]


def tiers(reader: Reader, day: date) -> Gross | Unknown:
    includes = reader.decisions.includes_tax
    revenue = reader.number("revenue")
    if revenue is not None:
        return Gross(1, *reader.currency("revenue"), revenue, "revenue" in includes)
    quantity = reader.number("quantity")
    if quantity is None:
        return Unknown("cannot derive", (), passed(reader))  # a blank quantity is not 1
    past = ("revenue",) if "revenue" in reader.row else ()
    price = reader.number("price_sold")
    if price is not None:
        return Gross(2, *reader.currency("price_sold"), quantity * price, "price_sold" in includes, past)
    past = (*past, "price_sold") if "price_sold" in reader.row else past
    if not reader.text("product"):
        return Unknown("cannot derive", (), passed(reader))
    entry = entry_for(reader.workspace, reader.text("product"), day, "revenue")
    if isinstance(entry, Lack):
        return Unknown("product" if entry.candidates else "catalog", (entry,), past)
    assert entry.revenue is not None
    return Gross(
        3, reader.workspace.currency, False, quantity * Fraction(entry.revenue), entry.includes_tax, past
    )


def passed(reader: Reader) -> tuple[str, ...]:
    """The mapped columns that a row came past blank, whose revenue no tier derives."""
    fields = ("revenue", "price_sold", "quantity", "product")
    return tuple(field for field in fields if field in reader.row and reader.row[field] is None)


def entry_for(workspace: Workspace, text: str, day: date, value: str) -> Entry | Lack:
    """The entry in force that has this value, or what an alert asks for."""
    products = catalog.matches(workspace.products, text)
    if len(products) == 1:
        entry = catalog.in_force(workspace.entries, products[0].code, day)
        if entry is not None and getattr(entry, value) is not None:
            return entry
        return Lack("catalog", products[0].code, value, day)
    return Lack("catalog", text, value, day, tuple(product.code for product in products))


def settle(reader: Reader, found: Gross | Unknown, day: date) -> tuple[Figure | None, str, tuple[Lack, ...]]:
    """Remove the tax, convert the exact rest once, round once. (figure, why it is unknown, what is
    lacking).
    """
    if isinstance(found, Unknown):
        return None, found.reason, found.lacks
    exact, tax = found.amount, None
    if reader.workspace.removes_taxes and found.includes_tax:
        taken = tax_of(reader, found.amount, found.currency, day)
        if not isinstance(taken, Fraction):
            return None, taken.kind if taken.kind == "rate" else "tax", (taken,) if taken.name else ()
        exact, tax = found.amount - taken, rounded(taken, found.currency)
    figure = Figure(found.tier, found.currency, found.assumed, exact, rounded(exact, found.currency), tax)
    rate = find(reader.workspace.rates, found.currency, reader.workspace.currency, day)
    if rate is None:
        return figure, "rate", (Lack("rate", found.currency, "", day),)
    converted = rounded(exact * Fraction(rate.multiplier), reader.workspace.currency)
    figure = replace(figure, rate=rate.multiplier, rate_day=rate.day, rate_source=rate.source)
    return replace(figure, provisional=rate.provisional, converted=converted), "", ()


def disagreement(reader: Reader, found: Gross | Unknown) -> list[str]:
    if isinstance(found, Unknown) or found.tier == 3:
        return []
    revenue, quantity, price = (reader.peek(field) for field in ("revenue", "quantity", "price_sold"))
    if quantity is None or price is None:
        return []
    if found.tier == 2:
        return ["negative × negative"] if quantity < 0 and price < 0 else []
    assert revenue is not None
    same = rounded(revenue, found.currency) == rounded(quantity * price, found.currency)
    return [] if same else ["tier 1 disagrees"]
