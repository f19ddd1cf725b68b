"""The months around the one of the revenue report: the selector, and two fiscal years as a chart."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from contracts.forms.report import ReportSelection, report_address
from contracts.forms.sales import months_address
from contracts.queries.report_sums import span_figures
from contracts.rules.sales import Basis, Kind, Trailing, sum_over
from contracts.views.sales_months import Shown, month_chart, table_lines
from kamtrak.lib.months import Month, Period
from workspaces.models import Workspace
from workspaces.queries.people import Scope


def months_offered(
    selection: ReportSelection, months: Mapping[Month, Trailing], today: date
) -> dict[str, Any]:
    """What the month selector offers, and which month is chosen."""
    running, month = Month.of(today), selection.month
    return {
        "month": month,
        "month_name": f"{month.first:%B %Y}",
        "first": min([running, *months]),
        "last": max([running, *months]),
        "when": "forecast" if month > running else "running month" if month == running else "past month",
    }


def years_around(
    workspace: Workspace,
    scope: Scope,
    selection: ReportSelection,
    months: Mapping[Month, Trailing],
    today: date,
) -> dict[str, Any]:
    """The fiscal year of the month and the next one: a column per month that leads to its report, and what
    the month's quarter and the years come to. Of the same person, client and currency; `months` are all of
    that person.

    Nothing while the report shows a part of the contracts that only this month knows.
    """
    if selection.filter.state:
        return {}
    calendar = workspace.calendar
    quarter = calendar.quarter_of(selection.month.first)
    year = calendar.year(calendar.year_of(quarter))
    years = (year, calendar.shift(year, 1))
    narrowed = {"client": str(selection.filter.client_id or ""), "currency": selection.filter.currency}
    if any(narrowed.values()):
        months = span_figures(workspace, scope, selection.filter, years[0].start, years[1].end)
    shown = Shown(
        basis=Basis.CURRENT,
        months=months,
        quarters=years[0].quarters + years[1].quarters,
        calendar=calendar,
        currency=workspace.currency,
        today=today,
        staff=selection.staff,
        rows_url=reverse("sales_rows", args=[workspace.slug]),
        narrowed=narrowed,
    )
    return {
        "years": years,
        "basis": Basis.CURRENT,
        "chart": month_chart(shown, {selection.month}, lambda _, month: report_address(selection, month)),
        "year_lines": table_lines(shown),
        "spans": [_span(shown, period) for period in (calendar.of_quarter(quarter), *years)],
    }


def _span(shown: Shown, period: Period) -> tuple[str, Trailing, str]:
    """What a period is called, what it comes to, and where its months are listed."""
    behind = months_address(period, shown.staff, kind=Kind.CURRENT.value, **shown.narrowed)
    return period.label, sum_over(shown.months, period), shown.rows_url + behind
