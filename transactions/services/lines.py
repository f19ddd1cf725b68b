"""Transactions written as lines of data (rules 1.2, 6.7)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from kamtrak.lib.money import as_rate, round_money
from kamtrak.lib.money.rounding import EXACT
from transactions.models import Import, Transaction
from transactions.rules import Field, FileMapping, Lack, MappingError, Status
from transactions.rules.states import LACK_LABELS, OPEN
from workspaces.models import Workspace
from workspaces.queries.people import said_name

# Fields that have a column of their own beside: as they stand, an edit before the cell.
STANDING = (Field.UNIQUE_ID, Field.DESCRIPTION)
# The others as the file has them, then the columns that are mapped to nothing.
PROVIDED = tuple(each for each in Field if each not in STANDING)
EXPORT_COLUMNS = (
    "date",
    "client",
    "owner",
    "product",
    "code",
    "quantity",
    "currency",
    "revenue",
    "tier",
    "rate",
    "rate_day",
    "converted",
    "profit",
    "taxes",
    "status",
    "reason",
    "source",
    "import",
    "line",
    "unique_id",
    "description",
    *(f"provided_{each}" for each in PROVIDED),
    "other",
    "edited",
)
BATCH = 2_000  # rows that are held at a time
ONE = Decimal(1)
READ = {
    "client_name": Coalesce(F("client__survivor__name"), F("client__name")),
    "owner_name": said_name("owner__user"),
    "product_text": F("product__text"),
    "code": F("product__item__code"),
    "rate_value": F("rate__rate"),
    "rate_of": F("rate__rate_day"),
    "source_name": F("source__name"),
    "edited": F("edit__values"),
}
STORED = (
    "day",
    "quantity",
    "currency",
    "revenue",
    "tier",
    "converted",
    "profit",
    "tax",
    "status",
    "lack",
    "origin_id",
    "line",
    "cells",
)


@dataclass(frozen=True)
class _Origin:
    """What an import says of its rows: its name, where each field stands, and what the columns are called
    that are mapped to none."""

    name: str
    places: Mapping[Field, int]
    others: Mapping[int, str]


def export_lines(rows: QuerySet[Transaction], workspace: Workspace) -> Iterator[list[Any]]:
    """The lines of these rows, newest day first, in bounded memory.

    `revenue` in the row's currency and `converted`, `profit` in the workspace's: blank while they are
    unknown, and then `reason` says why. `rate` is the multiplier; `tier` says by which rule revenue came.
    The provided cells are those of the file; `edited` has what a person wrote over them.
    """
    origins: dict[int, _Origin] = {}
    ordered = rows.order_by("-day", "-pk").values(*STORED, **READ)
    for row in ordered.iterator(BATCH):
        origin = origins.get(row["origin_id"])
        if origin is None:
            origin = origins[row["origin_id"]] = _origin(row["origin_id"])
        yield _values(row, origin, workspace.currency)


def _origin(pk: int) -> _Origin:
    imported = Import.objects.only("name", "mapping").get(pk=pk)
    try:
        mapping = FileMapping.from_json(imported.mapping)
    except MappingError:
        return _Origin(imported.name, {}, {})
    places = {known: column.place for known, column in mapping.mapped.items()}
    others = {column.place: column.name for column in mapping.columns if column.field is None}
    return _Origin(imported.name, places, others)


def _values(row: Mapping[str, Any], origin: _Origin, target: str) -> list[Any]:
    currency, status = row["currency"], row["status"]
    same = currency == target
    rate = ONE if same and row["converted"] is not None else row["rate_value"]
    return [
        row["day"],
        row["client_name"],
        row["owner_name"],
        row["product_text"],
        row["code"],
        None if row["quantity"] is None else EXACT.normalize(row["quantity"]),
        currency,
        _money(row["revenue"], currency),
        row["tier"] or None,
        None if rate is None else as_rate(rate),
        None if same else row["rate_of"],
        _money(row["converted"], target),
        _money(row["profit"], target),
        _money(row["tax"], currency),
        Status(status).name.lower() if status in OPEN else "replaced",
        LACK_LABELS.get(Lack(row["lack"]), ""),
        row["source_name"],
        origin.name,
        row["line"],
        *(_standing(row, origin, each) for each in STANDING),
        *(_provided(row, origin.places.get(each)) for each in PROVIDED),
        _pairs((name, _provided(row, place)) for place, name in origin.others.items()),
        "; ".join(f"{name}: {value}" for name, value in (row["edited"] or {}).items()),
    ]


def _money(value: Decimal | None, currency: str) -> Decimal | None:
    """With the currency's decimals, whatever the column of the database adds."""
    return None if value is None else round_money(value, currency)


def _standing(row: Mapping[str, Any], origin: _Origin, known: Field) -> str:
    """What stands in a field: what a person wrote over it, else the cell of the file."""
    if row["edited"] and known in row["edited"]:
        return str(row["edited"][known])
    return _provided(row, origin.places.get(known))


def _provided(row: Mapping[str, Any], place: int | None) -> str:
    cells = row["cells"]
    return cells[place] if place is not None and place < len(cells) else ""


def _pairs(named: Iterable[tuple[str, str]]) -> str:
    """`Warehouse: North; Colour: red`, without those that are blank."""
    return "; ".join(f"{name}: {value}" for name, value in named if value != "")
