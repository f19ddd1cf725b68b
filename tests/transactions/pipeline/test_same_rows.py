"""Equal lines through corrected files, new sales and undo: each counts once, and the totals are the rows
(rules 5.14, 5.18).
"""

from typing import Any

from tests.cast import NOW, Cast
from tests.transactions.bringing import bring, check, commit, rows, undo, upload
from tests.transactions.pipeline.test_imports import proves_totals
from transactions.models import Import
from transactions.pipeline.editing import edit_transaction
from transactions.rules import Field

BY_ID = {"No": Field.UNIQUE_ID, "Date": Field.DATE, "Amount": Field.REVENUE}
BY_VALUES = {"Date": Field.DATE, "Amount": Field.REVENUE, "Text": None}


def put(cast: Cast, text: str, **more: Any) -> Import:
    """A file with the same one line as all others, told apart by a column that is not mapped."""
    return bring(cast.ada, f"Date,Amount,Text\n2026-08-07,10,{text}\n", BY_VALUES, **more)


def told(cast: Cast) -> list[Any]:
    """The rows by number: the text, whether edited, the revenue."""
    found = sorted(rows(cast.acme), key=lambda row: row.occurrence)
    return [(row.occurrence, row.cells[2], row.edit_id is not None, row.revenue) for row in found]


def test_a_good_line_that_comes_again_with_the_corrected_ones_is_the_same_row(inside: Cast) -> None:
    first = bring(inside.ada, "No,Date,Amount\n1,2026-08-07,10\n2,soon,20\n", BY_ID)
    corrected = upload(inside.ada, "No,Date,Amount\n1,2026-08-07,10\n2,2026-08-08,20\n", continues=first)
    commit(check(corrected, inside.ada), inside.ada)
    assert {row.cells[0]: str(row.revenue) for row in rows(inside.acme)} == {"1": "10.0000", "2": "20.0000"}
    assert len(rows(inside.acme)) == 2
    proves_totals(inside)


def test_undo_below_new_sales_leaves_one_row_and_its_total(inside: Cast) -> None:
    first = put(inside, "first")
    put(inside, "new", new=True)
    put(inside, "again")
    assert told(inside) == [(1, "again", False, 10), (2, "new", False, 10)]
    undo(first, inside.ada)
    assert told(inside) == [(1, "again", False, 10)]
    proves_totals(inside)


def test_an_edit_of_a_sale_that_is_undone_never_lays_itself_over_another_sale(inside: Cast) -> None:
    first, new = put(inside, "first"), put(inside, "new", new=True)
    [row] = [row for row in rows(inside.acme) if row.origin_id == new.pk]
    edit_transaction(
        row=row,
        values={Field.REVENUE: "12"},
        protected=True,
        reason="",
        stamp=str(row.turn),
        by=inside.ada,
        now=NOW,
    )
    undo(first, inside.ada)
    put(inside, "again")
    assert told(inside) == [(1, "new", True, 12)]
    undo(new, inside.ada)
    assert told(inside) == [(1, "again", False, 10), (2, "new", True, 12)]
    proves_totals(inside)
