"""What a file of entries would do to the catalog as it is (rules 5.17)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from transactions.models import CatalogFile, CatalogItem
from transactions.queries.catalog import borne_by, entry_of, names_of, values_of
from transactions.rules import product_key
from transactions.rules.entries import Dated, Entry, FullEntry, standing
from workspaces.models import Job, Workspace

FILE_JOB = "catalog_file"


@dataclass(frozen=True)
class Planned:
    """An entry of the file beside the one that there is: what would be new about it.

    `entry` is how it would be called; `values` are those that say something new, each with what stands for
    that day so far.
    """

    item: CatalogItem | None
    entry: Entry
    new_name: bool
    new_aliases: tuple[str, ...]
    values: tuple[tuple[Dated, Dated | None], ...]

    @property
    def is_new(self) -> bool:
        return self.item is None

    @property
    def is_changed(self) -> bool:
        return not self.is_new and bool(self.new_name or self.new_aliases or self.values)


@dataclass(frozen=True)
class Plan:
    """All entries of a file: those that are new, those that would change, and how many would not."""

    new: Sequence[Planned]
    changed: Sequence[Planned]
    unchanged: int

    @property
    def changes(self) -> int:
        return len(self.new) + len(self.changed)


def plan_of(workspace: Workspace, entries: Sequence[FullEntry]) -> Plan:
    """Compare the entries with the catalog. Nothing is removed by a file: what it does not name stays."""
    borne = borne_by(workspace, [product_key(each.entry.code) for each in entries])
    ids = {item.pk for item in borne.values()}
    items = CatalogItem.objects.filter(workspace=workspace).prefetch_related(names_of()).in_bulk(list(ids))
    values = values_of(workspace, ids)
    planned = [
        _planned(
            each, items.get(found.pk) if (found := borne.get(product_key(each.entry.code))) else None, values
        )
        for each in entries
    ]
    new, changed = [p for p in planned if p.is_new], [p for p in planned if p.is_changed]
    return Plan(new, changed, len(planned) - len(new) - len(changed))


def _planned(full: FullEntry, item: CatalogItem | None, values: dict[int, list[Dated]]) -> Planned:
    if item is None:
        return Planned(
            None,
            full.entry,
            bool(full.entry.name),
            full.entry.aliases,
            tuple((value, None) for value in full.values),
        )
    now = entry_of(item)
    known = {product_key(text) for text in (now.code, *now.aliases)}
    fresh = tuple(alias for alias in full.entry.aliases if product_key(alias) not in known)
    name = full.entry.name or now.name
    stands = standing(values.get(item.pk, []))
    new = tuple(
        (value, stands.get((value.measure, value.valid_from)))
        for value in full.values
        if stands.get((value.measure, value.valid_from)) != value
    )
    return Planned(item, Entry(now.code, name, (*now.aliases, *fresh)), name != now.name, fresh, new)


def job_of(file: CatalogFile) -> Job | None:
    """The newest work that adds the entries of the file, running or over."""
    jobs = Job.objects.filter(workspace=file.workspace_id, kind=FILE_JOB, params__file=file.pk)
    return jobs.order_by("-pk").first()


def unfinished_files(workspace: Workspace) -> Iterable[Any]:
    """Files of entries that were begun and not added, newest first."""
    found = CatalogFile.objects.filter(workspace=workspace, added_at=None).defer("content")
    return found.select_related("uploaded_by").order_by("-uploaded_at")
