"""What stands behind one contribution, for its page (rules 3.9)."""

from typing import Any

from contributions.models import Contribution
from contributions.queries.achievements import achievements_of
from contributions.queries.attachments import attachments_of, kind_label
from contributions.queries.contracts import contracts_beside
from contributions.queries.transactions import rows_beside
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope
from workspaces.rules import Right


def evidence_of(workspace: Workspace, member: Membership, scope: Scope, row: Contribution) -> dict[str, Any]:
    """Achievements, contracts, transactions and files behind a contribution that this member reads, and the
    contracts and transactions that it seems to repeat; files taken off for its owner."""
    files = attachments_of(row)
    contracts, rows = contracts_beside(workspace, scope, row), rows_beside(workspace, scope, row)
    may_add = row.owner_id == member.pk and member.can(Right.LOG)
    return {
        "achievements": achievements_of([row.pk]).get(row.pk, []),
        "contracts": [each for each in contracts if each.linked],
        "repeated": [each for each in contracts if not each.linked],
        "proofs": [each for each in rows if each.linked],
        "repeated_rows": [each for each in rows if not each.linked],
        "files": [(file, kind_label(file)) for file in files if file.removed_at is None],
        "removed_files": [file for file in files if file.removed_at is not None and may_add],
        "may_add_evidence": may_add and not row.is_void,
        "may_remove_evidence": may_add,
    }
