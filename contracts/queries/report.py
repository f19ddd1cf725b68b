"""The rows of the revenue report: contracts with one month of the current schedule and of what was confirmed
(rules 4.10, 4.16, 4.18)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round

from contracts.models import Confirmation, Contract, CurrentMonth, FrozenMonth
from contracts.queries.sums import MONEY, ZERO
from contracts.rules import Difference
from contracts.rules.report import MonthPair
from kamtrak.keyset import Column, key_page, read_amount, read_text
from kamtrak.lib.money import minor_units
from kamtrak.lib.months import Month
from workspaces.models import Workspace
from workspaces.queries.people import Scope

NONE_OF_IT = Value(ZERO, output_field=MONEY)


@dataclass(frozen=True)
class ReportFilter:
    """What a report shows; every field stands in the address. `state`: one of STATES."""

    month: Month
    client_id: int | None = None
    currency: str = ""
    state: str = ""


def report_rows(workspace: Workspace, scope: Scope, wanted: ReportFilter) -> QuerySet[Any]:
    """The contracts that have the month on either side, with the sides that are in this scope.

    The current month is whose it is now, the confirmed one whose it was then (rules 4.16): of a contract that
    was handed over one side may be missing here. It is `handed`, since the other is somebody else's.
    """
    now, was = Q(current_months__month=wanted.month), Q(frozen_months__month=wanted.month)
    if scope.owners is not None:
        now &= Q(current_months__owner__in=scope.owners)
        was &= Q(frozen_months__owner__in=scope.owners)
    rows: QuerySet[Any] = (
        Contract.objects.filter(workspace=workspace, voided_at=None, added_at__isnull=False)
        .annotate(
            now=FilteredRelation("current_months", condition=now),
            was=FilteredRelation("frozen_months", condition=was),
        )
        .filter(Q(now__contract__isnull=False) | Q(was__contract__isnull=False))
        .annotate(handed=_handed(scope, wanted.month))
    )
    if wanted.client_id:
        rows = rows.filter(client__survivor=wanted.client_id)
    if wanted.currency:
        rows = rows.filter(currency=wanted.currency)
    rows = rows.annotate(**_sides(wanted.month)).annotate(**_converted(workspace))
    return rows.filter(STATES[wanted.state]) if wanted.state else rows


STATES = {
    "current": Q(now__expected=False),
    "confirmed": Q(was__contract__isnull=False),
    "expected": Q(now__expected=True),
    "changed": ~Q(counted=F("confirmed")) & Q(handed=False),
    "unknown": Q(now_converted=None) | Q(was_converted=None) | Q(expected_converted=None),
    "provisional": Q(waits=True),
    "handed": Q(handed=True),
}


def _handed(scope: Scope, month: Month) -> Combinable:
    """Whether a side that is missing in this scope is there, and somebody else's."""
    if scope.owners is None:
        return Value(False)
    theirs = {"contract": OuterRef("pk"), "month": month}
    return ExpressionWrapper(
        Q(Exists(CurrentMonth.objects.filter(**theirs)), now__contract=None)
        | Q(Exists(FrozenMonth.objects.filter(**theirs)), was__contract=None),
        output_field=BooleanField(),
    )


def _sides(month: Month) -> dict[str, Any]:
    """Both amounts in the contract's currency, 0 where a side has none, and their rates.

    A month that was never confirmed stands against the rate of the confirmation in force.
    """
    in_force = Confirmation.objects.filter(contract=OuterRef("pk")).order_by(
        Case(When(first__lte=month, then=F("term")), default=-F("term")).desc()
    )
    return {
        "counted": Case(When(now__expected=False, then=F("now__amount")), default=NONE_OF_IT),
        "expected": Case(When(now__expected=True, then=F("now__amount")), default=NONE_OF_IT),
        "confirmed": Coalesce(F("was__amount"), NONE_OF_IT),
        "waits": Q(now__month_rate__provisional=True) & ~Q(now__amount=ZERO),
        "was_rate": Case(
            When(was__contract__isnull=False, then=F("was__confirmation__frozen_rate__rate")),
            default=Subquery(in_force.values("frozen_rate__rate")[:1]),
        ),
    }


def _converted(workspace: Workspace) -> dict[str, Any]:
    """Both sides in the workspace currency: what rules.converted_month says, asked of the database. NULL
    where a rate that is needed is missing."""

    def at(amount: str, rate: str) -> Case:
        times = Round(F(amount) * F(rate), precision=minor_units(workspace.currency), output_field=MONEY)
        return Case(When(**{amount: ZERO}, then=NONE_OF_IT), default=times, output_field=MONEY)

    return {
        "now_converted": at("counted", NOW_RATE),
        "was_converted": at("confirmed", "was_rate"),
        "expected_converted": at("expected", NOW_RATE),
    }


NOW_RATE = "now__month_rate__rate"


# ------------------------------------------------------------------ rows


@dataclass(frozen=True)
class ReportRow:
    """One contract in the report, with both sides of its month.

    `client` is the name of the surviving account, `owner` a number. `current_day` and `frozen_day` are the
    days of the rates, None without one; `lost`: confirmed, but after a cancellation; `handed`: the side that
    is missing is somebody else's.
    """

    pk: int
    number: str
    name: str
    client: str
    owner: int
    currency: str
    pair: MonthPair
    provisional: bool
    current_day: date | None
    frozen_day: date | None
    lost: bool
    handed: bool
    target: str

    @property
    def current_converted(self) -> Decimal | None:
        return self.pair.current_converted(self.target)

    @property
    def confirmed_converted(self) -> Decimal | None:
        return self.pair.confirmed_converted(self.target)

    @property
    def state(self) -> str:
        """What sets it apart: its term is not confirmed yet, it is lost by cancellation, or handed over."""
        if self.pair.expected:
            return "expected"
        return "handed over" if self.handed else "lost" if self.lost else ""

    @cached_property
    def difference(self) -> Difference:
        return self.pair.difference(self.target)

    @property
    def moved(self) -> Decimal | None:
        """Current less confirmed in the workspace currency where one side is somebody else's: all of it by
        the hand-over, no edit and no rate. None while a rate is missing."""
        if self.pair.confirmed is None:
            return self.current_converted
        return None if self.confirmed_converted is None else -self.confirmed_converted


SORTS: Mapping[str, Column] = {
    "number": Column(F("number_key"), read_text),
    "client": Column(F("client__survivor__name"), read_text),
    "current": Column(Coalesce(F("now_converted"), NONE_OF_IT), read_amount),
    "confirmed": Column(Coalesce(F("was_converted"), NONE_OF_IT), read_amount),
}
STORED = ("pk", "number", "name", "client__survivor__name", "whose", "currency")
PAIR = ("now__amount", NOW_RATE, "is_expected", "was__amount", "was_rate")
DAYS = ("now__month_rate__rate_day", "was__confirmation__frozen_rate__rate_day", "cancelled_on")
REST = ("waits", "handed", *DAYS)


@dataclass(frozen=True)
class Page:
    """Rows of one page and the keys of its neighbours."""

    rows: list[ReportRow]
    after: str
    before: str


def report_page(
    workspace: Workspace,
    rows: QuerySet[Any],
    month: Month,
    sort: Column,
    *,
    after: str = "",
    before: str = "",
) -> Page:
    """One page; two queries."""
    page = key_page(rows, [sort], after=after, before=before)
    found = {row.pk: row for row in _read(workspace, rows.filter(pk__in=page.ids).order_by(), month)}
    return Page([found[pk] for pk in page.ids], page.after, page.before)


def rows_of(workspace: Workspace, rows: QuerySet[Any], month: Month) -> Iterator[ReportRow]:
    """All rows for an export, by number, in bounded memory."""
    return _read(workspace, rows.order_by("number_key", "pk"), month)


def _read(workspace: Workspace, rows: QuerySet[Any], month: Month) -> Iterator[ReportRow]:
    more = {
        "whose": Coalesce(F("now__owner"), F("was__owner")),
        "is_expected": Coalesce(F("now__expected"), Value(False)),
    }
    lines = rows.annotate(**more).values_list(*STORED, *PAIR, *REST)
    for pk, number, name, client, owner, currency, *values in lines.iterator(2000):
        pair = MonthPair(*values[: len(PAIR)])
        waits, handed, day, frozen_day, cancelled = values[len(PAIR) :]
        yield ReportRow(
            pk=pk,
            number=number,
            name=name,
            client=client,
            owner=owner,
            currency=currency,
            pair=pair,
            provisional=bool(waits),
            current_day=day,
            frozen_day=frozen_day,
            lost=pair.confirmed is not None and cancelled is not None and month > Month.of(cancelled),
            handed=handed,
            target=workspace.currency,
        )
