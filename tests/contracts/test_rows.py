"""The rows of the editor as they are typed, stepped and pasted (rules 4.3, 4.6, 4.7)."""

import re
from decimal import Decimal as D

import pytest
from django.http import QueryDict

from contracts.forms.pasted import PasteError, paste
from contracts.forms.rows import Rows, TypedRule, examine, may_append, read_rows, typed_rows, with_step
from contracts.rules import Rule, Unit, Weight

PERCENT = Unit.PERCENT
TWO = (TypedRule("1", "12", "100"), TypedRule("13", "24", "80"))


def said(rows: Rows, currency: str = "USD", months: int | None = 24, monthly: D | None = None) -> list[str]:
    found = examine(rows, months=months, monthly=monthly, currency=currency)
    return [f"{finding.field}-{finding.rule}: {finding.message}" for finding in found.findings]


def as_sent(**columns: list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in columns.items():
        data.setlist(name, values)
    return data


# ------------------------------------------------------------------ read back


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("0", "Months are counted from 1."),
        ("1.5", "“1.5” is not a month number. Write a whole number like 12."),
        ("-1", "“-1” is not a month number. Write a whole number like 12."),
        ("abc", "“abc” is not a month number. Write a whole number like 12."),
        ("１", "“１” is not a month number. Write a whole number like 12."),
        ("1000000000", "A schedule has at most 600 months."),
        ("9" * 90, "A schedule has at most 600 months."),
        ("", "Enter the month, counted from 1."),
    ],
)
def test_a_month_is_a_whole_number_from_one_to_six_hundred(typed: str, message: str) -> None:
    row = TypedRule(typed, "", "100")
    assert f"first-1: {message}" in said((row,))


def test_an_empty_to_month_is_onwards() -> None:
    found = examine((TypedRule("1", " ", "5"),), months=None, monthly=None, currency="USD")
    assert found.placed == (Rule(1, None, D(5)),)
    assert examine((TypedRule("1", "onwards", "5"),), months=None, monthly=None, currency="USD").placed


def test_amounts_are_read_as_people_write_them_and_a_percent_sign_says_the_unit() -> None:
    rows = read_rows(
        as_sent(first=["1", "13"], last=["12", "24"], revenue=["1.234,50", "60 %"], unit=["", ""])
    )
    found = examine(rows, months=24, monthly=D(1250), currency="EUR")
    assert found.placed == (Rule(1, 12, D("1234.5")), Rule(13, 24, D(60), PERCENT))


def test_yen_have_no_decimals_and_the_other_rows_are_checked_as_well() -> None:
    rows = (TypedRule("1", "12", "¥1,234.50"), TypedRule("10", "24", "5"))
    assert said(rows, "JPY") == [
        "revenue-1: Yen has no decimals. Enter 1,234 or 1,235.",
        "first-2: Rules 1 and 2 both cover months 10–12.",
    ]


def test_while_a_month_cannot_be_read_only_that_is_said() -> None:
    assert said((TypedRule("x", "12", "100"), TypedRule("5", "24", ""))) == [
        "first-1: “x” is not a month number. Write a whole number like 12."
    ]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("1000.5", "A percentage lies between 0 and 1,000."),
        ("33.33333", "A percentage has at most 4 decimals."),
        ("1,000", "“1,000” could be 1 or 1000. Write it without the mark."),
        ("", "Enter the revenue per month of rule 1; 0 is allowed."),
    ],
)
def test_a_percentage_lies_between_nothing_and_ten_times_all(typed: str, message: str) -> None:
    row = TypedRule("1", "24", typed, PERCENT)
    assert said((row,), monthly=D(1000)) == [f"revenue-1: {message}"]


def test_a_month_never_earns_more_digits_than_are_kept() -> None:
    row = TypedRule("1", "24", "1000", PERCENT)
    largest = D("999999999999999")
    assert said((row,), monthly=largest) == [
        "revenue-1: A month earns at most 15 digits before the decimal mark."
    ]


def test_a_template_is_not_asked_for_a_contracts_monthly_revenue() -> None:
    rows = (TypedRule("1", "12", "60", PERCENT), TypedRule("13", "24", "50"))
    assert not examine(rows, months=24, monthly=None, currency="USD", template=True).findings
    assert said(rows) == ["revenue-1: A percentage needs the contract’s monthly revenue."]


def test_a_row_overtyped_in_place_becomes_a_fixed_amount_and_an_untouched_one_stays_a_percentage() -> None:
    shown = [TypedRule("1", "12", "60", PERCENT).written, TypedRule("13", "24", "50", PERCENT).written]
    assert shown == ["60 %", "50 %"]
    months = {"first": ["1", "13"], "last": ["12", "24"], "unit": ["amount", "amount"]}
    rows = read_rows(as_sent(revenue=["700", "50 %"], **months))
    assert rows == (TypedRule("1", "12", "700"), TypedRule("13", "24", "50", PERCENT))


def test_rows_stand_in_their_fields_as_they_would_be_typed() -> None:
    rules = (Rule(1, 12, D("10000")), Rule(13, None, D("33.3300"), PERCENT))
    assert typed_rows(rules, "USD") == (
        TypedRule("1", "12", "10,000.00"),
        TypedRule("13", "", "33.33", PERCENT),
    )


def test_a_form_with_more_rows_than_a_formula_may_have_is_refused_and_not_cut() -> None:
    rows = tuple(TypedRule(str(n), str(n), "1") for n in range(1, 18))
    assert "-None: A formula has at most 16 rules; this one has 17." in said(rows)


# ------------------------------------------------------------------ + and −


def test_plus_appends_as_many_months_with_the_revenue_still_to_be_filled() -> None:
    assert with_step(TWO, "add", "USD") == (*TWO, TypedRule("25", "36", ""))


def test_after_an_open_end_and_at_sixteen_rules_there_is_no_plus() -> None:
    assert not may_append((TypedRule("1", "", "5"),))
    many = tuple(TypedRule(str(n), str(n), "1") for n in range(1, 17))
    assert not may_append(many)
    assert with_step(many, "add", "USD") == many


def test_plus_waits_until_the_last_row_can_be_read() -> None:
    rows = (TypedRule("1", "abc", "5"),)
    assert with_step(rows, "add", "USD") == rows


def test_minus_takes_the_last_row_stretches_nothing_and_leaves_one() -> None:
    assert with_step(TWO, "drop", "USD") == TWO[:1]
    assert with_step(TWO[:1], "drop", "USD") == TWO[:1]


def test_closing_a_gap_stretches_the_rule_before_it_and_leaves_what_is_typed_elsewhere() -> None:
    rows = (TypedRule("1", "10", "1.000,50"), TypedRule("13", "", "€5"))
    assert with_step(rows, "close:11-12", "EUR") == (TypedRule("1", "12", "1.000,50"), rows[1])
    assert with_step(rows, "pull:11-12", "EUR") == (rows[0], TypedRule("11", "", "€5"))
    assert with_step(rows, "close:x", "EUR") == with_step(rows, "pull:x", "EUR") == rows


def test_nothing_happens_for_a_button_that_there_is_not() -> None:
    assert with_step(TWO, "explode", "USD") == TWO


# ------------------------------------------------------------------ pasted


def pasted(text: str, at: str = "first-1", rows: Rows = TWO[:1], currency: str = "USD") -> Rows:
    field, _, position = at.partition("-")
    return paste(rows, text, position=int(position), field=field, currency=currency)


@pytest.mark.parametrize(
    "text",
    [
        "1\t12\t100,50\n13\t24\t80,25",
        "1;12;100,50\n13;24;80,25\n",
        '1,12,"100,50"\n13,24,80.25',
        "From month\tTo month\tRevenue per month\n1\t12\t100,50\n13\t24\t80.25",
        "Von;Bis;Betrag\n1;12;100,50\n\n13;24;80,25",
        "Revenue,From,To,Note\n100.50,1,12,first\n80.25,13,24,then",
    ],
)
def test_rows_of_a_spreadsheet_are_taken_with_or_without_a_header(text: str) -> None:
    found = examine(pasted(text), months=24, monthly=None, currency="USD")
    assert found.placed == (Rule(1, 12, D("100.50")), Rule(13, 24, D("80.25")))
    assert not found.findings


def test_units_are_pasted_too() -> None:
    assert pasted("1\t12\t60\t%\n13\t24\t500\tUSD\n25\t\t40%") == (
        TypedRule("1", "12", "60", PERCENT),
        TypedRule("13", "24", "500"),
        TypedRule("25", "", "40", PERCENT),
    )


def test_one_column_fills_downwards_from_its_field_and_goes_on_like_plus() -> None:
    assert pasted("90\n70\n60", at="revenue-1", rows=TWO) == (
        TypedRule("1", "12", "90"),
        TypedRule("13", "24", "70"),
        TypedRule("25", "36", "60"),
    )


def test_rows_below_what_was_pasted_stay() -> None:
    assert pasted("1\t6\t5\n7\t12\t6", rows=(*TWO, TypedRule("25", "", "1")))[2] == TypedRule("25", "", "1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\t12\t100\n13\t24\tabc", "Line 2: “abc” is not an amount. Write it like 1,234.56, 500K or 2.5m."),
        ("1\t12\t100\n\nx\t24\t80", "Line 3: “x” is not a month number. Write a whole number like 12."),
        ("1\t12\t100\tEUR", "Line 1: “EUR” is not a unit. Write USD or %."),
        ("1,12,100,50\n13,24,80,25", "Line 1: “50” is not a unit. Write USD or %."),
        (
            "a\tb\tc\td\te\n1\t2\t3\t4\t5",
            "There are more columns than From month, To month, Revenue and Unit.",
        ),
        (" \n\t\n", "There was nothing in what was pasted."),
        ("1\t1\t1\n" * 17, "A formula has at most 16 rules; with these it would have 17."),
        ("9" * 10_001, "That is too much: at most 10,000 characters are read."),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(PasteError, match=f"^{re.escape(message)}$"):
        pasted(text)


def test_every_kind_of_finding_has_a_place() -> None:
    rows = (TypedRule("1", "12", "-5"), TypedRule("15", "30", "5"))
    found = examine(rows, months=24, monthly=None, currency="USD")
    weights = [(finding.weight, finding.rule, finding.gap) for finding in found.findings]
    assert weights == [
        (Weight.QUESTION, 1, None),
        (Weight.WARNING, None, (13, 14)),
        (Weight.WARNING, 2, None),
    ]
