"""Which lines of files are the same row (rules 5.14).

The identity of a row within its source is the value of its Unique ID, or else the parsed values of the
source's key columns and how many equal lines came before it in the file. Both are kept as 16 bytes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b

from transactions.rules.fields import Field, FieldKind
from transactions.rules.given import Given

KEY_BYTES = 16
_ID, _VALUES = b"unique id", b"values"
_TEXTS = frozenset(known for known in Field if known.kind is FieldKind.TEXT)


def key_of_id(text: str) -> bytes:
    """The key of a Unique ID, which is a text: trimmed, otherwise as written ("007" is not "7")."""
    return blake2b(text.strip().encode(), digest_size=KEY_BYTES, person=_ID).digest()


def key_of_values(given: Given, key_fields: Iterable[Field]) -> bytes:
    """The key of a row without a Unique ID: its parsed values of the source's key columns, in their order.

    10.0, 10.00 and "10" are alike, and so are the same day in two writings; a text is trimmed. A value that a
    column's format could not read counts as the text that it is. Absent is not zero.
    """
    parts = []
    for known in key_fields:
        if known in given.unread:
            text = "?" + given.unread[known].value.strip()
        elif known in _TEXTS:
            text = getattr(given, known._value_).strip()
        elif known is Field.DATE:
            text = "" if given.day is None else given.day.isoformat()
        else:
            text = _number(given, known)
        parts.append(f"{len(text)}:{text}")
    return blake2b("".join(parts).encode(), digest_size=KEY_BYTES, person=_VALUES).digest()


def _number(given: Given, known: Field) -> str:
    """A number with the unit beside it; "" where there is none."""
    number = given.numbers.get(known)
    if number is None:
        return ""
    unit = given.units.get(known)
    return _plain(number) + unit.strip().casefold() if unit else _plain(number)


@lru_cache(maxsize=65_536)
def _plain(number: Decimal) -> str:
    """Equal numbers alike, every digit of them: `10` for 10.00, `0` for −0."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@dataclass(frozen=True, slots=True)
class Repeated:
    """Lines with a Unique ID, and how many different values they have: 10,000 lines share 512 values."""

    lines: int
    values: int

    def __str__(self) -> str:
        return f"{self.lines:,} lines share {self.values:,} {'value' if self.values == 1 else 'values'}"


@dataclass(slots=True)
class Occurrences:
    """Counts the lines of each key while a file streams by.

    A corrected reject file goes on with the count of its import: `counts` are the lines that it had. With a
    Unique ID there is nothing to go on with: a line of the same ID is the same row.
    """

    counts: dict[bytes, int] = field(default_factory=dict)
    lines: int = field(init=False)

    def __post_init__(self) -> None:
        self.lines = sum(self.counts.values())

    def number(self, key: bytes) -> int:
        """Which line of its key this one is, from 1."""
        self.lines += 1
        number = self.counts.get(key, 0) + 1
        self.counts[key] = number
        return number

    @property
    def repeated(self) -> Repeated | None:
        """What refuses the column as Unique ID; None while every value was there once."""
        values = len(self.counts)
        return Repeated(self.lines, values) if values < self.lines else None
