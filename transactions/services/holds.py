"""What transactions hold in place in a workspace, and the files that go with it."""

from collections.abc import Iterable

from transactions.models import STANDING, CatalogValue, Import, ImportState
from workspaces.models import Workspace
from workspaces.services.settings import Held

_HOLDING = (*STANDING, ImportState.COMMITTING)


def held_by_transactions(workspace: Workspace, what: Held) -> list[str]:
    """Imported figures and catalog values are in the workspace currency: they hold it (rules 6.9)."""
    if what is not Held.CURRENCY:
        return []
    imports = Import.objects.filter(workspace=workspace, state__in=_HOLDING).count()
    values = CatalogValue.objects.filter(workspace=workspace).count()
    said = ((imports, "import"), (values, "catalog value"))
    return [f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in said if count]


def stored_files(workspace: Workspace) -> Iterable[str]:
    """The files of the workspace's imports, in the storage."""
    columns = Import.objects.filter(workspace=workspace).values_list(
        "path", "prepared", "rejects", "promised"
    )
    return [name for names in columns for name in names if name]
