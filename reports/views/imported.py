"""Imported revenue on the dashboard: a view of its own, never added to contributions or to trailing revenue
(rules 1.7). A part that arrives by itself, since it is asked of its own tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from contributions.queries.closed_revenue import NO_CLIENT, ClientRevenue
from contributions.queries.periods import closed_periods
from contributions.rules.revenue import RevenueCell
from kamtrak.lib.charts import MonthBar, MonthChart, month_columns
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Month, Period
from kamtrak.templatetags.figures import caveats
from kamtrak.web import moment, read_id, read_period, render_page
from reports.queries.imported import Imported, imported
from transactions.queries.books import ways_of
from transactions.queries.filters import NONE
from transactions.queries.revenue import Product
from transactions.rules.revenue import NO_REVENUE, TIER_LABELS, RevenueFigures
from transactions.rules.states import LACK_LABELS
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of

LISTED = 8  # clients and products that are named; the others are one line
GUTTER = 10  # %: a scale of six digits has room on a phone


@dataclass(frozen=True)
class Line:
    """One line of a table; `query` is what finds its rows in the list of transactions, "" for none. `key`
    names a client or product to the filter that leaves it out.
    """

    name: str
    figures: RevenueFigures
    query: str = ""
    key: str = ""


@dataclass(frozen=True)
class MonthLine:
    """A month of the chart, and the address of its rows; "" where it has none."""

    month: Month
    figures: RevenueFigures
    closed: bool
    url: str

    @property
    def says(self) -> str:
        figures, closed = self.figures, " as closed" if self.closed else ""
        return f"{figures.rows:,} {'transaction' if figures.rows == 1 else 'transactions'}{closed}"


@workspace_view()
@require_safe
def imported_revenue(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What the transactions of the chosen period and person come to, by month, client, product and tier."""
    today = workspace.day_of(moment(request))
    period, _ = read_period(request.GET, workspace.calendar, today)
    staff = read_id(request.GET, "staff")
    scope = scope_of(member).narrowed(staff)
    found = imported(workspace, scope, closed_periods(workspace), period, today)
    months = _months(workspace, found, staff)
    context = {
        "imported": found,
        "measured": ways_of(workspace).measures_profit,
        "period": period,
        "rows_url": rows_url(workspace, period, staff),
        "months": months,
        "chart": _chart(months, period, workspace.currency),
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


def _of_client(line: ClientRevenue) -> Line:
    """The rows of an account that went with its import stand in a closed quarter alone: in no list."""
    key = str(line.client_id) if line.client_id else NONE if line.name == NO_CLIENT else ""
    return Line(line.name, line.figures, key and f"&client={key}", key)


def _of_product(product: Product, figures: RevenueFigures) -> Line:
    if product.item_id:
        return Line(product.name, figures, f"&item={product.item_id}", f"i{product.item_id}")
    key = str(product.seen_id) if product.seen_id else NONE
    return Line(product.name, figures, f"&product={key}", key)


def _first(lines: list[Line], noun: str) -> list[Line]:
    """The largest, and the others in one line, so that the table adds up to the total."""
    named, others = lines[:LISTED], lines[LISTED:]
    if not others:
        return lines
    said = f"{len(others):,} other {noun}{'' if len(others) == 1 else 's'}"
    keys = ",".join(line.key for line in named if line.key)
    return [
        *named,
        Line(said, sum((line.figures for line in others), NO_REVENUE), keys and f"&not_{noun}={keys}"),
    ]


def _close(workspace: Workspace, quarter: Any, moved: Mapping[Any, RevenueCell]) -> dict[str, Any]:
    """A closed quarter of the period, with its figures where they have changed since."""
    calendar = workspace.calendar
    address = reverse("quarter", args=[workspace.slug, calendar.code(quarter)])
    return {"label": calendar.label(quarter), "url": address, "cell": moved.get(quarter)}


def _months(workspace: Workspace, found: Imported, staff: int | None) -> list[MonthLine]:
    """The months of the chart with the list of their rows, each within its quarter."""
    calendar, lines = workspace.calendar, []
    for month, figures, closed in found.months:
        quarter = calendar.of_quarter(calendar.quarter_of(month.first))
        url = f"{rows_url(workspace, quarter, staff)}&month={month}"
        lines.append(MonthLine(month, figures, closed, url if figures.rows or figures.unknown_rows else ""))
    return lines


def _chart(lines: list[MonthLine], period: Period, currency: str) -> MonthChart | None:
    """A column per month, of closed quarters as closed."""
    if not any(line.figures.rows for line in lines):
        return None
    bars = [
        MonthBar(
            name=f"{line.month.first:%b %Y}",
            label=f"{line.month.first:%B}"[0],
            value=line.figures.converted,
            below=str(line.month.year) if line.month.month == 1 or place == 0 else "",
            selected=bool(period.quarters) and line.month.first in period,
            says=_said(line, currency),
            url=line.url,
        )
        for place, line in enumerate(lines)
    ]
    return month_columns(bars, gutter=GUTTER)


def _said(line: MonthLine, currency: str) -> str:
    """All the figures of a column, as the table below has them."""
    known = line.figures.known
    revenue = "unknown" if known is None else f"{grouped(known, currency)} {currency}"
    said = [f"{line.month.first:%B %Y}: imported revenue {revenue}", line.says, caveats(line.figures)]
    return ", ".join(part for part in said if part)
