"""The imported rows of a review, added up from those that were copied for it (rules 7.2)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Abs, Coalesce, TruncMonth

from kamtrak.lib.months import Month
from reports.models import Document, DocumentTransaction
from reports.queries.rates import rate_lines
from reports.rules.imported import (
    ImportedDrift,
    ImportedSection,
    LackLine,
    MonthRevenue,
    NamedRevenue,
    largest_named,
)
from transactions.queries.revenue import NO_PRODUCT, ROW_SUMS, figures_in, summed, totals_of
from transactions.rules import Lack
from transactions.rules.revenue import (
    TIER_LABELS,
    RevenueFigures,
    RevenueLine,
    by_currency,
    by_lack,
    by_month,
    by_tier,
    figures_of,
)
from transactions.rules.states import LACK_LABELS
from workspaces.queries.people import Scope

PRINTED = 40  # clients, and products, that are named
PRINTED_RATES = 60
BATCH = 2000
NAMES = {"waits": F("provisional"), "moved": F("earlier"), "ungained": Q(profit=None)}


def imported_section(
    document: Document, *, live: tuple[int, int], with_profit: bool
) -> ImportedSection | None:
    """What the document prints of imported rows; None without any. `live`: how many live rows counted at
    issue, and how many had no revenue."""
    rows = document.transactions.filter(counts=True).annotate(**NAMES)
    lines = _lines(rows)
    changed = document.transactions.filter(later__isnull=False).aggregate(n=Sum("later"))["n"]
    changes = document.transactions.exclude(why="").count()
    if not lines and not changes:
        return None
    rates = list(rate_lines(rows).values())
    return ImportedSection(
        total=figures_of(lines),
        later=changed or figures_of([]).converted,
        now_rows=live[0],
        now_unknown_rows=live[1],
        months=tuple(MonthRevenue(month.first, figures) for month, figures in by_month(lines).items()),
        clients=largest_named(_named(rows, "client_name", "No client"), PRINTED, "clients"),
        products=largest_named(_named(rows, "product_name", NO_PRODUCT.name), PRINTED, "products"),
        tiers=tuple(
            NamedRevenue(TIER_LABELS[tier].capitalize(), own) for tier, own in by_tier(lines).items()
        ),
        currencies=by_currency(lines),
        lacks=tuple(LackLine(LACK_LABELS[lack], count) for lack, count in by_lack(lines).items()),
        changes=changes,
        rates=tuple(rates[:PRINTED_RATES]),
        rates_used=len(rates),
        with_profit=with_profit,
    )


def _lines(rows: QuerySet[DocumentTransaction]) -> list[RevenueLine]:
    """By month, tier, currency and lack."""
    groups = rows.order_by().annotate(of_month=TruncMonth("day"))
    found: QuerySet[Any, Any] = groups.values("of_month", "tier", "currency", "lack").annotate(**ROW_SUMS)
    return [
        RevenueLine(
            Month.of(line["of_month"]),
            line["tier"],
            line["currency"],
            Lack(line["lack"]),
            line["own"],
            figures_in(line),
        )
        for line in found
    ]


def _named(rows: QuerySet[DocumentTransaction], name: str, nobody: str) -> list[NamedRevenue]:
    """By client or by product, as they were called at issue."""
    which = Coalesce("client_id", 0) if name == "client_name" else Coalesce(F("item_id"), -F("product_id"), 0)
    found = rows.annotate(which=which).values("which", name).annotate(**ROW_SUMS).order_by("which", name)
    return [NamedRevenue(line[name] or nobody, figures_in(line)) for line in found]


# ------------------------------------------------------------------ row by row


def changed_transactions(document: Document, limit: int) -> list[DocumentTransaction]:
    """Rows that differ from their closed quarter's copy, largest difference first (rules 2.4)."""
    order = (Abs("later").desc(nulls_last=True), "day", "pk")
    return list(document.transactions.exclude(why="").order_by(*order)[:limit])


def data_transactions(document: Document) -> Iterator[dict[str, Any]]:
    """Every row in the order of the embedded file, in bounded memory."""
    rows: QuerySet[Any, Any] = document.transactions.order_by("day", "source_id", "key", "occurrence", "pk")
    return rows.values().iterator(BATCH)


# ------------------------------------------------------------------ against the live figures


def live_figures(document: Document) -> RevenueFigures:
    """What the person's live rows of the document's period come to now; one query."""
    person = Scope(frozenset({document.person_id}))
    start, end = document.first_month.first, document.last_month.end
    found = summed(totals_of(document.workspace, person, start=start, end=end), "split")
    return sum((figures_in(line) for line in found), RevenueFigures())


def imported_drift(document: Document, section: ImportedSection | None) -> ImportedDrift | None:
    """The live rows at issue and now; None of a document without imported rows."""
    return None if section is None else ImportedDrift(section, live_figures(document))
