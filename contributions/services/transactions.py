"""Linking contributions and the imported transactions that prove them (rules 3.9)."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction

from contributions.models import Contribution, TransactionLink
from contributions.queries.transactions import LINKABLE
from contributions.services.doubles import refresh_doubles
from contributions.services.evidence import may_change_evidence, takes_evidence
from kamtrak.lib.errors import Refused
from transactions.models import Transaction
from transactions.queries.rows import visible_rows
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of


def link_transactions(
    *, rows: Collection[Transaction], contributions: Iterable[Contribution], by: Membership, now: datetime
) -> int:
    """Put rows that the person reads behind contributions of their own; how many links are new.

    Linking twice links once. Raises Refused.
    """
    proved = list(contributions)
    for each in proved:
        may_change_evidence(each, by)
        takes_evidence(each)
    _may_read(rows, by)
    if any(row.status not in LINKABLE for row in rows):
        raise Refused("A row that is no revenue, or that an import has replaced, proves nothing.")
    with transaction.atomic():
        made = [
            TransactionLink.objects.get_or_create(
                workspace_id=each.workspace_id, contribution=each, transaction=row
            )[1]
            for each in proved
            for row in rows
        ]
        refresh_doubles(workspace=by.workspace, only=[each.pk for each in proved], now=now)
    return sum(made)


@transaction.atomic
def unlink_transaction(*, row_id: int, contribution: Contribution, by: Membership, now: datetime) -> None:
    """Take a row from behind one's own contribution. It was not linked: nothing to do."""
    may_change_evidence(contribution, by)
    links = TransactionLink.objects.filter(workspace=contribution.workspace, contribution=contribution)
    links.filter(transaction=row_id).delete()
    refresh_doubles(workspace=contribution.workspace, only=[contribution.pk], now=now)


def follow_rows(workspace: Workspace, moved: Mapping[int, int | None]) -> None:
    """Rows are about to be deleted: links go over to the row that their line is now, or go with them."""
    links = TransactionLink.objects.filter(workspace=workspace)
    for link in links.filter(transaction__in=list(moved)):
        onto = moved[link.transaction_id]
        if onto is None or links.filter(contribution=link.contribution_id, transaction=onto).exists():
            link.delete()
        else:
            links.filter(pk=link.pk).update(transaction=onto)


def _may_read(rows: Collection[Transaction], by: Membership) -> None:
    read = visible_rows(by.workspace, scope_of(by)).filter(pk__in=[row.pk for row in rows])
    if read.count() != len(rows):
        raise Refused("This transaction is not yours to read.")
