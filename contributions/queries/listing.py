"""The pages of the list: grouped by type, sorted within each type, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypedDict, cast

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from contributions.models import TYPE_ORDER, Contribution
from contributions.queries.contributions import with_doubles, with_evidence
from kamtrak.lib.months import Quarter

PAGE = 50
MOST_DIGITS = 30  # more than any column of money has: an address may name what the database cannot read
CLIENT_NAME = Coalesce(F("client__survivor__name"), F("client__name"))

SORTS = {
    "earned": F("counts_on"),
    "client": CLIENT_NAME,
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


class Listed(TypedDict):
    """A contribution as the list shows it: plain values, since a list of models costs five times as much."""

    pk: int
    type: str
    earned_on: date | None
    client_name: str  # of the surviving account
    description: str
    basis: str
    share: Decimal
    amount: Decimal
    amount_currency: str
    voided_at: datetime | None
    earlier_rate: bool
    owner_name: str
    evidence: int
    quarter: Quarter
    doubled: bool  # whether another living row is probably the same deal (rules 3.8)
    credited: Decimal
    rate: Decimal | None
    rate_day: date | None
    converted: Decimal | None
    provisional: bool


@dataclass(frozen=True)
class Page:
    """Rows of one page and the keys of its neighbours (keyset paging: rows do not shift under the reader)."""

    rows: list[Listed]
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
        rows=_listed(rows, [pk for _, pk, _ in keys]),
        after=_key(keys[-1]) if keys and (more or backwards) else "",
        before=_key(keys[0]) if keys and (more if backwards else bool(after)) else "",
    )


def _listed(rows: QuerySet[Contribution], pks: list[int]) -> list[Listed]:
    """These rows, in this order."""
    computed = {"client_name": CLIENT_NAME, "owner_name": F("owner__user__name")}
    stored = [name for name in Listed.__annotations__ if name not in computed]
    found = with_doubles(with_evidence(rows.filter(pk__in=pks))).order_by().values(*stored, **computed)
    by_pk = {row["pk"]: row for row in found}
    return [cast(Listed, by_pk[pk]) for pk in pks]


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
