"""Deriving rows again from what they provide, with the prices, rates and names of now (rules 5.11, 5.12).

What it costs follows the rows that are derived, not the table.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from kamtrak.lib.tables import Layout
from transactions.models import Import, Transaction
from transactions.pipeline.finished import DERIVED, NAMES, line_text
from transactions.pipeline.making import Made, Maker, Sales, key_of
from transactions.pipeline.marking import bear_marks
from transactions.pipeline.names import Names, Unasked, create_clients, write_rates
from transactions.queries.books import Ways, WorkspaceBook, terms_of, ways_of
from transactions.queries.sales import apart, stored_sales
from transactions.rules import (
    Derived,
    Field,
    FileMapping,
    Lack,
    LineReader,
    Sale,
    Status,
    key_of_id,
    lay_over,
)
from transactions.services.totals import totals_follow
from workspaces.models import Workspace

ROWS = Transaction._meta.db_table
BATCH = 2000
Sold = Mapping[tuple[int, bytes], Sale]  # by source and key


class Read(NamedTuple):
    """What is read of a row to derive it: by the names of its columns."""

    id: int
    key: UUID
    cells: list[str]
    origin_id: int
    edit__values: dict[str, str] | None
    replaced_by_id: int | None


def rederive(workspace: Workspace, ids: Collection[int], now: datetime) -> int:
    """Derive these rows again, and have the totals follow; how many. The workspace's rows are held."""
    if not ids:
        return 0
    with totals_follow(workspace, ids):
        Rederivation(workspace, now).rewrite(ids)
    return len(ids)


@dataclass
class Rederivation:
    """One run over rows of a workspace: what they are derived with is read once.

    A run that only `compares` figures asks for no name, and writes nothing.
    """

    workspace: Workspace
    now: datetime
    compares: bool = False
    book: WorkspaceBook = field(init=False)
    names: Names = field(init=False)
    ways: Ways = field(init=False)
    _makers: dict[int, Maker] = field(default_factory=dict)
    _mappings: dict[int, FileMapping] = field(default_factory=dict)
    _imports: dict[int, Import] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = WorkspaceBook(self.workspace, self.workspace.day_of(self.now))
        self.names = Unasked() if self.compares else Names(self.workspace)
        self.ways = ways_of(self.workspace)

    def rewrite(self, ids: Collection[int]) -> None:
        """Write the rows' system fields anew, refunds after their sales. The totals are the caller's."""
        sales, refunds = apart(self.workspace, ids)
        for ordered in (sales, refunds):
            for start in range(0, len(ordered), BATCH):
                self.write(list(self.made(ordered[start : start + BATCH])))
        bear_marks(self.workspace, refunds)

    def write(self, made: list[tuple[int, Made]]) -> None:
        """Write these rows as they were made by `made`; their marks go. The totals are the caller's."""
        self._keep_names()
        _write(self.workspace, made)

    def _keep_names(self) -> None:
        """What rows name must be there before they refer to it."""
        assert not self.compares  # noqa: S101 - it knows no names that could be kept
        self.names.write()
        create_clients(self.workspace, self.names.new_clients.items())
        self.names.new_clients.clear()
        write_rates(self.workspace, self.book.new_rates, self.now)
        self.book.new_rates.clear()

    def made(self, ids: Collection[int], sold: Sold | None = None) -> Iterator[tuple[int, Made]]:
        """The rows of these ids as they would be now; `sold`: sales that will stand on something else."""
        found = Transaction.objects.filter(workspace=self.workspace, pk__in=list(ids)).order_by("pk")
        yield from self.made_of([Read._make(row) for row in found.values_list(*Read._fields)], sold)

    def made_of(self, rows: list[Read], sold: Sold | None = None) -> Iterator[tuple[int, Made]]:
        """The same of rows that have been read."""
        self._know_imports({row.origin_id for row in rows})
        self._find_sales(rows, sold or {})
        for pk, key, cells, origin, edit, replaced_by in rows:
            over = None if edit is None else partial(lay_over, values=edit, mapping=self._mappings[origin])
            made = self._makers[origin].make(cells, over)
            made.key = key.bytes
            if made.wrong:  # what can be derived no more has no figure and says so, but stays whose it is
                self._makers[origin].name(made)
                made.derived = Derived(Status.UNKNOWN, Lack.NOTHING)
            if replaced_by is not None and made.derived is not None:
                made.derived.status = Status.VOIDED
            yield pk, made

    def _know_imports(self, ids: set[int]) -> None:
        new = Import.objects.filter(pk__in=ids - set(self._makers)).select_related("source")
        for imported in new:
            mapping = self._mappings[imported.pk] = FileMapping.from_json(imported.mapping)
            self._imports[imported.pk] = imported
            self._makers[imported.pk] = Maker(
                reader=LineReader(mapping, from_1904=Layout(**imported.layout).from_1904),
                key=key_of(mapping, imported.source.key_fields if imported.source else ()),
                terms=terms_of(self.workspace, self.ways, mapping),
                book=self.book,
                names=self.names,
                sales=Sales(tied=Field.ORIGINAL_ID in mapping.mapped and Field.UNIQUE_ID in mapping.mapped),
                owner=imported.owner_id,
            )

    def _find_sales(self, rows: list[Read], sold: Sold) -> None:
        """The sales that refunds among the rows undo, as they will be, else as they are stored now."""
        wanted: dict[int, set[bytes]] = {}
        for row in rows:
            maker = self._makers[row.origin_id]
            if maker.sales.tied:
                given = maker.reader.read(row.cells)
                text = (row.edit__values or {}).get(Field.ORIGINAL_ID, given.original_id)
                if text:
                    wanted.setdefault(row.origin_id, set()).add(key_of_id(text))
        for origin, keys in wanted.items():
            source = self._imports[origin].source
            found = stored_sales(source, keys)
            if source is not None:
                found |= {key: sold[source.pk, key] for key in keys if (source.pk, key) in sold}
            self._makers[origin].sales = Sales(found, tied=True)


def _write(workspace: Workspace, made: list[tuple[int, Made]]) -> None:
    """Update rows from finished lines, copied into a temporary table. A row without a day keeps its own."""
    columns = {name: f"m.{name}" for name in ("sale_key", *DERIVED)} | {"day": "coalesce(m.day, t.day)"}
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists moved")
        cursor.execute(f"create temporary table moved as select id, {', '.join(NAMES)} from {ROWS} limit 0")  # noqa: S608
        with cursor.copy(f"copy moved (id, {', '.join(NAMES)}) from stdin") as copy:
            for pk, one in made:
                copy.write(f"{pk}\t{line_text(one, 0, ())}")
        cursor.execute(
            f"update {ROWS} t set earlier = 0, declined = null, "  # noqa: S608
            f"{', '.join(f'{name} = {value}' for name, value in columns.items())} "
            "from moved m where t.workspace_id = %s and t.id = m.id",
            [workspace.pk],
        )
        cursor.execute("drop table moved")
