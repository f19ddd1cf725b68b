"""The numbers of a workbook stay numbers: what derives a row again reads what its file said (rules 5.1)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
import xlsxwriter
from django.core.files.storage import default_storage

from kamtrak.lib.money import round_money
from kamtrak.lib.tables import DateOrder, Layout, Limits, read_rows
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.fx.builders import make_own_rate, own
from tests.transactions.bringing import bring, check, commit, rows, undo, upload
from tests.transactions.builders import make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from transactions.models import Import, Transaction
from transactions.pipeline.editing import edit_transaction
from transactions.pipeline.explaining import explained
from transactions.pipeline.rederiving import rederive
from transactions.queries.books import ways_of
from transactions.rules import Column, Field, FileMapping, Lack, LineReader, Measure, Status
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
    assert refused.splitlines()[1].startswith('2026-03-05,AB,"1,234",TBD,7%,b,3,Price')
    corrected = upload(inside.ada, refused.replace("TBD", "1000"), continues=first)
    commit(check(corrected, inside.ada), inside.ada)
    assert [(row.day, row.quantity, row.revenue) for row in rows(inside.acme)] == [
        (date(2026, 3, 4), Decimal("2.55"), Decimal(2550)),
        (date(2026, 3, 5), Decimal("1.234"), Decimal(1234)),
    ]


# ------------------------------------------------------------------ every layout, after whatever happens

QUANTITIES = [Decimal(each) for each in ("1.234", "2.55", "-3", "0", "1000", "0.001", "12.5")]
PERCENTS = [Decimal(each) for each in ("0.19", "0.07", "0", "0.055")]
DAY = date(2026, 3, 4)
TEXTS = ["plain", '"quoted", \\ and a comma', "two\nlines", "", "1.234", "NULL"]


@dataclass(frozen=True)
class Way:
    """How a file writes its rows: days from a calendar's day 0, else as text; numbers with this mark, or as
    numbers of the workbook, all of them or every second one.
    """

    decimal: Literal[".", ","] = "."
    order: DateOrder = DateOrder.YEAR_FIRST
    written: str = "%Y-%m-%d"
    day_0: date | None = None
    fractions: bool = False
    numbers: int = 0  # every nth row has its numbers as such; 0 for none

    def line(self, at: int) -> list[Any]:
        day = DAY + timedelta(at % 40)
        serial = self.day_0 is not None and at % self.numbers == 0
        product, price = ("NEW", None) if at % 5 == 4 else ("P-1", Decimal(1000 + at))
        percent = PERCENTS[at % len(PERCENTS)]
        return [
            f"id {at}",
            (day - self.day_0).days if serial and self.day_0 else day.strftime(self.written),
            product,
            self.number(QUANTITIES[at % len(QUANTITIES)], at),
            "" if price is None else self.number(price, at),
            float(percent) if self.fractions else self.number(percent * 100, at),
            TEXTS[at % len(TEXTS)],
        ]

    def number(self, value: Decimal, at: int) -> str | float:
        if self.numbers and at % self.numbers == 0:
            return float(value)
        return f"{value:f}".replace(".", self.decimal)

    @property
    def columns(self) -> dict[str, Any]:
        known = [Field.UNIQUE_ID, Field.DATE, Field.PRODUCT, Field.QUANTITY, Field.PRICE_SOLD]
        known += [Field.TAX_PERCENT, Field.DESCRIPTION]
        return {
            each.label: Column(
                place,
                each.label,
                each,
                order=self.order,
                decimal=self.decimal,
                fractions=self.fractions and each is Field.TAX_PERCENT,
                tax_included=True if each is Field.PRICE_SOLD else None,
            )
            for place, each in enumerate(known)
        }


WAYS = {
    "a CSV with decimal points": Way(),
    "a CSV with decimal commas": Way(",", DateOrder.DAY_FIRST, "%d/%m/%Y"),
    "a workbook of texts": Way(",", DateOrder.MONTH_FIRST, "%m/%d/%Y"),
    "a workbook of numbers": Way(numbers=1, day_0=date(1899, 12, 30), fractions=True),
    "a workbook from 1904": Way(numbers=1, day_0=date(1904, 1, 1), fractions=True),
    "numbers among decimal commas": Way(",", DateOrder.DAY_FIRST, "%d/%m/%Y", date(1899, 12, 30), numbers=2),
    "fractions among texts": Way(",", DateOrder.DAY_FIRST, "%d.%m.%Y", None, True, 3),
}
ROWS = 30
FIGURES = ("day", "status", "lack", "tier", "quantity", "currency", "revenue", "converted", "tax")


def file_of(name: str) -> bytes:
    way = WAYS[name]
    lines = [[*way.columns], *map(way.line, range(ROWS))]
    if "CSV" not in name:
        return workbook(*lines, date_1904=way.day_0 == date(1904, 1, 1))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(lines)
    return out.getvalue().encode()


def figures(cast: Cast) -> dict[str, tuple[Any, ...]]:
    found = Transaction.objects.filter(workspace=cast.acme)
    return {each[0][0]: each[1:] for each in found.values_list("cells", *FIGURES)}


@pytest.mark.parametrize("name", WAYS)
def test_a_stored_row_is_read_as_its_line_was_whatever_happens(
    inside: Cast, tmp_path: Path, name: str
) -> None:
    content, way = file_of(name), WAYS[name]
    ending = "sales.csv" if "CSV" in name else "sales.xlsx"
    change(inside, removes_tax=True)
    imported = bring(inside.ada, content, way.columns, name=ending)
    path = tmp_path / ending
    path.write_bytes(content)
    reader, layout = _reader(imported), Layout(**imported.layout)
    lines = {line.cells[0]: reader.read(line.cells) for line in read_rows(path, layout, Limits())}
    before = figures(inside)

    def unmoved(but: Sequence[str] = ()) -> None:
        for row in rows(inside.acme):
            assert _reader(row.origin).read(row.cells) == lines[row.cells[0]]
            assert explained(row, None).agrees
        assert {key: each for key, each in figures(inside).items() if key not in but} == {
            key: each for key, each in before.items() if key not in but
        }
        proves_totals(inside)

    assert len(before) == ROWS
    unmoved()
    rederive(inside.acme, [row.pk for row in rows(inside.acme)], NOW)
    unmoved()
    for row in rows(inside.acme)[:4]:
        edit(inside, row, {Field.DESCRIPTION: "Seen"})
    unmoved()
    undo(bring(inside.ada, content, way.columns, name=ending), inside.ada)
    unmoved()
    other = [[*way.columns], *([f"id {at}", "2026-04-01", "P-1", "7", "7", "7", ""] for at in range(ROWS))]
    undo(bring(inside.ada, "\n".join(map(",".join, other)), way.columns), inside.ada)
    unmoved()
    make_item(inside.ada, "NEW", [worth(Measure.REVENUE, "5", date(2020, 1, 1))])
    new = [f"id {at}" for at in range(4, ROWS, 5)]
    unmoved(but=new)
    derived = Transaction.objects.filter(product__text="NEW", status=Status.COUNTED)
    assert {row.cells[0]: row.revenue for row in derived} == {
        key: round_money(lines[key].numbers[Field.QUANTITY] * 5, "USD") for key in new
    }
    for wanted in (True, False):
        change(inside, measures_profit=wanted)
        unmoved(but=new)


def _reader(imported: Import) -> LineReader:
    mapping = FileMapping.from_json(imported.mapping)
    return LineReader(mapping, from_1904=Layout(**imported.layout).from_1904)
