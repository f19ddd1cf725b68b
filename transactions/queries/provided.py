"""What rows provide themselves, read from their cells by the mapping of their import."""

from collections.abc import Iterable

from transactions.models import Import, Transaction
from transactions.rules import Field, FileMapping, MappingError


def unique_ids(rows: Iterable[Transaction]) -> dict[int, str]:
    """The Unique ID of each row that has one, as its file writes it; one query."""
    found = list(rows)
    imports = Import.objects.filter(pk__in={row.origin_id for row in found}).values_list("pk", "mapping")
    places = {pk: _place(mapping) for pk, mapping in imports}
    told = {}
    for row in found:
        place = places.get(row.origin_id)
        if place is not None and place < len(row.cells) and row.cells[place].strip():
            told[row.pk] = row.cells[place].strip()
    return told


def _place(mapping: dict[str, object]) -> int | None:
    try:
        column = FileMapping.from_json(mapping).mapped.get(Field.UNIQUE_ID)
    except MappingError:
        return None
    return None if column is None else column.place
