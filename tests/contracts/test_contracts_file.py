"""A file of older contracts: one row per contract and rule; what is wrong says where, and what to do."""

import csv
import io
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from contracts.rules import ContractType, Rule, Unit
from contracts.sources.columns import COLUMNS, sample
from contracts.sources.contracts_file import (
    Given,
    Known,
    OlderContract,
    check_file,
    contracts_in,
    gathered,
)
from kamtrak.lib.tables import Check, Limits, TableError
from tests.correcting import corrected, workbook
from workspaces.rules import name_key

HEADER = "number,name,client,owner,type,start,months,currency,confirmed on,from month,to month,revenue,unit,"
HEADER += "monthly revenue\n"
FIRST = "KT-1,Platform,Nordhavn,alex@example.com,fixed,2024-03-15,24,EUR,2024-03-01,1,12,10000,,\n"
KNOWN = Known(
    owners={"alex@example.com": 7, "alex almond": 7, "two of them": None},
    taken=frozenset({"kt-9"}),
    currencies=frozenset({"USD", "EUR", "JPY"}),
    today=date(2026, 11, 23),
)


def checked(rows: str, decisions: dict[str, str] | None = None) -> Check[Given]:
    return check_file((HEADER + rows).encode(), decisions or {}, known=KNOWN, limits=Limits())


def contracts(rows: str) -> list[OlderContract]:
    return contracts_in(checked(rows))


def problems(check: Check[Given]) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.reason) for row in check.bad for p in row.problems]


def with_cell(column: str, value: str) -> str:
    """The first row with another value in one column."""
    names = HEADER.strip().split(",")
    cells = FIRST.strip().split(",")
    cells[names.index(column)] = value
    return ",".join(cells) + "\n"


def test_two_rows_of_one_number_are_two_rules_of_one_contract() -> None:
    (contract,) = contracts(FIRST + "KT-1,,,,,,,,,13,24,80,%,12500\n")
    assert contract.terms.rules == (
        Rule(1, 12, D(10000)),
        Rule(13, 24, D(80), Unit.PERCENT),
    )
    assert (contract.terms.kind, contract.terms.period, contract.terms.monthly) == (
        ContractType.FIXED,
        24,
        D(12500),
    )
    assert (contract.owner, contract.confirmed_on) == (7, date(2024, 3, 1))


def test_the_sample_file_is_one_that_passes() -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(sample("maren@example.com"))
    known = Known({"maren@example.com": 1, "maren lindqvist": 1}, frozenset(), KNOWN.currencies, KNOWN.today)
    check = check_file(text.getvalue().encode(), {}, known=known, limits=Limits())
    assert (len(contracts_in(check)), check.bad) == (2, [])
    assert set(sample("")[0]) == {column.name for column in COLUMNS}


def test_an_open_end_and_a_casual_contract_need_no_more_than_they_have() -> None:
    row = FIRST.replace("fixed", "Casual").replace(",24,EUR", ",1,EUR").replace("1,12,10000", "1,,10000")
    (contract,) = contracts(row)
    assert (contract.terms.period, contract.terms.rules) == (1, (Rule(1, None, D(10000)),))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("number", "KT-9", "A contract with this number is there already."),
        ("owner", "nobody@example.com", "This is no account manager of the workspace."),
        ("owner", "Two of Them", "More than one account manager bears this name."),
        ("owner", "", "Blank on the contract’s first row."),
        ("type", "lease", "This is not a type."),
        ("currency", "CHF", "This currency is not enabled here."),
        ("start", "2024-02-30", "There is no such day."),
        ("months", "0", "This is not a number of months."),
        ("months", "1.5", "This is not a number of months."),
        ("months", "1000000000", "This is not a number of months."),
        ("from month", "0", "This is not a number of months."),
        ("to month", "1.5", "This is not a number of months."),
        ("revenue", "n/a", "This is not a number."),
        ("revenue", "", "The cell is blank."),
        ("unit", "euros", "This is not a unit."),
        ("confirmed on", "2027-01-01", "This day has not come."),
        ("name", "x" * 201, "The name has 201 characters; at most 200 are kept."),
        ("number", "K" * 41, "The number has more than 40 characters."),
        ("start", "1969-12-31", "Contracts start between 1970 and 2099."),
        ("start", "2100-01-01", "Contracts start between 1970 and 2099."),
        ("revenue", "1" + "0" * 15, "A month earns at most 15 digits before the decimal mark."),
        ("revenue", "-1" + "0" * 15, "A month earns at most 15 digits before the decimal mark."),
        ("revenue", "100.0011", "EUR has 2 decimals."),
        ("monthly revenue", "-100", "The monthly revenue is below 0."),
        ("monthly revenue", "1" + "0" * 19, "An amount has at most 15 digits before the decimal mark."),
        ("monthly revenue", "100.00049", "EUR has 2 decimals."),
    ],
)
def test_what_is_wrong_is_told_at_its_column(column: str, value: str, reason: str) -> None:
    found = problems(checked(with_cell(column, value)))
    assert found == [(2, column, reason)]


def test_details_longer_than_what_is_kept_are_told() -> None:
    rows = (HEADER.strip() + ",details\n" + FIRST.strip() + "," + "x" * 5001 + "\n").encode()
    check = check_file(rows, {}, known=KNOWN, limits=Limits())
    assert problems(check) == [(2, "details", "The details have more than 5,000 characters.")]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("33.33333", "A percentage has at most 4 decimals."),
        ("1000.01", "A percentage lies between 0 and 1,000."),
        ("-5", "A percentage lies between 0 and 1,000."),
    ],
)
def test_a_percentage_that_no_form_would_take_is_told(written: str, reason: str) -> None:
    row = with_cell("unit", "%").replace(",10000,%,", f",{written},%,100")
    assert problems(checked(row)) == [(2, "revenue", reason)]


def test_the_monthly_revenue_is_judged_on_whichever_row_it_stands() -> None:
    check = checked(FIRST + "KT-1,,,,,,,,,13,24,80,%,100.00049\n")
    assert problems(check) == [
        (2, "number", "Another row of this contract cannot go in."),
        (3, "monthly revenue", "EUR has 2 decimals."),
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "K" * 40),
        ("start", "1970-01-01"),
        ("start", "2099-12-31"),
        ("confirmed on", "1904-01-01"),
        ("revenue", "999999999999999.99"),
        ("monthly revenue", "100.50000"),
    ],
)
def test_the_outermost_that_is_kept_passes(column: str, value: str) -> None:
    assert checked(with_cell(column, value)).bad == []


def test_a_percentage_of_four_decimals_passes() -> None:
    row = with_cell("unit", "%").replace(",10000,%,", ",33.333300,%,100")
    (contract,) = contracts(row)
    assert contract.terms.rules == (Rule(1, 12, D("33.3333"), Unit.PERCENT),)


def test_rules_that_overlap_are_told_at_the_later_one_and_both_rows_stay_out() -> None:
    check = checked(FIRST + "KT-1,,,,,,,,,12,24,8000,,\n")
    assert problems(check) == [
        (2, "number", "Another row of this contract cannot go in."),
        (3, "from month", "Rules 1 and 2 both cover month 12."),
    ]
    assert contracts_in(check) == []


def test_rows_that_say_different_things_of_one_contract_are_refused() -> None:
    check = checked(FIRST + "KT-1,Another name,,,,,,,,13,24,8000,,\n")
    assert (3, "name", "The rows of this contract say different things.") in problems(check)


def test_a_percentage_without_a_base_and_a_blank_row_are_told() -> None:
    check = checked(FIRST + "KT-1,,,,,,,,,13,24,80,%,\n")
    assert [p[:2] for p in problems(check)] == [(2, "number"), (3, "revenue")]


def test_one_bad_contract_keeps_no_other_out() -> None:
    check = checked(FIRST + with_cell("owner", "nobody").replace("KT-1", "KT-2"))
    assert [contract.number for contract in contracts_in(check)] == ["KT-1"]
    assert check.report is not None
    assert (check.report.good, check.report.bad) == (1, 1)


def test_negative_revenue_is_asked_about_and_a_gap_is_warned_about() -> None:
    (contract,) = contracts(with_cell("revenue", "-500"))
    assert len(contract.questions) == 1
    assert contract.warnings == ("Months 13–24 are not covered and will earn 0.",)
    assert gathered([contract.warnings, contract.warnings]) == [
        ("Months 13–24 are not covered and will earn 0.", 2)
    ]


def test_a_decimal_comma_counts_for_the_whole_column() -> None:
    rows = "KT-1;Platform;Nordhavn;alex@example.com;fixed;15.03.2024;24;EUR;01.03.2024;1;24;1.250,50;;\n"
    text = HEADER.replace(",", ";") + rows
    (contract,) = contracts_in(check_file(text.encode(), {}, known=KNOWN, limits=Limits()))
    assert (contract.terms.rules[0].revenue, contract.terms.start) == (D("1250.50"), date(2024, 3, 15))


def test_an_amount_finer_than_its_currency_is_refused() -> None:
    found: Any = problems(checked(with_cell("currency", "JPY").replace(",10000,", ",1234.50,")))
    assert found[0][:2] == (2, "revenue")


def test_what_is_no_table_of_contracts_says_what_is_expected() -> None:
    with pytest.raises(TableError, match="no column “client”"):
        check_file(b"number,name\nKT-1,x\n", {}, known=KNOWN, limits=Limits())


def test_numbers_are_compared_as_names_are() -> None:
    assert problems(checked(with_cell("number", " kt-9 ")))[0][1] == "number"
    assert name_key(" KT-9 ") in KNOWN.taken


def test_numbers_of_a_workbook_come_back_from_the_reject_file_as_they_were() -> None:
    """Its column has decimal commas: 1.5 is written as 1,5, and what a row should repeat likewise."""
    head = HEADER.strip().split(",")
    first = ["KT-1", "Platform", "Nordhavn", "nobody", "fixed", 45366, 24, "EUR", 45352, 1, 12, "10,5", ""]
    second = ["KT-1", "", "", "", "", "", "", "", "", 13, 24, 1.125, "%"]
    lines = [[*first, 1000.25], [*second, "1000,75"]]
    said = check_file(workbook(head, *lines), {}, known=KNOWN, limits=Limits())
    assert [p.repair for row in said.bad for p in row.problems if p.column == "monthly revenue"] == [
        "Write “1000,25”, as in line 2, or leave it blank."
    ]
    lines[1][-1] = "1000,25"
    found = check_file(workbook(head, *lines), {}, known=KNOWN, limits=Limits())
    content = corrected(found, "nobody", "alex@example.com")
    (contract,) = contracts_in(check_file(content, {}, known=KNOWN, limits=Limits()))
    assert contract.terms.rules == (Rule(1, 12, D("10.5")), Rule(13, 24, D("1.125"), Unit.PERCENT))
    assert (contract.terms.monthly, contract.terms.start) == (D("1000.25"), date(2024, 3, 15))
