"""The catalog as the rules need it (rules 5.10)."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from transactions.models import CatalogItem, CatalogName, CatalogValue
from transactions.rules import Catalog, Item, Measure, Value
from workspaces.models import Workspace


def load_catalog(workspace: Workspace) -> Catalog:
    """All entries and their values, in three queries."""
    aliases: dict[int, list[str]] = defaultdict(list)
    names = CatalogName.objects.filter(workspace=workspace, is_code=False).order_by("pk")
    for item, text in names.values_list("item", "text"):
        aliases[item].append(text)
    items = CatalogItem.objects.filter(workspace=workspace).order_by("pk")
    return Catalog(
        (
            Item(pk, code, name, tuple(aliases.get(pk, ())), archived is not None)
            for pk, code, name, archived in items.values_list("pk", "code", "name", "archived_at")
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


def _plain(amount: Decimal) -> Decimal:
    """Without the zeros that the column fills up with."""
    return Decimal(f"{amount:f}".rstrip("0").rstrip(".") or "0")
