"""The list of contributions as a file."""

from datetime import date

from django.db.models import QuerySet

from contributions.models import Contribution
from contributions.queries.contributions import Filter, filtered, rows_of
from contributions.services.lines import EXPORT_COLUMNS, export_lines
from kamtrak.exports import Export
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE

MONEY = ("amount", "converted", "counted", "credited", "as_closed")
WIDE = {"client": 28, "owner": 20, "description": 60, "void_reason": 40}


def contributions_export(workspace: Workspace, rows: QuerySet[Contribution]) -> Export:
    """One line per contribution, in the order of the list."""
    return Export(
        workspace_id=workspace.pk,
        sheet="Contributions",
        columns=EXPORT_COLUMNS,
        lines=lambda: export_lines(rows_of(rows), workspace),
        count=rows.count,
        money=MONEY,
        wide=WIDE,
    )


def all_contributions(workspace: Workspace, today: date) -> Export:
    """Everybody's contributions of all periods, voided ones too."""
    everything = Filter(workspace.calendar.all(), void="shown")
    return contributions_export(workspace, filtered(workspace, EVERYONE, everything))
