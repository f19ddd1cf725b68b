"""Counted rows written as lines of data: the same in every export and in every document."""

from collections.abc import Iterable, Iterator
from typing import Any

from contributions.models import Contribution
from contributions.rules.lines import COLUMNS, line_of
from contributions.services.frozen import frozen_fields
from kamtrak.lib.money import round_money
from workspaces.models import Workspace

EXPORT_COLUMNS = (*COLUMNS, "credited", "earned_on", "voided", "void_reason")


def export_lines(rows: Iterable[Contribution], workspace: Workspace) -> Iterator[list[Any]]:
    """The lines of an export: the columns of a document's data, then what only the list knows."""
    for row in rows:
        yield [
            *line_of(frozen_fields(row), workspace.calendar, workspace.currency, void=row.is_void),
            round_money(row.credited, row.currency),
            row.earned_on,
            row.voided_at is not None,
            row.void_reason,
        ]
