"""The list of contracts: one filter for the rows, their totals and their export (rules 4.14)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from contracts.models import Confirmation, Contract, CurrentMonth, HandOver, ScheduleVersion
from contracts.queries.contracts import HIDDEN, in_state, visible_contracts
from contracts.queries.sums import MONEY
from contracts.rules import State
from kamtrak.keyset import Column, key_page, read_amount, read_day, read_text
from kamtrak.lib.months import Month
from workspaces.models import ClientName, Workspace
from workspaces.queries.clients import client_choices
from workspaces.queries.people import Scope, said_name
from workspaces.rules import name_key

ENDING_DAYS = 90
PAGE = 30  # a contract takes three lines: as tall as fifty rows of other lists
ZERO = Value(Decimal(0), output_field=MONEY)


@dataclass(frozen=True)
class Filter:
    """What a list shows; every field stands in the address of the page (experience 6)."""

    state: str = ""  # a State, "all", or "": those that are not hidden
    kind: str = ""
    client_id: int | None = None
    currency: str = ""
    ending: bool = False  # within ENDING_DAYS
    figure: str = ""  # "provisional", "unknown"
    text: str = ""
    contract_id: int | None = None  # this one alone, whatever its state
    formula_id: int | None = None  # whose rules were copied


def filtered(workspace: Workspace, scope: Scope, wanted: Filter, today: date) -> QuerySet[Contract]:
    """The contracts that this filter shows."""
    rows = visible_contracts(workspace, scope)
    if wanted.contract_id:
        return rows.filter(pk=wanted.contract_id)
    rows = rows.filter(_states(wanted.state, today))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.client_id:
        rows = rows.filter(client__survivor_id=wanted.client_id)
    if wanted.formula_id:
        rows = rows.filter(formula=wanted.formula_id)
    if wanted.currency:
        rows = rows.filter(currency=wanted.currency)
    if wanted.ending:
        rows = rows.filter(in_state(State.CURRENT, today) & ends_by(today + timedelta(days=ENDING_DAYS)))
    if wanted.figure:
        rows = rows.filter(FIGURES[wanted.figure])
    if wanted.text:
        rows = rows.filter(_matches(workspace, wanted.text))
    return rows


FIGURES = {
    "provisional": Q(total__provisional__gt=0),
    "unknown": Q(total__confirmed_unknown__gt=0) | Q(total__current_unknown__gt=0),
}


def _states(wanted: str, today: date) -> Q:
    if wanted == "all":
        return Q()
    states = [State(wanted)] if wanted else [state for state in State if state not in HIDDEN]
    either = Q()
    for state in states:
        either |= in_state(state, today)
    return either


def ends_by(day: date) -> Q:
    """The last month of a fixed term, or of a cancellation, is over on this day."""
    last = Month.of(day + timedelta(days=1)) - 1
    return Q(last_month__lte=last) | Q(cancelled_on__lte=day)


def _matches(workspace: Workspace, text: str) -> Q:
    """Number, name, or client by name or alias."""
    names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(text))
    client = Q(client__survivor__in=names.values("account__survivor"))
    return client | Q(number_key__contains=name_key(text)) | Q(name__icontains=text)


# ------------------------------------------------------------------ one page of it


@dataclass(frozen=True)
class Sort:
    key: str = "number"
    descending: bool = True


SORTS: dict[str, tuple[Any, Callable[[str], Any]]] = {
    "number": (F("number_key"), read_text),
    "client": (Coalesce(F("client__survivor__name"), F("client__name")), read_text),
    "start": (F("start_on"), read_day),
    "confirmed": (Coalesce(F("total__confirmed_converted"), ZERO), read_amount),
    "current": (Coalesce(F("total__current_converted"), ZERO), read_amount),
}


# What a line of the list says: to load all that a contract and those behind it have takes twice as long.
LISTED = (
    *("number", "name", "kind", "start_on", "period", "currency", "last_month", "confirmed_on", "added_at"),
    *("cancelled_on", "voided_at", "client__name", "client__survivor__name", "owner__user__name"),
    *("total__confirmed", "total__confirmed_converted", "total__confirmed_unknown", "total__lost"),
    *("total__current", "total__current_converted", "total__current_unknown", "total__provisional"),
)


@dataclass(frozen=True)
class Page:
    """Contracts of one page, each with the annotations of `list_page`, and the keys of its neighbours."""

    rows: list[Contract]
    after: str
    before: str


def list_page(
    rows: QuerySet[Contract],
    sort: Sort,
    running: Month,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE,
) -> Page:
    """One page; two queries. `month_amount` is the current revenue of the month `running`, None without
    any; `edited_at` when the schedule was last changed after Add, `edited_by` by whom; `terms_confirmed` how
    many terms have months as confirmed, `last_confirmed_on` when the last of them was; None without one."""
    expression, read = SORTS[sort.key]
    column = Column(expression, read, descending=sort.descending)
    page = key_page(rows, [column], after=after, before=before, size=size)
    month = CurrentMonth.objects.filter(contract=OuterRef("pk"), month=running).values("amount")
    edits = ScheduleVersion.objects.filter(contract=OuterRef("pk"), number=OuterRef("version"), number__gt=1)
    terms = Confirmation.objects.filter(contract=OuterRef("pk"), last__gte=F("first")).order_by("-term")
    found = (
        rows.filter(pk__in=page.ids)
        .select_related("client__survivor", "owner__user", "total")
        .only(*LISTED)
        .annotate(
            month_amount=Subquery(month),
            edited_at=Subquery(edits.values("entered_at")),
            edited_by=Subquery(edits.values(said=said_name("entered_by"))),
            terms_confirmed=Subquery(terms.values("term")[:1]),
            last_confirmed_on=Subquery(terms.values("confirmed_on")[:1]),
        )
        .in_bulk()
    )
    return Page([found[pk] for pk in page.ids], page.after, page.before)


def rows_of(rows: QuerySet[Contract]) -> Iterable[Contract]:
    """All contracts of a list for an export, by their number, in bounded memory."""
    return rows.select_related("client__survivor").order_by("number_key", "pk").iterator(500)


def clients_in(workspace: Workspace, scope: Scope, named: str, most: int) -> list[tuple[int, str]]:
    """The clients that contracts name, for the filter."""
    rows = visible_contracts(workspace, scope).order_by()
    return client_choices(workspace, rows.values("client__survivor"), named, most)


# ------------------------------------------------------------------ its totals


@dataclass(frozen=True)
class CurrencyTotal:
    """The contracts of one currency: in that currency, and `…_converted` in the workspace's.

    `lost` is the part of `confirmed` that cancellations took. Months without a rate are counted in
    `…_unknown` and are in no converted sum; `provisional` counts those that wait for their day. The
    converted difference is that of contracts whose rates are all known; `difference_unknown` are not in it.
    """

    currency: str
    contracts: int
    confirmed: Decimal
    lost: Decimal
    current: Decimal
    confirmed_converted: Decimal
    lost_converted: Decimal
    current_converted: Decimal
    confirmed_unknown: int
    current_unknown: int
    provisional: int
    difference_converted: Decimal
    difference_unknown: int

    @property
    def difference(self) -> Decimal:
        return self.current - self.confirmed


@dataclass(frozen=True)
class ListTotals:
    """What a list of contracts comes to, and how many it shows: of them drafts and void ones in no total.

    `handed` ones were handed over between this scope and somebody outside: they are in the totals in full,
    and in those of the other person as well (rules 4.16).
    """

    currencies: list[CurrencyTotal]
    shown: int
    drafts: int
    void: int
    handed: int


SUMMED = tuple(field.name for field in fields(CurrencyTotal))[2:-2]
KNOWN = Q(total__confirmed_unknown=0, total__current_unknown=0)
MOVED = F("total__current_converted") - F("total__confirmed_converted")
TOTALS = {
    "n": Count("total"),
    **{f"sum_{name}": Sum(f"total__{name}") for name in SUMMED},
    "moved": Coalesce(Sum(MOVED, filter=KNOWN), ZERO),
    "without": Count("total", filter=~KNOWN),
}


def list_totals(rows: QuerySet[Contract], scope: Scope) -> ListTotals:
    """One line per currency, from the maintained totals: drafts and void contracts have none. One query."""
    counted = {
        "shown": Count("pk"),
        "drafts": Count("pk", filter=Q(voided_at=None, added_at=None)),
        "void": Count("pk", filter=Q(voided_at__isnull=False)),
        "handed": Count("pk", filter=Q(voided_at=None, added_at__isnull=False) & _handed(scope)),
    }
    lines: QuerySet[Any, Any] = rows.order_by("currency").values("currency").annotate(**TOTALS, **counted)
    found = list(lines.values_list("currency", *TOTALS, *counted))
    counts = [line[-len(counted) :] for line in found]
    return ListTotals(
        [CurrencyTotal(*line[: -len(counted)]) for line in found if line[1]],
        *(sum(line[place] for line in counts) for place in range(len(counted))),
    )


def _handed(scope: Scope) -> Q:
    """Whether somebody outside this scope has had the contract as well, or has it now."""
    if scope.owners is None:
        return Q(pk__in=[])
    moved = HandOver.objects.filter(contract=OuterRef("pk"))
    return Q(Exists(moved.filter(~Q(owner__in=scope.owners) | ~Q(previous__in=scope.owners))))
