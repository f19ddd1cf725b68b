"""The provided cells of a row in the database."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

from kamtrak.lib.tables import cells_from_array, cells_to_array


class CellsField(ArrayField):
    """The cells as they were read, numbers of a workbook as such, stored as text[] (rules 5.1).

    Whatever reads or writes rows through the models comes through here, so that no derivation can take a
    number for a text; SQL that moves cells between versions moves the whole array.
    """

    def deconstruct(self) -> Any:
        """To a migration it is the array that it is stored as."""
        name, _, args, options = super().deconstruct()
        return name, "django.contrib.postgres.fields.ArrayField", args, options

    def from_db_value(self, value: list[str] | None, expression: Any, connection: Any) -> list[str] | None:
        return None if value is None else cells_from_array(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        cells = cells_to_array(value) if isinstance(value, list | tuple) else value
        return super().get_db_prep_value(cells, connection, prepared)


class CellsText(Func):
    """All that the cells of rows say, one after the other, to be searched: without the places of numbers,
    which are stored behind them and stand in no file (kamtrak.lib.tables.cells).
    """

    template = (
        "array_to_string(trim_array(%(expressions)s, CASE WHEN cardinality(%(expressions)s) > 1 "
        "AND (%(expressions)s)[cardinality(%(expressions)s) - 1] IS NULL THEN 2 ELSE 0 END), E'\\x1f')"
    )
    arity = 1
    output_field = TextField()


class TypedText(Func):
    """All that an edit by hand says, one text after the other: without the names of the fields."""

    template = "(SELECT string_agg(typed.value, E'\\x1f') FROM jsonb_each_text(%(expressions)s) AS typed)"
    arity = 1
    output_field = TextField()
