"""Adding the entries of a checked file: all of them in one transaction, at once or by a job."""

from typing import Any

from django.utils import timezone

from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.tables import TableError
from kamtrak.tenancy import in_workspace
from transactions.models import CatalogFile
from transactions.services.catalog_files import add_entries_of_file
from transactions.sources.catalog_checks import check_of
from transactions.sources.catalog_file import entries_in
from workspaces.models import Membership
from workspaces.services.beating import beating
from workspaces.services.jobs import Run

STAGE = "Adding entries"
AT_ONCE = 200  # rows: more are added in the background


def run_adding(run: Run) -> dict[str, Any]:
    """The job: check once more and add everything. Raises Refused."""
    with in_workspace(run.workspace_id):
        file = CatalogFile.objects.select_related("workspace").filter(pk=run.params["file"]).first()
        if file is None:
            raise Refused("The file was discarded meanwhile.")
        members = Membership.objects.select_related("user", "workspace")
        by = members.get(workspace=file.workspace, user_id=run.user_id, ended_at=None)
    with beating(run, STAGE), in_workspace(run.workspace_id):
        run.ask()
        added = file.added if file.added_at else _add(file, by, run)
        run.seal()
    noun = "entry" if added == 1 else "entries"
    return {
        "path": "catalog/",
        "action": "Open the catalog",
        "summary": f"{added:,} {noun} added or changed from {file.name}.",
    }


def _add(file: CatalogFile, by: Membership, run: Run) -> int:
    try:
        check = check_of(file, file.workspace)
        if check.stamp != run.params["stamp"]:
            raise Refused("The file is read otherwise by now. Look at what would be added, then add it.")
        return add_entries_of_file(
            file=file, by=by, entries=entries_in(check), reason=run.params["reason"], now=timezone.now()
        )
    except TableError as problem:
        raise Refused(str(problem)) from problem
    except Stale as stale:
        raise Refused(stale.message) from stale
