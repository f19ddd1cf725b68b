"""A review as its pages show it: words and figures ready to print."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from contributions.rules import RevenueType
from contributions.rules.periods import Sum as Figures
from kamtrak.lib.money import currency_name, grouped, minor_units, percent_change, rate_text
from reports.models import Document, DocumentRow
from reports.pdf.chart import chart_label, quarter_tables, review_chart
from reports.pdf.contracts import contract_context, contract_texts
from reports.pdf.imported import imported_context, imported_texts
from reports.pdf.text import missing_characters, printable
from reports.queries.contracts import changed_months
from reports.queries.documents import changed_rows, largest_rows, unknown_rows
from reports.queries.imported_rows import changed_transactions
from reports.rules.review import Review, StoryLine, TypeLine
from reports.services.data import files_of

LISTED = 50  # unknown rows, and changes after a close, that are printed one by one
LONG = 100  # characters; a longer description or transaction takes the width of the page
LONG_RATE = 14  # digits and mark; a longer rate is set smaller


@dataclass(frozen=True)
class PrintedRow:
    """One contribution on paper. `row` gives the figures, the rest is its words."""

    row: DocumentRow
    client: SafeString
    description: SafeString
    evidence: list[tuple[str, SafeString]]  # what it is, and its title
    why: SafeString

    @property
    def is_long(self) -> bool:
        return any(len(text) > LONG for text in (self.row.description, *self.row.transactions))

    @property
    def has_long_rate(self) -> bool:
        return self.row.rate is not None and len(rate_text(self.row.rate)) > LONG_RATE

    @property
    def whole_units(self) -> bool:
        """Yen keeps the room of decimals, so that a mixed column lines up on the point (ui.md)."""
        return minor_units(self.row.currency) == 0


@dataclass(frozen=True)
class PrintedGroup:
    """One type: its total, the printed rows, and what the rows beyond the limit add to the total."""

    line: TypeLine
    rows: list[PrintedRow]

    @property
    def others(self) -> int:
        """Known rows that only the embedded file lists."""
        return self.line.rows - self.line.unknown_rows - len(self.rows)

    @property
    def others_sum(self) -> Decimal:
        return self.line.converted - sum((p.row.converted or Decimal(0) for p in self.rows), Decimal(0))


def review_context(document: Document, review: Review, fingerprints: Mapping[str, str]) -> dict[str, Any]:
    """Everything that the template of the review prints; `fingerprints` of its data, by column."""
    rows = largest_rows(document, settings.LIMIT_PRINTED_ROWS)
    unknown, changed = unknown_rows(document, LISTED), changed_rows(document, LISTED)
    months = changed_months(document, LISTED)
    imported = changed_transactions(document, LISTED)
    printed_texts = _texts(review, [*rows, *unknown, *changed])
    others = chain(contract_texts(review, months), imported_texts(review, imported))
    missing = missing_characters(chain(printed_texts, others))
    printed = [_printed(row, missing) for row in rows]
    return {
        "review": review,
        "document": document,
        "issued": review.issued_at.replace(tzinfo=None),  # its wall time: a filter would turn it into UTC
        "offset": f"UTC{review.issued_at.isoformat()[-6:]}",
        "currency": review.currency,
        "currency_name": currency_name(review.currency),
        "one_quarter": review.is_quarter,
        "state": period_state(review),
        "types": list(RevenueType),
        "totals": [(line, compared(review, line)) for line in review.totals],
        "notes": list(notes(review)),
        "chart": review_chart(review),
        "chart_label": chart_label(review),
        "quarter_tables": quarter_tables(review),
        "marked": has_marks(review),
        "groups": [
            PrintedGroup(line, [p for p in printed if p.row.kind is line.type]) for line in review.totals
        ],
        "known": review.known_rows,
        "hidden": review.known_rows - len(rows),
        "undated": any(row.earned_on is None for row in rows),
        "day_format": "j M" if review.is_quarter else "j M Y",
        "unknown": [_printed(row, missing) for row in unknown],
        "unknown_more": review.sum_of("unknown_rows") - len(unknown),
        "changed": [_printed(row, missing) for row in changed],
        "changed_more": review.changes - len(changed),
        "rates_more": review.rates_used - len(review.rates),
        "hashes": [(data.name, _in_fours(fingerprints[data.fingerprint])) for data in files_of(review)],
        **contract_context(review, months, missing),
        **imported_context(review, imported, missing),
        **_words(review, missing),
    }


def _in_fours(sha: str) -> list[str]:
    return [sha[start : start + 4] for start in range(0, len(sha), 4)]


def _words(review: Review, missing: frozenset[str]) -> dict[str, Any]:
    """Names and reasons, as people wrote them."""
    said = {name: printable(getattr(review, name), missing) for name in ("workspace", "person", "issuer")}
    return {
        "words": said,
        "clients": [(printable(line.name, missing), line) for line in review.clients],
        "renamed": [
            (printable(line.was, missing), printable(line.name, missing)) for line in review.renamed[:LISTED]
        ],
        "closed": [
            (line, printable(line.closed_by, missing), printable(line.reason, missing))
            for line in review.closed
        ],
        "stories": [_story(line, missing) for line in review.stories],
        "stories_more": review.stories_in_all - len(review.stories),
        "files": [
            (printable(file.client, missing), printable(file.name, missing), file.sha256)
            for file in review.files
        ],
        "files_more": review.files_in_all - len(review.files),
        "has_missing": bool(missing),
    }


def _story(line: StoryLine, missing: frozenset[str]) -> dict[str, Any]:
    parts = (("Situation", line.situation), ("Action", line.action), ("Result", line.result))
    return {
        "title": printable(line.title, missing),
        "day": line.day,
        "clients": printable(", ".join(line.clients), missing),
        "parts": [(label, printable(text, missing)) for label, text in parts if text.strip()],
    }


def compared(review: Review, line: TypeLine) -> list[tuple[Figures, Decimal | None]]:
    """Per earlier period its figure of this type, and the change in percent; None where one is unknown."""
    found = []
    for earlier in review.comparisons:
        before = earlier.parts[line.type.number - 1]
        known = line.known is not None and before.known is not None
        found.append((before, percent_change(line.converted, before.converted) if known else None))
    return found


def has_marks(review: Review) -> bool:
    """Whether a figure beyond the totals bears a letter that has to be explained."""
    parts = [part for line in review.clients for part in line.parts]
    parts += [part for line in review.quarters for part in line.parts]
    return any(part.unknown_rows or part.provisional_rows or part.earlier_rows for part in parts)


def period_state(review: Review) -> str:
    """Closed, open or running, in a few words."""
    if review.closed and not review.open_quarters and not review.runs_until:
        return f"closed {max(line.closed_on for line in review.closed):%-d %B %Y}"
    if review.runs_until:
        return f"runs until {review.runs_until:%-d %B %Y}"
    return f"{len(review.closed)} of 4 quarters closed" if review.closed else "not closed"


def notes(review: Review) -> Iterator[str]:
    """What the reader of a total must know: what may still move, what is not in it; per type (rules 1.5)."""
    if review.runs_until:
        yield f"{review.period_label} had not ended when this was issued: more may be logged."
    yield from _provisional_notes(review)
    if count := review.sum_of("unknown_rows"):
        by_type = _counts(review, "unknown_rows")
        yield f"u: {_rows(count, 'has', 'have')} no rate: unknown, and in no total ({by_type})."
    if count := review.sum_of("earlier_rows"):
        by_type = _counts(review, "earlier_rows")
        yield f"e: {_rows(count, 'bears', 'bear')} an earlier rate ({by_type}): a newer one waits."
    for earlier in review.comparisons:
        if earlier.unknown_rows:
            yield f"{earlier.label}: {_rows(earlier.unknown_rows, 'has', 'have')} no rate and no place in it."
        if earlier.provisional_rows:
            yield f"{earlier.label}: {_rows(earlier.provisional_rows, 'is', 'are')} provisional."
        if count := sum(part.earlier_rows for part in earlier.parts):
            yield f"{earlier.label}: {_rows(count, 'bears', 'bear')} an earlier rate."


def _provisional_notes(review: Review) -> Iterator[str]:
    """Rows of open quarters settle by themselves; copies of closed ones stay as they were closed."""
    lines, currency = review.totals, review.currency
    closed = {line.type: (line.closed_provisional_rows, line.closed_provisional) for line in lines}
    waiting = {
        line.type: (
            line.provisional_rows - line.closed_provisional_rows,
            line.provisional - line.closed_provisional,
        )
        for line in lines
    }
    if count := sum(rows for rows, _ in waiting.values()):
        reach = f" Published rates reach {review.rates_reach:%-d %B %Y}." if review.rates_reach else ""
        yield (
            f"p: {_rows(count, 'is', 'are')} provisional ({_amounts(waiting, currency)}): "
            f"each settles by itself when the rate of its day is known.{reach}"
        )
    if count := sum(rows for rows, _ in closed.values()):
        said = _rows(count, "was", "were")
        yield f"p: {said} provisional when closed ({_amounts(closed, currency)}), as the closed figure stays."


def _counts(review: Review, name: str) -> str:
    """ "direct revenue 2, cost savings 1": which types the rows belong to."""
    counts = [(line.type.label.lower(), getattr(line, name)) for line in review.totals]
    return ", ".join(f"{label} {count:,}" for label, count in counts if count)


def _amounts(found: Mapping[RevenueType, tuple[int, Decimal]], currency: str) -> str:
    """ "direct revenue 16,943.32 USD": per type, since types are never added."""
    return ", ".join(
        f"{kind.label.lower()} {grouped(amount, currency)} {currency}"
        for kind, (rows, amount) in found.items()
        if rows
    )


def _rows(count: int, one: str, many: str) -> str:
    return f"1 row {one}" if count == 1 else f"{count:,} rows {many}"


def _printed(row: DocumentRow, missing: frozenset[str]) -> PrintedRow:
    return PrintedRow(
        row,
        printable(row.client_name, missing),
        printable(row.description, missing),
        [(label, printable(title, missing)) for label, titles in _evidence(row) for title in titles],
        printable(row.why, missing),
    )


def _evidence(row: DocumentRow) -> tuple[tuple[str, list[str]], ...]:
    """What stands behind the row, as it was told at issue."""
    return (
        ("Achievement", row.achievements),
        ("Contract", row.contracts),
        ("Imported", row.transactions),
    )


def _texts(review: Review, rows: Iterable[DocumentRow]) -> Iterator[str]:
    """Every text on paper that a person wrote."""
    yield from (review.workspace, review.person, review.issuer)
    for line in review.closed:
        yield from (line.closed_by, line.reason)
    yield from (line.name for line in review.clients)
    for story in review.stories:
        yield from (story.title, story.situation, story.action, story.result, *story.clients)
    for file in review.files:
        yield from (file.client, file.name)
    for renamed in review.renamed:
        yield from (renamed.was, renamed.name)
    for row in rows:
        yield from (row.client_name, row.description, row.why)
        yield from chain.from_iterable(titles for _, titles in _evidence(row))
