"""Sources of transactions, and what was decided for the headers of their files (rules 5.14, 5.16)."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Max
from django.shortcuts import get_object_or_404

from kamtrak.keyset import Column, key_page, read_text
from transactions.models import STANDING, Import, ImportState, SavedMapping, Source
from transactions.rules import FileMapping, MappingError
from workspaces.models import Workspace
from workspaces.rules import name_key

LATEST = 50  # imports of a source among which those with one header are looked for
NOT_MAPPED = (ImportState.UPLOADED, ImportState.MAPPING, ImportState.FAILED)


@dataclass(frozen=True)
class SourceLine:
    """A source with what was decided for its headers, its imports, and when the last one was made."""

    source: Source
    mappings: Sequence[SavedMapping]
    imports: int
    last: Any


@dataclass(frozen=True)
class SourcePage:
    lines: Sequence[SourceLine]
    total: int
    after: str
    before: str


def source_page(workspace: Workspace, *, text: str = "", after: str = "", before: str = "") -> SourcePage:
    """Sources by name, those that contain the text."""
    found = Source.objects.filter(workspace=workspace)
    if text:
        found = found.filter(key__contains=name_key(text))
    page = key_page(found, [Column(F("key"), read_text)], after=after, before=before)
    sources = found.in_bulk(page.ids)
    mappings: dict[int, list[SavedMapping]] = defaultdict(list)
    saved = SavedMapping.objects.filter(workspace=workspace, source__in=page.ids)
    for mapping in saved.select_related("saved_by").order_by("-saved_at", "-pk"):
        mappings[mapping.source_id].append(mapping)
    used = _used(workspace, page.ids)
    lines = [SourceLine(sources[pk], mappings[pk], *used.get(pk, (0, None))) for pk in page.ids]
    return SourcePage(lines, found.count(), page.after, page.before)


def _used(workspace: Workspace, sources: Sequence[int]) -> dict[int, tuple[int, Any]]:
    imports = Import.objects.filter(workspace=workspace, source__in=sources, state__in=STANDING)
    counted = imports.values("source").annotate(number=Count("pk"), last=Max("committed_at")).order_by()
    return {row["source"]: (row["number"], row["last"]) for row in counted}


def any_source(workspace: Workspace) -> bool:
    """Whether a file has been mapped at all."""
    return Source.objects.filter(workspace=workspace).exists()


def get_source(workspace: Workspace, pk: int) -> Source:
    return get_object_or_404(Source.objects.select_related("workspace"), workspace=workspace, pk=pk)


def get_mapping(workspace: Workspace, pk: int) -> SavedMapping:
    found = SavedMapping.objects.select_related("workspace", "source", "saved_by")
    return get_object_or_404(found, workspace=workspace, pk=pk)


def read_mapping(saved: SavedMapping) -> FileMapping | None:
    """What was decided; None where it cannot be read any more, so that a person decides anew."""
    try:
        return FileMapping.from_json(saved.mapping)
    except MappingError:
        return None


def imports_with(saved: SavedMapping) -> list[Import]:
    """The latest imports of the source whose files had this header, newest first."""
    wanted = [name.strip().casefold() for name in saved.header]
    found = Import.objects.filter(workspace_id=saved.workspace_id, source=saved.source_id)
    latest = found.exclude(state__in=NOT_MAPPED).order_by("-uploaded_at", "-pk")
    some = latest.select_related("uploaded_by").defer("looked", "checked", "relied")[:LATEST]
    return [each for each in some if _header_of(each.mapping) == wanted]


def _header_of(mapping: object) -> list[str]:
    """The names of the columns that an import's mapping decided about, in their order."""
    try:
        columns = FileMapping.from_json(mapping).columns
    except MappingError:
        return []
    return [column.name.strip().casefold() for column in sorted(columns, key=lambda each: each.place)]


# ------------------------------------------------------------------ for the next file


def header_key(names: Collection[str]) -> str:
    """What a header is remembered by: its names in their order, whatever their case."""
    return hashlib.sha256("\0".join(name.casefold() for name in names).encode()).hexdigest()


def decided_before(imported: Import, names: Sequence[str]) -> tuple[FileMapping, str] | None:
    """What was decided for files with this header, and the name of their source (rules 5.16).

    In an account manager's own import that is what their newest import with it was read with, if any; else
    what the workspace has remembered.
    """
    saved = SavedMapping.objects.filter(workspace=imported.workspace_id, header_key=header_key(names))
    found: SavedMapping | Import | None = _own_before(imported, names)
    found = found or saved.select_related("source").first()
    if found is None or found.source is None:
        return None
    try:
        mapping = FileMapping.from_json(found.mapping)
    except MappingError:  # of an earlier version of the product
        return None
    columns = tuple(replace(column, name=names[column.place]) for column in mapping.columns)
    return replace(mapping, columns=columns), found.source.name


def _own_before(imported: Import, names: Sequence[str]) -> Import | None:
    """The newest import with this header that the account manager has made of their own rows."""
    if imported.owner_id is None:
        return None
    own = Import.objects.filter(
        workspace=imported.workspace_id, owner=imported.owner_id, state=ImportState.COMMITTED
    )
    some = own.select_related("source").defer("looked", "checked", "relied").order_by("-turn")[:LATEST]
    wanted = [name.strip().casefold() for name in names]
    return next((each for each in some if _header_of(each.mapping) == wanted), None)
