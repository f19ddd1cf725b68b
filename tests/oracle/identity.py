"""Which row of a source a line is (rules 5.14)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .cells import Number, Unreadable
from .values import Cell, Row

Identity = tuple[object, ...]


@dataclass(frozen=True)
class Source:
    """`keys`: the fields mapped at its first import, kept for ever; with `has_ids` the Unique ID alone is
    the key.
    """

    name: str
    keys: tuple[str, ...]
    has_ids: bool = False


def parsed(cell: Cell) -> object:
    """What a cell says, however it was written: 10 and 10.00 are the same, 10 and € 10 are not."""
    if isinstance(cell, Number):
        return "number", cell.value.normalize() + 0, cell.mark
    if isinstance(cell, Unreadable):
        return "unreadable", cell.text
    if isinstance(cell, date):
        return "day", cell.isoformat()
    return "text", cell or ""


def key_of(row: Row, source: Source) -> Identity:
    if source.has_ids:
        return source.name, row.get("unique_id")
    return source.name, *(parsed(row.get(field)) for field in source.keys)


def shared_ids(ids: Sequence[str]) -> tuple[int, int]:
    """(lines with an ID, different IDs): a column where the two differ is refused as Unique ID, with the
    counts.
    """
    filled = [text.strip() for text in ids if text.strip()]
    return len(filled), len(set(filled))


def identify(
    rows: Sequence[Row], source: Source, before: Mapping[Identity, int] | None = None
) -> list[Identity]:
    """One identity per line. Without IDs it is the key and its occurrence number, so that genuine twins are
    both kept.

    `before` says how often each key has been counted already: nothing for a file whose lines may have been
    seen before, the whole source for lines that are new sales, the import that it corrects for a corrected
    reject file.
    """
    keys = [key_of(row, source) for row in rows]
    if source.has_ids:
        return keys
    counted = Counter(before or {})
    identities: list[Identity] = []
    for key in keys:
        counted[key] += 1
        identities.append((*key, counted[key]))
    return identities


def highest(identities: Sequence[Identity]) -> Counter[Identity]:
    """How far each key has been counted."""
    counted: Counter[Identity] = Counter()
    for *key, number in identities:
        assert isinstance(number, int)
        counted[tuple(key)] = max(counted[tuple(key)], number)
    return counted
