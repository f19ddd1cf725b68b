"""From the cells of one line to its finished row: read, identified, derived (rules 5.2 to 5.14).

The check, the re-derivation and the editing of a row all come through here, so that they cannot differ.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from transactions.pipeline.names import Names
from transactions.queries.books import WorkspaceBook
from transactions.rules import (
    Derived,
    Field,
    FileMapping,
    Given,
    LineReader,
    Sale,
    Terms,
    Wrong,
    derive,
    key_of_id,
    key_of_values,
    wrong_with,
)
from workspaces.rules import UnfitName

Key = Callable[[Given], bytes]
OF_ANOTHER = (
    "The source has this row already, and it does not belong to the person whose import this is.",
    "Leave the line out, or choose a source that holds only your own rows. An administrator imports for all.",
)


@dataclass(slots=True)
class Made:
    """One row as it would be stored, or what is wrong with it."""

    given: Given
    derived: Derived | None = None
    key: bytes = b""
    sale_key: bytes | None = None
    client: int | None = None
    product: int | None = None
    named_owner: int | None = None
    owner: int | None = None
    wrong: tuple[Wrong, ...] = ()

    @property
    def is_sale(self) -> bool:
        """What undoes another row is none (rules 5.13)."""
        return self.sale_key is None or self.sale_key == self.key


@dataclass(slots=True)
class Sales:
    """The sales that refunds may undo, by the key of their Unique ID (rules 5.13)."""

    found: Mapping[bytes, Sale] = field(default_factory=dict)
    tied: bool = False  # an Original ID means something: the source's rows have a Unique ID


@dataclass(slots=True)
class Maker:
    """Makes the rows of one mapping.

    `owner` is whose they all are, where a person imports their own; then `barred` are the keys of those lines
    at hand that are rows of others.
    """

    reader: LineReader
    key: Key
    terms: Terms
    book: WorkspaceBook
    names: Names
    sales: Sales
    owner: int | None = None
    barred: Collection[bytes] = frozenset()

    def keys(self, lines: Iterable[Sequence[str]]) -> set[bytes]:
        """What these lines are known by, as far as they can be read."""
        read = map(self.reader.read, lines)
        return {self.key(given) for given in read if given.day is not None}

    def make(self, cells: Sequence[str], over: Callable[[Given], None] | None = None) -> Made:
        """The row of these cells; `over` lays an edit by hand on top of what they say."""
        given = self.reader.read(cells)
        made = Made(given, key=self.key(given) if given.day is not None else b"")
        if over is not None:
            over(given)
        wrong = wrong_with(given)
        if not wrong and made.key in self.barred:
            wrong = (Wrong(Field.UNIQUE_ID if given.unique_id else None, given.unique_id, *OF_ANOTHER),)
        if not wrong:
            wrong = self._derive(made)
        made.wrong = wrong
        return made

    def _derive(self, made: Made) -> tuple[Wrong, ...]:
        given, sale = made.given, None
        if given.original_id and self.sales.tied:
            made.sale_key = key_of_id(given.original_id)
            sale = self.sales.found.get(made.sale_key)
        derived = made.derived = derive(given, self.terms, self.book, sale)
        return derived.wrong or self.name(made)

    def name(self, made: Made) -> tuple[Wrong, ...]:
        """Find or make what the row names: its client, product and owner."""
        given, names = made.given, self.names
        client = names.client(given.client)
        if isinstance(client, UnfitName):
            return (Wrong(Field.CLIENT, given.client, str(client), "Write another name, or leave it blank."),)
        made.client = client
        if given.product:
            made.product = names.product(given.product, self.book.match(given.product))
        if self.owner is not None:
            made.owner = self.owner
        elif given.owner:
            made.named_owner, made.owner = names.owner(given.owner)
        return ()


def key_of(mapping: FileMapping, key_fields: Sequence[str]) -> Key:
    """How rows of the file are identified: by their Unique ID, else by the source's key columns (rules
    5.14).
    """
    if Field.UNIQUE_ID in mapping.mapped:
        return lambda given: key_of_id(given.unique_id)
    fields = tuple(Field(name) for name in key_fields) or mapping.key_fields
    return lambda given: key_of_values(given, fields)
