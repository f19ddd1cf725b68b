"""What an undo would leave, told before it is done (rules 5.18)."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from transactions.models import STANDING, Import, ImportedClient, RowVersion, Transaction

NAMED = 20


@dataclass(frozen=True)
class UndoCounts:
    """Rows that go, that are again what they were before, and that come back since they were replaced."""

    goes: int
    returns: int
    comes_back: int


@dataclass(frozen=True)
class LeftAlone:
    """Rows that would be left with an edit by hand alone: how many, and the first of them."""

    total: int
    rows: list[Transaction]


def undone_with(imported: Import) -> list[Import]:
    """Corrected reject files that went on from the import: they leave with it."""
    found = Import.objects.filter(continues=imported, state__in=STANDING)
    return list(found.select_related("workspace").order_by("pk"))


def undo_counts(imported: Import, together: list[Import]) -> UndoCounts:
    """Counted over the rows themselves: for a large import it takes its time."""
    tops = _rows(imported).filter(origin__in=_ids(imported, together), edit=None)
    beneath = Exists(RowVersion.objects.filter(workspace=imported.workspace_id, row=OuterRef("pk")))
    return UndoCounts(
        goes=tops.filter(~beneath).count(),
        returns=tops.filter(beneath).count(),
        comes_back=_rows(imported).filter(replaced_by__in=_ids(imported, together)).count(),
    )


def left_alone(imported: Import, together: list[Import]) -> LeftAlone:
    """Edited rows that no other import holds."""
    ids = _ids(imported, together)
    provided = RowVersion.objects.filter(workspace=imported.workspace_id, row=OuterRef("pk"), edit=None)
    found = _rows(imported).filter(
        Q(edit__isnull=False),
        Exists(provided.filter(origin__in=ids)),
        ~Exists(provided.exclude(origin__in=ids)),
    )
    ordered = found.select_related("client", "product", "edit__by").order_by("-day", "-pk")
    named = list(ordered[:NAMED])
    return LeftAlone(len(named) if len(named) < NAMED else found.count(), named)


def clients_made(imported: Import, together: list[Import]) -> int:
    """Client accounts that came with the import: they go, unless something else uses them."""
    made = ImportedClient.objects.filter(workspace=imported.workspace_id, by__in=_ids(imported, together))
    return made.count()


def _rows(imported: Import) -> QuerySet[Transaction]:
    return Transaction.objects.filter(workspace=imported.workspace_id)


def _ids(imported: Import, together: list[Import]) -> list[int]:
    return [imported.pk, *(each.pk for each in together)]
