"""The versions of a row: each import that contained it and each edit by hand, newest first (rules 5.18)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from transactions.models import Import, RowVersion, Transaction
from transactions.rules import Field, FileMapping
from workspaces.models import User


@dataclass(frozen=True)
class Change:
    """One field or column, before and after; "" is blank."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionLine:
    """One version: what brought it, who, when and why, and what it changed against the one before it.

    `imported` is the file that it came in with; of an edit, the file whose line lies beneath.
    """

    turn: int
    imported: Import
    line: int
    is_edit: bool
    is_top: bool
    protected: bool
    by: User | None
    at: datetime | None
    reason: str
    changes: tuple[Change, ...]


def version_lines(row: Transaction) -> list[VersionLine]:
    """All versions of the row, the one that counts first; one query."""
    beneath = RowVersion.objects.filter(workspace=row.workspace_id, row=row.pk).order_by("turn")
    stack: list[RowVersion | Transaction] = [
        *beneath.select_related("origin__committed_by", "edit__by"),
        row,
    ]
    lines, before = [], None
    for version in stack:
        provided = provided_by(version)
        changes = () if before is None else tuple(_differences(before, provided))
        lines.append(_line(version, changes, is_top=version is row))
        before = provided
    return lines[::-1]


def provided_by(version: RowVersion | Transaction) -> dict[str, str]:
    """What a version provides, by the name of the field or, of an unmapped column, of the column."""
    mapping = FileMapping.from_json(version.origin.mapping)
    found = {
        column.field.label if column.field else column.name: version.cells[column.place]
        for column in mapping.columns
        if column.place < len(version.cells)
    }
    edited = version.edit.values if version.edit else {}
    return found | {Field(name).label: text for name, text in edited.items()}


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterable[Change]:
    for label in dict.fromkeys([*before, *after]):
        if before.get(label, "") != after.get(label, ""):
            yield Change(label, before.get(label, ""), after.get(label, ""))


def _line(version: RowVersion | Transaction, changes: tuple[Change, ...], *, is_top: bool) -> VersionLine:
    edit, origin = version.edit, version.origin
    return VersionLine(
        turn=version.turn,
        imported=origin,
        line=version.line,
        is_edit=edit is not None,
        is_top=is_top,
        protected=edit.protected if edit else False,
        by=edit.by if edit else origin.committed_by,
        at=edit.at if edit else origin.committed_at,
        reason=edit.reason if edit else "",
        changes=changes,
    )
