"""What transactions stand on a client account: for the page of clients, which lies below."""

from collections.abc import Iterable

from django.db.models import Sum

from transactions.models import RowTotal, Split
from workspaces.models import Workspace


def client_uses(workspace: Workspace, account_ids: Iterable[int]) -> list[str]:
    """How many transactions these accounts have, in plain words; nothing for none."""
    totals = RowTotal.objects.filter(workspace=workspace, split=Split.CLIENT, about__in=list(account_ids))
    count = totals.aggregate(n=Sum("rows"))["n"] or 0
    return [f"{count:,} transaction{'' if count == 1 else 's'}"] if count else []
