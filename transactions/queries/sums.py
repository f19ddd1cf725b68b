"""What the transactions of a list come to (rules 1.3, 1.4): from the maintained totals, or row by row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable

from transactions.models import RowTotal, Split, Transaction
from transactions.models.rows import has_warning
from transactions.queries.filters import Among, Chosen
from transactions.queries.listing import of_state
from transactions.queries.revenue import SHOWN
from transactions.rules import Status, Warning
from workspaces.models import Workspace

ZERO = Decimal(0)


@dataclass(frozen=True)
class CurrencySum:
    """The rows of one currency that count: `revenue` in it, `converted` in the workspace currency."""

    currency: str
    rows: int
    revenue: Decimal
    converted: Decimal


@dataclass(frozen=True)
class RowSums:
    """What a list comes to. Only counted rows are in a sum; the others are counted by what they are.

    `profit` is of the rows whose profit is known, whether or not their revenue is (rules 5.8), and
    `profit_unknown` counts the others. `provisional` and
    `earlier` rows are in the sums, with a rate that waits for its day or a price or mapping that has changed
    since.
    """

    currencies: tuple[CurrencySum, ...]
    profit: Decimal = ZERO
    unknown: int = 0
    not_revenue: int = 0
    replaced: int = 0
    profit_unknown: int = 0
    provisional: int = 0
    earlier: int = 0

    @property
    def counted(self) -> int:
        return sum(each.rows for each in self.currencies)

    @property
    def rows(self) -> int:
        """How many rows the list has."""
        return self.counted + self.unknown + self.not_revenue + self.replaced

    @property
    def converted(self) -> Decimal | None:
        """All of them in the workspace currency; None where no row has revenue yet and some wait for it."""
        if not self.counted and self.unknown:
            return None
        return sum((each.converted for each in self.currencies), ZERO)

    @property
    def has_profit(self) -> bool:
        """Whether profit is measured for any of them."""
        return bool(self.profit or self.profit_unknown)

    @property
    def known_profit(self) -> Decimal | None:
        """The profit of the rows that count or wait; None where none of it is known."""
        waiting = self.counted + self.unknown
        return None if waiting and self.profit_unknown == waiting else self.profit


def can_be_looked_up(chosen: Chosen) -> bool:
    """Whether the maintained totals answer for this filter: they are split by client, or by product of
    everybody.
    """
    wanted = chosen.filter
    by_product = not chosen.products or _splits_products(chosen)
    return by_product and not (chosen.found or wanted.source_id or wanted.import_id or wanted.mark)


def _splits_products(chosen: Chosen) -> bool:
    everybody = chosen.scope.owners is None and not chosen.filter.unassigned
    return bool(chosen.products) and not chosen.clients and everybody


def looked_up(workspace: Workspace, chosen: Chosen) -> RowSums:
    """The sums from the maintained totals: whole months, so they cost the same with a million rows.

    Where the totals cannot answer for a part of the filter, that part is left out: the rows are no more.
    """
    found = _totals(workspace, chosen)
    lines: QuerySet[Any, Any] = found.order_by("currency").values("currency", "status")
    return _sums(
        lines.annotate(
            n=_less("rows"),
            of_revenue=_less("revenue"),
            of_converted=_less("converted"),
            of_profit=_less("profit"),
            without_profit=_less("profit_unknown"),
            waiting=_less("provisional"),
            moved=_less("earlier"),
        ).exclude(n=0)
    )


def _less(column: str) -> Combinable:
    """The sum of all, less that of those that are left out; with nothing left out, of all that was found."""
    taken = Sum(column, filter=Q(left_out=True), default=ZERO)
    return Sum(column, filter=Q(left_out=False), default=ZERO) - taken


def added_up(rows: QuerySet[Transaction]) -> RowSums:
    """The sums of these rows, row by row."""
    lines: QuerySet[Any, Any] = rows.order_by("currency").values("currency", "status")
    waits = has_warning(Warning.PROVISIONAL)
    return _sums(
        lines.annotate(
            n=Count("pk"),
            of_revenue=Sum("revenue"),
            of_converted=Sum("converted"),
            of_profit=Sum("profit"),
            without_profit=Count("pk", filter=Q(profit_lack__gt=0)),
            waiting=Count("pk", filter=waits),
            moved=Count("pk", filter=Q(earlier__gt=0)),
        )
    )


def _totals(workspace: Workspace, chosen: Chosen) -> QuerySet[RowTotal]:
    """The totals to be added up; and, `left_out`, those to be taken off: where all but a few are asked for,
    these few are found faster than the many."""
    wanted, split = chosen.filter, Split.NONE
    about: tuple[Among, ...] = ()
    if chosen.clients:
        split, about = Split.CLIENT, chosen.clients
    elif _splits_products(chosen):
        split, about = Split.PRODUCT, chosen.products
    found = RowTotal.objects.filter(workspace=workspace)
    if len(about) == 1 and about[0].left_out:
        few = Q(split=split, about__in=about[0].left_out)
        found = found.filter(Q(split=Split.NONE) | few)
        found = found.annotate(left_out=Case(When(few, then=True), default=False))
    else:
        found = found.filter(*(among.of_totals() for among in about), split=split)
        found = found.annotate(left_out=Value(False))
    if wanted.start is not None:
        found = found.filter(month__gte=wanted.start, month__lt=wanted.end)
    if chosen.scope.owners is not None:
        found = found.filter(owner__in=sorted(chosen.scope.owners))
    if wanted.unassigned:
        found = found.filter(owner=None)
    if wanted.tier is not None:
        found = found.filter(tier=wanted.tier)
    if wanted.currency:
        found = found.filter(currency=wanted.currency)
    return found.filter(of_state(wanted.state))


def _sums(lines: Iterable[Mapping[str, Any]]) -> RowSums:
    """`lines` are by currency and status."""
    counts: dict[str, int] = {}
    currencies, profit = [], ZERO
    for line in lines:
        status, n = line["status"], line["n"]
        if status == Status.COUNTED:
            revenue, converted = line["of_revenue"] or ZERO, line["of_converted"] or ZERO
            currencies.append(CurrencySum(line["currency"], n, revenue, converted))
            for name, column in MARKED.items():
                counts[name] = counts.get(name, 0) + line[column]
        else:
            name = NAMED.get(status, "replaced")
            counts[name] = counts.get(name, 0) + n
        if status in SHOWN:
            profit += line["of_profit"] or ZERO
            counts["profit_unknown"] = counts.get("profit_unknown", 0) + line["without_profit"]
    return RowSums(tuple(currencies), profit, **counts)


MARKED = {"provisional": "waiting", "earlier": "moved"}
NAMED = {Status.UNKNOWN: "unknown", Status.NOT_REVENUE: "not_revenue"}
