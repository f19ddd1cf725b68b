"""The pages of the list: grouped by type, sorted within each type, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.db.models import Exists, F, QuerySet, Value
from django.db.models.functions import Coalesce

from contributions.models import TYPE_ORDER, Contribution
from contributions.queries.contracts import repeats_contract
from contributions.queries.contributions import with_doubles
from contributions.queries.doubles import alerted
from contributions.queries.evidence import with_evidence
from kamtrak.keyset import PAGE, Column, key_page, read_amount, read_day, read_text
from kamtrak.lib.months import Quarter

CLIENT_NAME = Coalesce(F("client__survivor__name"), F("client__name"))

SORTS = {
    "earned": F("counts_on"),
    "client": CLIENT_NAME,
    "amount": F("credited"),
    "converted": Coalesce(F("converted"), Value(Decimal(0))),
}


READ_KEY: dict[str, Callable[[str], Any]] = {
    "earned": read_day,
    "client": read_text,
    "amount": read_amount,
    "converted": read_amount,
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
    repeats: bool  # whether a contract is, or a transaction: that one is told by its alert
    credited: Decimal
    rate: Decimal | None
    rate_day: date | None
    rate_source: str
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
    columns = [
        Column(TYPE_ORDER, int),
        Column(SORTS[sort.key], READ_KEY[sort.key], descending=sort.descending),
    ]
    page = key_page(rows, columns, after=after, before=before, size=size)
    return Page(_listed(rows, page.ids), page.after, page.before)


def _listed(rows: QuerySet[Contribution], pks: list[int]) -> list[Listed]:
    """These rows, in this order."""
    computed = {"client_name": CLIENT_NAME, "owner_name": F("owner__user__name")}
    stored = [name for name in Listed.__annotations__ if name not in computed]
    repeats = Exists(alerted()) | repeats_contract()
    found = with_doubles(with_evidence(rows.filter(pk__in=pks))).annotate(repeats=repeats)
    found = found.order_by().values(*stored, **computed)
    by_pk = {row["pk"]: row for row in found}
    return [cast(Listed, by_pk[pk]) for pk in pks]
