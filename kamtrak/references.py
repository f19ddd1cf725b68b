"""References of a table that takes a million rows at once: checked per statement, not per row.

A foreign key costs one query for every row that is written, and bypasses row-level security. Here each
statement looks once at the distinct values that it wrote: they must be rows of the same workspace, and are
held until the transaction ends, so that nobody deletes them meanwhile. A row that is referred to cannot be
deleted.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# One pass over what was written finds the distinct values of every column; a row's workspace is the
# statement's, since the policy lets no other through.
_CHECK = """
create function {name}() returns trigger language plpgsql as $body$
declare space bigint; missing text; {variables}
begin
    select min(f.space), {found} into space, {targets}
        from (
            select min(workspace_id) as space, {place} as place, coalesce({columns}) as id
            from written group by grouping sets ({sets})
        ) f;
    {checks}
    return null;
end $body$
"""
_ONE = """
    if {variable} is not null then
        with held as materialized (
            select t.id from {target} t where t.workspace_id = space and t.id = any({variable}) for key
            share of t
        )
        select string_agg(w.id::text, ', ' order by w.id) into missing
            from (select unnest({variable}) as id except select id from held) w;
        if missing is not null then
            raise exception '{table}.{column}: no such row in this workspace: %', left(missing, 200)
                using errcode = '23503';
        end if;
    end if;
"""
_GUARD = """
create function {name}() returns trigger language plpgsql as $body$
begin
    if current_setting('kamtrak.purge', true) = old.workspace_id::text then return null; end if;
    if exists (select 1 from {table} r where r.workspace_id = old.workspace_id and r.{column} = old.id) then
        raise exception 'row % of {target} is still referred to by {table}.{column}', old.id using errcode =
        '23503';
    end if;
    return null;
end $body$
"""


class StatementKeys(Operation):
    """Keep these foreign keys of a model, made with `db_constraint=False`, by triggers per statement.

    Each referenced table must have a workspace_id; each column an index that finds its rows, since deleting a
    referenced row looks for them.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model: str, references: Sequence[str]) -> None:
        self.model, self.references = model, tuple(references)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.model, list(self.references)], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The keys are the database's alone; Django's picture of the model stays as it is."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        meta, run = to_state.apps.get_model(app_label, self.model)._meta, schema_editor.execute
        name, table = f"{meta.db_table}_refs", meta.db_table
        run(self._check(meta, name), params=None)
        for event in ("insert", "update"):
            run(
                f"create trigger {name}_{event} after {event} on {table} "
                f"referencing new table as written for each statement execute function {name}()",
                params=None,
            )
        for guard, target, column in self._guards(meta):
            run(_GUARD.format(name=guard, table=table, column=column, target=target), params=None)
            run(
                f"create trigger {guard} after delete on {target} for each row execute function {guard}()",
                params=None,
            )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        meta = from_state.apps.get_model(app_label, self.model)._meta
        schema_editor.execute(f"drop function {meta.db_table}_refs() cascade")
        for guard, _, _ in self._guards(meta):
            schema_editor.execute(f"drop function {guard}() cascade")

    def _check(self, meta: Any, name: str) -> str:
        """The function that looks at one statement's rows."""
        fields = [meta.get_field(field) for field in self.references]
        columns = [field.column for field in fields]
        every = 2 ** len(columns) - 1  # grouping() has a bit for each column that is not grouped by
        parts = [
            {
                "variable": f"wanted_{number}",
                "place": every - 2 ** (len(columns) - 1 - number),
                "target": field.remote_field.model._meta.db_table,
                "table": meta.db_table,
                "column": field.column,
            }
            for number, field in enumerate(fields)
        ]
        return _CHECK.format(
            name=name,
            variables=" ".join(f"{part['variable']} bigint[];" for part in parts),
            found=", ".join(
                f"array_agg(f.id) filter (where f.place = {part['place']} and f.id is not null)"
                for part in parts
            ),
            targets=", ".join(str(part["variable"]) for part in parts),
            place=f"grouping({', '.join(columns)})",
            columns=", ".join(columns),
            sets=", ".join(f"({column})" for column in columns),
            checks="".join(_ONE.format(**part) for part in parts),
        )

    def _guards(self, meta: Any) -> list[tuple[str, str, str]]:
        """Of each reference the guard's name, the table that it guards, and the column that refers to it."""
        fields = [meta.get_field(field) for field in self.references]
        return [
            (f"{meta.db_table}_{field.column}_held", field.remote_field.model._meta.db_table, field.column)
            for field in fields
        ]

    def describe(self) -> str:
        return f"Check the references of {self.model} once per statement"

    @property
    def migration_name_fragment(self) -> str:
        return f"keys_{self.model.lower()}"
