"""How pages and the history speak of the catalog, of mappings and of how rows are read."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from kamtrak.lib.money import grouped, share_text
from kamtrak.lib.tables.dates.formats import ORDER_LABELS
from transactions.models import (
    CatalogItem,
    CatalogName,
    CatalogValue,
    Import,
    RowDecision,
    SavedMapping,
    SeenOwner,
    Source,
    TransactionWays,
)
from transactions.rules import Column, Field, FieldKind, FileMapping, MappingError, Measure
from transactions.rules.entries import LABELS, MONEY_MEASURES, PERCENT_MEASURES
from workspaces.models import Workspace
from workspaces.queries.wording import Naming, Row, Wording, describe, name_rows

MARKS = {".": "decimal point", ",": "decimal comma"}


def value_said(value: Decimal | None, measure: Measure, currency: str) -> str:
    """`118.00 EUR`, `25 %`, `3`; "no value" where the measure ended."""
    if value is None:
        return "no value"
    if measure in MONEY_MEASURES:
        return f"{grouped(value, currency)} {currency}"
    return f"{share_text(value)} %" if measure in PERCENT_MEASURES else share_text(value)


def reading_said(column: Column) -> list[str]:
    """How the cells of a mapped column are read: ["Day, month, year", "as written"]."""
    if column.field is None:
        return []
    said = []
    if column.field.kind is FieldKind.DATE:
        said.append(ORDER_LABELS[column.order].lower())
        said.append(f"time stamps on their day in {column.zone}" if column.zone else "time stamps as written")
    elif column.field.kind is not FieldKind.TEXT:
        said.append(MARKS[column.decimal])
    if column.currency:
        said.append(f"in {column.currency}")
    if column.tax_included is not None:
        said.append("tax included" if column.tax_included else "without tax")
    if column.fractions:
        said.append("numbers are fractions, 0.19 for 19 %")
    if column.blanks:
        said.append(f"blank: {', '.join(f'“{text}”' for text in column.blanks)}")
    return said


def identity_said(source: Source) -> str:
    """What makes two rows of a source the same one."""
    if source.by_id is None:
        return "decided by its first import"
    if source.by_id:
        return "by their unique ID"
    labels = [Field(name).label.lower() for name in source.key_fields if name in set(Field)]
    return f"by {', '.join(labels)}" if labels else "by all of their values"


# ------------------------------------------------------------------ the history


def _measure(value: Any, row: Row, workspace: Workspace) -> str:
    return LABELS[Measure(value)]


def _value(value: Any, row: Row, workspace: Workspace) -> str:
    return value_said(Decimal(str(value)), Measure(row["measure"]), workspace.currency)


def _symbols(value: Mapping[str, str], row: Row, workspace: Workspace) -> str:
    return ", ".join(f"{sign} is {code}" for sign, code in sorted(value.items()))


def _fields(value: Iterable[str], row: Row, workspace: Workspace) -> str:
    return ", ".join(Field(name).label for name in value)


def _columns(value: Any, row: Row, workspace: Workspace) -> str:
    try:
        columns = FileMapping.from_json(value).columns
    except MappingError:
        return "cannot be read any more"
    return ", ".join(f"{each.name}: {each.field.label}" for each in columns if each.field)


def _of_the_entry(row: Row, before: Row | None) -> bool:
    """The code comes with the entry itself."""
    return bool(row["is_code"])


def _decided(value: Any, row: Row, workspace: Workspace) -> str:
    return "Rows move" if value else "Rows stay as they were"


def _sum(value: Any, row: Row, workspace: Workspace) -> str:
    return f"{grouped(Decimal(str(value)), workspace.currency)} {workspace.currency}"


def _found_by_name(row: Row, before: Row | None) -> bool:
    """A name that e-mail or name has found tells nothing; what a person said does."""
    return before is None and not row["is_alias"]


CATALOG_ITEM = Wording(noun="Catalog entry", title="{code} {name}", labels={"archived_at": "Archived"})
CATALOG_NAME = Wording(
    noun="Alias",
    title="{text} for {item}",
    labels={"item": "Finds", "text": "As written"},
    hidden=frozenset({"key", "is_code"}),
    silent=_of_the_entry,
)
CATALOG_VALUE = Wording(
    noun="Catalog value",
    title="{measure} of {item}",
    labels={"item": "Entry", "includes_tax": "Includes tax", "valid_from": "Valid from"},
    hidden=frozenset({"recorded_at", "recorded_by", "reason"}),
    printers={"measure": _measure, "value": _value},
)
WAYS = Wording(
    noun="Transaction settings",
    labels={"symbols": "Signs", "removes_tax": "Removes taxes", "measures_profit": "Measures profit"},
    printers={"symbols": _symbols},
)
SOURCE = Wording(
    noun="Source",
    title="{name}",
    labels={"by_id": "Identified by unique ID"},
    hidden=frozenset({"key"}),
    printers={"key_fields": _fields},
)
MAPPING = Wording(
    noun="Mapping",
    title="of {source}",
    labels={"mapping": "Columns"},
    hidden=frozenset({"header_key", "saved_by", "saved_at"}),
    printers={"mapping": _columns},
)
IMPORT = Wording(
    noun="Import",
    title="{name}",
    labels={
        "owner": "All rows are of",
        "repeats_are_new": "Repeated lines are new sales",
        "replaces_from": "Replaces from",
        "replaces_until": "Replaces until",
        "continues": "Corrects",
        "created": "Rows created",
        "updated": "Rows updated",
        "unchanged": "Rows unchanged",
        "skipped": "Rows skipped",
        "failure": "Could not be read",
        "committed_by": "Imported by",
        "committed_at": "Imported",
        "undone_by": "Undone by",
        "undone_at": "Undone",
        "proposed_at": "Another mapping proposed",
        "remapped_at": "Another mapping accepted",
    },
    hidden=frozenset(
        {"size", "sha256", "path", "prepared", "promised", "rejects", "turn", "job"}
        | {"source_name", "uploaded_by", "uploaded_at"}
    ),
)
SEEN_OWNER = Wording(
    noun="Owner name",
    title="{text}",
    labels={"text": "As written", "member": "Means", "is_alias": "Said by a person"},
    hidden=frozenset({"key"}),
    silent=_found_by_name,
)
ROW_DECISION = Wording(
    noun="Decision about transactions",
    title="{accepted}",
    labels={
        "accepted": "Decided",
        "item": "Of the entry",
        "imported": "Mapping of",
        "rows": "Rows",
        "before": "Before",
        "after": "After",
    },
    hidden=frozenset({"at", "by", "reason", "job"}),
    printers={"accepted": _decided, "before": _sum, "after": _sum},
)


def install() -> None:
    name_rows(CatalogItem, Naming(("code", "name"), lambda code, name: f"{code} · {name}" if name else code))
    name_rows(Import, Naming(("name",)))
    name_rows(Source, Naming(("name",)))
    describe(CatalogItem, CATALOG_ITEM)
    describe(CatalogName, CATALOG_NAME)
    describe(CatalogValue, CATALOG_VALUE)
    describe(TransactionWays, WAYS)
    describe(Source, SOURCE)
    describe(SavedMapping, MAPPING)
    describe(Import, IMPORT)
    describe(SeenOwner, SEEN_OWNER)
    describe(RowDecision, ROW_DECISION)
