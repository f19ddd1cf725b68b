"""What contributions stand on a client account: for the page of clients, which lies below."""

from collections.abc import Iterable

from contributions.models import Contribution
from workspaces.models import Workspace


def client_uses(workspace: Workspace, account_ids: Iterable[int]) -> list[str]:
    """How many contributions these accounts have, in plain words; nothing for none."""
    rows = Contribution.objects.filter(workspace=workspace, client__in=list(account_ids), voided_at=None)
    count = rows.count()
    return [f"{count:,} contribution{'' if count == 1 else 's'}"] if count else []
