"""The list of transactions: one filter for the rows, their totals and their export (experience 6).

Each filter alone has an index that reads its rows by day, so that a page costs what it shows.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict, cast

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import IContains

from kamtrak.keyset import PAGE, Column, key_page, read_day
from transactions.models import Edit, Transaction
from transactions.models.cells import CellsText, TypedText
from transactions.models.rows import REPLACED, has_warning
from transactions.queries.filters import Chosen
from transactions.queries.provided import Cells, texts
from transactions.queries.rows import visible_rows
from transactions.rules import Field, Status
from transactions.rules.states import Mark, State
from workspaces.models import Workspace

BY_DAY = Column(F("day"), read_day, descending=True)


def filtered(workspace: Workspace, chosen: Chosen) -> QuerySet[Transaction]:
    """The rows that this filter shows."""
    wanted = chosen.filter
    rows = visible_rows(workspace, chosen.scope).filter(of_state(wanted.state), _named(workspace, chosen))
    if wanted.start is not None:
        rows = rows.filter(day__gte=wanted.start, day__lt=wanted.end)
    if wanted.unassigned:
        rows = rows.filter(owner=None)
    exact = {
        "tier": wanted.tier,
        "currency": wanted.currency or None,
        "source": wanted.source_id,
        "origin": wanted.import_id,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    return rows.filter(_marked(wanted.mark)) if wanted.mark else rows


def of_state(state: State | None) -> Q:
    """Rows, or their totals, in this state; without one, all but the replaced. Written as the indexes know
    it."""
    if state is None:
        return Q(status__lte=Status.NOT_REVENUE)
    if state is State.ALL:
        return Q()
    if state is State.REPLACED:
        return REPLACED
    (status,) = state.statuses
    return Q(status=status) if state.lack is None else Q(status=status, lack=state.lack)


def _named(workspace: Workspace, chosen: Chosen) -> Q:
    condition = Q()
    for among in chosen.clients:
        condition &= among.of_rows("client")
    for among in chosen.products:
        condition &= among.of_rows("product")
    if found := chosen.found:
        same_id = Q(source__in=found.sources, key=found.key)
        named = same_id | Q(client__in=found.clients) | Q(product__in=found.products)
        condition &= named | _in_cells(workspace, found.text) if found.cells else named
    return condition


def _in_cells(workspace: Workspace, text: str) -> Q:
    """Rows with this text in a cell of their line, or in what a person wrote over one. No index finds it: one
    over every cell would cost an import more than all others together, so that the rows are few instead."""
    edits = Edit.objects.filter(IContains(TypedText(F("values")), text), workspace=workspace)
    return Q(IContains(CellsText(F("cells")), text)) | Q(edit__in=edits.values("pk"))


def _marked(mark: Mark) -> Q:
    if mark.warning is not None:
        return has_warning(mark.warning)
    return Q(edit__isnull=False) if mark is Mark.EDITED else Q(earlier__gt=0)


# ------------------------------------------------------------------ one page of it


class Listed(TypedDict):
    """A transaction as the list shows it: plain values, since a list of models costs five times as much."""

    pk: int
    day: date
    client_name: str | None  # of the surviving account
    product_text: str | None
    owner_name: str | None
    named_owner_text: str | None
    quantity: Decimal | None
    currency: str
    revenue: Decimal | None
    converted: Decimal | None
    tier: int
    status: int
    lack: int
    warnings: int
    earlier: int
    edit_id: int | None
    origin_id: int
    cells: list[str]
    edited: dict[str, str] | None
    mapping: dict[str, Any]


COMPUTED: dict[str, Any] = {
    "client_name": Coalesce(F("client__survivor__name"), F("client__name")),
    "product_text": F("product__text"),
    "owner_name": F("owner__user__name"),
    "named_owner_text": F("named_owner__text"),
    "edited": F("edit__values"),
    "mapping": F("origin__mapping"),
}


@dataclass(frozen=True)
class Page:
    """Rows of one page, newest day first, what describes them, and the keys of its neighbours."""

    rows: list[Listed]
    descriptions: dict[int, str]
    after: str
    before: str


def list_page(rows: QuerySet[Transaction], *, after: str = "", before: str = "", size: int = PAGE) -> Page:
    """One page; two queries. The first sorts keys alone, the second loads the rows of the page."""
    page = key_page(rows, [BY_DAY], after=after, before=before, size=size)
    stored = [name for name in Listed.__annotations__ if name not in COMPUTED]
    found = list(Transaction.objects.filter(pk__in=page.ids).order_by().values(*stored, **COMPUTED))
    by_pk = {row["pk"]: row for row in found}
    cells = {row["pk"]: Cells(row["origin_id"], row["mapping"], row["cells"], row["edited"]) for row in found}
    descriptions = texts(cells, Field.DESCRIPTION)
    rows_of_page = [cast(Listed, by_pk[pk]) for pk in page.ids]
    return Page(rows_of_page, descriptions, page.after, page.before)
