"""Model fields for months and quarters: stored as the date of their first day, used as Month and Quarter."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models

from kamtrak.lib.months import Month, Quarter


class MonthField(models.DateField):
    """A Month, stored as its first day."""

    if TYPE_CHECKING:  # what django-stubs asks of a field: set, got, looked up
        _pyi_private_set_type: Month
        _pyi_private_get_type: Month
        _pyi_lookup_exact_type: Month | dt.date

    def db_check(self, connection: Any) -> str:
        """The database takes first days alone: another day would be counted here and missed there."""
        return f"extract(day from {connection.ops.quote_name(self.column)}) = 1"

    def from_db_value(self, value: dt.date | None, expression: Any, connection: Any) -> Any:
        return None if value is None else self._of(value)

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Month | Quarter):
            return value
        return self._of(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, dt.date):
            return value
        if not isinstance(value, Month | Quarter):
            value = self.to_python(value)
        return value.first if isinstance(value, Month) else value.start

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    def _of(self, day: dt.date) -> Any:
        return Month.of(day)


class QuarterField(MonthField):
    """A Quarter, stored as the first day of its first month (rules 2.1)."""

    if TYPE_CHECKING:
        _pyi_private_set_type: Quarter
        _pyi_private_get_type: Quarter
        _pyi_lookup_exact_type: Quarter | dt.date

    def _of(self, day: dt.date) -> Any:
        return Quarter(Month.of(day))
