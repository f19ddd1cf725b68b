"""The catalog as a file, in the columns in which it is brought back."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from kamtrak.exports import Export
from kamtrak.lib.money import minor_units
from transactions.models import CatalogItem, CatalogValue
from transactions.queries.catalog import aliases_of, dated_of, names_of
from transactions.rules import Measure
from transactions.rules.entries import MONEY_MEASURES, Dated, standing
from transactions.sources.catalog_columns import COLUMNS, MEASURES, joined_aliases
from workspaces.models import Workspace

AT_A_TIME = 500  # entries per question
WIDE = {"name": 32, "aliases": 32, "code": 20}


def catalog_export(workspace: Workspace, rows: QuerySet[CatalogItem]) -> Export:
    """One line per entry and day from which values hold; an entry without any has one line."""
    return Export(
        workspace_id=workspace.pk,
        sheet="Catalog",
        columns=[column.name for column in COLUMNS],
        lines=lambda: catalog_lines(workspace, rows),
        count=lambda: _count(rows),
        wide=WIDE,
    )


def _count(rows: QuerySet[CatalogItem]) -> int:
    """Days on which a value stands, and entries of which none does."""
    later = CatalogValue.objects.filter(
        item=OuterRef("item"), measure=OuterRef("measure"), valid_from=OuterRef("valid_from")
    ).filter(id__gt=OuterRef("id"))
    standing_rows = CatalogValue.objects.filter(~Exists(later), value__isnull=False)
    days = standing_rows.filter(item__in=rows.order_by().values("pk")).order_by()
    bare = rows.filter(~Exists(standing_rows.filter(item=OuterRef("pk"))))
    return days.values("item", "valid_from").distinct().count() + bare.count()


def catalog_lines(workspace: Workspace, rows: QuerySet[CatalogItem]) -> Iterator[list[Any]]:
    """By code; of each entry by day."""
    ids = list(rows.order_by("code", "pk").values_list("pk", flat=True))
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        items = CatalogItem.objects.filter(workspace=workspace).prefetch_related(names_of()).in_bulk(some)
        values = CatalogValue.objects.filter(workspace=workspace, item__in=some).order_by("item", "id")
        known = {pk: [dated_of(row) for row in group] for pk, group in groupby(values, lambda v: v.item_id)}
        for pk in some:
            yield from _lines_of(items[pk], known.get(pk, []), workspace.currency)


def _lines_of(item: CatalogItem, values: Iterable[Dated], currency: str) -> Iterator[list[Any]]:
    counted = sorted(standing(values).values(), key=lambda dated: dated.valid_from)
    names: list[Any] = [item.code, item.name, joined_aliases(aliases_of(item))]
    for day, group in groupby(counted, lambda dated: dated.valid_from):
        of_day = {dated.measure: dated for dated in group}
        yield [*names, day, *_cells(of_day, currency)]
    if not counted:
        yield [*names, None, *([None] * (len(COLUMNS) - 4))]


def _cells(of_day: dict[Measure, Dated], currency: str) -> list[Any]:
    values = [_written(of_day.get(measure), currency) for measure in MEASURES.values()]
    revenue = of_day.get(Measure.REVENUE)
    return [*values, None if revenue is None else revenue.includes_tax]


def _written(dated: Dated | None, currency: str) -> Decimal | None:
    """A value with the decimals of its currency. Three decimals get a fourth: three digits after one mark may
    be read as thousands, so that the file would be asked about when it comes back."""
    if dated is None or dated.value is None:
        return None
    value = dated.value.normalize()
    least = minor_units(currency) if dated.measure in MONEY_MEASURES else 0
    places = max(least, -int(value.as_tuple().exponent), 0)
    return value.quantize(Decimal(1).scaleb(-(4 if places == 3 else places)))
