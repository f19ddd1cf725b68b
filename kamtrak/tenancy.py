"""The one door into a workspace's rows, and the migration operation that locks a table to its workspace.

Every tenant table carries a policy that compares its workspace with the transaction's setting
`kamtrak.workspace`. Without the setting a query finds nothing and a write is refused.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

SETTING = "kamtrak.workspace"
# No OR and no subselect: only this form can serve as the condition of an index.
POLICY = "{column} = nullif(current_setting('kamtrak.workspace', true), '')::bigint"


@contextmanager
def in_workspace(workspace_id: int, using: str = "default", *, savepoint: bool = True) -> Iterator[None]:
    """Inside, the rows of this workspace and of no other can be read and written.

    `savepoint=False`: whoever fails inside gives up the surrounding transaction too, as a view does.

    Opens a transaction (or a savepoint) of its own; the former setting comes back afterwards, so that a
    surrounding test transaction cannot hide a caller who forgot to enter.
    """
    with transaction.atomic(using=using, savepoint=savepoint):
        connection = connections[using]
        with connection.cursor() as cursor:
            cursor.execute(
                "select current_setting(%s, true), set_config(%s, %s, true)",
                [SETTING, SETTING, str(int(workspace_id))],
            )
            before = cursor.fetchone()[0] or ""
        yield
        if not connection.needs_rollback:  # a rolled-back savepoint restores the setting by itself
            with connection.cursor() as cursor:
                cursor.execute("select set_config(%s, %s, true)", [SETTING, before])


@contextmanager
def purging(workspace_id: int, using: str = "default") -> Iterator[None]:
    """Inside, frozen rows of this workspace may be deleted: only for deleting the workspace as a whole."""
    with in_workspace(workspace_id, using), connections[using].cursor() as cursor:
        cursor.execute("select set_config('kamtrak.purge', %s, true)", [str(int(workspace_id))])
        yield
        cursor.execute("select set_config('kamtrak.purge', '', true)")


class TenantTable(Operation):
    """Force row-level security on a model's table; optionally refuse references across workspaces.

    `references` names foreign keys that also get a composite key (workspace_id, <column>): foreign keys
    bypass row-level security, so Django's own key alone would accept another workspace's id.
    `referable=False`: nothing refers to these rows by such a key, so that they need no index for it.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(
        self,
        model: str,
        references: Sequence[str] = (),
        column: str = "workspace_id",
        *,
        referable: bool = True,
    ) -> None:
        self.model, self.references, self.column = model, tuple(references), column
        self.referable = referable

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options: dict[str, Any] = {}
        if self.references:
            options["references"] = list(self.references)
        if self.column != "workspace_id":
            options["column"] = self.column
        if not self.referable:
            options["referable"] = False
        return (self.__class__.__qualname__, [self.model], options)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The lock is the database's alone; Django's picture of the model stays as it is."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        meta = to_state.apps.get_model(app_label, self.model)._meta
        table, run = schema_editor.quote_name(meta.db_table), schema_editor.execute
        run(f"alter table {table} enable row level security, force row level security")
        run(f"create policy tenant on {table} using ({POLICY.format(column=self.column)})")
        if (
            self.referable and meta.pk.column == "id" and self.column == "workspace_id"
        ):  # events repeat the id of their row
            key = schema_editor.quote_name(f"{meta.db_table}_ws_id")
            run(f"alter table {table} add constraint {key} unique (workspace_id, id)")
        if meta.pk.column == "pgh_id":  # the history is read newest first, a page at a time
            index, column = schema_editor.quote_name(f"{meta.db_table}_recent"), self.column
            run(f"create index {index} on {table} ({column}, pgh_created_at desc, pgh_id desc)")
        for field, name in self._keys(meta):
            target = schema_editor.quote_name(field.remote_field.model._meta.db_table)
            column = schema_editor.quote_name(field.column)
            run(
                f"alter table {table} add constraint {schema_editor.quote_name(name)} "
                f"foreign key (workspace_id, {column}) references {target} (workspace_id, id) "
                "deferrable initially deferred"
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        meta = from_state.apps.get_model(app_label, self.model)._meta
        table, run = schema_editor.quote_name(meta.db_table), schema_editor.execute
        for _, name in self._keys(meta):
            run(f"alter table {table} drop constraint {schema_editor.quote_name(name)}")
        key = schema_editor.quote_name(f"{meta.db_table}_ws_id")
        run(f"alter table {table} drop constraint if exists {key}")
        run(f"drop index if exists {schema_editor.quote_name(f'{meta.db_table}_recent')}")
        run(f"drop policy tenant on {table}")
        run(f"alter table {table} no force row level security, disable row level security")

    def _keys(self, meta: Any) -> list[tuple[Any, str]]:
        fields = [meta.get_field(name) for name in self.references]
        return [(field, f"{meta.db_table}_{field.column}_ws"[:63]) for field in fields]

    def describe(self) -> str:
        return f"Lock {self.model} to its workspace"

    @property
    def migration_name_fragment(self) -> str:
        return f"tenant_{self.model.lower()}"


@contextmanager
def all_rows(editor: BaseDatabaseSchemaEditor, *models: type[Model]) -> Iterator[None]:
    """For data migrations: the owner of the tables sees every row while this lasts (one transaction).

    Without it a data migration finds no row at all and says nothing.
    """
    tables = [editor.quote_name(model._meta.db_table) for model in models]
    for table in tables:
        editor.execute(f"alter table {table} no force row level security")
    yield
    for table in tables:
        editor.execute(f"alter table {table} force row level security")
