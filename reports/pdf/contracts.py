"""The contracts of a review as its pages show them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from kamtrak.lib.money import grouped
from reports.models import DocumentContractMonth
from reports.pdf.text import printable
from reports.rules.contracts import ContractLine, ContractSection, ContractSums
from reports.rules.review import Review

WIDE = 13  # characters of a figure; wider ones take the room of the names


@dataclass(frozen=True)
class PrintedContract:
    """One contract on paper: `line` gives the figures, the rest is its words."""

    line: ContractLine
    number: SafeString
    name: SafeString
    client: SafeString
    edited_by: SafeString


@dataclass(frozen=True)
class PrintedMonth:
    """One month between a closed figure and the live one."""

    row: DocumentContractMonth
    why: SafeString


def contract_context(
    review: Review, changed: Iterable[DocumentContractMonth], missing: frozenset[str]
) -> dict[str, Any]:
    """What the template prints of contracts; nothing without any month of one."""
    section = review.contracts
    if section is None:
        return {}
    printed = [
        PrintedContract(
            line,
            printable(line.number, missing),
            printable(line.name, missing),
            printable(line.client, missing),
            printable(line.edited_by, missing),
        )
        for line in section.lines
    ]
    months = [PrintedMonth(row, printable(row.why, missing)) for row in changed]
    return {
        "section": section,
        "contracts": printed,
        "mixed": {line.currency for line in section.currencies} != {review.currency},
        "wide_contracts": _widest(review, section) > WIDE,
        "contract_notes": list(contract_notes(review, section.sums)),
        "changed_months": months,
        "changed_months_more": section.changes - len(months),
        "contract_rates_more": section.rates_used - len(section.rates),
    }


def _widest(review: Review, section: ContractSection) -> int:
    """Characters of the widest figure in the table; no line is larger than its totals by much."""
    totals = [(review.currency, section.sums.confirmed), (review.currency, section.sums.current)]
    for line in section.currencies:
        totals += [(line.currency, line.confirmed), (line.currency, line.current)]
    return max(len(grouped(amount, currency)) for currency, amount in totals)


def contract_notes(review: Review, sums: ContractSums) -> Iterator[str]:
    """What the reader of these figures must know: what may still move, and what is in none of them."""
    if sums.provisional:
        settles = _months(sums.provisional, "is provisional and settles", "are provisional and settle")
        yield f"p: {settles} when the rate of the month’s last day is known."
    for label, unknown in (("confirmed", sums.confirmed_unknown), ("current", sums.current_unknown)):
        if unknown:
            yield f"u: {_months(unknown, 'has', 'have')} no rate, {label}: unknown, and in no sum."


def _months(count: int, one: str, many: str) -> str:
    return f"1 month {one}" if count == 1 else f"{count:,} months {many}"


def contract_texts(review: Review, changed: Iterable[DocumentContractMonth]) -> Iterator[str]:
    """Every text of contracts on paper that a person wrote."""
    if review.contracts is not None:
        for line in review.contracts.lines:
            yield from (line.number, line.name, line.client, line.edited_by)
        yield from (row.why for row in changed)
