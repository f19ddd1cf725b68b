"""Sources by their name, and what was decided for a header: remembered, renamed, forgotten (rules 5.14,
8.4).
"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from transactions.models import Import, SavedMapping, Source
from transactions.queries.mappings import header_key
from transactions.rules import Field, FileMapping
from transactions.services.guards import reason_of
from workspaces.models import Membership, Workspace
from workspaces.rules import UnfitName, clean_name, name_key


def rename_source(*, source: Source, by: Membership, name: str, reason: str) -> Source:
    """Call it otherwise. What identifies its rows stays: identity belongs to the source, not to its name.

    Raises Refused with the field.
    """
    reason = reason_of(by, reason, "sources")
    try:
        clean = clean_name(name, "The name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem
    try:
        with transaction.atomic(), because(reason=reason):
            current = Source.objects.select_for_update().get(pk=source.pk)
            if current.name != clean:
                current.name, current.key = clean, name_key(clean)
                current.save(update_fields=["name", "key"])
    except IntegrityError as problem:
        raise Refused(f"There is a source “{clean}” already. Choose another name.", "name") from problem
    return current


def forget_mapping(*, mapping: SavedMapping, by: Membership, reason: str) -> None:
    """Forget what was decided for a header: the next file with it is asked about again. Imports keep what
    they were read with. Forgotten twice, it is forgotten."""
    reason = reason_of(by, reason, "mappings")
    with transaction.atomic(), because(reason=reason):
        SavedMapping.objects.filter(workspace_id=mapping.workspace_id, pk=mapping.pk).delete()


def source_named(workspace: Workspace, name: str, now: datetime) -> Source:
    """The source of this name, made when there is none. Raises Refused."""
    try:
        clean = clean_name(name, "The name of the source")
    except UnfitName as problem:
        raise Refused(str(problem), "source") from problem
    found, _ = Source.objects.get_or_create(
        workspace=workspace, key=name_key(clean), defaults={"name": clean, "created_at": now}
    )
    return found


def check_identity(source: Source, mapping: FileMapping) -> None:
    """A source keeps how its rows are identified: another way would not know them again (rules 5.14).

    Raises Refused.
    """
    by_id = Field.UNIQUE_ID in mapping.mapped
    if source.by_id is None or source.by_id == by_id:
        return
    if source.by_id:
        raise Refused(f"Rows of “{source}” are known by their Unique ID. Map the column that holds it.")
    raise Refused(f"Rows of “{source}” came without a Unique ID. Map none, or choose another source.")


def remembers(imported: Import, mapping: dict[str, Any]) -> bool:
    """Whether this is what is remembered for the header of the import: a later file may have changed it, or
    somebody had it forgotten."""
    names = [column.name for column in FileMapping.from_json(mapping).columns]
    saved = SavedMapping.objects.filter(workspace=imported.workspace_id, header_key=header_key(names))
    return saved.filter(mapping=mapping).exists()


def remember_mapping(imported: Import, by: int, now: datetime) -> None:
    """Keep what was decided for the header of an import that goes in, so that the next file with it is mapped
    at once (rules 5.16). `by`: the user who had it put in.

    It is one of the workspace's masters, so an account manager's own import leaves it alone (rules 8.2): what
    they decided is found by the import itself (queries.mappings.decided_before).
    """
    if imported.owner_id is not None:
        return
    names = [column.name for column in FileMapping.from_json(imported.mapping).columns]
    SavedMapping.objects.update_or_create(
        workspace=imported.workspace,
        header_key=header_key(names),
        defaults={
            "source": imported.known_source,
            "header": names,
            "mapping": imported.mapping,
            "saved_by_id": by,
            "saved_at": now,
        },
    )
