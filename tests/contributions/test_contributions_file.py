"""Rows of contributions that somebody brings: what is wrong says where, and what to do (rules 3.10)."""

import csv
import io
from datetime import date
from decimal import Decimal as D

import pytest

from contributions.rules import Basis, RevenueType
from contributions.services.contributions import Entry
from contributions.sources.columns import COLUMNS, sample
from contributions.sources.contributions_file import Given, Known, alike_lines, check_file
from kamtrak.lib.months import FiscalCalendar, Month, Quarter
from kamtrak.lib.tables import Check, Limits, TableError
from tests.correcting import corrected, workbook

Q3 = Quarter(Month(2026, 7))
KNOWN = Known(
    own=frozenset({"alex", "alex@example.com"}),
    currencies=frozenset({"USD", "EUR", "JPY"}),
    calendar=FiscalCalendar(),
    today=date(2026, 11, 23),
)
HEADER = ",".join(column.name for column in COLUMNS) + "\n"


def check(rows: str, header: str = HEADER, **decisions: str) -> Check[Given]:
    return check_file((header + rows).encode(), decisions, known=KNOWN, limits=Limits())


def line(**said: str) -> str:
    cells = {
        "client": "Nordhavn",
        "type": "direct",
        "amount": "1000.00",
        "currency": "USD",
        "quarter": "2026Q3",
    }
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([(cells | said).get(c.name, "") for c in COLUMNS])
    return out.getvalue()


def wrong(**said: str) -> list[tuple[str, str]]:
    (row,) = check(line(**said)).bad
    return [(problem.column, problem.reason) for problem in row.problems]


def test_a_row_says_what_the_form_would() -> None:
    rows = line(
        type="Retention value",
        amount="48000.50",
        currency="eur",
        quarter="Q3 2026",
        earned_on="2026-08-07",
        owner="Alex",
        basis="per year",
        share="33.3333",
        description="Kept them.",
    )
    (given,) = check(rows).things
    assert given == Given(
        2,
        Entry(
            client="Nordhavn",
            type=RevenueType.RETENTION,
            amount=D("48000.50"),
            currency="EUR",
            quarter=Q3,
            description="Kept them.",
            earned_on=date(2026, 8, 7),
            basis=Basis.PER_YEAR,
            share=D("33.3333"),
        ),
    )


def test_four_columns_are_enough_with_a_day_that_says_the_quarter() -> None:
    header = "client,type,amount,currency,earned_on\n"
    (given,) = check("Nordhavn,direct,1000,USD,2026-08-07\n", header).things
    assert (given.entry.quarter, given.entry.share, given.entry.basis) == (Q3, D(100), Basis.ONE_OFF)


@pytest.mark.parametrize(
    ("said", "column", "reason"),
    [
        ({"client": ""}, "client", "There is no client."),
        ({"type": "indirect"}, "type", "This is not one of the four types."),
        ({"type": ""}, "type", "There is no type."),
        ({"amount": "0"}, "amount", "An amount is above 0."),
        ({"amount": "-5"}, "amount", "An amount is above 0."),
        ({"amount": "10.0055"}, "amount", "USD has 2 decimals."),
        ({"amount": "1234.5", "currency": "JPY"}, "amount", "JPY has no decimals."),
        ({"amount": "1" + "0" * 15}, "amount", "An amount has at most 15 digits before the decimal mark."),
        ({"currency": "XXX"}, "currency", "This currency is not enabled here."),
        ({"currency": ""}, "currency", "There is no currency."),
        ({"quarter": "2026"}, "quarter", "This is not a quarter."),
        ({"quarter": "FY2026"}, "quarter", "This is not a quarter."),
        ({"quarter": "all"}, "quarter", "This is not a quarter."),
        ({"quarter": "2027Q1"}, "quarter", "This quarter has not begun."),
        ({"quarter": ""}, "quarter", "There is no quarter."),
        ({"earned_on": "2026-10-01"}, "earned_on", "This day is not in the quarter of the row."),
        ({"owner": "Amir"}, "owner", "This is somebody else’s contribution."),
        ({"basis": "monthly"}, "basis", "This is not a basis."),
        ({"share": "0"}, "share", "A share is above 0 and at most 100 %."),
        ({"share": "100.5"}, "share", "A share is above 0 and at most 100 %."),
        ({"share": "33.33333"}, "share", "A share has at most 4 decimals."),
        ({"description": "x" * 5001}, "description", "The description has more than 5,000 characters."),
        ({"voided": "yes"}, "voided", "This row was voided."),
    ],
)
def test_what_a_form_would_refuse_is_said_of_the_row(said: dict[str, str], column: str, reason: str) -> None:
    assert wrong(**said) == [(column, reason)]


def test_everything_that_is_wrong_with_a_row_is_said_at_once() -> None:
    assert [column for column, _ in wrong(type="x", owner="Amir", share="0")] == ["type", "owner", "share"]


def test_the_sample_passes_as_it_is() -> None:
    rows = sample("alex@example.com", "2026Q4")
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    found = check(text, header="")
    assert (len(found.good), len(found.bad)) == (3, 0)
    assert [given.entry.share for given in found.things] == [D(100), D(40), D(100)]


def test_text_that_an_export_has_made_safe_is_what_it_was_before() -> None:
    """An exported CSV writes "=SUM(A1)" behind an apostrophe, and "'=x" behind one more."""
    rows = line(description="'=SUM(A1)") + line(description="''=x") + line(description="'s Gravenhage")
    assert [each.entry.description for each in check(rows).things] == ["=SUM(A1)", "'=x", "'s Gravenhage"]


def test_amounts_that_can_be_read_two_ways_are_asked_about_once() -> None:
    header = "client;type;amount;currency;quarter\n"
    asked = check("Nordhavn;direct;1.000;USD;2026Q3\n", header)
    assert [question.column for question in asked.questions] == ["amount"]
    (given,) = check("Nordhavn;direct;1.000;USD;2026Q3\n", header, amount=",").things
    assert given.entry.amount == D(1000)


def test_a_table_of_something_else_says_which_columns_are_expected() -> None:
    with pytest.raises(TableError, match="Expected: client, type, amount, currency and, if wanted, quarter"):
        check("1,2\n", "a,b\n")


# ------------------------------------------------------------------ probable doubles


def given(number: int, amount: str, client: str = "Nordhavn", **changes: object) -> Given:
    values = {"type": RevenueType.DIRECT, "currency": "USD", "quarter": Q3, **changes}
    return Given(number, Entry(client=client, amount=D(amount), **values))  # type: ignore[arg-type]


def alike(*rows: Given, there: str | None = None) -> list[int]:
    known = [((7, RevenueType.DIRECT, Q3, "USD"), D(there))] if there else []
    return [each.line for each in alike_lines(rows, {"nordhavn": 7}, known)]


def test_rows_within_one_percent_of_one_another_or_of_what_is_there_may_be_doubles() -> None:
    """Of 1,000: 990.00 is within 1 %, 989.99 is not."""
    assert alike(given(2, "1000"), given(3, "990")) == [2, 3]
    assert alike(given(2, "1000"), given(3, "989.99")) == []
    assert alike(given(2, "1000"), given(3, "5"), there="1010") == [2]
    assert alike(given(2, "1000"), given(3, "1000", quarter=Q3 - 1)) == []
    assert alike(given(2, "1000"), given(3, "1000", type=RevenueType.SAVINGS)) == []
    assert alike(given(2, "1000", "NORDHAVN "), there="1000") == [2]
    assert alike(given(2, "1000", "Aurelia"), given(3, "1000", "aurelia")) == [2, 3]
    assert alike(given(2, "1000", "Aurelia"), there="1000") == []


def test_amounts_of_a_workbook_come_back_from_the_reject_file_as_they_were() -> None:
    """Its column has decimal commas: 1234.5 is written as 1234,5 beside the text 1.234,50."""
    head = ["client", "type", "amount", "currency", "quarter", "share"]
    lines = [["A", "direct", "1.234,50", "USD", "2026Q3", 40], ["B", "x", 1234.5, "USD", "2026Q3", 33.125]]
    refused = [["C", "x", "7.000,25", "USD", "2026Q3", "33,5"]]
    found = check_file(workbook(head, *lines, *refused), {}, known=KNOWN, limits=Limits())
    assert [each.entry.amount for each in found.things] == [D("1234.5")]
    again = check_file(corrected(found, ",x,", ",direct,"), {}, known=KNOWN, limits=Limits())
    assert [(each.entry.amount, each.entry.share) for each in again.things] == [
        (D("1234.5"), D("33.125")),
        (D("7000.25"), D("33.5")),
    ]
