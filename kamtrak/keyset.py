"""Pages of a list by key: rows do not shift under the reader, and the last page costs what the first does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

PAGE = 50
MOST_DIGITS = 40  # more than any column of money has: an address may name what the database cannot read


@dataclass(frozen=True)
class Column:
    """What a list is sorted by. `read` reads a value back from an address, or raises ValueError."""

    expression: Any
    read: Callable[[str], Any]
    descending: bool = False


@dataclass(frozen=True)
class KeyPage:
    """The rows of one page, in order, and the keys of its neighbours; "" where the list ends."""

    ids: list[int]
    after: str
    before: str


def key_page(
    rows: QuerySet[Any], columns: Sequence[Column], *, after: str = "", before: str = "", size: int = PAGE
) -> KeyPage:
    """One page of rows sorted by these columns and at last by their number, in one query for keys alone.

    `after` and `before` are keys of a former page; the beginning for one that no list ever wrote.
    """
    names = [f"key_{place}" for place in range(len(columns))]
    ordered = rows.annotate(**dict(zip(names, (c.expression for c in columns), strict=True)))
    falling = [(name, column.descending) for name, column in zip(names, columns, strict=True)]
    falling.append(("pk", falling[-1][1]))
    backwards = bool(before)
    if cursor := _read(before or after, columns):
        ordered = ordered.filter(_beyond(falling, cursor, backwards))
    ordered = ordered.order_by(*(f"-{name}" if down != backwards else name for name, down in falling))
    keys = list(ordered.values_list("pk", *names)[: size + 1])
    more, keys = len(keys) > size, keys[:size]
    if backwards:
        keys.reverse()
    return KeyPage(
        ids=[pk for pk, *_ in keys],
        after=_written(keys[-1]) if keys and (more or backwards) else "",
        before=_written(keys[0]) if keys and (more if backwards else bool(after)) else "",
    )


def _beyond(falling: Sequence[tuple[str, bool]], cursor: Sequence[Any], backwards: bool) -> Q:
    """What comes after the cursor (before it, going backwards): the first column decides, then the next.

    Where all run the same way the database compares them as one, and begins in its index at the cursor.
    """
    if len({down for _, down in falling}) == 1:
        names, down = Tuple(*(name for name, _ in falling)), falling[0][1] != backwards
        return Q((TupleLessThan if down else TupleGreaterThan)(names, tuple(cursor)))
    beyond = Q()
    for (name, down), value in reversed(list(zip(falling, cursor, strict=True))):
        further = Q(**{f"{name}__{'lt' if down != backwards else 'gt'}": value})
        beyond = further | Q(**{name: value}) & beyond if beyond else further
    return beyond


def _written(key: Sequence[Any]) -> str:
    """The number first: a text may hold the sign between."""
    return "~".join(str(part) for part in key)


def _read(text: str, columns: Sequence[Column]) -> tuple[Any, ...] | None:
    """The values of the columns and the number of the row that the address names."""
    pk, *values = text.split("~", len(columns))
    try:
        return *(c.read(value) for c, value in zip(columns, values, strict=True)), int(pk)
    except (ValueError, InvalidOperation):
        return None


# ------------------------------------------------------------------ reading values back


def read_text(text: str) -> str:
    if "\x00" in text:
        raise ValueError(text)
    return text


def read_amount(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or value.adjusted() > MOST_DIGITS:
        raise ValueError(text)
    if int(value.as_tuple().exponent) < -MOST_DIGITS:
        raise ValueError(text)
    return value


def read_day(text: str) -> date:
    return date.fromisoformat(text)
