"""Deleting a workspace with everything in it: the owner's right (rules 8.1)."""

import logging
from collections.abc import Callable, Iterable

import pgtrigger
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models, transaction

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import purging
from workspaces.models import Membership, Workspace
from workspaces.rules import Right, name_key, rights_of

log = logging.getLogger(__name__)

FileNames = Callable[[Workspace], Iterable[str]]
_file_names: list[FileNames] = []


def register_files(names: FileNames) -> None:
    """Upper apps tell the names, in the storage, of a workspace's files; they go with it."""
    _file_names.append(names)


def delete_workspace(*, workspace: Workspace, by: Membership, typed_name: str) -> None:
    """Delete the workspace, its rows, its history and its files, for ever. Raises Refused.

    Every table with a workspace is emptied of it, whichever app it belongs to: foreign keys are checked at
    the end of the transaction, so no order has to be kept and nothing can be forgotten. Triggers rest, since
    the history would otherwise record the deletion of what it is itself being deleted with.
    """
    if Right.ROLES not in rights_of(by.roles):
        raise Refused("Only an owner deletes the workspace.")
    if name_key(typed_name) != name_key(workspace.name):
        raise Refused(f"Type the name of the workspace, {workspace.name}, to delete it.", "typed_name")
    with purging(workspace.pk), pgtrigger.ignore():
        names = [name for tell in _file_names for name in tell(workspace)]
        for table, column in tables_with_a_workspace():
            _empty(table, column, workspace.pk)
        _empty(Workspace._meta.db_table, "id", workspace.pk)
    log.warning("workspace %s was deleted by user %s", workspace.pk, by.user_id)
    transaction.on_commit(lambda: _delete_files(names), robust=True)


def tables_with_a_workspace() -> list[tuple[str, str]]:
    """Every table that holds rows of workspaces, with the column that names the workspace."""
    found = [
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Workspace
    ]
    return sorted(found)


def _empty(table: str, column: str, workspace_id: int) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {quote(table)} where {quote(column)} = %s", [workspace_id])  # noqa: S608


def _delete_files(names: Iterable[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:  # each storage has its own errors; the other files still have to go
            log.exception("file %s of a deleted workspace is left in the storage", name)
