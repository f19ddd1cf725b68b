"""What has become of the rows that an import brought, and the client accounts that it made (rules 5.14)."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from transactions.models import Import, ImportedClient, RowVersion, Transaction
from transactions.queries.sums import RowSums, added_up
from workspaces.models import ClientAccount

NAMED = 20  # client accounts that are named


@dataclass(frozen=True)
class Became:
    """The rows of an import as they are now.

    `sums` are of those that still stand as its file gave them, with what was edited on top: `edited` counts
    these. `overtaken` rows stand as a later file gives them, whether or not that was edited then; `kept` ones
    as an earlier edit by hand.
    """

    sums: RowSums
    edited: int
    overtaken: int
    kept: int

    @property
    def rows(self) -> int:
        return self.sums.rows + self.overtaken + self.kept


def became(imported: Import) -> Became:
    """Three queries over the rows themselves, found by their import: of a large one it takes its time."""
    tops = Transaction.objects.filter(workspace=imported.workspace_id, origin=imported)
    beneath = RowVersion.objects.filter(workspace=imported.workspace_id, origin=imported, edit=None)
    later = Q(row__origin__turn__gt=F("turn"))
    hidden = beneath.exclude(row__origin=F("origin")).aggregate(
        overtaken=Count("pk", filter=later), kept=Count("pk", filter=~later)
    )
    return Became(
        sums=added_up(tops),
        edited=tops.filter(edit__isnull=False).count(),
        overtaken=hidden["overtaken"],
        kept=hidden["kept"],
    )


@dataclass(frozen=True)
class MadeClients:
    """The client accounts that an import made, those that they were merged into in their place."""

    total: int
    named: list[ClientAccount]

    @property
    def others(self) -> int:
        return self.total - len(self.named)


def made_clients(imported: Import) -> MadeClients:
    """The first of them by name; counted only where there are more than are named."""
    made = ImportedClient.objects.filter(workspace=imported.workspace_id, by=imported)
    accounts: QuerySet[ClientAccount] = ClientAccount.objects.filter(
        workspace=imported.workspace_id, pk__in=made.values("client__survivor")
    )
    named = list(accounts.order_by("name", "pk")[: NAMED + 1])
    total = accounts.count() if len(named) > NAMED else len(named)
    return MadeClients(total, named[:NAMED])
