"""Refunds follow their sale: they have its rate and its prices, whatever comes, goes or is edited (rules
5.13).
"""

from datetime import datetime

from django.db import connection

from transactions.pipeline.meeting import ROWS
from transactions.pipeline.rederiving import rederive
from workspaces.models import Workspace


def follow_sales(
    workspace: Workspace, source: int | None, sales: str, now: datetime, *, but: int = 0
) -> list[int]:
    """Derive the refunds of these sales again, and have the totals follow; the refunds' ids.

    `sales` is a query of the keys of rows that have come, gone or changed; refunds of the import `but` were
    derived with them. The workspace's rows are held.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"select id from {ROWS} where workspace_id = %s and source_id = %s "  # noqa: S608 - our own names
            f"and sale_key is not null and origin_id <> %s and sale_key in ({sales})",
            [workspace.pk, source, but],
        )
        tied = [pk for (pk,) in cursor.fetchall()]
    rederive(workspace, tied, now)
    return tied
