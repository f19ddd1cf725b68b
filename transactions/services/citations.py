"""What cites a transaction from above: contributions that name it as evidence.

A citation is a template and its context, drawn on the page of the row; the upper app registers a function
that makes it, in AppConfig.ready(). A cited row is evidence and is never added to what cites it (rules 1.7).
"""

from collections.abc import Callable, Iterable
from typing import Any

from transactions.models import Transaction
from workspaces.models import Membership, Workspace

# Answers the name of a template and its context, beside what every page has; None shows nothing.
Citation = Callable[[Workspace, Membership, Transaction], tuple[str, dict[str, Any]] | None]
# Answers which of these rows are cited, whoever reads it: an undo names them (rules 5.18).
Cited = Callable[[Workspace, Iterable[int]], Iterable[int]]
_citations: list[tuple[Citation, Cited]] = []


def register_citations(citation: Citation, cited: Cited) -> None:
    """Have `citation(workspace, member, row)` asked for each page of a row that `member` opens, and
    `cited(workspace, ids)` wherever rows would go."""
    _citations.append((citation, cited))


def citations_of(
    workspace: Workspace, member: Membership, row: Transaction
) -> list[tuple[str, dict[str, Any]]]:
    """What there is to show, in order."""
    asked = (citation(workspace, member, row) for citation, _ in _citations)
    return [found for found in asked if found is not None]


def cited_rows(workspace: Workspace, ids: Iterable[int]) -> set[int]:
    """The rows among these that something cites."""
    rows = list(ids)
    return {pk for _, cited in _citations for pk in cited(workspace, rows)}
