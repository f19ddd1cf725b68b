"""How far back anything is on record, so that every period with figures can be reached."""

from datetime import date
from typing import Any

from django.db.models import DateField, F, QuerySet, Subquery
from django.db.models.functions import Cast, Least

from contracts.models import CurrentMonth
from contributions.queries.contributions import counted, visible_contributions
from kamtrak.lib.months import Quarter
from transactions.models import RowTotal, Split
from workspaces.models import Workspace
from workspaces.queries.people import Scope


def oldest_quarter(workspace: Workspace, scope: Scope) -> Quarter | None:
    """The quarter of the oldest contribution, month of a contract or transaction that this scope reads; None
    without any. One query."""
    found = Workspace.objects.filter(pk=workspace.pk).values_list(oldest_day(workspace, scope), flat=True)
    return quarter_of(workspace, found[0])


def quarter_of(workspace: Workspace, day: date | None) -> Quarter | None:
    """The quarter of what `oldest_day` has told."""
    return workspace.calendar.quarter_of(day) if day else None


def oldest_day(workspace: Workspace, scope: Scope) -> Least:
    """The same as a day, to be told beside other rows: a page asks no question more for it."""
    owners = {} if scope.owners is None else {"owner__in": sorted(scope.owners)}
    months = CurrentMonth.objects.filter(workspace=workspace, **owners)
    rows = RowTotal.objects.filter(workspace=workspace, split=Split.NONE, rows__gt=0, **owners)
    parts = [
        _first(counted(visible_contributions(workspace, scope)), "quarter"),
        _first(months, "month"),
        _first(rows, "month"),
    ]
    return Least(*parts, output_field=DateField())


def _first(rows: QuerySet[Any], column: str) -> Subquery:
    """The day with which the first of them begins."""
    days = rows.order_by(column).annotate(begins=Cast(F(column), DateField()))
    return Subquery(days.values("begins")[:1])
