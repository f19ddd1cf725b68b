"""The list of transactions as a file."""

from datetime import date

from django.db.models import QuerySet

from kamtrak.exports import Export
from transactions.models import Transaction
from transactions.queries.filters import Filter, choose
from transactions.queries.listing import filtered
from transactions.rules.states import State
from transactions.services.lines import EXPORT_COLUMNS, export_lines
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE

MONEY = ("revenue", "converted", "profit", "taxes")
WIDE = {
    "client": 28,
    "owner": 20,
    "product": 28,
    "source": 20,
    "import": 28,
    "description": 60,
    "other": 40,
    "edited": 40,
}


def transactions_export(workspace: Workspace, rows: QuerySet[Transaction]) -> Export:
    """One line per transaction, in the order of the list."""
    return Export(
        workspace_id=workspace.pk,
        sheet="Transactions",
        columns=EXPORT_COLUMNS,
        lines=lambda: export_lines(rows, workspace),
        count=rows.count,
        money=MONEY,
        wide=WIDE,
    )


def all_transactions(workspace: Workspace, today: date) -> Export:
    """Everybody's rows of all periods, replaced ones too."""
    everything = Filter(workspace.calendar.all(), state=State.ALL)
    return transactions_export(workspace, filtered(workspace, choose(workspace, EVERYONE, everything)))
