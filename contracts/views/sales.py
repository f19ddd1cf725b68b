"""The sales dashboard: trailing revenue as it was confirmed, past and future (rules 4.10 to 4.16)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contracts.forms.sales import months_address
from contracts.queries import sales as queries
from contracts.queries.sales import Line
from contracts.queries.turns import SOON_DAYS, ending_contracts, new_contracts
from contracts.rules.sales import AT_ONCE, NOTHING, Basis, Trailing, forecast_of, sum_over, window_of
from contracts.views.sales_months import Shown, month_chart, periods_offered, span_of, table_lines
from kamtrak.lib.months import Month, Period
from kamtrak.web import moment, read_id, read_period, render_page, wants_part
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of

FEW = 10  # clients and people, until all are asked for
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
    if alone or request.GET.get("clients") or context["total"].rows <= AT_ONCE:
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
        "so_far": total.still - forecast.still,
        "running_name": f"{running.first:%B %Y}",
        "running_short": f"{running.first:%b}",
        "without_rate": _without_rate(asked, total),
        "chart": month_chart(shown, {m for q in period.quarters for m in q.months}, shown.url),
        "lines": table_lines(shown),
    }


def _without_rate(asked: Asked, total: Trailing) -> int:
    """How many contracts the headline lacks; asked only where months are missing."""
    if not total.unknown:
        return 0
    return queries.contracts_without_rate(asked.workspace, asked.chosen, asked.basis, asked.period)


def _turns(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What was confirmed in the period, and what ends or renews soon."""
    whole = {name: {"most": None} if request.GET.get(name) == ALL else {} for name in ("new", "ending")}
    new = new_contracts(asked.workspace, asked.chosen, asked.period, **whole["new"])
    endings, count = ending_contracts(asked.workspace, asked.chosen, asked.today, **whole["ending"])
    soon = asked.today + timedelta(days=SOON_DAYS)
    return {"new": new, "endings": endings, "endings_count": count, "soon": soon}


def _clients(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    lines = queries.client_lines(asked.workspace, asked.chosen, asked.basis, asked.period)
    return _listed(lines, lambda pk: _where(asked, client=str(pk)), whole=request.GET.get("clients") == ALL)


def _persons(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    lines = queries.person_lines(asked.workspace, asked.chosen, asked.basis, asked.period)
    return _listed(lines, lambda pk: _where(asked, staff=str(pk)), whole=request.GET.get("persons") == ALL)


def _listed(lines: Sequence[Line], url: Callable[[int], str], *, whole: bool) -> dict[str, Any]:
    """The largest, all others in one line, and the sum, so that the list adds up to the headline."""
    few = len(lines) if whole or len(lines) <= FEW + 1 else FEW
    return {
        "lines": [(line, url(line.pk)) for line in lines[:few]],
        "others": len(lines) - few,
        "rest": sum((line.figures for line in lines[few:]), NOTHING),
        "sum": sum((line.figures for line in lines), NOTHING),
    }
