"""Imported revenue on the dashboard: a view of its own, never added to contributions or to trailing revenue
(rules 1.7). A part that arrives by itself, since it is asked of its own tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from contributions.queries.periods import closed_periods
from contributions.rules.revenue import RevenueCell
from kamtrak.lib.charts import MonthBar, MonthChart, month_columns
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Month, Period
from kamtrak.web import moment, read_id, read_period, render_page
from reports.queries.imported import Imported, imported
from transactions.queries.books import ways_of
from transactions.rules.revenue import NO_REVENUE, TIER_LABELS, RevenueFigures
from transactions.rules.states import LACK_LABELS
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of

LISTED = 8  # clients and products that are named; the others are one line
GUTTER = 10  # %: a scale of six digits has room on a phone


@dataclass(frozen=True)
class Line:
    """One line of a table; `query` is what finds its rows in the list of transactions, "" for none."""

    name: str
    figures: RevenueFigures
    query: str = ""


@workspace_view()
@require_safe
def imported_revenue(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What the transactions of the chosen period and person come to, by month, client, product and tier."""
    today = workspace.day_of(moment(request))
    period, _ = read_period(request.GET, workspace.calendar, today)
    staff = read_id(request.GET, "staff")
    scope = scope_of(member).narrowed(staff)
    found = imported(workspace, scope, closed_periods(workspace), period, today)
    context = {
        "imported": found,
        "measured": ways_of(workspace).measures_profit,
        "period": period,
        "rows_url": rows_url(workspace, period, staff),
        "chart": _chart(found, workspace.currency),
        "tables": [
            ("client", _first([_of_client(line) for line in found.clients], "client")),
            ("product", _first([_of_product(*line) for line in found.products], "product")),
        ],
        "tiers": [
            Line(TIER_LABELS[tier].capitalize(), own, f"&tier={tier}") for tier, own in found.tiers.items()
        ],
        "lacks": [(LACK_LABELS[lack], lack.name.lower(), count) for lack, count in found.lacks.items()],
        "closes": [_close(workspace, quarter, dict(found.moved)) for quarter in found.closed],
        "back": f"{reverse('dashboard', args=[workspace.slug])}?period={period.code}",
    }
    return render_page(request, "reports/imported.html", context, "reports/_imported.html")


def imported_url(workspace: Workspace, period: Period, staff: int | None) -> str:
    """Where the part of the dashboard for this period and person comes from."""
    return f"{reverse('imported_revenue', args=[workspace.slug])}?{_asked(period, staff)}"


def rows_url(workspace: Workspace, period: Period, staff: int | None) -> str:
    """The list of transactions with the same filters."""
    return f"{reverse('transactions', args=[workspace.slug])}?{_asked(period, staff)}"


def _asked(period: Period, staff: int | None) -> str:
    asked = {"period": period.code, "staff": str(staff or "")}
    return urlencode({name: value for name, value in asked.items() if value})


def _of_client(line: Any) -> Line:
    return Line(line.name, line.figures, f"&client={line.client_id}" if line.client_id else "")


def _of_product(product: Any, figures: RevenueFigures) -> Line:
    if product.item_id:
        return Line(product.name, figures, f"&item={product.item_id}")
    return Line(product.name, figures, f"&product={product.seen_id}" if product.seen_id else "")


def _first(lines: list[Line], noun: str) -> list[Line]:
    """The largest, and the others in one line, so that the table adds up to the total."""
    others = lines[LISTED:]
    if not others:
        return lines
    said = f"{len(others):,} other {noun}{'' if len(others) == 1 else 's'}"
    return [*lines[:LISTED], Line(said, sum((line.figures for line in others), NO_REVENUE))]


def _close(workspace: Workspace, quarter: Any, moved: Mapping[Any, RevenueCell]) -> dict[str, Any]:
    """A closed quarter of the period, with its figures where they have changed since."""
    calendar = workspace.calendar
    address = reverse("quarter", args=[workspace.slug, calendar.code(quarter)])
    return {"label": calendar.label(quarter), "url": address, "cell": moved.get(quarter)}


def _chart(found: Imported, currency: str) -> MonthChart | None:
    """A column per month, of closed quarters as closed."""
    if not any(figures.rows for _, figures, _ in found.months):
        return None
    bars = [
        MonthBar(
            name=f"{month.first:%b %Y}",
            label=f"{month.first:%B}"[0],
            value=figures.converted,
            below=str(month.year) if month.month == 1 or place == 0 else "",
            selected=bool(found.period.quarters) and month.first in found.period,
            says=_said(month, figures, currency),
        )
        for place, (month, figures, _) in enumerate(found.months)
    ]
    return month_columns(bars, gutter=GUTTER)


def _said(month: Month, figures: RevenueFigures, currency: str) -> str:
    return f"{month.first:%B %Y}: imported revenue {grouped(figures.converted, currency)} {currency}"
