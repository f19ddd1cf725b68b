"""One page of the list: grouped by type, sorted within, reached by keys and not by numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from contributions.models import Contribution
from contributions.queries.contributions import TYPE_ORDER, with_evidence

PAGE = 50
MOST_DIGITS = 30  # more than any column of money has: an address may name what the database cannot read

SORTS = {
    "earned": F("counts_on"),
    "client": Coalesce(F("client__survivor__name"), F("client__name")),
    "amount": F("credited"),
    "converted": Coalesce(F("converted"), Value(Decimal(0))),
}


def _finite(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite() or value.adjusted() > MOST_DIGITS:
        raise ValueError(text)
    return value


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError(text)
    return text


READ_KEY: dict[str, Callable[[str], Any]] = {
    "earned": date.fromisoformat,
    "client": _storable,
    "amount": _finite,
    "converted": _finite,
}


@dataclass(frozen=True)
class Sort:
    key: str = "earned"
    descending: bool = True


@dataclass(frozen=True)
class Page:
    """Rows of one page and the keys of its neighbours (keyset paging: rows do not shift under the reader)."""

    rows: list[Contribution]
    after: str
    before: str


def list_page(
    rows: QuerySet[Contribution], sort: Sort, *, after: str = "", before: str = "", size: int = PAGE
) -> Page:
    """One page of the rows, grouped by type in the fixed order, sorted within each type; two queries.

    The first sorts keys alone, however many rows there are; the second loads the rows of the page.
    """
    ordered = rows.annotate(place=TYPE_ORDER, sort_key=SORTS[sort.key])
    backwards = bool(before)
    if cursor := _cursor(before or after, READ_KEY[sort.key]):
        ordered = ordered.filter(_beyond(cursor, sort.descending, backwards))
    ordered = ordered.order_by(*_order(sort.descending, backwards))
    keys = list(ordered.values_list("place", "pk", "sort_key")[: size + 1])
    more, keys = len(keys) > size, keys[:size]
    if backwards:
        keys.reverse()
    return Page(
        rows=_loaded(rows.filter(pk__in=[pk for _, pk, _ in keys]), keys),
        after=_key(keys[-1]) if keys and (more or backwards) else "",
        before=_key(keys[0]) if keys and (more if backwards else bool(after)) else "",
    )


def _loaded(rows: QuerySet[Contribution], keys: list[tuple[int, int, Any]]) -> list[Contribution]:
    """The rows of these keys, in their order."""
    found = with_evidence(rows).select_related("owner__user", "client__survivor").in_bulk()
    return [found[pk] for _, pk, _ in keys]


def _order(descending: bool, backwards: bool) -> list[str]:
    within = descending != backwards
    return ["-place" if backwards else "place", *(["-sort_key", "-pk"] if within else ["sort_key", "pk"])]


def _beyond(cursor: tuple[int, Any, int], descending: bool, backwards: bool) -> Q:
    place, value, pk = cursor
    types = Q(place__lt=place) if backwards else Q(place__gt=place)
    way = "lt" if descending != backwards else "gt"
    within = Q(**{f"sort_key__{way}": value}) | Q(sort_key=value, **{f"pk__{way}": pk})
    return types | Q(place=place) & within


def _key(key: tuple[int, int, Any]) -> str:
    return "~".join(str(part) for part in key)


def _cursor(text: str, read: Callable[[str], Any]) -> tuple[int, Any, int] | None:
    """The place in the list that the address names; None, the beginning, for what no list ever wrote."""
    place, _, rest = text.partition("~")
    pk, _, value = rest.partition("~")
    try:
        return int(place), read(value), int(pk)
    except (ValueError, InvalidOperation):
        return None
