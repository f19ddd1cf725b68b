"""The imported revenue of a review as its pages show it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from reports.models import DocumentTransaction
from reports.pdf.text import printable
from reports.rules.imported import ImportedSection
from reports.rules.review import Review


@dataclass(frozen=True)
class PrintedTransaction:
    """One row between a closed figure and the live one."""

    row: DocumentTransaction
    client: SafeString
    product: SafeString


def imported_context(
    review: Review, changed: Iterable[DocumentTransaction], missing: frozenset[str]
) -> dict[str, Any]:
    """What the template prints of imported rows; nothing without any."""
    section = review.imported
    if section is None:
        return {}
    rows = [
        PrintedTransaction(
            row, printable(row.client_name or "No client", missing), printable(row.product_name, missing)
        )
        for row in changed
    ]
    return {
        "imported": section,
        "imported_tables": [
            (noun, [(printable(line.name, missing), line) for line in lines])
            for noun, lines in (("client", section.clients), ("product", section.products))
        ],
        "imported_mixed": {line.currency for line in section.currencies} - {review.currency},
        "imported_notes": list(imported_notes(review, section)),
        "changed_transactions": rows,
        "changed_transactions_more": section.changes - len(rows),
        "imported_rates_more": section.rates_used - len(section.rates),
    }


def imported_notes(review: Review, section: ImportedSection) -> Iterator[str]:
    """What the reader of these figures must know: what is in none of them, and what may still move."""
    total = section.total
    if total.unknown_rows:
        said = ", ".join(f"{line.rows:,} {line.label}" for line in section.lacks)
        yield f"u: excludes {_rows(total.unknown_rows, 'that has', 'that have')} no revenue yet ({said})."
    if total.provisional_rows:
        one, many = "has a provisional rate and settles", "have a provisional rate and settle"
        closed = " Of a closed quarter it stays as it was closed." if review.closed else ""
        yield f"p: {_rows(total.provisional_rows, one, many)} when the rate of the day is known.{closed}"
    if total.earlier_rows:
        said = _rows(total.earlier_rows, "bears", "bear")
        yield f"e: {said} an earlier price, rate or mapping: a newer one waits for a decision."
    if section.with_profit and total.profit_unknown:
        yield f"Profit is without {_rows(total.profit_unknown, 'whose', 'whose')} profit is not known."


def _rows(count: int, one: str, many: str) -> str:
    return f"1 row {one}" if count == 1 else f"{count:,} rows {many}"


def imported_texts(review: Review, changed: Iterable[DocumentTransaction]) -> Iterator[str]:
    """Every text of imported rows on paper that a person wrote."""
    if review.imported is not None:
        yield from (line.name for line in (*review.imported.clients, *review.imported.products))
        for row in changed:
            yield from (row.client_name, row.product_name)
