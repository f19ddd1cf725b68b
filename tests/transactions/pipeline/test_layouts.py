"""Whatever a file looks like, its stored rows are read as its lines were, whatever happens (rules 5.1)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from kamtrak.lib.money import round_money
from kamtrak.lib.tables import DateOrder, Layout, Limits, read_rows
from tests.cast import NOW, Cast
from tests.transactions.bringing import bring, rows, undo
from tests.transactions.builders import make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from tests.transactions.pipeline.test_workbooks import change, edit, workbook
from transactions.models import Import, Transaction
from transactions.pipeline.explaining import explained
from transactions.pipeline.rederiving import rederive
from transactions.rules import Column, Field, FileMapping, LineReader, Measure, Status

QUANTITIES = [Decimal(each) for each in ("1.234", "2.55", "-3", "0", "1000", "0.001", "12.5")]
PERCENTS = [Decimal(each) for each in ("0.19", "0.07", "0", "0.055")]
DAY = date(2026, 3, 4)
TEXTS = ["plain", '"quoted", \\ and a comma', "two\nlines", "", "1.234", "NULL"]


@dataclass(frozen=True)
class Way:
    """How a file writes its rows: days from a calendar's day 0, else as text; numbers with this mark, or as
    numbers of the workbook, in all rows or every nth one.
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
