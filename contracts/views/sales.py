"""The sales dashboard: trailing revenue as it was confirmed, past and future (rules 4.10 to 4.16)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from contracts.forms.sales import months_address
from contracts.queries import sales as queries
from contracts.queries.sales import Line
from contracts.queries.turns import SOON_DAYS, ending_contracts, new_contracts
from contracts.rules.sales import AT_ONCE, NOTHING, Basis, Trailing, forecast_of, sum_over, window_of
from contracts.services.panels import beside_period
from contracts.views.sales_months import Shown, month_chart, periods_offered, span_of, table_lines
from kamtrak.lib.months import Month, Period
from kamtrak.web import moment, read_id, read_period, render_page, wants_part
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of

FEW = 10  # clients and people, until all are asked for
PAGE = 50  # of all clients
ALL = "all"
Months = Mapping[Month, Trailing]


@dataclass(frozen=True)
class Asked:
    """What the address asks for, and of whom it may be answered; `chosen` is the scope and one person."""

    workspace: Workspace
    scope: Scope
    chosen: Scope
    staff: int | None
    basis: Basis
    period: Period
    problem: str
    today: date


@workspace_view()
def sales(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Headlines, months, clients, people, new and ending contracts of the chosen period and person."""
    asked = _asked(request, workspace, member)
    context: dict[str, Any] = {
        "period": asked.period,
        "is_confirmed": asked.basis is Basis.CONFIRMED,
        "basis": asked.basis,
        "where": _where(asked),
    }
    alone = wants_part(request)
    if not alone:
        months = queries.month_figures(workspace, asked.chosen, asked.basis)
        context |= _frame(asked, months) | _figures(asked, months) | _turns(request, asked)
        context["persons"] = _persons(request, asked)
    if alone or request.GET.get("at") == "once" or context["total"].rows <= AT_ONCE:
        context["clients"] = _clients(request, asked)
    return render_page(request, "contracts/sales.html", context, part="contracts/_sales_clients.html")


def _asked(request: HttpRequest, workspace: Workspace, member: Membership) -> Asked:
    today, scope = workspace.day_of(moment(request)), scope_of(member)
    period, problem = read_period(request.GET, workspace.calendar, today)
    staff = read_id(request.GET, "staff")
    basis = Basis.of(workspace.sales_follow_current)
    return Asked(workspace, scope, scope.narrowed(staff), staff, basis, period, problem, today)


def _where(asked: Asked, **more: str) -> str:
    """Where the months behind the period's figures are listed."""
    return _rows_url(asked.workspace) + months_address(asked.period, asked.staff, **more)


def _rows_url(workspace: Workspace) -> str:
    return reverse("sales_rows", args=[workspace.slug])


def _frame(asked: Asked, months: Months) -> dict[str, Any]:
    """The head of the page: what can be chosen."""
    people = account_managers(asked.workspace, asked.scope, ended=True)
    return {
        **periods_offered(asked.workspace, asked.today, span_of(months)),
        "problem": asked.problem,
        "is_empty": not months and asked.staff is None,
        "people": [(person.pk, str(person)) for person in people],
        "everyone": scope_label(asked.scope, len(people)),
    }


def _figures(asked: Asked, months: Months) -> dict[str, Any]:
    """The headlines of the period, the chart and its table."""
    workspace, period = asked.workspace, asked.period
    quarters, running = window_of(period, workspace.calendar, asked.today), Month.of(asked.today)
    total, forecast = sum_over(months, period), forecast_of(months, period, running)
    shown = Shown(
        basis=asked.basis,
        months=months,
        quarters=quarters,
        calendar=workspace.calendar,
        currency=workspace.currency,
        today=asked.today,
        staff=asked.staff,
        rows_url=_rows_url(workspace),
    )
    return {
        "total": total,
        "forecast": forecast,
        "so_far": sum_over({m: figures for m, figures in months.items() if m <= running}, period),
        "running_name": f"{running.first:%B %Y}",
        "running_short": f"{running.first:%b}",
        "beside": _beside(asked) if months else [],
        "export_url": reverse("sales_rows_export", args=[workspace.slug])
        + months_address(period, asked.staff, kind=asked.basis.value),
        "chart": month_chart(shown, {m for q in period.quarters for m in q.months}, shown.url),
        "lines": table_lines(shown),
    }


def _beside(asked: Asked) -> list[tuple[str, dict[str, Any]]]:
    """The closed quarters of the period, as closed (rules 2.4)."""
    return beside_period(asked.workspace, asked.chosen, [asked.basis], asked.period.start, asked.period.end)


def _turns(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What was confirmed in the period, and what ends or renews soon."""
    whole = {name: {"most": None} if request.GET.get(name) == ALL else {} for name in ("new", "ending")}
    new = new_contracts(asked.workspace, asked.chosen, asked.period, **whole["new"])
    endings, count = ending_contracts(asked.workspace, asked.chosen, asked.today, **whole["ending"])
    soon = asked.today + timedelta(days=SOON_DAYS)
    return {"new": new, "endings": endings, "endings_count": count, "soon": soon}


def _clients(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The largest, or all of them page by page."""
    lines = queries.client_lines(asked.workspace, asked.chosen, asked.basis, asked.period)
    whole = request.GET.get("clients") == ALL
    shown = _page_of(lines, request.GET) if whole else _first(lines)
    return _listed(lines, shown, lambda pk: _where(asked, client=str(pk))) | {"paged": whole}


def _persons(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    lines = queries.person_lines(asked.workspace, asked.chosen, asked.basis, asked.period)
    shown = range(len(lines)) if request.GET.get("persons") == ALL else _first(lines)
    return _listed(lines, shown, lambda pk: _where(asked, staff=str(pk)))


def _first(lines: Sequence[Line]) -> range:
    """The places of the largest; one more where it would stand alone for "1 other"."""
    return range(len(lines) if len(lines) <= FEW + 1 else FEW)


def _page_of(lines: Sequence[Line], params: QueryDict) -> range:
    """The places after the line that the address names, or before it."""
    places = {line.pk: place for place, line in enumerate(lines)}
    start, before = places.get(read_id(params, "after") or 0, -1) + 1, read_id(params, "before")
    if before is not None:
        start = max(places.get(before, 0) - PAGE, 0)
    return range(start, min(start + PAGE, len(lines)))


def _listed(lines: Sequence[Line], shown: range, url: Callable[[int], str]) -> dict[str, Any]:
    """Those shown, all others in one line, and the sum, so that the list adds up to the headline."""
    others = [line.figures for line in (*lines[: shown.start], *lines[shown.stop :])]
    return {
        "lines": [(lines[place], url(lines[place].pk)) for place in shown],
        "count": len(lines),
        "others": len(others),
        "rest": sum(others, NOTHING),
        "sum": sum((line.figures for line in lines), NOTHING),
        "after": lines[shown[-1]].pk if shown and shown.stop < len(lines) else None,
        "before": lines[shown.start].pk if shown and shown.start else None,
    }
