"""Proving that a document is its own snapshot (rules 7.2)."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import StringIO

from django.db.models import Sum

from contributions.queries.periods import sums_of
from contributions.rules.contract_months import Side
from kamtrak.lib.errors import Refused
from reports.models import Document
from reports.queries.contracts import by_contract, contract_line
from reports.queries.documents import review_of
from reports.queries.imported_rows import imported_section
from reports.rules.contracts import NO_SUMS, ContractSection, ContractSums
from reports.rules.imported import ImportedSection
from reports.rules.review import Review
from reports.services.data import CONTRACTS, CONTRIBUTIONS, TRANSACTIONS, files_of, read_data, write_data
from reports.services.documents import open_document

ZERO = Decimal(0)
Embedded = dict[str, tuple[Decimal, Decimal]]  # kind of row → sums of `counted` and of `later_change`


@dataclass(frozen=True)
class Verification:
    """What is wrong with a document; nothing, if it is its own snapshot."""

    number: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def verify_document(document: Document) -> Verification:
    """Rows = printed figures = embedded data in the stored file = fingerprints (rules 7.2)."""
    review = review_of(document)
    figures = (
        *_wrong_figures(document, review),
        *_wrong_contracts(document, review.contracts),
        *_wrong_imported(document, review.imported),
    )
    return Verification(document.number, (*figures, *_wrong_file(document, review)))


def _wrong_figures(document: Document, review: Review) -> Iterator[str]:
    """Printed totals against the rows that were copied."""
    sums = sums_of(document.rows.filter(counts=True))
    changed = document.rows.filter(later__isnull=False).order_by().values("type").annotate(total=Sum("later"))
    later = {line["type"]: line["total"] for line in changed}
    for line in review.totals:
        own = [figures for (_, kind), figures in sums.items() if kind is line.type]
        total = sum((figures.converted for figures in own), ZERO)
        if (total, sum(figures.rows for figures in own)) != (line.converted, line.rows):
            yield f"{line.type.label}: printed {line.converted}, the rows sum to {total}"
        if later.get(line.type.value, ZERO) != line.later:
            yield f"{line.type.label}: printed later changes {line.later} are not those of the rows"
    if document.rows.count() != document.rows_count:
        yield "rows are missing or were added"


def _wrong_contracts(document: Document, printed: ContractSection | None) -> Iterator[str]:
    """Printed contracts and their totals against the months that were copied."""
    if document.contract_months.count() != document.months_count:
        yield "months of contracts are missing or were added"
    lines = [contract_line(months, document.currency) for months in by_contract(document)]
    sums = sum((line.sums for line in lines), NO_SUMS)
    if sums != (printed.sums if printed else NO_SUMS):
        yield "contracts: the printed totals are not those of the months"
    if printed and not {*printed.lines} <= {*lines}:
        yield "contracts: a printed line is not that of its months"
    if sum(bool(line.sums.months) for line in lines) != (printed.contracts if printed else 0):
        yield "contracts are missing or were added"


def _wrong_imported(document: Document, printed: ImportedSection | None) -> Iterator[str]:
    """Printed imported revenue against the rows that were copied: every line of it."""
    if document.transactions.count() != document.transactions_count:
        yield "transactions are missing or were added"
    live = (printed.now_rows, printed.now_unknown_rows) if printed else (0, 0)
    summed = imported_section(document, live=live, with_profit=bool(printed and printed.with_profit))
    if summed != printed:
        said = [each.total.converted if each else "nothing" for each in (printed, summed)]
        yield f"imported revenue: printed {said[0]}, the rows sum to {said[1]}"


def _wrong_file(document: Document, review: Review) -> Iterator[str]:
    """The stored file and the data inside it against the fingerprints, and the data against the figures."""
    try:
        with open_document(document) as file:
            found = {data: read_data(file, data) for data in files_of(review)}
    except Refused as refusal:
        yield refusal.message
        return
    for data, content in found.items():
        kept = getattr(document, data.fingerprint)
        if sha256(content).hexdigest() != kept:
            yield f"the embedded {data.name} is not the one whose fingerprint is printed"
        if write_data(document, review, data) != kept:
            yield f"the rows no longer give the {data.name} that was embedded"
    embedded = _embedded_sums(found[CONTRIBUTIONS], by="type")
    for line in review.totals:
        if (sums := embedded[line.type.value]) != (line.converted, line.later):
            yield f"{line.type.label}: printed {line.converted}, the embedded rows sum to {sums[0]}"
    if review.contracts is not None:
        yield from _wrong_months(review.contracts.sums, _embedded_sums(found[CONTRACTS], by="figure"))
    if (section := review.imported) is not None:
        every = _embedded_sums(found[TRANSACTIONS], by="standing").values()
        counted, later = sum((one for one, _ in every), ZERO), sum((other for _, other in every), ZERO)
        if (counted, later) != (section.total.converted, section.later):
            yield f"imported revenue: printed {section.total.converted}, the embedded rows sum to {counted}"


def _wrong_months(printed: ContractSums, embedded: Embedded) -> Iterator[str]:
    said = {
        Side.CONFIRMED: (printed.confirmed, printed.later_confirmed),
        Side.CURRENT: (printed.current, printed.later_current),
    }
    for side, sums in said.items():
        if (found := embedded[side.label.lower()]) != sums:
            yield f"contracts, {side.label.lower()}: printed {sums[0]}, the embedded months sum to {found[0]}"


def _embedded_sums(data: bytes, *, by: str) -> Embedded:
    """Per value of the column `by` the sums of `counted` and of `later_change` in a CSV."""
    sums: Embedded = defaultdict(lambda: (ZERO, ZERO))
    for row in csv.DictReader(StringIO(data.decode(), newline="")):
        counted, later = sums[row[by]]
        later += Decimal(row["later_change"] or 0)
        sums[row[by]] = (counted + Decimal(row["counted"] or 0), later)
    return sums
