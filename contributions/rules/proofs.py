"""Imported transactions behind a contribution, in a line of a document (rules 1.4, 1.7, 3.9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kamtrak.lib.money import grouped, rate_text
from kamtrak.lib.months import days_between

FEW = 3  # transactions that are told one by one
TOLD = 5  # imports that are told one by one
COLLEAGUES = "A colleague’s transaction"  # what is said of one that the reader may not read


@dataclass(frozen=True)
class Proof:
    """One transaction: `revenue` in its currency, `converted` in the workspace's; None while unknown."""

    day: date
    client: str
    product: str
    currency: str
    revenue: Decimal | None
    converted: Decimal | None
    rate: Decimal | None
    rate_day: date | None
    file: str
    line: int
    unique_id: str = ""
    without: str = ""  # why it has no revenue


@dataclass(frozen=True)
class ProofSum:
    """The transactions of one import in one currency; of `rows`, `counted` are in the sums."""

    origin: int
    name: str
    currency: str
    rows: int
    counted: int
    not_revenue: int
    revenue: Decimal
    converted: Decimal
    first: date
    last: date


def proof_said(row: Proof, target: str) -> str:
    """`7 Aug 2026, Nordhavn, 1,000.00 EUR (1,168.20 USD at 1.1682 of 7 Aug 2026), line 3 of “sales.csv”`."""
    parts = [f"{row.day:%-d %b %Y}", row.client or "no client", row.product, _figure(row, target)]
    unique_id = row.unique_id and f"Unique ID {row.unique_id}"
    return ", ".join(part for part in (*parts, f"line {row.line:,} of “{row.file}”", unique_id) if part)


def _figure(row: Proof, target: str) -> str:
    if row.revenue is None or row.converted is None:
        return row.without
    figure = f"{grouped(row.revenue, row.currency)} {row.currency}"
    if row.currency == target:
        return figure
    at = f" at {rate_text(row.rate)} of {row.rate_day:%-d %b %Y}" if row.rate and row.rate_day else ""
    return f"{figure} ({grouped(row.converted, target)} {target}{at})"


def sums_said(sums: Iterable[ProofSum], target: str) -> list[str]:
    """A line per import, the oldest transactions first; of many imports the last line takes the rest."""
    imports: dict[int, list[ProofSum]] = {}
    for each in sums:
        imports.setdefault(each.origin, []).append(each)
    ordered = sorted(imports.values(), key=lambda parts: (min(part.first for part in parts), parts[0].origin))
    told, rest = (ordered[:TOLD], ordered[TOLD:]) if len(ordered) > TOLD + 1 else (ordered, [])
    lines = [_sum_said(f"import “{parts[0].name}”", parts, target) for parts in told]
    if rest:
        lines.append(
            _sum_said(f"{len(rest)} more imports", [part for parts in rest for part in parts], target)
        )
    return lines


def _sum_said(whose: str, parts: Sequence[ProofSum], target: str) -> str:
    """`14 transactions of import “orders.csv”, 12,345.00 USD, 3 Jan – 28 Mar 2026`."""
    rows = sum(part.rows for part in parts)
    days = days_between(min(part.first for part in parts), max(part.last for part in parts))
    said = [f"{rows:,} transaction{'' if rows == 1 else 's'} of {whose}", _money(parts, target), days]
    not_revenue = sum(part.not_revenue for part in parts)
    unknown = rows - not_revenue - sum(part.counted for part in parts)
    said.append(f"{unknown:,} without revenue yet" if unknown else "")
    said.append(f"{not_revenue:,} not revenue" if not_revenue else "")
    return ", ".join(part for part in said if part)


def _money(parts: Sequence[ProofSum], target: str) -> str:
    """One subtotal per currency, never added raw, and beside foreign ones what all come to converted."""
    by_currency: dict[str, Decimal] = {}
    for part in parts:
        if part.counted:
            by_currency[part.currency] = by_currency.get(part.currency, Decimal(0)) + part.revenue
    own = " and ".join(f"{grouped(value, code)} {code}" for code, value in sorted(by_currency.items()))
    if {*by_currency} <= {target}:
        return own
    converted = sum((part.converted for part in parts), Decimal(0))
    return f"{own} ({grouped(converted, target)} {target} at the rate of each day)"


def colleagues_said(count: int) -> str:
    return COLLEAGUES if count == 1 else f"{count:,} transactions of colleagues"
