"""Rows that wait for a decision, and what names exactly the state that was looked at (rules 5.12)."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q, QuerySet, Subquery, Sum, Value
from django.utils.http import urlencode

from fx.models import OwnRate, PublishedRate
from transactions.models import (
    CatalogItem,
    CatalogName,
    CatalogValue,
    Edit,
    Import,
    RowDecision,
    RowRate,
    RowTotal,
    SeenProduct,
    Split,
    Transaction,
    TransactionWays,
)
from transactions.queries.relied import names_meant
from transactions.rules import Earlier, Moved
from workspaces.models import UNFINISHED, Job, Workspace

# The history of each knows every change of what rows are derived with; rates and values are append-only.
_TRACKED: tuple[Any, ...] = (CatalogItem, CatalogName, TransactionWays)
_CHANGES: tuple[Any, ...] = (
    *(model.pgh_event_model for model in _TRACKED),
    CatalogValue,
    OwnRate,
)
CHOICES = 50  # products that can be decided apart, those first that most rows name


@dataclass(frozen=True)
class Selection:
    """Which of the marked rows are decided: all, or those of a catalog entry, of a currency, of both.

    Rows that wait for nothing but another mapping are among none of these: their import is decided as a whole
    (`imported`), with every row of it.
    """

    item: int | None = None
    currency: str = ""
    imported: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {"item": self.item, "currency": self.currency, "imported": self.imported}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Selection":
        return cls(said["item"], said["currency"], said.get("imported"))  # older work knows no imports


def moves_path(selection: Selection) -> str:
    """Where these rows are decided, below the address of the workspace."""
    said = {"product": selection.item, "currency": selection.currency, "import": selection.imported}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"transactions/moves/{'?' + query if query else ''}"


@dataclass(frozen=True)
class Seen:
    """A state of the marked rows: how many, what they are derived with by now, and both in one mark."""

    rows: int
    derived_with: str
    stamp: str


def marked(workspace: Workspace, selection: Selection) -> QuerySet[Transaction]:
    """The rows that wait; found by the index of the marked ones, in no order."""
    if selection.imported is not None:
        return Transaction.objects.filter(workspace=workspace, origin=selection.imported)
    found = _marked(workspace)
    if selection.item is not None:
        of_item = SeenProduct.objects.filter(workspace=workspace, item=selection.item)
        found = found.filter(product__in=list(of_item.values_list("pk", flat=True)))
    return found.filter(currency=selection.currency) if selection.currency else found


def _marked(workspace: Workspace) -> QuerySet[Transaction]:
    """The rows that wait for more than another mapping."""
    return Transaction.objects.filter(workspace=workspace, earlier__gt=0).exclude(earlier=Earlier.MAPPING)


def seen(workspace: Workspace, selection: Selection, today: date) -> Seen:
    """The state of now. What is accepted is what was seen while its stamp is the same."""
    sums = {"ids": Sum("pk"), "turn": Max("turn"), "converted": Sum("converted"), "profit": Sum("profit")}
    if selection.imported is not None:  # what its rows are derived from is in the stamp: no row need be read
        sums = {}
    rows = marked(workspace, selection).aggregate(n=Count("pk"), **sums)
    with_what = derived_with_now(workspace, today)
    looked_at = (selection, with_what, sorted(rows.items()), _brought(workspace, selection))
    stamp = hashlib.sha256(repr(looked_at).encode()).hexdigest()[:32]
    return Seen(rows["n"], with_what, stamp)


def _brought(workspace: Workspace, selection: Selection) -> str:
    """Names which imports, edits and undecided rows there are: any of them can replace a row, undo its sale
    or move with it; with the mapping that is decided, if it is one, and since when."""
    decided = Q(pk=selection.imported)
    edited = Edit.objects.filter(workspace=workspace).order_by("-turn").values("turn")[:1]
    totals = RowTotal.objects.filter(workspace=workspace, split=Split.NONE).values("workspace")
    found = Import.objects.filter(workspace=workspace).aggregate(
        turn=Max("turn"),
        undone=Max("undone_at"),
        remapped=Max("remapped_at"),
        edited=Max(Subquery(edited)),
        waiting=Max(Subquery(totals.annotate(n=Sum("earlier")).values("n"))),
        proposed=ArrayAgg("proposed", filter=decided),
        since=Max("proposed_at", filter=decided),
    )
    # Under another mapping other names stand in the rows.
    names = names_meant(workspace) if selection.imported is not None else ""
    return json.dumps([found, names], sort_keys=True, default=str)


def derived_with_now(workspace: Workspace, today: date) -> str:
    """Names the prices, rates and settings of now, in one question. The first use of a rate changes none."""
    counted = [_counted(model, model.objects.filter(workspace=workspace)) for model in _CHANGES]
    counted.append(_counted(RowRate, RowRate.objects.filter(workspace=workspace, version__gt=1)))
    newest = PublishedRate.objects.order_by("-pk").values_list(Value("published"), Value(0), "pk")[:1]
    found = {name: (number, last) for name, number, last in newest.union(*counted, all=True)}
    # An own rate settles when its day has ended (rules 6.5): where there are any, the day matters.
    day = today if found[OwnRate._meta.label][0] else None
    settings = (workspace.currency, workspace.rate_mode, workspace.rate_limit_days)
    return hashlib.sha256(repr((settings, day, sorted(found.items()))).encode()).hexdigest()[:32]


def _counted(model: Any, rows: Any) -> Any:
    by_table = rows.order_by().annotate(table=Value(model._meta.label)).values("table")
    return by_table.annotate(n=Count("pk"), newest=Max("pk")).values_list("table", "n", "newest")


def choices(workspace: Workspace) -> tuple[list[tuple[CatalogItem, int]], list[tuple[str, int]]]:
    """The catalog entries and the currencies of marked rows, each with the number of its rows; one query."""
    rows = _marked(workspace)
    items: Counter[CatalogItem] = Counter()
    codes: Counter[str] = Counter()
    named = ("product__item", "product__item__code", "product__item__name")
    for pk, code, name, currency, number in rows.values_list(*named, "currency").annotate(n=Count("pk")):
        if pk:
            items[CatalogItem(pk=pk, code=code, name=name)] += number
        if currency:
            codes[currency] += number
    return items.most_common(CHOICES), sorted(codes.items())


@dataclass(frozen=True)
class Shown:
    """A row that would move most, with the catalog values before and after where they differ."""

    row: Transaction
    moved: Moved
    prices: Sequence[tuple[CatalogValue | None, CatalogValue | None]]


def rows_of(workspace: Workspace, largest: Sequence[Moved]) -> list[Shown]:
    """What the page shows of these rows, in their order."""
    known = Transaction.objects.filter(workspace=workspace)
    rows = known.select_related("client__survivor", "product", "owner__user").in_bulk(
        [moved.row for moved in largest]
    )
    values = CatalogValue.objects.filter(workspace=workspace).select_related("item")
    prices = values.in_bulk({pk for moved in largest for pair in _price_ids(moved) for pk in pair if pk})
    return [
        Shown(
            rows[moved.row],
            moved,
            [(prices.get(was or 0), prices.get(now or 0)) for was, now in _price_ids(moved) if was != now],
        )
        for moved in largest
        if moved.row in rows
    ]


def _price_ids(moved: Moved) -> list[tuple[int | None, int | None]]:
    before, after = moved.before, moved.after
    return [
        (before.price, after.price),
        (before.profit_price, after.profit_price),
        (before.tax_price, after.tax_price),
    ]


def proposed_imports(workspace: Workspace) -> list[Import]:
    """The imports whose rows wait for a decision about another mapping, the newest first."""
    found = Import.objects.filter(workspace=workspace, proposed_at__isnull=False)
    return list(found.only("name", "proposed_at").order_by("-proposed_at", "-pk"))


def decisions(workspace: Workspace, limit: int = 10) -> list[RowDecision]:
    """What was decided last."""
    found = RowDecision.objects.filter(workspace=workspace).select_related("by", "item", "imported", "job")
    return list(found.order_by("-at", "-pk")[:limit])


def unfinished_jobs(workspace: Workspace, kinds: Sequence[str]) -> dict[str, Job]:
    """The newest work of each of these kinds that waits or goes on."""
    found = Job.objects.filter(workspace=workspace, kind__in=kinds, state__in=UNFINISHED)
    return {job.kind: job for job in found.order_by("pk")}


def compared_job(workspace: Workspace, kind: str, stamp: str) -> Job | None:
    """A comparison that was worked out of exactly this state."""
    found = Job.objects.filter(workspace=workspace, kind=kind, result__stamp=stamp)
    return found.order_by("-pk").first()
