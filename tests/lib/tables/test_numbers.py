"""Numbers of a column: decided by all of its values, then read one by one (rules 5.7, 5.16)."""

import decimal
from decimal import Decimal as D
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import Ask, NumberCell, NumberEvidence, NumberFormat, Unreadable, decide_numbers

POINT, COMMA = NumberFormat("."), NumberFormat(",")


@pytest.mark.parametrize(
    ("values", "decided"),
    [
        (["2,55"], COMMA),
        (["2.55"], POINT),
        (["1.234,56", "1.000"], COMMA),
        (["1,234.56", "1,000"], POINT),
        (["1.000", "2.5"], POINT),
        (["1.000", "2,5"], COMMA),
        (["1.000.000", "1.000"], COMMA),
        (["1,000,000", "1,000"], POINT),
        (["0.855"], POINT),
        (["0,855"], COMMA),
        (["1234.567"], POINT),
        (["12,34,567"], POINT),
        (["1 234,5"], COMMA),
        (["1'234.5"], POINT),
        (["6", "12", "-1"], POINT),
        (["1 000", "2 000"], POINT),
        (["TBD", "", "  "], POINT),
        (["€ 2,55", "TBD"], COMMA),
        (["(33,52)"], COMMA),
        (["1,5E+06"], COMMA),
        ([NumberCell("1.234"), NumberCell("5")], POINT),
        ([], POINT),
    ],
)
def test_clear_evidence_decides_the_whole_column(values, decided):
    assert decide_numbers(values) == decided


@pytest.mark.parametrize(
    "values", [["1.000"], ["1,000"], ["1.000", "12.500", "7"], ["1.000", "1,000"], ["$1.000"]]
)
def test_one_mark_before_three_digits_as_the_only_evidence_is_asked(values):
    ask = decide_numbers(values)
    assert isinstance(ask, Ask)
    assert ask.question == "Every number of the column can be read in two ways. Which is right?"
    assert {option.format for option in ask.options} == {POINT, COMMA}


def test_the_question_shows_how_each_option_reads_samples():
    ask = decide_numbers(["1.000", "12.500", "7", "1.000"])
    assert isinstance(ask, Ask)
    readings = {option.label: option.readings for option in ask.options}
    assert readings == {
        "Decimal point": (("1.000", "1.000"), ("12.500", "12.500")),
        "Decimal comma": (("1.000", "1000"), ("12.500", "12500")),
    }


def test_values_that_contradict_each_other_are_asked_with_what_each_option_cannot_read():
    ask = decide_numbers(["1.5", "2.5", "3,5", "TBD"])
    assert isinstance(ask, Ask)
    assert [(option.format, option.unreadable) for option in ask.options] == [(POINT, 2), (COMMA, 3)]
    assert ask.options[0].readings == (("1.5", "1.5"), ("2.5", "2.5"), ("3,5", "cannot be read"))


def test_the_decision_does_not_depend_on_where_the_evidence_stands():
    evidence = NumberEvidence()
    for _ in range(10_000):
        evidence.add("1.000")
    evidence.add("2,5")
    assert evidence.decide() == COMMA
    assert evidence.values == 10_001


def test_cells_that_are_no_numbers_are_counted():
    evidence = NumberEvidence()
    for value in ("n/a", "5", "", "x"):
        evidence.add(value)
    assert (evidence.values, evidence.unreadable) == (3, 2)


@pytest.mark.parametrize(
    ("fmt", "text", "value"),
    [
        (COMMA, "2,55", "2.55"),
        (COMMA, "1.234,56", "1234.56"),
        (COMMA, "1.000", "1000"),
        (COMMA, "-1", "-1"),
        (POINT, "1.000", "1.000"),
        (POINT, "1,234.5", "1234.5"),
        (POINT, "1\u202f234.5", "1234.5"),
        (POINT, "1'234", "1234"),
        (POINT, "+5", "5"),
        (POINT, "−5", "-5"),
        (POINT, "(33.52)", "-33.52"),
        (POINT, "33.52-", "-33.52"),
        (POINT, ".5", "0.5"),
        (POINT, "5.", "5"),
        (POINT, "007", "7"),
        (POINT, "1.5E+06", "1500000"),
        (COMMA, "1,5e-3", "0.0015"),
        (POINT, " 6 ", "6"),
        (POINT, "0", "0"),
        (COMMA, NumberCell("1.234"), "1.234"),
        (POINT, NumberCell(f"{D('1e29'):f}"), "1e29"),
        (POINT, NumberCell(f"{D('-1.38777878078145e-17'):f}"), "-1.38777878078145e-17"),
        (POINT, NumberCell(f"{D('1e-30'):f}"), "1e-30"),
        (POINT, "0e-20", "0"),
        (POINT, "123456789012345678.901234567891", "123456789012345678.901234567891"),
    ],
)
def test_a_number_is_read_exactly(fmt, text, value):
    with decimal.localcontext(decimal.Context(prec=3)):
        parsed = fmt.parse(text)
    assert parsed == D(value)
    assert not parsed.is_signed() or parsed != 0


@pytest.mark.parametrize(
    ("fmt", "text", "reason"),
    [
        (POINT, "TBD", "This is not a number."),
        (POINT, "", "The cell is blank."),
        (POINT, "2,55", "The number does not fit a column whose decimal mark is “.”."),
        (COMMA, "2.55", "The number does not fit a column whose decimal mark is “,”."),
        (COMMA, "1.00.000", "The number does not fit a column whose decimal mark is “,”."),
        (POINT, "1.2.3", "The number does not fit a column whose decimal mark is “.”."),
        (POINT, "5 €", "There is “€” beside the number."),
        (POINT, "5 kg", "This is not a number."),
        (POINT, "500K", "This is not a number."),
        (POINT, "5 € 5", "This is not a number."),
        (POINT, "--5", "This is not a number."),
        (POINT, "NaN", "This is not a number."),
        (POINT, "Infinity", "This is not a number."),
        (POINT, "１２", "The digits are not 0–9."),
        (POINT, "1e999", "The number has more than 30 digits."),
        (POINT, "1" * 30 + "e1", "The number has more than 30 digits."),
        (POINT, "0.00000000001e-20", "The number has more than 30 digits."),
        (COMMA, NumberCell(f"{D('1e30'):f}"), "The number has more than 30 digits."),
        (COMMA, NumberCell(f"{D('1e-31'):f}"), "The number has more than 30 digits."),
        (POINT, "9" * 31, "The number has more than 30 digits."),
        (POINT, "9" * 1000, "This is not a number."),
        (POINT, "=1+1", "This is not a number."),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(fmt, text, reason):
    with pytest.raises(Unreadable) as problem:
        fmt.parse(text)
    assert problem.value.reason == reason
    assert problem.value.repair.endswith(".")


@pytest.mark.parametrize(("fmt", "like"), [(POINT, "1234.5"), (COMMA, "1234,5")])
def test_the_advice_is_a_number_that_fits_the_column(fmt, like):
    assert fmt.advice == f"Write a number like {like}."
    assert fmt.parse(like) == D("1234.5")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("€ 1.234,50", "1234.50", "€"),
        ("1.234,50 EUR", "1234.50", "EUR"),
        ("$-5", "-5", "$"),
        ("500 kr.", "500", "kr."),
        ("19 %", "19", "%"),
        ("$(5,50)", "-5.50", "$"),
        ("(5,50) EUR", "-5.50", "EUR"),
        ("7", "7", ""),
    ],
)
def test_a_symbol_or_code_beside_an_amount_is_given_with_it(text, value, unit):
    assert COMMA.parse_with_unit(text) == (D(value), unit)


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from([",", ".", " ", "'", ""]))
def test_every_way_of_grouping_comes_back_as_the_same_number(value, mark):
    decimal_mark: Literal[".", ","] = "," if mark == "." else "."
    text = f"{value:,f}".replace(",", "§").replace(".", decimal_mark).replace("§", mark)
    assert NumberFormat(decimal_mark).parse(text) == value
    assert decide_numbers([text, f"0{decimal_mark}5"]) == NumberFormat(decimal_mark)


@given(st.text(max_size=250))
def test_any_text_is_a_number_or_a_plain_problem(text):
    decide_numbers([text])
    try:
        assert POINT.parse(text).is_finite()
    except Unreadable:
        return


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
@pytest.mark.parametrize("column", [POINT, COMMA], ids=["point", "comma"])
def test_a_number_of_a_workbook_is_written_so_that_its_column_alone_says_what_it_is(column, value):
    number = NumberCell(f"{value.normalize():f}")
    written = column.write(number)
    assert column.parse(written) == column.parse(number) == value
    assert decide_numbers([written]) in (column, POINT)  # a whole number speaks for no mark
    if "." in number:
        assert decide_numbers([written]) == column


@pytest.mark.parametrize(
    ("number", "written"),
    [("1.234", "1,2340"), ("1234.5", "1234,5"), ("-0.125", "-0,1250"), ("1000", "1000")],
)
def test_a_number_of_a_workbook_in_a_column_of_decimal_commas(number, written):
    assert COMMA.write(NumberCell(number)) == written
