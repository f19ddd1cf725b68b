"""How far back anything is on record, so that every period with figures can be reached."""

from datetime import date
from typing import Any

from django.db.models import DateField, F, QuerySet
from django.db.models.functions import Cast

from contracts.models import CurrentMonth
from contributions.queries.contributions import counted, visible_contributions
from kamtrak.lib.months import Quarter
from transactions.models import RowTotal, Split
from workspaces.models import Workspace
from workspaces.queries.people import Scope


def oldest_quarter(workspace: Workspace, scope: Scope) -> Quarter | None:
    """The quarter of the oldest contribution, month of a contract or transaction that this scope reads; None
    without any. One query."""
    owners = {} if scope.owners is None else {"owner__in": sorted(scope.owners)}
    months = CurrentMonth.objects.filter(workspace=workspace, **owners)
    rows = RowTotal.objects.filter(workspace=workspace, split=Split.NONE, rows__gt=0, **owners)
    parts = [
        _first(counted(visible_contributions(workspace, scope)), "quarter"),
        _first(months, "month"),
        _first(rows, "month"),
    ]
    days: list[date] = list(parts[0].union(*parts[1:], all=True))
    return workspace.calendar.quarter_of(min(days)) if days else None


def _first(rows: QuerySet[Any], column: str) -> QuerySet[Any, date]:
    """The day with which the first of them begins."""
    days = rows.order_by(column).annotate(begins=Cast(F(column), DateField()))
    return days.values_list("begins", flat=True)[:1]
