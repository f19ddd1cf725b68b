"""What apps above make of rows: which rows they cite and by what, what they show on a row's page, and that
they look again when rows have changed.

An upper app registers one `Citing` in AppConfig.ready(). A row that is cited is named before an undo lets it
go (rules 5.18), and no reference to it is left behind.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from transactions.models import RowVersion, Transaction
from transactions.rules import Citation
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope

NAMED = 50


@dataclass(frozen=True)
class Citing:
    """How one app cites rows.

    `rows`: the ids of the rows that it cites, as a subquery. `told`: what cites these rows, as somebody of
    this scope may read it. `follow`: move references from one row to another, or drop them where it is None.
    `panel`: a template and its context on the page of a row that this member opens; None shows nothing.
    `look_again`: rows have changed, of these clients or, with None, of any.
    """

    rows: Callable[[Workspace], QuerySet[Any]]
    told: Callable[[Workspace, Scope, Collection[int]], Iterable[Citation]]
    follow: Callable[[Workspace, Mapping[int, int | None]], None]
    panel: Callable[[Workspace, Membership, Transaction], tuple[str, dict[str, Any]] | None]
    look_again: Callable[[Workspace, Collection[int] | None, datetime], None]


_citing: list[Citing] = []


def register_citing(citing: Citing) -> None:
    """Have this app asked wherever rows are shown, changed or deleted."""
    _citing.append(citing)


def is_cited(workspace: Workspace) -> Q:
    """Whether anything cites the row; few do, so the database begins with those."""
    return reduce(or_, (Q(pk__in=citing.rows(workspace)) for citing in _citing), Q(pk__in=[]))


def told_of(workspace: Workspace, scope: Scope, rows: Collection[int]) -> dict[int, list[Citation]]:
    """What cites each of these rows, as this scope may read it."""
    found: dict[int, list[Citation]] = defaultdict(list)
    for citing in _citing:
        for citation in citing.told(workspace, scope, rows):
            found[citation.row].append(citation)
    return dict(found)


def follow_rows(workspace: Workspace, moved: Mapping[int, int | None]) -> None:
    """Before rows are deleted: what cites them goes with them, or over to the row that their line is now."""
    for citing in _citing:
        if moved:
            citing.follow(workspace, moved)


def citations_of(
    workspace: Workspace, member: Membership, row: Transaction
) -> list[tuple[str, dict[str, Any]]]:
    """What there is to show on the page of a row, in order."""
    asked = (citing.panel(workspace, member, row) for citing in _citing)
    return [found for found in asked if found is not None]


def look_again(workspace: Workspace, now: datetime, clients: Collection[int] | None = None) -> None:
    """Rows have changed: of these clients, or of any."""
    for citing in _citing:
        citing.look_again(workspace, clients, now)


# ------------------------------------------------------------------ rows that an undo would let go


@dataclass(frozen=True)
class CitedRows:
    """How many rows, and the first of them with what cites each, as the reader may read it."""

    total: int
    rows: list[tuple[Transaction, list[Citation]]]


def cited_rows_that_go(
    workspace: Workspace, imports: Collection[int], *, keep_edited: bool
) -> QuerySet[Transaction]:
    """Cited rows that no import but these holds. `keep_edited`: those with an edit by hand stay."""
    versions = RowVersion.objects.filter(workspace=workspace, row=OuterRef("pk"))
    provided = versions.filter(edit=None)
    by_these = Q(edit=None, origin__in=imports) | Q(Exists(provided.filter(origin__in=imports)))
    by_others = Q(edit=None) & ~Q(origin__in=imports) | Q(Exists(provided.exclude(origin__in=imports)))
    cited = Transaction.objects.filter(is_cited(workspace), workspace=workspace)
    going = cited.filter(by_these).exclude(by_others)
    if keep_edited:
        going = going.filter(~Exists(versions.filter(edit__isnull=False)), edit=None)
    return going


def cited_and_going(
    workspace: Workspace, scope: Scope, imports: Collection[int], *, keep_edited: bool
) -> CitedRows:
    """What a person is shown before they confirm: newest first."""
    going = cited_rows_that_go(workspace, imports, keep_edited=keep_edited)
    named = list(going.select_related("client__survivor", "product").order_by("-day", "-pk")[:NAMED])
    told = told_of(workspace, scope, [row.pk for row in named]) if named else {}
    total = len(named) if len(named) < NAMED else going.count()
    return CitedRows(total, [(row, told.get(row.pk, [])) for row in named])
