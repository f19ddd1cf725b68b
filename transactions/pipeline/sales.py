"""The sales that the refunds of a file undo, found before any refund is derived (rules 5.13)."""

from collections.abc import Callable, Iterator

from kamtrak.lib.tables import Row
from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.pipeline.making import Maker, Sales
from transactions.pipeline.meeting import keys_of_others
from transactions.queries.sales import stored_sales
from transactions.rules import Sale, derive, key_of_id, sale_of, wrong_with

BATCH = 5000


def sales_of(
    imported: Import, maker: Maker, rows: Callable[[], Iterator[Row]], told: Callable[[int], None]
) -> Sales:
    """The sales that lines of the file name: those of the file itself first, then those that are in.

    The file is read twice for it; `told` hears each time how many of its rows have been. A sale that lies
    beneath a protected edit stays what the edit says (rules 5.15).
    """
    wanted = set()
    for row in _telling(rows(), told):
        if row.problem is None and (text := maker.reader.read(row.cells).original_id):
            wanted.add(key_of_id(text))
    found: dict[bytes, Sale] = {}
    if wanted:
        found = _in_file(maker, _telling(rows(), told), wanted)
        if imported.owner_id is not None:  # lines that are rows of others do not go in
            for key in keys_of_others(imported, found):
                del found[key]
        with in_workspace(imported.workspace_id):
            others = stored_sales(imported.source, wanted - set(found))
            found |= others | stored_sales(imported.source, set(found), protected=True)
    return Sales(found, tied=True)


def _telling(rows: Iterator[Row], told: Callable[[int], None]) -> Iterator[Row]:
    for number, row in enumerate(rows):
        if number % BATCH == 0:
            told(number)
        yield row


def _in_file(maker: Maker, rows: Iterator[Row], wanted: set[bytes]) -> dict[bytes, Sale]:
    found = {}
    for row in rows:
        if row.problem is not None:
            continue
        given = maker.reader.read(row.cells)
        key = key_of_id(given.unique_id) if given.unique_id else b""
        if given.original_id and key_of_id(given.original_id) != key:
            continue  # what undoes a sale is none itself
        if key in wanted and given.day is not None and not wrong_with(given):
            derived = derive(given, maker.terms, maker.book)
            if not derived.wrong:
                found[key] = sale_of(given.day, derived)
    return found
