"""The sums of the revenue report (rules 4.10, 4.16, 4.18)."""

from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet

from contracts.queries.report import NOW_RATE, ReportFilter
from contracts.queries.sales import COLUMNS, in_months, of_scope
from contracts.queries.sums import current_columns, current_rows
from contracts.rules.report import CurrencySums
from contracts.rules.sales import Basis, Trailing
from kamtrak.lib.money import minor_units
from kamtrak.lib.months import Month
from workspaces.models import Workspace
from workspaces.queries.people import Scope

SIDES = ("currency", "counted", "expected", "confirmed", "waits", "was_rate", "handed")


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

    compared = "now is not null and was is not null and (handed or kept is not null)"
    own = f"{compared} and not handed"
    return f"""
        with sides as ({sides}), converted as materialized (
            select *, {at("counted", "now_rate")} as now, {at("confirmed", "was_rate")} as was,
                {at("expected", "now_rate")} as apart, {at("counted", "was_rate")} as kept
            from sides)
        select currency, count(*) as contracts,
            count(*) filter (where counted <> confirmed and not handed) as changed,
            count(*) filter (where handed) as handed,
            sum(counted) as current, sum(confirmed) as confirmed, sum(expected) as expected,
            {total("now")} as current_converted, {total("was")} as confirmed_converted,
            {total("apart")} as expected_converted, {total("now", "waits")} as provisional,
            {total("kept - was", own)} as by_edit, {total("now - kept", own)} as by_rate,
            {total("now - was", "handed")} as handed_over,
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
