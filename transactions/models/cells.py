"""The provided cells of a row in the database."""

from typing import Any

from django.contrib.postgres.fields import ArrayField

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
