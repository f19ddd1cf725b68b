"""Transactions written as lines of data (rules 1.2, 6.7)."""

from collections.abc import Iterator, Mapping
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
    """What an import says of its rows: its name, and where two of the fields stand; None for nowhere."""

    name: str
    unique_id: int | None
    description: int | None


def export_lines(rows: QuerySet[Transaction], workspace: Workspace) -> Iterator[list[Any]]:
    """The lines of these rows, newest day first, in bounded memory.

    `revenue` in the row's currency and `converted`, `profit` in the workspace's: blank while they are
    unknown, and then `reason` says why. `rate` is the multiplier; `tier` says by which rule revenue came.
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
        columns = FileMapping.from_json(imported.mapping).mapped
    except MappingError:
        columns = {}
    places = {known: columns[known].place for known in columns}
    return _Origin(imported.name, places.get(Field.UNIQUE_ID), places.get(Field.DESCRIPTION))


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
        _cell(row, origin.unique_id, Field.UNIQUE_ID),
        _cell(row, origin.description, Field.DESCRIPTION),
    ]


def _money(value: Decimal | None, currency: str) -> Decimal | None:
    """With the currency's decimals, whatever the column of the database adds."""
    return None if value is None else round_money(value, currency)


def _cell(row: Mapping[str, Any], place: int | None, known: Field) -> str:
    """What stands in a field: what a person wrote over it, else the cell of the file."""
    if row["edited"] and known in row["edited"]:
        return str(row["edited"][known])
    cells = row["cells"]
    return cells[place] if place is not None and place < len(cells) else ""
