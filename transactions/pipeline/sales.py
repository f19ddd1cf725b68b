"""The sales that the refunds of a file undo, found before any refund is derived (rules 5.13)."""

from collections.abc import Callable, Iterator

from kamtrak.lib.tables import Row
from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.pipeline.making import Maker, Sales
from transactions.queries.sales import stored_sales
from transactions.rules import Sale, derive, key_of_id, sale_of, wrong_with


def sales_of(imported: Import, maker: Maker, rows: Callable[[], Iterator[Row]]) -> Sales:
    """The sales that lines of the file name: those of the file itself first, then those that are in."""
    wanted = set()
    for row in rows():
        if row.problem is None and (text := maker.reader.read(row.cells).original_id):
            wanted.add(key_of_id(text))
    found: dict[bytes, Sale] = {}
    if wanted:
        found = _in_file(maker, rows(), wanted)
        with in_workspace(imported.workspace_id):
            found = stored_sales(imported.source, wanted - set(found)) | found
    return Sales(found, tied=True)


def _in_file(maker: Maker, rows: Iterator[Row], wanted: set[bytes]) -> dict[bytes, Sale]:
    found = {}
    for row in rows:
        if row.problem is not None:
            continue
        given = maker.reader.read(row.cells)
        key = key_of_id(given.unique_id) if given.unique_id else b""
        if key in wanted and given.day is not None and not wrong_with(given):
            derived = derive(given, maker.terms, maker.book)
            if not derived.wrong:
                found[key] = sale_of(given.day, derived)
    return found
