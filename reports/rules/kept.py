"""Frozen dataclasses to JSON and back, without loss: what a document keeps is what it printed.

What an older document kept is read for ever: a field that was added later takes its default, so it must have
one, and one that nobody knows any more is passed over.
"""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Decimals and dates become text; StrEnums their values; tuples lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def from_json(kind: type[T], value: Any) -> T:
    """The value of this type that `to_json` wrote."""
    return _read(kind, value)  # type: ignore[no-any-return]


def _read(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_read(get_args(kind)[0], item) for item in value)
    options = [option for option in get_args(kind) if option is not NoneType]
    if options:
        return None if value is None else _read(options[0], value)
    if is_dataclass(kind):
        hints = _fields_of(kind)  # type: ignore[arg-type]
        return kind(**{name: _read(hints[name], given) for name, given in value.items() if name in hints})  # type: ignore[operator]
    if kind is Decimal or issubclass(kind, StrEnum):
        return kind(value)
    return kind.fromisoformat(value) if kind in (date, datetime) else value


@cache
def _fields_of(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass with their types: asked once for every line of a document."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}
