"""What contracts stand on a client account: for the page of clients, which lies below."""

from collections.abc import Iterable

from contracts.models import Contract
from workspaces.models import Workspace


def client_uses(workspace: Workspace, account_ids: Iterable[int]) -> list[str]:
    """How many contracts these accounts have, in plain words; nothing for none."""
    rows = Contract.objects.filter(workspace=workspace, client__in=list(account_ids), voided_at=None)
    count = rows.count()
    return [f"{count:,} contract{'' if count == 1 else 's'}"] if count else []
