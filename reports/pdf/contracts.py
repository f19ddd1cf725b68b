"""The contracts of a review as its pages show them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from contributions.rules.contract_months import Side
from reports.models import DocumentContractMonth
from reports.pdf.text import printable
from reports.rules.contracts import ContractLine, ContractSums
from reports.rules.review import Review


@dataclass(frozen=True)
class PrintedContract:
    """One contract on paper: `line` gives the figures, the rest is its words."""

    line: ContractLine
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
            printable(f"{line.number} {line.name}", missing),
            printable(line.client, missing),
            printable(line.edited_by, missing),
        )
        for line in section.lines
    ]
    months = [PrintedMonth(row, printable(row.why, missing)) for row in changed]
    return {
        "section": section,
        "contracts": printed,
        "contract_notes": list(contract_notes(review, section.sums)),
        "changed_months": months,
        "changed_months_more": section.changes - len(months),
        "contract_rates_more": section.rates_used - len(section.rates),
        "sides": [
            (side.label, counted, later, counted + later)
            for side, counted, later in (
                (Side.CONFIRMED, section.sums.confirmed, section.sums.later_confirmed),
                (Side.CURRENT, section.sums.current, section.sums.later_current),
            )
        ],
    }


def contract_notes(review: Review, sums: ContractSums) -> Iterator[str]:
    """What the reader of these figures must know: what may still move, and what is in none of them."""
    if sums.provisional:
        yield f"p: {_months(sums.provisional, 'is', 'are')} provisional and settles when its rate is known."
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
