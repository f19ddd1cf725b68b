"""The entries of the catalog: what finds them, and whether they still match (rules 5.10, 8.4)."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from transactions.models import CatalogItem, CatalogName, SeenProduct
from transactions.queries.catalog import borne_by, entry_of, values_of
from transactions.rules import product_key
from transactions.rules.entries import MOST_ALIASES, Dated, Entry, clean_code
from transactions.services.catalog_values import record_values
from transactions.services.following import catalog_changed
from transactions.services.guards import reason_of
from workspaces.models import Membership, Workspace
from workspaces.rules import UnfitName, clean_name
from workspaces.services.locks import hold_alone

WHAT = "the catalog"


def create_item(
    *,
    workspace: Workspace,
    by: Membership,
    entry: Entry,
    values: Sequence[Dated] = (),
    reason: str,
    now: datetime,
    found_as: SeenProduct | None = None,
) -> CatalogItem:
    """Add an entry with its first values. The same entry sent twice is added once. Raises Refused.

    `found_as` finds it, too, as files write it: the alert that asked for the entry is about that text.
    """
    reason = reason_of(by, reason, WHAT)
    entry = checked_entry(entry)
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(workspace)
        if again := _same(workspace, entry, values):
            return again
        item = add_item(workspace, entry, now)
        if found_as:
            add_alias(item=item, text=found_as.text, key=found_as.key)
        record_values(
            workspace=workspace, by=by, values=[(item.pk, value) for value in values], reason=reason, now=now
        )
        catalog_changed(workspace=workspace, by=by, items=[item.pk], reason=reason, now=now)
    return item


def edit_item(
    *, item: CatalogItem, by: Membership, entry: Entry, stamp: str, reason: str, now: datetime
) -> CatalogItem:
    """Save code, name and aliases over exactly what was on the form (`stamp`); a former code stays as an
    alias. Raises Refused, and Stale where they were changed meanwhile."""
    reason = reason_of(by, reason, WHAT)
    entry = checked_entry(entry)
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(item.workspace)
        current = _locked(item)
        before = entry_of(current)
        if stamp_of(before) != stamp:
            raise Stale("This entry was changed meanwhile. See what it is now, then save again.")
        if product_key(before.code) != product_key(entry.code):
            entry = checked_entry(Entry(entry.code, entry.name, (*entry.aliases, before.code)))
        if entry == before:
            return current
        name_item(current, entry)
        catalog_changed(workspace=workspace, by=by, items=[current.pk], reason=reason, now=now)
    return current


def name_product(*, seen: SeenProduct, item: CatalogItem, by: Membership, reason: str, now: datetime) -> None:
    """Say that what files write is this entry: it becomes an alias (rules 5.10). Raises Refused."""
    reason = reason_of(by, reason, WHAT)
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(item.workspace)
        current = _locked(item)
        if current.archived_at:
            raise Refused("This entry is archived. Restore it first, or choose another one.", "into")
        add_alias(item=current, text=seen.text, key=seen.key)
        catalog_changed(workspace=workspace, by=by, items=[current.pk], reason=reason, now=now)


def archive_item(*, item: CatalogItem, by: Membership, reason: str, now: datetime) -> None:
    """Hide it and offer it no longer. Rows that name it still find it: they stay explained."""
    _set_archived(item, by, reason, now, archived=True)


def restore_item(*, item: CatalogItem, by: Membership, reason: str, now: datetime) -> None:
    """List and offer it again."""
    _set_archived(item, by, reason, now, archived=False)


def _set_archived(item: CatalogItem, by: Membership, reason: str, now: datetime, *, archived: bool) -> None:
    reason = reason_of(by, reason, WHAT)
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(item.workspace)
        current = _locked(item)
        if (current.archived_at is not None) != archived:
            current.archived_at = now if archived else None
            current.save(update_fields=["archived_at"])
            catalog_changed(workspace=workspace, by=by, items=[current.pk], reason=reason, now=now)


# ------------------------------------------------------------------ what files of entries share


def stamp_of(entry: Entry) -> str:
    """Names exactly this entry: the form sends back the stamp of what it showed."""
    said = (entry.code, entry.name, sorted(entry.aliases))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def checked_entry(entry: Entry) -> Entry:
    """The entry, cleaned; what is said twice once. Raises Refused with the field."""
    code = _clean(entry.code, "The code", "code")
    name = ""
    if entry.name.strip():
        try:
            name = clean_name(entry.name, "The name")
        except UnfitName as problem:
            raise Refused(str(problem), "name") from problem
    aliases = {product_key(code): code}
    for text in entry.aliases:
        clean = _clean(text, "An alias", "aliases")
        aliases.setdefault(product_key(clean), clean)
    if len(aliases) > MOST_ALIASES:
        raise Refused(f"An entry has at most {MOST_ALIASES - 1} aliases.", "aliases")
    return Entry(code, name, tuple(list(aliases.values())[1:]))


def add_item(workspace: Workspace, entry: Entry, now: datetime) -> CatalogItem:
    """A new entry; inside a transaction that holds the workspace. Raises Refused where a code is taken."""
    item = CatalogItem.objects.create(workspace=workspace, code=entry.code, name=entry.name, created_at=now)
    name_item(item, entry)
    return item


def name_item(item: CatalogItem, entry: Entry) -> None:
    """Have exactly this code and these aliases find the entry. Raises Refused naming the entry that has one
    of them already."""
    _refuse_taken(item, entry)
    CatalogItem.objects.filter(pk=item.pk).exclude(code=entry.code, name=entry.name).update(
        code=entry.code, name=entry.name
    )
    item.code, item.name = entry.code, entry.name
    wanted = {product_key(text): (text, text == entry.code) for text in (entry.code, *entry.aliases)}
    known = {name.key: name for name in item.names.all()}
    item.names.exclude(key__in=wanted).delete()
    changed = [
        (known.get(key), key, text, is_code)
        for key, (text, is_code) in wanted.items()
        if key not in known or (known[key].text, known[key].is_code) != (text, is_code)
    ]
    # Aliases first: there is one code at any moment.
    for name, key, text, is_code in sorted(changed, key=lambda each: each[3]):
        row = name or CatalogName(workspace_id=item.workspace_id, item=item, key=key)
        row.text, row.is_code = text, is_code
        _save(row)


def add_alias(*, item: CatalogItem, text: str, key: str) -> None:
    """One more alias, as files write it; inside a transaction that holds the workspace. Raises Refused."""
    if item.names.filter(key=key).exists():
        return
    if taken := borne_by(item.workspace, [key]).get(key):
        raise Refused(said_taken(text, taken), "into")
    _save(CatalogName(workspace_id=item.workspace_id, item=item, text=text, key=key))


def said_taken(text: str, taken: CatalogItem) -> str:
    """`“T4” is an alias of TRK-T4 · Tracker T4 already.`"""
    kind = "the code" if product_key(text) == product_key(taken.code) else "an alias"
    state = ", which is archived" if taken.archived_at else ""
    return f"“{text}” is {kind} of {taken}{state}. Codes and aliases stand once."


def _refuse_taken(item: CatalogItem, entry: Entry) -> None:
    texts = {product_key(text): text for text in (entry.code, *entry.aliases)}
    for key, taken in borne_by(item.workspace, texts).items():
        if taken.pk != item.pk:
            field = "code" if key == product_key(entry.code) else "aliases"
            raise Refused(said_taken(texts[key], taken), field)


def _save(name: CatalogName) -> None:
    """The unique key decides where two say the same at once."""
    try:
        with transaction.atomic():
            name.save()
    except IntegrityError as problem:
        raise Refused(
            f"“{name.text}” was given to another entry meanwhile. Load the page again.", "code"
        ) from problem


def _clean(text: str, what: str, field: str) -> str:
    try:
        return clean_code(text, what)
    except UnfitName as problem:
        raise Refused(str(problem), field) from problem


def _same(workspace: Workspace, entry: Entry, values: Iterable[Dated]) -> CatalogItem | None:
    """The entry that the same form has made a moment ago."""
    item = borne_by(workspace, [product_key(entry.code)]).get(product_key(entry.code))
    if item is None or stamp_of(entry_of(item)) != stamp_of(entry):
        return None
    known = values_of(workspace, [item.pk]).get(item.pk, [])
    return item if set(values) <= set(known) else None


def _locked(item: CatalogItem) -> CatalogItem:
    return CatalogItem.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=item.pk)
