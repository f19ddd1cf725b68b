"""What rows provide themselves, read from their cells by the mapping of their import."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from transactions.models import Transaction
from transactions.rules import Field, FileMapping, MappingError


class Cells(NamedTuple):
    """Of one row: its import and how that reads it, its cells, and what a person wrote over them."""

    origin_id: int
    mapping: dict[str, Any]
    cells: Sequence[str]
    edited: Mapping[str, str] | None = None


def unique_ids(rows: Iterable[Transaction]) -> dict[int, str]:
    """The Unique ID of each row that has one, as its file writes it. The rows come with their imports."""
    found = {row.pk: Cells(row.origin_id, row.origin.mapping, row.cells) for row in rows}
    return texts(found, Field.UNIQUE_ID)


def descriptions(rows: Iterable[Transaction]) -> dict[int, str]:
    """The description of each row that has one. The rows come with their imports and edits."""
    found = {
        row.pk: Cells(row.origin_id, row.origin.mapping, row.cells, row.edit and row.edit.values)
        for row in rows
    }
    return texts(found, Field.DESCRIPTION)


def texts(rows: Mapping[int, Cells], field: Field) -> dict[int, str]:
    """What stands in this field of each row that has something there, an edit before the cell."""
    mappings = {row.origin_id: row.mapping for row in rows.values()}
    places = {origin: _place(mapping, field) for origin, mapping in mappings.items()}
    told = {pk: _text(row, places[row.origin_id], field) for pk, row in rows.items()}
    return {pk: text for pk, text in told.items() if text}


def _text(row: Cells, place: int | None, field: Field) -> str:
    if row.edited and field in row.edited:
        return row.edited[field].strip()
    return row.cells[place].strip() if place is not None and place < len(row.cells) else ""


def _place(mapping: dict[str, Any], field: Field) -> int | None:
    try:
        column = FileMapping.from_json(mapping).mapped.get(field)
    except MappingError:
        return None
    return None if column is None else column.place
