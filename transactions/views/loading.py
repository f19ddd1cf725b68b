"""One import for a view, as it stands now: work that came to nothing has led back to where it began."""

from transactions.models import Import
from transactions.queries.imports import import_of
from transactions.services.imports import settle_state
from workspaces.models import JobState, Membership, Workspace


def load_import(workspace: Workspace, pk: int, member: Membership, *, changing: bool = False) -> Import:
    """404 where the member may not read it, or with `changing` not work on it."""
    imported = import_of(workspace, pk, member, changing=changing)
    imported.state = settle_state(imported)
    return imported


def stopped_because(imported: Import) -> str:
    """Why the last piece of work came to nothing, to be said where it can be tried again."""
    job = imported.job
    if job is None or job.state not in (JobState.FAILED, JobState.CANCELLED):
        return ""
    return job.error or "It was cancelled, and left nothing half done."
