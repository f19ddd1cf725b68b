"""How the history speaks of each model: its noun, its title, its fields, and how a value is printed.

A model without wording is still in the history, under its own names. Upper apps describe theirs in
AppConfig.ready().
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONArray

from kamtrak.fields import MonthField
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field  # generic for the type checker only

Row = Mapping[str, Any]  # the columns of one version of a row, by column name
Printer = Callable[[Any, Row, Workspace], str]
Reference = tuple[type[models.Model], int]

NOTHING = "–"


@dataclass(frozen=True)
class Wording:
    """How one model is told. `title` is a format over its printed fields: "{client}, {amount} {currency}".

    `silent(row, before)` says which versions tell nothing that another model's entry does not tell already.
    What is `private` has its history on its own page, for its readers, and not among the workspace's.
    """

    noun: str
    title: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    printers: Mapping[str, Printer] = field(default_factory=dict)
    silent: Callable[[Row, Row | None], bool] = lambda row, before: False
    private: bool = False


@dataclass(frozen=True)
class Naming:
    """What rows of a model are called where another row refers to them: `say` of these columns."""

    columns: tuple[str | Combinable, ...]
    say: Callable[..., str] = str


_wordings: dict[type[models.Model], Wording] = {}
_namings: dict[type[models.Model], Naming] = {}
ALWAYS_HIDDEN = frozenset({"id", "workspace", "version", "once", "created_at", "updated_at"})


def describe(model: type[models.Model], wording: Wording) -> None:
    """Say how the history speaks of this model."""
    _wordings[model] = wording


def name_rows(model: type[models.Model], naming: Naming) -> None:
    """Say how rows of this model are called where another row refers to them."""
    _namings[model] = naming


def wording_of(model: type[models.Model]) -> Wording:
    return _wordings.get(model) or Wording(noun=str(model._meta.verbose_name).capitalize())


def names_of(wanted: Mapping[type[models.Model], Iterable[int]]) -> dict[Reference, str]:
    """What these rows are called; one that is gone is missing. One question for all models with a naming."""
    called = {model._meta.label: model for model in wanted if model in _namings}
    asked = [_named(model, wanted[model]) for model in called.values()]
    names = {
        (called[kind], pk): _namings[called[kind]].say(*words)
        for kind, pk, words in (asked[0].union(*asked[1:], all=True) if asked else ())
    }
    for model in set(wanted) - set(_namings):
        rows = model._default_manager.in_bulk(list(wanted[model]))
        names |= {(model, pk): str(row) for pk, row in rows.items()}
    return names


def _named(model: type[models.Model], ids: Iterable[int]) -> QuerySet[Any, tuple[Any, ...]]:
    """(label of the model, id, columns of its naming) for each of these rows."""
    rows = model._default_manager.filter(pk__in=list(ids)).order_by()
    return rows.values_list(Value(model._meta.label), "pk", JSONArray(*_namings[model].columns))


def column_of(field: Field) -> str:
    """The name of the field's column: what a row as JSON calls it."""
    return str(field.column)


def label_of(column: Field, wording: Wording) -> str:
    return wording.labels.get(column.name) or str(column.verbose_name).capitalize()


def printed(
    column: Field,
    row: Row,
    workspace: Workspace,
    wording: Wording,
    names: Mapping[Reference, str],
) -> str:
    """The value of one field in one version of a row, in plain words; NOTHING where there is none."""
    value = row.get(column_of(column))
    if value in (None, "", []):
        return NOTHING
    if column.name in wording.printers:
        return wording.printers[column.name](value, row, workspace) or NOTHING
    if isinstance(column, models.ForeignKey):
        return names.get((column.related_model, value), f"no. {value}")
    return _plain(column, value, workspace)


def _plain(column: Field, value: Any, workspace: Workspace) -> str:
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, ArrayField):
        return ", ".join(_plain(column.base_field, item, workspace) for item in value)
    if isinstance(column, models.BooleanField):
        return "yes" if value else "no"
    if isinstance(column, MonthField):
        return _period(column.to_python(value), workspace)
    if isinstance(column, models.DateTimeField):
        return f"{dt.datetime.fromisoformat(value).astimezone(workspace.zone):%-d %b %Y, %H:%M}"
    if isinstance(column, models.DateField):
        return f"{dt.date.fromisoformat(value):%-d %b %Y}"
    if isinstance(value, Decimal | int | float):
        return f"{value:,}".replace("-", "−")
    return str(value)


def _period(value: Any, workspace: Workspace) -> str:
    """A quarter by its label; one that a later calendar no longer has by its months."""
    if not isinstance(value, Quarter):
        return f"{value.first:%B %Y}"
    if workspace.calendar.aligned(value.first):
        return workspace.calendar.label(value)
    return f"{value.start:%b %Y} – {value.last:%b %Y}"
