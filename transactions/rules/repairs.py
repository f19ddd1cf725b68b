"""What repairs all rows that share a problem: a decision about their column, on the spot (rules 5.17)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from kamtrak.lib.money import currencies_of
from transactions.rules.fields import MONEY_FIELDS, Field, FieldKind, RowKind
from transactions.rules.mappings import LONGEST_TEXT, MOST_TEXTS, Column, FileMapping, type_key

NUMBERS = frozenset({FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT})


class RepairKind(StrEnum):
    """Which decision helps."""

    BLANK = "blank"  # these texts mean blank
    TYPE = "type"  # these values of the transaction type are declared
    CURRENCY = "currency"  # the column's amounts are in this currency, which says what their sign means


@dataclass(frozen=True, slots=True)
class Repair:
    """A decision about the column at `place`, for the `values` that were found there.

    `currencies` are what their sign can mean, where that is the question.
    """

    kind: RepairKind
    place: int
    values: tuple[str, ...]
    currencies: tuple[str, ...] = ()


def repair_of(mapping: FileMapping, name: str, values: Iterable[str]) -> Repair | None:
    """What helps all rows with this problem in the column of this name; None where only their cells can help.

    A blank date stays an error, so that calling its text blank repairs nothing.
    """
    column = next((each for each in mapping.columns if each.name == name), None)
    found = fit_texts(list(values))
    if column is None or column.field is None or not found:
        return None
    if column.field is Field.TYPE:
        return Repair(RepairKind.TYPE, column.place, found)
    if column.field in MONEY_FIELDS and (meanings := _meanings(column, found)) is not None:
        return Repair(RepairKind.CURRENCY, column.place, found, meanings) if meanings else None
    return Repair(RepairKind.BLANK, column.place, found) if column.field.kind in NUMBERS else None


def _meanings(column: Column, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The currencies that all of the values can mean, if it is signs that the problem is about; else None.

    Of a sign with one meaning the column says something else: no currency given for it mends that.
    """
    possible = [currencies_of(value) for value in values]
    if not all(possible):
        return None
    shared = frozenset.intersection(*possible)
    return tuple(sorted(shared)) if len(shared) > 1 and not column.currency else ()


def repaired(
    mapping: FileMapping,
    kind: RepairKind,
    place: int,
    values: Iterable[str],
    *,
    currency: str = "",
    kinds: Iterable[RowKind] = (),
) -> FileMapping:
    """The mapping with the repair. `kinds` says what each of the `values` of the type is, in their order."""
    texts = list(values)
    if kind is RepairKind.TYPE:
        declared = {type_key(text): each for text, each in zip(texts, kinds, strict=True)}
        return replace(mapping, types={**mapping.types, **declared})

    def mended(column: Column) -> Column:
        if column.place != place:
            return column
        if kind is RepairKind.CURRENCY:
            return replace(column, currency=currency)
        return replace(column, blanks=fit_texts([*column.blanks, *texts]))

    return replace(mapping, columns=tuple(mended(column) for column in mapping.columns))


def fit_texts(texts: list[str]) -> tuple[str, ...]:
    """Blank texts as a mapping can keep them: each once, trimmed, not too long, and without NUL."""
    fit = dict.fromkeys(text.replace("\0", "").strip()[:LONGEST_TEXT] for text in texts)
    return tuple(text for text in fit if text)[:MOST_TEXTS]
