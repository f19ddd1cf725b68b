"""Contracts as a file."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from contracts.models import Contract, CurrentMonth, FrozenMonth
from contracts.queries import report, sales_rows
from contracts.queries.listing import Filter, filtered, rows_of
from contracts.rules.sales import Kind
from contracts.services.lines import EXPORT_COLUMNS, export_lines
from contracts.services.report_lines import REPORT_COLUMNS, report_lines
from contracts.services.sales_lines import SALES_COLUMNS, sales_lines
from kamtrak.exports import Export
from kamtrak.lib.months import Month
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE, members


def contracts_export(workspace: Workspace, rows: QuerySet[Contract], today: date) -> Export:
    """One line per contract and month of these contracts."""
    return Export(
        workspace_id=workspace.pk,
        sheet="Contracts",
        columns=EXPORT_COLUMNS,
        lines=lambda: export_lines(rows_of(rows), workspace, today),
        count=lambda: _months(rows),
    )


def all_contracts(workspace: Workspace, today: date) -> Export:
    """Everybody's contracts, in every state."""
    return contracts_export(workspace, filtered(workspace, EVERYONE, Filter(state="all"), today), today)


def report_export(workspace: Workspace, rows: QuerySet[Contract], month: Month) -> Export:
    """One line per contract of the revenue report."""
    people = {member.pk: str(member) for member in members(workspace, ended=True)}
    return Export(
        workspace_id=workspace.pk,
        sheet="Revenue report",
        columns=REPORT_COLUMNS,
        lines=lambda: report_lines(report.rows_of(workspace, rows, month), month, people),
        count=rows.count,
    )


def sales_export(workspace: Workspace, rows: QuerySet[Any], kind: Kind) -> Export:
    """One line per month behind a figure of the sales dashboard."""
    return Export(
        workspace_id=workspace.pk,
        sheet="Trailing revenue",
        columns=SALES_COLUMNS,
        lines=lambda: sales_lines(sales_rows.rows_of(workspace, rows, kind), kind, workspace.currency),
        count=rows.count,
    )


def _months(rows: QuerySet[Contract]) -> int:
    """How many months either side has."""
    chosen = rows.order_by().values("pk")
    frozen = FrozenMonth.objects.filter(contract__in=chosen)
    same = FrozenMonth.objects.filter(contract=OuterRef("contract"), month=OuterRef("month"))
    return frozen.count() + CurrentMonth.objects.filter(~Exists(same), contract__in=chosen).count()
