"""Imports as they are found and listed."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from kamtrak.lib.tables import Layout
from transactions.models import STANDING, Import, ImportState, Source
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import Right

PAGE = 50
LARGE = ("looked", "mapping", "answered", "checked", "relied", "layout", "proposed")  # what no list shows


@dataclass(frozen=True)
class ImportsPage:
    """Imports, newest first; `after` leads to the next ones."""

    imports: list[Import]
    total: int
    after: str


def visible_imports(workspace: Workspace, scope: Scope) -> QuerySet[Import]:
    """Those whose rows this scope reads: for all, or the imports that people of it made of their own rows."""
    found = Import.objects.filter(workspace=workspace)
    return found if scope.owners is None else found.filter(owner__in=scope.owners)


def may_read(imported: Import, scope: Scope) -> bool:
    """Whether this import is one of `visible_imports`."""
    return scope.owners is None or imported.owner_id in scope.owners


def imports_page(workspace: Workspace, scope: Scope, *, state: str = "", after: str = "") -> ImportsPage:
    """The newest imports; without a state all but those that were undone."""
    found = visible_imports(workspace, scope)
    if state in ImportState.values:
        found = found.filter(state=state)
    elif state != "all":
        found = found.exclude(state=ImportState.UNDONE)
    total = found.count()
    if after.isascii() and after.isdigit() and len(after) < 16:
        found = found.filter(pk__lt=int(after))
    page = list(_with_names(found).defer(*LARGE).order_by("-pk")[: PAGE + 1])
    return ImportsPage(page[:PAGE], total, str(page[PAGE - 1].pk) if len(page) > PAGE else "")


def import_of(workspace: Workspace, pk: int, member: Membership, *, changing: bool = False) -> Import:
    """One import that this member reads; 404 for any other, and where it is not theirs to change."""
    found = _with_names(visible_imports(workspace, scope_of(member)))
    if changing and not member.can(Right.MASTERS):
        found = found.filter(owner=member)
    return get_object_or_404(found, pk=pk)


def _with_names(found: QuerySet[Import]) -> QuerySet[Import]:
    names = ("source", "job", "continues", "owner__user", "uploaded_by", "committed_by", "undone_by")
    return found.select_related("workspace", *names)


def same_file(imported: Import, scope: Scope) -> Import | None:
    """An import of the very same file that is in, among those that this scope reads."""
    same = visible_imports(imported.workspace, scope).filter(sha256=imported.sha256, state__in=STANDING)
    return same.exclude(pk=imported.pk).order_by("-turn").first()


def sources(workspace: Workspace) -> list[Source]:
    """The named systems that files come from, by name."""
    return list(Source.objects.filter(workspace=workspace).order_by("name", "pk"))


def layout_of(imported: Import) -> Layout | None:
    """How the file was found to be laid out; None until it has been looked at."""
    kept = imported.layout
    if not kept:
        return None
    return Layout(**kept | {"columns": tuple(kept["columns"]), "sheets": tuple(kept["sheets"])})
