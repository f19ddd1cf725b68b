"""The numbers of a workbook stay numbers: what derives a row again reads what its file said (rules 5.1)."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.core.files.storage import default_storage

from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.fx.builders import make_own_rate, own
from tests.transactions.bringing import bring, check, commit, rows, undo, upload
from tests.transactions.builders import make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from transactions.models import Import, Transaction
from transactions.pipeline.editing import edit_transaction
from transactions.pipeline.explaining import explained
from transactions.queries.books import ways_of
from transactions.rules import Field, Lack, Measure
from transactions.services.ways import change_ways, stamp_of

HEAD = ["ID", "Date", "Client", "Qty", "Price"]
FIELDS: Mapping[str, Field | None] = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
}
MIXED = [["a", "2026-03-04", "AB", 1.234, 1000], ["b", "2026-03-05", "AB", "2,55", 1000]]
SERIALS = [["a", 46085, "AB", 1, 10], ["b", 46086, "AB", 2, 10]]  # 4 and 5 March 2026


def workbook(*lines: Sequence[Any], **options: Any) -> bytes:
    """A sheet of these lines: texts stay texts, numbers are numbers without a format."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False, **options}) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
    return out.getvalue()


def put(cast: Cast, lines: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, **more: Any) -> Import:
    return bring(cast.ada, workbook(head, *lines), FIELDS, name="sales.xlsx", **more)


def edit(cast: Cast, row: Transaction, values: Mapping[Field, str]) -> Transaction:
    return edit_transaction(
        row=row, values=values, protected=True, reason="", stamp=str(row.turn), by=cast.ada, now=NOW
    )


def revenues(cast: Cast) -> list[Decimal | None]:
    return [row.revenue for row in rows(cast.acme)]


# ------------------------------------------------------------------ worked cases


def test_a_number_in_a_column_of_decimal_commas_is_the_same_after_another_file_is_undone(
    inside: Cast,
) -> None:
    put(inside, MIXED)
    assert revenues(inside) == [Decimal("1234"), Decimal("2550")]
    second = bring(inside.ada, "ID,Date,Client,Qty,Price\na,2026-03-04,AB,1,1\n", FIELDS)
    undo(second, inside.ada)
    assert revenues(inside) == [Decimal("1234"), Decimal("2550")]
    proves_totals(inside)


def test_editing_the_client_leaves_the_figure_as_it_was(inside: Cast) -> None:
    put(inside, MIXED)
    row = rows(inside.acme)[0]
    edit(inside, row, {Field.CLIENT: "Other"})
    assert revenues(inside) == [Decimal("1234"), Decimal("2550")]


def test_days_that_are_numbers_are_read_again_by_edits_and_after_an_undo(inside: Cast) -> None:
    put(inside, SERIALS)
    assert [row.day for row in rows(inside.acme)] == [date(2026, 3, 4), date(2026, 3, 5)]
    edit(inside, rows(inside.acme)[1], {Field.CLIENT: "Other"})
    later = bring(inside.ada, "ID,Date,Client,Qty,Price\na,2026-04-01,AB,5,10\n", FIELDS)
    undo(later, inside.ada)
    assert [(row.day, row.revenue) for row in rows(inside.acme)] == [
        (date(2026, 3, 4), Decimal(10)),
        (date(2026, 3, 5), Decimal(20)),
    ]


def test_rows_of_numbered_days_that_wait_follow_the_catalog_the_settings_and_the_rates(inside: Cast) -> None:
    publish()
    lines = [[46085, "AB", "WNEW", 2, "", ""], [46086, "AB", "", "", 100, "RUB"]]
    fields = {"Date": Field.DATE, "Client": Field.CLIENT, "Product": Field.PRODUCT, "Qty": Field.QUANTITY}
    fields |= {"Amount": Field.REVENUE, "Currency": Field.CURRENCY}
    bring(inside.ada, workbook([*fields], *lines), fields, name="sales.xlsx")
    assert [row.lack for row in rows(inside.acme)] == [Lack.NO_ENTRY, Lack.NO_RATE]
    make_item(inside.ada, "WNEW", [worth(Measure.REVENUE, "5", date(2020, 1, 1))])
    change(inside, measures_profit=True)
    make_own_rate(inside.acme, inside.ada, own("RUB", "USD", date(2026, 1, 1), "0.012"))
    assert revenues(inside) == [Decimal(10), Decimal(100)]
    assert [row.converted for row in rows(inside.acme)] == [Decimal(10), Decimal("1.20")]
    assert [row.day for row in rows(inside.acme)] == [date(2026, 3, 4), date(2026, 3, 5)]


def change(cast: Cast, **wanted: Any) -> None:
    before = ways_of(cast.acme)
    change_ways(
        workspace=cast.acme,
        by=cast.ada,
        wanted=replace(before, **wanted),
        reason="As agreed",
        seen=stamp_of(before),
        now=NOW,
    )


def test_a_fraction_is_the_percentage_that_the_check_showed(inside: Cast) -> None:
    fields = {"Date": Field.DATE, "Amount": Field.REVENUE, "Tax %": Field.TAX_PERCENT}
    lines = [["2026-03-04", 119, 0.19], ["2026-03-05", 107, 0.07]]
    bring(inside.ada, workbook([*fields], *lines), fields, name="sales.xlsx")
    read = [explained(row, None).given.numbers[Field.TAX_PERCENT] for row in rows(inside.acme)]
    assert read == [Decimal(19), Decimal(7)]


def test_the_page_of_a_row_explains_the_figure_that_it_has(inside: Cast) -> None:
    put(inside, MIXED)
    assert all(explained(row, None).agrees for row in rows(inside.acme))


def test_provided_cells_are_kept_as_they_were(inside: Cast) -> None:
    put(inside, MIXED)
    assert [row.cells for row in rows(inside.acme)] == [
        ["a", "2026-03-04", "AB", "1.234", "1000"],
        ["b", "2026-03-05", "AB", "2,55", "1000"],
    ]


def test_the_same_workbook_again_changes_nothing(inside: Cast) -> None:
    put(inside, MIXED)
    again = put(inside, MIXED)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


def test_a_refused_row_comes_back_from_the_reject_file_with_the_numbers_that_it_had(inside: Cast) -> None:
    fields = {**FIELDS, "Tax %": Field.TAX_PERCENT}
    lines = [[46085, "AB", "2,55", 1000, 0.19, "a"], [46086, "AB", 1.234, "TBD", 0.07, "b"]]
    head = ["Date", "Client", "Qty", "Price", "Tax %", "ID"]
    first = bring(inside.ada, workbook(head, *lines), fields, name="sales.xlsx")
    with default_storage.open(first.rejects) as stored:
        refused = stored.read().decode("utf-8-sig")
    assert refused.splitlines()[1].startswith('2026-03-05,AB,"1,2340",TBD,7%,b,3,Price')
    corrected = upload(inside.ada, refused.replace("TBD", "1000"), continues=first)
    commit(check(corrected, inside.ada), inside.ada)
    assert [(row.day, row.quantity, row.revenue) for row in rows(inside.acme)] == [
        (date(2026, 3, 4), Decimal("2.55"), Decimal(2550)),
        (date(2026, 3, 5), Decimal("1.234"), Decimal(1234)),
    ]


def test_a_check_names_the_cells_that_change_and_nothing_of_how_numbers_are_kept(inside: Cast) -> None:
    """2 × 10 becomes 3 × 10; the second file ends a row before its last column."""
    head = [*HEAD, "Remark", "Shop"]
    first = [["a", "2026-03-04", "AB", 2, 10, "web", "Lyon"], ["b", "2026-03-05", "AB", 1, 10, "", ""]]
    put(inside, first, head)
    again = workbook(head, ["a", "2026-03-04", "AB", 3, 10], ["b", "2026-03-05", "AB", 1, 10])
    imported = check(upload(inside.ada, again, "sales.xlsx"), inside.ada)
    (change,) = imported.checked["changes"]
    assert change["cells"] == [["Qty", "2", "3"], ["Remark", "web", ""], ["Shop", "Lyon", ""]]
    assert (change["was"], change["is"]) == ("20.0000", "30.00")
