"""Counted rows written as lines of data: the same in every export and in every document."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from contributions.models import ClosedPeriod, Contribution
from contributions.queries.periods import Copies, closed_copies, closed_periods
from contributions.rules.lines import COLUMNS, DAYS, days_of, line_of
from contributions.services.frozen import frozen_fields
from kamtrak.lib.money import round_money
from workspaces.models import Workspace

LISTED = ("credited", "earned_on", "voided", "void_reason")
CLOSED = ("closed_on", "as_closed")
EXPORT_COLUMNS = (*COLUMNS, *LISTED, *DAYS, *CLOSED)
BATCH = 1000


def export_lines(rows: Iterable[Contribution], workspace: Workspace) -> Iterator[list[Any]]:
    """The lines of an export: the columns of a document's data, then what only the list knows.

    Figures are those of now. Of a closed quarter `closed_on` says since when, and `as_closed` what the row
    counts for in the closed figures: 0 if it is not in them, None if it is in them as unknown (rules 2.4).
    """
    closed = closed_periods(workspace)
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        copies = closed_copies(workspace, closed.values(), [row.pk for row in batch])
        for row in batch:
            fields = frozen_fields(row)
            yield [
                *line_of(fields, workspace.calendar, workspace.currency, void=row.is_void),
                round_money(row.credited, row.currency),
                row.earned_on,
                row.voided_at is not None,
                row.void_reason,
                *days_of(fields),
                *_closed(row, closed.get(row.quarter), copies, workspace),
            ]


def _closed(
    row: Contribution, close: ClosedPeriod | None, copies: Copies, workspace: Workspace
) -> tuple[date | None, Decimal | None]:
    """The values of CLOSED."""
    if close is None:
        return None, None
    figure = copies.get((row.pk, row.quarter, row.type), Decimal(0))
    return workspace.day_of(close.closed_at), None if figure is None else round_money(
        figure, workspace.currency
    )
