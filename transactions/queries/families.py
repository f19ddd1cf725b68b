"""Which imports belong together: a file, and the corrected reject files that went on from it (rules 5.17)."""

from transactions.models import STANDING, Import


def family_of(imported: Import) -> set[int]:
    """The file that was brought at first, and all corrections of it that are in."""
    first = imported
    while first.continues is not None:
        first = first.continues
    return {first.pk} | corrections_of(first)


def together_with(imported: Import) -> list[Import]:
    """The imports that belong to this one and are in, in the order in which they came; itself among them."""
    found = Import.objects.filter(workspace=imported.workspace_id, pk__in=family_of(imported))
    return list(found.filter(state__in=STANDING).select_related("workspace").order_by("turn"))


def corrections_of(imported: Import) -> set[int]:
    """The corrected reject files that went on from the import, or from one of these, and are in."""
    found: set[int] = set()
    newest = {imported.pk}
    while newest:
        standing = Import.objects.filter(workspace=imported.workspace_id, state__in=STANDING)
        newest = set(standing.filter(continues__in=newest).values_list("pk", flat=True))
        found |= newest
    return found
