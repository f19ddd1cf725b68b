"""The four steps of an import, and where each state of one stands among them."""

from django.urls import Resolver404, resolve, reverse

from kamtrak.lib.tables.limits import megabytes
from transactions.models import Import, ImportState
from transactions.queries.imports import layout_of
from workspaces.models import JobState

UPLOAD, MAP, CHECK, IMPORT = 1, 2, 3, 4
_STEPS = {
    ImportState.UPLOADED: UPLOAD,
    ImportState.FAILED: UPLOAD,
    ImportState.MAPPING: MAP,
    ImportState.CHECKING: CHECK,
    ImportState.CHECKED: CHECK,
}


def step_of(imported: Import) -> int:
    """The number of the step that the import is at."""
    return _STEPS.get(ImportState(imported.state), IMPORT)


def import_url(imported: Import) -> str:
    """The page of the import, which shows the step that it has come to."""
    return reverse("import", args=[imported.workspace.slug, imported.pk])


def moves_url(imported: Import) -> str:
    """Where another mapping of the import is decided."""
    return f"{reverse('row_moves', args=[imported.workspace.slug])}?import={imported.pk}"


def page_below(imported: Import, path: str) -> str:
    """The address of a page below the workspace's, from which one comes back to the import; "" for none."""
    url = import_url(imported).removesuffix(f"imports/{imported.pk}/") + path
    try:
        resolve(url.partition("?")[0])
    except Resolver404:
        return ""
    return f"{url}{'&' if '?' in url else '?'}next={import_url(imported)}"


def file_said(imported: Import) -> str:
    """The file in one line: "12,480 rows, 13 columns, 1.9 MB, UTF-8, semicolon"."""
    layout = layout_of(imported)
    looked = imported.looked
    parts = [
        _counted(looked.get("rows", 0), "row") if looked else "",
        _counted(len(looked.get("columns", [])), "column") if looked else "",
        megabytes(imported.size),
        layout.described if layout else "",
    ]
    return " · ".join(part for part in parts if part)


def stopped_because(imported: Import) -> str:
    """Why the last piece of work came to nothing, to be said where it can be tried again."""
    job = imported.job
    if job is None or job.state not in (JobState.FAILED, JobState.CANCELLED):
        return ""
    return job.error or "It was cancelled, and left nothing half done."


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
