"""An edit by hand on top of what a row provides (rules 5.15)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from transactions.rules.fields import Field, FieldKind
from transactions.rules.given import Given
from transactions.rules.mappings import FileMapping
from transactions.rules.reading import kind_of

# What no edit changes: it would be another row.
FIXED = frozenset({Field.UNIQUE_ID})


def lay_over(given: Given, values: Mapping[str, str], mapping: FileMapping) -> None:
    """Put the values of an edit in place of what the cells say.

    `values` are by field name: a day as 2026-03-08, a number as 1234.5, text as it is; "" is blank. An amount
    that was typed bears no sign of its own: the row's currency is what its field says.
    """
    for name, text in values.items():
        known = Field(name)
        given.unread.pop(known, None)
        given.blank = tuple(each for each in given.blank if each is not known)
        if not text:
            given.blank += (known,)
        if known is Field.DATE:
            given.day = date.fromisoformat(text) if text else None
        elif known.kind is FieldKind.TEXT:
            setattr(given, known.value, text)
        elif text:
            given.numbers[known] = Decimal(text)
            given.units.pop(known, None)
        else:
            given.numbers.pop(known, None)
            given.units.pop(known, None)
        if known is Field.TYPE:
            given.kind = kind_of(text, mapping)
