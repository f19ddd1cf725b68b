"""What does not fit in a mapping, told with its column before a row is read (rules 5.1, 5.9, 5.13, 5.14)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kamtrak.lib.money import is_currency
from kamtrak.lib.notation import shown
from transactions.rules.fields import ASKED_FOR_TAX, GIVEN_ONCE, MONEY_FIELDS, Field, FieldKind
from transactions.rules.identity import Repeated
from transactions.rules.mappings import Column, FileMapping, type_key


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mapping cannot be used: a sentence, and the column that it is about ("" for the file)."""

    column: str
    message: str


def refusals(
    mapping: FileMapping,
    found: Sequence[str],
    *,
    removes_taxes: bool = False,
    repeated: Mapping[int, Repeated] | None = None,
) -> list[Refusal]:
    """Everything that has to be mended before rows are read; empty where nothing has.

    `found` are the names of the file's columns, `removes_taxes` says whether the workspace takes taxes out of
    revenue, and `repeated` names the columns, by place, whose values are known to repeat (rules 5.14).
    """
    told = [*_of_places(mapping, found), *_of_fields(mapping), *_of_given(mapping)]
    for column in mapping.columns:
        told += _of_column(column, removes_taxes)
    unique = mapping.mapped.get(Field.UNIQUE_ID)
    if unique and repeated and unique.place in repeated:
        told.append(
            Refusal(unique.name, f"“{unique.name}” is no Unique ID: {repeated[unique.place]}. Map another.")
        )
    return told


def identity_refusals(
    mapping: FileMapping, before: FileMapping, key_fields: Iterable[Field]
) -> list[Refusal]:
    """What rows that are in are known by stays as it is when their mapping changes (rules 5.14): their Unique
    ID, else how the source's key columns are read, or the next file with the same lines would be new to it.
    """
    was, wanted = before.mapped.get(Field.UNIQUE_ID), mapping.mapped.get(Field.UNIQUE_ID)
    if was is not None:
        if wanted is not None and wanted.place == was.place:
            return []
        return [Refusal(was.name, f"These rows are known by “{was.name}”: it stays their Unique ID.")]
    if wanted is not None:
        return [Refusal(wanted.name, "These rows came in without a Unique ID: no column becomes theirs now.")]
    return [
        _known_by(known, before, mapping)
        for known in key_fields
        if _read(known, before) != _read(known, mapping)
    ]


def _known_by(known: Field, before: FileMapping, mapping: FileMapping) -> Refusal:
    column = before.mapped.get(known) or mapping.mapped.get(known)
    name, label = column.name if column else "", known.label
    if known in before.mapped or known in before.given:
        said = f"These rows are known by their values, “{name or label}” among them"
    else:
        said = f"Rows of this source are known by their values, {label} among them, and these came in without"
    again = "read otherwise, the next file would count them again"
    return Refusal(name, f"{said}: {again}. Undo this import and bring its file again instead.")


def _read(known: Field, mapping: FileMapping) -> tuple[Column | None, str]:
    """What the parsed values of a field depend on."""
    column = mapping.mapped.get(known)
    return column and replace(column, currency="", tax_included=None), mapping.given.get(known, "").strip()


def _of_places(mapping: FileMapping, found: Sequence[str]) -> list[Refusal]:
    """Columns that are not those of the file."""
    told, seen = [], set()
    for column in mapping.columns:
        there = found[column.place] if column.place < len(found) else ""
        if there.casefold() != column.name.casefold():
            told.append(Refusal(column.name, f"The file has no column “{column.name}” in that place."))
        elif column.place in seen:
            told.append(Refusal(column.name, f"“{column.name}” is mapped twice."))
        seen.add(column.place)
    return told


def _of_fields(mapping: FileMapping) -> list[Refusal]:
    """No date, and fields that more than one column has."""
    told = []
    by_field: dict[Field, list[str]] = {}
    for column in mapping.columns:
        if column.field is not None:
            by_field.setdefault(column.field, []).append(column.name)
    if Field.DATE not in by_field:
        told.append(Refusal("", "No column is the transaction date. Map the column that holds it."))
    for known, names in by_field.items():
        for name in names[1:]:
            told.append(Refusal(name, f"“{names[0]}” and “{name}” are both “{known.label}”. Keep one."))
    if Field.TYPE in by_field and not mapping.types:
        name = by_field[Field.TYPE][0]
        told.append(
            Refusal(name, f"Say of each value of “{name}” whether it is a sale, a refund or no revenue.")
        )
    return told


def _of_given(mapping: FileMapping) -> list[Refusal]:
    """What is said once for the whole file."""
    told = []
    for known, text in mapping.given.items():
        if known not in GIVEN_ONCE:
            told.append(Refusal("", f"“{known.label}” cannot be given once for the whole file."))
        elif not text.strip():
            told.append(Refusal("", f"“{known.label}” is given for the whole file, but is blank."))
        elif text.strip().startswith("="):
            told.append(Refusal("", f"“{shown(text)}” is a formula, no {known.label.lower()}."))
        elif known is Field.CURRENCY and not is_currency(text):
            told.append(Refusal("", f"“{shown(text)}” is no currency. Write a code like EUR."))
        elif known is Field.TYPE and type_key(text) not in mapping.types:
            told.append(Refusal("", f"Say whether “{shown(text)}” is a sale, a refund or no revenue."))
        if column := mapping.mapped.get(known):
            told.append(
                Refusal(
                    column.name,
                    f"“{known.label}” is given once for the whole file and by “{column.name}”. Keep one.",
                )
            )
    return told


def _of_column(column: Column, removes_taxes: bool) -> list[Refusal]:
    """Decisions that do not fit the column's field, and those that are missing."""
    told, name, known = [], column.name, column.field
    if column.currency:
        if known not in MONEY_FIELDS:
            told.append(Refusal(name, f"“{name}” holds no amounts, so no currency can be given for it."))
        elif not is_currency(column.currency):
            told.append(
                Refusal(
                    name, f"“{shown(column.currency)}” of “{name}” is no currency. Write a code like EUR."
                )
            )
    if known in ASKED_FOR_TAX:
        if removes_taxes and column.tax_included is None:
            told.append(Refusal(name, f"Say whether the amounts of “{name}” include tax."))
    elif column.tax_included is not None:
        told.append(Refusal(name, f"Of “{name}” is not asked whether it includes tax."))
    if column.fractions and (known is None or known.kind is not FieldKind.PERCENT):
        told.append(Refusal(name, f"“{name}” holds no percentages, so they cannot be fractions."))
    return told
