"""Renaming a source, forgetting what was decided for a header (rules 5.14, 8.4)."""

from django.db import IntegrityError, transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused
from transactions.models import SavedMapping, Source
from transactions.services.guards import reason_of
from workspaces.models import Membership
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
