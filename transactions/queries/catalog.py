"""The catalog as it is found and listed: entries, what finds them, what one unit is worth (rules 5.10)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Sum, When
from django.shortcuts import get_object_or_404

from kamtrak.keyset import Column, key_page, read_text
from transactions.models import CatalogItem, CatalogName, CatalogValue, RowTotal, SeenProduct, Split
from transactions.rules import Catalog, Item, Measure, Status, Value, product_key
from transactions.rules.entries import Dated, Entry, in_force
from workspaces.models import Workspace

SHOWN = ("hidden", "only", "all")
ALIKE = 0.85  # of two texts: 1 is the same
MOST_COMPARED = 2000


@dataclass(frozen=True)
class Filter:
    """What the list shows. `archived` is one of SHOWN; `lacks` names a measure without a value today."""

    text: str = ""
    archived: str = "hidden"
    lacks: Measure | None = None


@dataclass(frozen=True)
class Line:
    """An entry as the list shows it: its aliases, today's values, and how many rows name it."""

    item: CatalogItem
    aliases: Sequence[str]
    values: dict[Measure, Dated]
    rows: int


@dataclass(frozen=True)
class CatalogPage:
    lines: Sequence[Line]
    total: int
    after: str
    before: str


def filtered(workspace: Workspace, wanted: Filter, today: date) -> QuerySet[CatalogItem]:
    """The entries whose code, name or alias contains the text."""
    found = CatalogItem.objects.filter(workspace=workspace)
    if wanted.archived != "all":
        found = found.filter(archived_at__isnull=wanted.archived == "hidden")
    if wanted.text:
        names = CatalogName.objects.filter(item=OuterRef("pk"), key__contains=product_key(wanted.text))
        found = found.filter(Q(name__icontains=wanted.text) | Exists(names))
    if wanted.lacks:
        found = found.exclude(_has_value(wanted.lacks, today))
    return found


def _has_value(measure: Measure, day: date) -> Exists:
    """Whether the measure of an entry has a value on the day, which nothing later withdraws or corrects."""
    rows = CatalogValue.objects.filter(item=OuterRef("pk"), measure=measure.value, valid_from__lte=day)
    same = CatalogValue.objects.filter(item=OuterRef("item"), measure=measure.value)
    later = same.filter(valid_from=OuterRef("valid_from"), id__gt=OuterRef("id"))
    return Exists(rows.filter(~Exists(later), value__isnull=False))


def catalog_page(
    workspace: Workspace, wanted: Filter, today: date, *, after: str = "", before: str = ""
) -> CatalogPage:
    """A page of the list, by code."""
    found = filtered(workspace, wanted, today)
    page = key_page(found, [Column(F("code"), read_text)], after=after, before=before)
    items = CatalogItem.objects.filter(workspace=workspace).prefetch_related(names_of()).in_bulk(page.ids)
    values, rows = values_of(workspace, page.ids), rows_of_items(workspace, page.ids)
    lines = [
        Line(items[pk], aliases_of(items[pk]), in_force(values.get(pk, []), today), rows.get(pk, 0))
        for pk in page.ids
    ]
    return CatalogPage(lines, found.count(), page.after, page.before)


def any_item(workspace: Workspace) -> bool:
    """Whether the catalog has an entry at all."""
    return CatalogItem.objects.filter(workspace=workspace).exists()


def get_item(workspace: Workspace, pk: int) -> CatalogItem:
    """One entry with what finds it; 404 outside the workspace."""
    found = CatalogItem.objects.select_related("workspace").prefetch_related(names_of())
    return get_object_or_404(found, workspace=workspace, pk=pk)


def entry_of(item: CatalogItem) -> Entry:
    return Entry(item.code, item.name, tuple(aliases_of(item)))


def aliases_of(item: CatalogItem) -> list[str]:
    """By their text."""
    return sorted(name.text for name in item.names.all() if not name.is_code)


def names_of() -> Prefetch:
    """What finds an entry, to be loaded with it."""
    return Prefetch("names", CatalogName.objects.order_by("key"))


def borne_by(workspace: Workspace, keys: Iterable[str]) -> dict[str, CatalogItem]:
    """Of these keys those that find an entry, with it."""
    found = CatalogName.objects.filter(workspace=workspace, key__in=list(keys))
    return {name.key: name.item for name in found.select_related("item__workspace")}


def named_like(workspace: Workspace, text: str) -> list[CatalogItem]:
    """The entries that bear exactly this name (rules 5.10): the candidates where there are several."""
    living = CatalogItem.objects.filter(workspace=workspace, archived_at=None)
    found = living.filter(name__iexact=text.strip()).order_by("code", "pk")
    return [item for item in found if product_key(item.name) == product_key(text)]


def nearest_item(workspace: Workspace, text: str) -> CatalogItem | None:
    """The living entry whose code, alias or name is nearly this, if any: never taken without a person's word
    (rules 5.10)."""
    key = product_key(text)
    living = CatalogItem.objects.filter(workspace=workspace, archived_at=None)
    names = CatalogName.objects.filter(workspace=workspace, item__in=living, key__startswith=key[:1])
    alike = dict(names.order_by("-key").values_list("key", "item")[:MOST_COMPARED])
    called = living.filter(name__istartswith=key[:1]).order_by("-name", "-pk")
    alike |= {product_key(name): pk for name, pk in called.values_list("name", "pk")[:MOST_COMPARED]}
    near = get_close_matches(key, alike, n=1, cutoff=ALIKE)
    return living.filter(pk=alike[near[0]]).select_related("workspace").first() if near else None


def entries_like(workspace: Workspace, text: str, limit: int = 8) -> list[CatalogItem]:
    """Living entries whose code, alias or name contains the text, those whose code begins with it first."""
    living = CatalogItem.objects.filter(workspace=workspace, archived_at=None)
    names = CatalogName.objects.filter(item=OuterRef("pk"), key__contains=product_key(text))
    begins = Case(When(code__istartswith=text, then=0), default=1, output_field=IntegerField())
    found = living.filter(Q(name__icontains=text) | Exists(names))
    return list(found.order_by(begins, "code", "pk")[:limit])


# ------------------------------------------------------------------ values


def values_of(workspace: Workspace, items: Iterable[int]) -> dict[int, list[Dated]]:
    """What is on record of these entries, each in the order in which it was recorded."""
    rows = CatalogValue.objects.filter(workspace=workspace, item__in=list(items)).order_by("id")
    found: dict[int, list[Dated]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(dated_of(row))
    return found


def dated_of(row: CatalogValue) -> Dated:
    """What a row says, for the rules."""
    value = None if row.value is None else row.value.normalize()
    return Dated(Measure(row.measure), row.valid_from, value, row.includes_tax)


def newest_record(item: CatalogItem) -> int:
    """Names what is on record of the entry's values: the form sends back what it showed. 0 for nothing."""
    newest = CatalogValue.objects.filter(workspace_id=item.workspace_id, item=item).order_by("-id")
    return newest.values_list("pk", flat=True).first() or 0


def records_of(item: CatalogItem) -> list[CatalogValue]:
    """All that was recorded of the entry's values, newest day first, corrections included."""
    found = CatalogValue.objects.filter(workspace_id=item.workspace_id, item=item)
    order = {measure.value: place for place, measure in enumerate(Measure)}
    rows = found.select_related("recorded_by").order_by("-valid_from", "-id")
    return sorted(rows, key=lambda row: (-row.valid_from.toordinal(), order[row.measure]))


def get_record(workspace: Workspace, pk: int) -> CatalogValue:
    """One record of a value; 404 outside the workspace."""
    found = CatalogValue.objects.select_related("item__workspace")
    return get_object_or_404(found, workspace=workspace, pk=pk)


# ------------------------------------------------------------------ what rows name


def rows_of_items(workspace: Workspace, ids: Iterable[int]) -> dict[int, int]:
    """How many rows name each of these entries, from the maintained totals; replaced ones aside, as in the
    list of rows."""
    seen = dict(
        SeenProduct.objects.filter(workspace=workspace, item__in=list(ids)).values_list("pk", "item_id")
    )
    found: dict[int, int] = defaultdict(int)
    for about, rows in _rows_of(workspace, seen).items():
        found[seen[about]] += rows
    return found


def seen_as(item: CatalogItem) -> list[tuple[SeenProduct, int]]:
    """How files write this entry, with the number of rows, the most frequent first."""
    seen = list(SeenProduct.objects.filter(workspace_id=item.workspace_id, item=item))
    rows = _rows_of(item.workspace, [product.pk for product in seen])
    return sorted(
        ((product, rows.get(product.pk, 0)) for product in seen), key=lambda pair: (-pair[1], pair[0].text)
    )


def _rows_of(workspace: Workspace, products: Iterable[int]) -> dict[int, int]:
    wanted = list(products)
    if not wanted:
        return {}
    totals = RowTotal.objects.filter(
        workspace=workspace, split=Split.PRODUCT, about__in=wanted, status__lte=Status.NOT_REVENUE
    )
    return dict(totals.values_list("about").annotate(number=Sum("rows")).order_by())


# ------------------------------------------------------------------ as the rules need it


def load_catalog(workspace: Workspace) -> Catalog:
    """All entries and their values, in two queries."""
    aliases = ArrayAgg("names__text", filter=Q(names__is_code=False), order_by="names__pk")
    items = CatalogItem.objects.filter(workspace=workspace).order_by("pk").annotate(aliases=aliases)
    columns = ("pk", "code", "name", "aliases", "archived_at")
    return Catalog(
        (
            Item(pk, code, name, tuple(also or ()), archived is not None)
            for pk, code, name, also, archived in items.values_list(*columns)
        ),
        standing_values(workspace),
    )


def standing_values(workspace: Workspace) -> list[Value]:
    """The values that stand: of several for one day the newest, and none where that one withdraws it."""
    rows = CatalogValue.objects.filter(workspace=workspace).order_by("item", "measure", "valid_from", "pk")
    columns = ("pk", "item", "measure", "value", "valid_from", "includes_tax")
    standing: dict[tuple[int, str, date], Value] = {}
    for pk, item, measure, amount, day, includes_tax in rows.values_list(*columns):
        if amount is None:
            standing.pop((item, measure, day), None)
        else:
            standing[item, measure, day] = Value(
                pk, item, Measure(measure), _plain(amount), day, includes_tax
            )
    return list(standing.values())


def value_of(row: CatalogValue) -> Value:
    """A stored value that a figure was made with, as the rules take it."""
    assert row.value is not None  # noqa: S101 - a withdrawal makes no figure
    measure, amount = Measure(row.measure), _plain(row.value)
    return Value(row.pk, row.item_id, measure, amount, row.valid_from, row.includes_tax)


def _plain(amount: Decimal) -> Decimal:
    """Without the zeros that the column fills up with."""
    return Decimal(f"{amount:f}".rstrip("0").rstrip(".") or "0")
