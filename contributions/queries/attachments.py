"""Files behind contributions, as they are read: always through the contribution, which says who may."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from contributions.models import Attachment, Contribution
from contributions.queries.contributions import visible_contributions
from contributions.rules.files import kind_named
from workspaces.models import Workspace
from workspaces.queries.people import Scope


def attachments_of(contribution: Contribution) -> list[Attachment]:
    """The files of a contribution that the reader may read, removed ones too, oldest first."""
    found = Attachment.objects.filter(workspace_id=contribution.workspace_id, contribution=contribution)
    return list(found.select_related("added_by").order_by("added_at", "pk"))


def get_attachment(workspace: Workspace, scope: Scope, pk: int, *, removed: bool = False) -> Attachment:
    """A file whose contribution this scope reads now; 404 for every other. `removed`: also one taken off."""
    found = _readable(workspace, scope) if removed else _readable(workspace, scope).filter(removed_at=None)
    return get_object_or_404(found.select_related("contribution"), pk=pk)


def kind_label(attachment: Attachment) -> str:
    """ "PDF", "Word document": the kind in a word, without its article."""
    return kind_named(attachment.content_type).label.removeprefix("a ").removeprefix("an ")


def stored_names(workspace: Workspace) -> Iterable[str]:
    """The places of a workspace's files in the storage: they go with the workspace."""
    return Attachment.objects.filter(workspace=workspace).values_list("path", flat=True)


def _readable(workspace: Workspace, scope: Scope) -> QuerySet[Attachment]:
    rows = visible_contributions(workspace, scope)
    return Attachment.objects.filter(workspace=workspace, contribution__in=rows)
