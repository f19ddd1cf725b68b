"""What an undo would leave, told before it is done (rules 5.18)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from transactions.models import Import, ImportedClient, RowTotal, RowVersion, Split, Transaction
from transactions.queries.families import corrections_of
from transactions.rules import Status
from workspaces.models import Workspace

NAMED = 20


@dataclass(frozen=True)
class UndoCounts:
    """Rows that go, that are again what they were before, and that come back since they were replaced.

    `worth`: what those that go come to in the totals, in the workspace currency.
    """

    goes: int
    worth: Decimal
    returns: int
    comes_back: int


@dataclass(frozen=True)
class LeftAlone:
    """Rows that would be left with an edit by hand alone: how many, and the first of them."""

    total: int
    rows: list[Transaction]


def undone_together(imported: Import) -> list[int]:
    """The import and the corrected reject files that went on from it, also from one of these: they leave
    together.
    """
    return sorted({imported.pk} | corrections_of(imported))


def corrections(imported: Import, ids: Collection[int]) -> list[Import]:
    """Those of `undone_together` that leave with the import, as they came in."""
    found = Import.objects.filter(workspace=imported.workspace_id, pk__in=ids).exclude(pk=imported.pk)
    return list(found.order_by("turn")) if len(ids) > 1 else []


def undo_counts(imported: Import, ids: Collection[int]) -> UndoCounts:
    """Counted over the rows themselves: for a large import it takes its time."""
    tops = _rows(imported).filter(origin__in=ids, edit=None)
    beneath = Exists(RowVersion.objects.filter(workspace=imported.workspace_id, row=OuterRef("pk")))
    gone = tops.filter(~beneath).aggregate(
        rows=Count("pk"), worth=Sum("converted", filter=Q(status=Status.COUNTED))
    )
    return UndoCounts(
        goes=gone["rows"],
        worth=gone["worth"] or Decimal(0),
        returns=tops.filter(beneath).count(),
        comes_back=_rows(imported).filter(replaced_by__in=ids).count(),
    )


def left_alone(imported: Import, ids: Collection[int]) -> LeftAlone:
    """Edited rows that no import but these holds."""
    provided = RowVersion.objects.filter(workspace=imported.workspace_id, row=OuterRef("pk"), edit=None)
    found = _rows(imported).filter(
        Q(edit__isnull=False),
        Exists(provided.filter(origin__in=ids)),
        ~Exists(provided.exclude(origin__in=ids)),
    )
    ordered = found.select_related("client", "product", "edit__by").order_by("-day", "-pk")
    named = list(ordered[:NAMED])
    return LeftAlone(len(named) if len(named) < NAMED else found.count(), named)


def kept_edited(imported: Import) -> LeftAlone:
    """Rows of an undone import, and of its corrections, that stayed because somebody had edited them."""
    found = _rows(imported).filter(origin__in=undone_together(imported), edit__isnull=False)
    ordered = found.select_related("client__survivor", "product", "edit__by").order_by("-day", "-pk")
    named = list(ordered[:NAMED])
    return LeftAlone(len(named) if len(named) < NAMED else found.count(), named)


@dataclass(frozen=True)
class InTotals:
    """The rows of a workspace that count, and what they come to in its currency."""

    rows: int
    value: Decimal


def in_totals(workspace: Workspace) -> InTotals:
    """From the maintained totals: before and after an undo they tell what has left them."""
    totals = RowTotal.objects.filter(workspace=workspace, split=Split.NONE, status=Status.COUNTED)
    found = totals.aggregate(rows=Sum("rows"), value=Sum("converted"))
    return InTotals(found["rows"] or 0, found["value"] or Decimal(0))


def clients_made(imported: Import, ids: Collection[int]) -> int:
    """Client accounts that came with these: they go, unless something else uses them."""
    made = ImportedClient.objects.filter(workspace=imported.workspace_id, by__in=ids)
    return made.count()


def _rows(imported: Import) -> QuerySet[Transaction]:
    return Transaction.objects.filter(workspace=imported.workspace_id)
