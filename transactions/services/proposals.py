"""Another mapping for the rows of an import that is in: kept beside the one in force until it is decided
(rules 5.12).
"""

from collections.abc import Collection

from django.db import transaction

from kamtrak.lib.errors import Refused
from kamtrak.lib.notation import shown
from transactions.models import Import, ImportState
from transactions.queries.books import ways_of
from transactions.queries.marked import Selection, marked, unfinished_jobs
from transactions.rules import Field, FileMapping, Looked, identity_refusals, open_questions, refusals
from transactions.rules.saying import undeclared_types
from transactions.services.imports import held_import
from workspaces.models import Membership
from workspaces.rules import Right

DECIDE = "transactions_rederive"  # the work that carries decisions about rows out


def hold_to_remap(imported: Import, by: Membership) -> Import:
    """The import as it is now, held, for whoever keeps the masters (rules 8.2). Raises Refused."""
    if not by.can(Right.MASTERS):
        raise Refused("Only an owner or administrator changes the mapping of an import that is in.")
    if unfinished_jobs(imported.workspace, [DECIDE]):  # which may hold it for long
        raise Refused("A decision about rows is being carried out. Wait until it is done.")
    return held_import(imported, by, (ImportState.COMMITTED,))


@transaction.atomic
def keep_proposal(
    *, imported: Import, by: Membership, mapping: FileMapping, answered: Collection[int]
) -> None:
    """Keep another mapping as far as it is decided, complete or not; no row moves by it. What is the one in
    force again is none. Raises Refused."""
    held = hold_to_remap(imported, by)
    is_none = held.proposed_at is None and mapping == FileMapping.from_json(held.mapping)
    kept = {"mapping": mapping.to_json(), "answered": sorted(set(answered))}
    held.proposed = None if is_none else kept
    held.save(update_fields=["proposed"])


@transaction.atomic
def discard_proposal(*, imported: Import, by: Membership) -> None:
    """Forget it; while rows wait for the decision, keeping their figures is what drops it. Raises Refused."""
    held = hold_to_remap(imported, by)
    if rows_wait(held):
        raise Refused("Rows wait for a decision about it. Keep their figures as they are to drop it.")
    held.proposed = held.proposed_at = None
    held.save(update_fields=["proposed", "proposed_at"])


def rows_wait(imported: Import) -> bool:
    """Whether any row waits for a decision about it: later imports may hold them all by now."""
    rows = marked(imported.workspace, Selection(imported=imported.pk))
    return imported.proposed_at is not None and rows.exists()


def proposed_mapping(imported: Import) -> FileMapping:
    """The mapping that is proposed; that in force where none is."""
    return FileMapping.from_json((imported.proposed or {}).get("mapping", imported.mapping))


def refuse_unfit(imported: Import) -> None:
    """Rows cannot be derived with a mapping that is not complete. Raises Refused with what is to be said."""
    mapping, looked = proposed_mapping(imported), Looked.from_json(imported.looked)
    before = FileMapping.from_json(imported.mapping)
    if mapping == before:
        raise Refused("Nothing is changed yet: change what a column is first.")
    names = [column.name for column in looked.columns]
    removes_taxes = ways_of(imported.workspace).removes_tax
    wrong = identity_refusals(mapping, before, map(Field, imported.known_source.key_fields))
    wrong += refusals(mapping, names, removes_taxes=removes_taxes, repeated=looked.repeated)
    if wrong:
        raise Refused(wrong[0].message)
    answered = (imported.proposed or {}).get("answered", imported.answered)
    if asked := open_questions(mapping, looked, answered):
        raise Refused(f"Say how “{asked[0].column}” is to be read.")
    if undeclared := undeclared_types(mapping, looked):
        raise Refused(f"Say whether “{shown(undeclared[0])}” is a sale, a refund or no revenue.")
