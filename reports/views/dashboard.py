"""The dashboard."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contributions.rules import RevenueType
from contributions.rules.periods import EMPTY, period_state
from fx.queries import rates_banner
from kamtrak.lib.charts import Stack, stacked_columns
from kamtrak.lib.months import Quarter
from kamtrak.web import moment, read_id, read_period, render_page
from reports.queries import dashboard as queries
from reports.queries.documents import anything_on_record
from reports.queries.oldest import oldest_day, oldest_quarter, quarter_of
from reports.views.imported import imported_url
from reports.views.trailing import trailing_panel
from workspaces.access import workspace_view
from workspaces.models import AlertState, Membership, Workspace
from workspaces.queries.alerts import waiting_alerts
from workspaces.queries.people import Scope, account_managers, scope_label, scope_of

ALERTS = 4


@workspace_view()
def dashboard(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Totals, comparisons, chart, clients, alerts, what is missing, latest entries of the chosen period."""
    now, scope = moment(request), scope_of(member)
    today = workspace.day_of(now)
    period, problem = read_period(request.GET, workspace.calendar, today)
    people, oldest = _people(workspace, scope)
    chosen = scope.narrowed(staff := read_id(request.GET, "staff"))
    board = queries.dashboard(workspace, chosen, period, today)
    habit = queries.habit_quarter(period, workspace.calendar, today)
    trailing = trailing_panel(workspace, chosen, period, today, staff, board.closes)
    context = {
        "board": board,
        "period": period,
        "problem": problem,
        "today": today,
        "calendar": workspace.calendar,
        "oldest": oldest,
        "state_line": period_state(period, today, len(board.closed)),
        "calculated": now,
        "banner": rates_banner(workspace, today, sum(t.now.provisional_rows for t in board.totals)),
        "people": [(person.pk, str(person)) for person in people],
        "everyone": scope_label(scope, len(people)),
        "tiles": _tiles(workspace, board, request),
        "chart": _chart(workspace, board, today),
        "series": [kind.label for kind in RevenueType],
        **_clients(board),
        "latest": (latest := queries.latest_entries(workspace, chosen, period)),
        "anything": bool(latest or trailing["chart"] or oldest) or anything_on_record(workspace, scope),
        **_alerts(request, workspace, scope),
        "reads_everyone": member.reads_everyone,
        "missing": queries.missing(
            workspace, chosen, [p for p in people if p.ended_at is None and chosen.includes(p.pk)], habit
        ),
        "habit": habit,
        "list_url": reverse("contributions", args=[workspace.slug]),
        "trailing": trailing,
        "imported_url": imported_url(workspace, period, staff),
        "closes": _closes(workspace, board),
        "later": _later(workspace, board),
    }
    return render_page(request, "reports/dashboard.html", context)


def _people(workspace: Workspace, scope: Scope) -> tuple[list[Membership], Quarter | None]:
    """Whose figures this scope reads, and the quarter of the oldest: told with the people, so that nobody
    waits for one question more."""
    people = account_managers(workspace, scope, ended=True, oldest=oldest_day(workspace, scope))
    if not people:
        return [], oldest_quarter(workspace, scope)
    return people, quarter_of(workspace, people[0].oldest)  # type: ignore[attr-defined]


def _alerts(request: HttpRequest, workspace: Workspace, scope: Scope) -> dict[str, Any]:
    """The first of them; how many are open is told to the navigation, which need not ask again."""
    alerts = list(waiting_alerts(workspace, scope))
    request.open_alerts = sum(alert.state == AlertState.OPEN for alert in alerts)  # type: ignore[attr-defined]
    return {"alerts": alerts[:ALERTS], "alerts_count": len(alerts)}


def _tiles(workspace: Workspace, board: queries.Dashboard, request: HttpRequest) -> list[dict[str, Any]]:
    """One tile per type: its total, what of it waits, and what it is compared with."""
    staff = read_id(request.GET, "staff")
    where = f"{reverse('contributions', args=[workspace.slug])}?period={board.period.code}"
    where += f"&staff={staff}" if staff else ""
    return [
        {
            "total": total,
            "url": f"{where}&type={total.type.value}",
            "compared": [(before.label, before.totals[total.type]) for before in board.compared],
        }
        for total in board.totals
    ]


def _clients(board: queries.Dashboard) -> dict[str, Any]:
    """The largest clients, and the others in one line, so that the list adds up to the totals."""
    others = board.clients[queries.CLIENTS :]
    columns = zip(*(client.sums for client in others), strict=True)
    return {
        "clients": board.clients[: queries.CLIENTS],
        "others": len(others),
        "type_sums": [total.stands for total in board.totals],
        "other_sums": [sum(column, EMPTY) for column in columns],
    }


def _chart(workspace: Workspace, board: queries.Dashboard, today: Any) -> Any:
    """Eight quarters by type; each column leads to its rows."""
    calendar = workspace.calendar
    where = reverse("contributions", args=[workspace.slug])

    def stack(quarter: Quarter, totals: list[Any], first: bool) -> Stack:
        number, year = calendar.number_of(quarter), calendar.year_of(quarter)
        return Stack(
            name=calendar.label(quarter),
            label=f"Q{number}",
            values=tuple(total.stands.converted for total in totals),
            sums=(*(total.stands for total in totals), sum((total.stands for total in totals), EMPTY)),
            below=str(year) if number == 1 or first else "",
            url=f"{where}?period={calendar.code(quarter)}",
            selected=quarter in board.period.quarters,
        )

    return stacked_columns([stack(q, totals, i == 0) for i, (q, totals) in enumerate(board.chart)])


def _later(workspace: Workspace, board: queries.Dashboard) -> list[dict[str, Any]]:
    """Per type what changed after closes, with the quarters named where there is more than one."""
    label, several = workspace.calendar.label, len(board.closed) > 1
    return [
        {
            "total": line.total,
            "quarters": [(label(quarter), own) for quarter, own in line.quarters] if several else [],
        }
        for line in board.later
    ]


def _closes(workspace: Workspace, board: queries.Dashboard) -> list[tuple[str, str]]:
    """Label and address of each closed quarter in the period, for the line of later changes."""
    calendar = workspace.calendar
    return [
        (calendar.label(quarter), reverse("quarter", args=[workspace.slug, calendar.code(quarter)]))
        for quarter in sorted(board.closed)
    ]
