"""The four steps of an import, and where each state of one stands among them."""

from django.urls import reverse

from transactions.models import Import, ImportState

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
