"""The check of a file of entries against what the workspace holds now."""

from django.conf import settings

from kamtrak.lib.tables import Check, Limits
from transactions.models import CatalogFile, CatalogName
from transactions.queries.books import ways_of
from transactions.rules import product_key
from transactions.sources.catalog_file import Borne, Given, Known, check_file
from workspaces.models import Workspace


def check_of(file: CatalogFile, workspace: Workspace) -> Check[Given]:
    """Raises TableError for what is no table of entries at all."""
    limits = Limits(bytes=settings.LIMIT_CATALOG_FILE_BYTES, rows=settings.LIMIT_CATALOG_FILE_ROWS)
    return check_file(bytes(file.content), file.decisions, known=_known(workspace), limits=limits)


def _known(workspace: Workspace) -> Known:
    names = CatalogName.objects.filter(workspace=workspace).select_related("item")
    borne = {name.key: Borne(product_key(name.item.code), str(name.item)) for name in names}
    return Known(borne, ways_of(workspace).removes_tax)
