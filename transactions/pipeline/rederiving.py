"""Deriving rows again from what they provide, with the prices, rates and names of now (rules 5.11, 5.12).

What it costs follows the rows that are derived, not the table.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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
from transactions.pipeline.voiding import replaced_on
from transactions.queries.books import Ways, WorkspaceBook, terms_of, ways_of
from transactions.queries.sales import apart, stored_sales
from transactions.rules import (
    Derived,
    Earlier,
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
# A row `t` that is written as `m` and counts, or would, while another mapping of its import is decided.
_WAITS = f"""
    m.status <> %s and t.origin_id in (
        select id from {Import._meta.db_table} where workspace_id = %s and proposed_at is not null
    )
"""  # noqa: S608 - our own name
Sold = Mapping[tuple[int, bytes], Sale | None]  # by source and key; None: it is no sale


class Read(NamedTuple):
    """What is read of a row to derive it: by the names of its columns."""

    id: int
    key: UUID
    cells: list[str]
    origin_id: int
    edit__values: dict[str, str] | None
    replaced_by_id: int | None
    day: date


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

    `proposed` stand in for the mappings of these imports: what would be, to be looked at and not to be
    written. Client accounts that are new are noted as made by the import whose line names them. A run that
    only `compares` figures asks for no name, and writes nothing.
    """

    workspace: Workspace
    now: datetime
    proposed: Mapping[int, FileMapping] = field(default_factory=dict)
    compares: bool = False
    book: WorkspaceBook = field(init=False)
    names: Names = field(init=False)
    ways: Ways = field(init=False)
    _makers: dict[int, Maker] = field(default_factory=dict)
    _mappings: dict[int, FileMapping] = field(default_factory=dict)
    _imports: dict[int, Import] = field(default_factory=dict)
    _named_by: dict[int, int] = field(default_factory=dict)  # import by new client account

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
        create_clients(self.workspace, self.names.new_clients.items(), self._named_by)
        self.names.new_clients.clear()
        self._named_by.clear()
        write_rates(self.workspace, self.book.new_rates, self.now)
        self.book.new_rates.clear()

    def made(self, ids: Collection[int], sold: Sold | None = None) -> Iterator[tuple[int, Made]]:
        """The rows of these ids as they would be now; `sold`: sales that will stand on something else."""
        yield from self.made_of(self._read(ids), sold)

    def made_of(self, rows: list[Read], sold: Sold | None = None) -> Iterator[tuple[int, Made]]:
        """The same of rows that have been read."""
        self._know_imports({row.origin_id for row in rows})
        self._find_sales(rows, sold or {})
        found = [(row, self._make(row)) for row in rows]
        replaced = self._replaced(found)
        for row, made in found:
            if row.id in replaced and made.derived is not None:
                made.derived.status = Status.VOIDED
            yield row.id, made

    def refunds_apart(self, imported: int, ids: Collection[int]) -> tuple[list[int], dict[int, bytes]]:
        """Rows of this import that undo no sale, as they are read here, and those that do, each with the key
        of the sale."""
        self._know_imports({imported})
        if not self._makers[imported].sales.tied:
            return sorted(ids), {}
        sales: list[int] = []
        refunds: dict[int, bytes] = {}
        ordered = sorted(ids)
        for start in range(0, len(ordered), BATCH):
            for row in self._read(ordered[start : start + BATCH]):
                if text := self._undone_by(row):
                    refunds[row.id] = key_of_id(text)
                else:
                    sales.append(row.id)
        return sales, refunds

    def _read(self, ids: Collection[int]) -> list[Read]:
        found = Transaction.objects.filter(workspace=self.workspace, pk__in=list(ids)).order_by("pk")
        return [Read._make(row) for row in found.values_list(*Read._fields)]

    def _make(self, row: Read) -> Made:
        edit, maker = row.edit__values, self._makers[row.origin_id]
        mapping = self._mappings[row.origin_id]
        made = maker.make(
            row.cells, None if edit is None else partial(lay_over, values=edit, mapping=mapping)
        )
        made.key = row.key.bytes
        if made.wrong:  # what can be derived no more has no figure and says so, but stays whose it is
            maker.name(made)
            made.derived = Derived(Status.UNKNOWN, Lack.NOTHING)
        if made.client in self.names.new_clients and Field.CLIENT not in (edit or {}):
            self._named_by.setdefault(made.client, row.origin_id)
        return made

    def _replaced(self, found: list[tuple[Read, Made]]) -> set[int]:
        """Which of the rows an import has voided; under a proposed mapping, would have on their new day."""
        if self.proposed:
            return replaced_on(
                self.workspace, [(row.id, made.given.day or row.day, made.owner) for row, made in found]
            )
        return {row.id for row, _ in found if row.replaced_by_id is not None}

    def _know_imports(self, ids: set[int]) -> None:
        new = Import.objects.filter(pk__in=ids - set(self._makers)).select_related("source")
        for imported in new:
            mapping = self.proposed.get(imported.pk) or FileMapping.from_json(imported.mapping)
            self._mappings[imported.pk] = mapping
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
            if text := self._undone_by(row):
                wanted.setdefault(row.origin_id, set()).add(key_of_id(text))
        for origin, keys in wanted.items():
            source = self._imports[origin].source
            found = stored_sales(source, keys)
            if source is not None:
                will_be = {key: sold[source.pk, key] for key in keys if (source.pk, key) in sold}
                found = {key: sale for key, sale in {**found, **will_be}.items() if sale is not None}
            self._makers[origin].sales = Sales(found, tied=True)

    def _undone_by(self, row: Read) -> str:
        """The Original ID of a refund, where it means something."""
        maker = self._makers[row.origin_id]
        if not maker.sales.tied:
            return ""
        given = maker.reader.read(row.cells)
        return (row.edit__values or {}).get(Field.ORIGINAL_ID, given.original_id)


def _write(workspace: Workspace, made: list[tuple[int, Made]]) -> None:
    """Update rows from finished lines, copied into a temporary table. A row without a day keeps its own.

    Their marks go, but for those whose import has another mapping waiting: it was not decided by this.
    """
    columns = {name: f"m.{name}" for name in ("sale_key", *DERIVED)} | {"day": "coalesce(m.day, t.day)"}
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists moved")
        cursor.execute(f"create temporary table moved as select id, {', '.join(NAMES)} from {ROWS} limit 0")  # noqa: S608
        with cursor.copy(f"copy moved (id, {', '.join(NAMES)}) from stdin") as copy:
            for pk, one in made:
                copy.write(f"{pk}\t{line_text(one, 0, ())}")
        cursor.execute(
            f"update {ROWS} t set earlier = case when {_WAITS} then {int(Earlier.MAPPING)} else 0 end, "  # noqa: S608
            f"declined = null, {', '.join(f'{name} = {value}' for name, value in columns.items())} "
            "from moved m where t.workspace_id = %s and t.id = m.id",
            [Status.VOIDED, workspace.pk, workspace.pk],
        )
        cursor.execute("drop table moved")
