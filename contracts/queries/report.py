"""The rows of the revenue report: contracts with one month of the current schedule and of what was confirmed,
and their sums (rules 4.10, 4.16, 4.18)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Round

from contracts.models import Confirmation, Contract
from contracts.queries.sales import COLUMNS, in_months, of_scope
from contracts.queries.sums import MONEY, ZERO, current_columns, current_rows
from contracts.rules import Difference
from contracts.rules.report import CurrencySums, MonthPair
from contracts.rules.sales import Basis, Trailing
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
    """The contracts that have the month on either side.

    A contract is whose the month is now; a month that only was confirmed is whose it was then (rules 4.16).
    """
    rows: QuerySet[Any] = (
        Contract.objects.filter(workspace=workspace, voided_at=None, added_at__isnull=False)
        .annotate(
            now=FilteredRelation("current_months", condition=Q(current_months__month=wanted.month)),
            was=FilteredRelation("frozen_months", condition=Q(frozen_months__month=wanted.month)),
        )
        .filter(Q(now__contract__isnull=False) | Q(was__contract__isnull=False))
    )
    if scope.owners is not None:
        rows = rows.filter(
            Q(now__owner__in=scope.owners) | Q(now__contract=None, was__owner__in=scope.owners)
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
    "changed": ~Q(counted=F("confirmed")),
    "unknown": Q(now_converted=None) | Q(was_converted=None) | Q(expected_converted=None),
    "provisional": Q(waits=True),
}


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

    `client` and `owner` are ids. `current_day` and `frozen_day` are the days of the rates, None without one;
    `lost`: confirmed, but after a cancellation.
    """

    pk: int
    number: str
    name: str
    client: int
    owner: int
    currency: str
    pair: MonthPair
    provisional: bool
    current_day: date | None
    frozen_day: date | None
    lost: bool
    target: str

    @property
    def current_converted(self) -> Decimal | None:
        return self.pair.current_converted(self.target)

    @property
    def confirmed_converted(self) -> Decimal | None:
        return self.pair.confirmed_converted(self.target)

    @property
    def state(self) -> str:
        """What sets it apart: its term is not confirmed yet, or it is lost by cancellation."""
        return "expected" if self.pair.expected else "lost" if self.lost else ""

    @cached_property
    def difference(self) -> Difference:
        return self.pair.difference(self.target)


SORTS: Mapping[str, Column] = {
    "number": Column(F("number_key"), read_text),
    "client": Column(F("client__survivor__name"), read_text),
    "current": Column(Coalesce(F("now_converted"), NONE_OF_IT), read_amount),
    "confirmed": Column(Coalesce(F("was_converted"), NONE_OF_IT), read_amount),
}
STORED = ("pk", "number", "name", "client__survivor_id", "whose", "currency")
PAIR = ("now__amount", NOW_RATE, "is_expected", "was__amount", "was_rate")
REST = ("waits", "now__month_rate__rate_day", "was__confirmation__frozen_rate__rate_day", "cancelled_on")


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
        pair, (waits, day, frozen_day, cancelled) = MonthPair(*values[: len(PAIR)]), values[len(PAIR) :]
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
            target=workspace.currency,
        )


# ------------------------------------------------------------------ sums


SIDES = ("currency", "counted", "expected", "confirmed", "waits", "was_rate")


def report_sums(workspace: Workspace, rows: QuerySet[Any]) -> list[CurrencySums]:
    """One line per currency of everything in the report; one query."""
    sides = rows.order_by().values(*SIDES, now_rate=F(NOW_RATE))
    try:
        inner, values = sides.query.sql_with_params()
    except EmptyResultSet:  # of a person whose months may not be read
        return []
    with connection.cursor() as cursor:
        cursor.execute(_sums_of(inner, minor_units(workspace.currency)), values)
        names = [column.name for column in cursor.description or ()]
        return [CurrencySums(**dict(zip(names, line, strict=True))) for line in cursor.fetchall()]


def _sums_of(sides: str, digits: int) -> str:
    """Each month is converted once and then added up, which the ORM would do anew for every sum."""

    def at(amount: str, rate: str) -> str:
        return f"case when {amount} = 0 then 0 else round({amount} * {rate}, {digits}) end"

    def total(figure: str, where: str = "true") -> str:
        return f"coalesce(sum({figure}) filter (where {where}), 0)"

    compared = "now is not null and was is not null and kept is not null"
    return f"""
        with sides as ({sides}), converted as materialized (
            select *, {at("counted", "now_rate")} as now, {at("confirmed", "was_rate")} as was,
                {at("expected", "now_rate")} as apart, {at("counted", "was_rate")} as kept
            from sides)
        select currency, count(*) as contracts,
            count(*) filter (where counted <> confirmed) as changed,
            sum(counted) as current, sum(confirmed) as confirmed, sum(expected) as expected,
            {total("now")} as current_converted, {total("was")} as confirmed_converted,
            {total("apart")} as expected_converted, {total("now", "waits")} as provisional,
            {total("kept - was", compared)} as by_edit, {total("now - kept", compared)} as by_rate,
            count(*) filter (where now is null) as current_unknown,
            count(*) filter (where was is null) as confirmed_unknown,
            count(*) filter (where apart is null) as expected_unknown,
            count(*) filter (where not ({compared})) as difference_unknown
        from converted group by currency order by currency
    """  # noqa: S608 - made of our own names


def span_figures(
    workspace: Workspace, scope: Scope, wanted: ReportFilter, start: date | None, end: date | None
) -> dict[Month, Trailing]:
    """The current schedules of a client or a currency by month, half-open days; one query of these months."""
    rows = of_scope(current_rows(workspace), scope).filter(in_months(start, end))
    if wanted.client_id:
        rows = rows.filter(contract__client__survivor=wanted.client_id)
    if wanted.currency:
        rows = rows.filter(contract__currency=wanted.currency)
    lines: QuerySet[Any] = rows.order_by().values("month").annotate(**current_columns(workspace))
    names = COLUMNS[Basis.CURRENT]
    return {
        line["month"]: Trailing(**{name: line[column] for name, column in names.items()}) for line in lines
    }
