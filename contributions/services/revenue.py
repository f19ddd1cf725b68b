"""Copying the imported rows of a quarter into its close: by the database itself, set by set (rules 2.4)."""

from django.db import connection

from contributions.models import ClosedPeriod, ClosedRowTotal, ClosedTransaction
from contributions.queries.revenue_rows import KEPT, NAMED, ROWS, live_rows, told
from transactions.models import RowTotal
from transactions.services.totals import KEY, SUMS
from workspaces.queries.people import EVERYONE


def copy_transactions(period: ClosedPeriod) -> None:
    """Copy each imported row of the quarter that counts or waits, and what they come to.

    The caller holds the workspace alone, so both are of one instant.
    """
    quarter = period.quarter
    rows = live_rows(period.workspace, EVERYONE, quarter.start, quarter.end)
    names, values = told(period_id="%(period)s::bigint")
    totals = ", ".join((*KEY, *SUMS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {ClosedTransaction._meta.db_table} ({names}) select {values} from {ROWS} t {NAMED} "  # noqa: S608 - our own names
            f"where {rows.condition}",
            {**rows.params, "period": period.pk},
        )
        cursor.execute(
            f"insert into {ClosedRowTotal._meta.db_table} (workspace_id, period_id, {totals}) "  # noqa: S608 - our own names
            f"select workspace_id, %s::bigint, {totals} from {RowTotal._meta.db_table} "
            f"where workspace_id = %s and month >= %s and month < %s and status in ({KEPT})",
            [period.pk, period.workspace_id, quarter.start, quarter.end],
        )
