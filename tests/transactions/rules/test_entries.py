"""What an entry of the catalog may say, and what holds on which day (rules 5.10)."""

from datetime import date
from decimal import Decimal as D

import pytest

from tests.transactions.builders import JANUARY, JULY, worth
from transactions.rules import Measure
from transactions.rules.entries import clean_code, find_unfit, in_force, periods_of
from workspaces.rules import UnfitName

LIST = [
    worth(Measure.REVENUE, "112.00"),
    worth(Measure.COST, "69.80"),
    worth(Measure.REVENUE, "118.00", JULY),
]


def test_the_next_value_of_a_measure_ends_the_one_before_and_leaves_others_alone() -> None:
    newest, first = periods_of(LIST)
    assert (first.first, first.last) == (JANUARY, date(2026, 6, 30))
    assert (newest.first, newest.last) == (JULY, None)
    assert {m: dated.value for m, dated in newest.values.items()} == {
        Measure.REVENUE: D("118.00"),
        Measure.COST: D("69.80"),
    }


def test_on_30_june_a_unit_is_worth_112_and_on_1_july_118() -> None:
    assert in_force(LIST, date(2026, 6, 30))[Measure.REVENUE].value == D("112.00")
    assert in_force(LIST, JULY)[Measure.REVENUE].value == D("118.00")
    assert in_force(LIST, date(2025, 12, 31)) == {}


def test_of_one_day_the_last_record_counts() -> None:
    corrected = [*LIST, worth(Measure.REVENUE, "119.00", JULY)]
    assert in_force(corrected, JULY)[Measure.REVENUE].value == D("119.00")


def test_a_record_without_a_value_withdraws_what_was_said_for_that_day() -> None:
    withdrawn = [*LIST, worth(Measure.REVENUE, None, JULY)]
    assert in_force(withdrawn, JULY)[Measure.REVENUE].value == D("112.00")
    assert [period.first for period in periods_of(withdrawn)] == [JANUARY]
    again = [*withdrawn, worth(Measure.REVENUE, "120", JULY)]
    assert in_force(again, JULY)[Measure.REVENUE].value == 120
    assert in_force([*withdrawn, worth(Measure.COST, None), worth(Measure.REVENUE, None)], JULY) == {}


def test_zero_is_a_value() -> None:
    assert find_unfit(Measure.REVENUE, D(0)) is None
    assert in_force([worth(Measure.REVENUE, "0")], JULY)[Measure.REVENUE].value == 0


@pytest.mark.parametrize(
    ("measure", "value", "fits"),
    [
        (Measure.REVENUE, "-0.01", False),
        (Measure.REVENUE, "0.000000000001", True),
        (Measure.REVENUE, "0.0000000000001", False),
        (Measure.REVENUE, "1.0000000000000000", True),
        (Measure.REVENUE, "999999999999999", True),
        (Measure.REVENUE, "1000000000000000", False),
        (Measure.TAX_PERCENT, "100", True),
        (Measure.TAX_PERCENT, "100.01", False),
        (Measure.PROFIT_PERCENT, "101", False),
        (Measure.POINTS, "101", True),
    ],
)
def test_money_is_not_negative_and_percentages_lie_between_0_and_100(
    measure: Measure, value: str, fits: bool
) -> None:
    assert (find_unfit(measure, D(value)) is None) == fits


def test_a_code_stays_as_files_write_it_but_for_the_space_around_it() -> None:
    assert clean_code("  Tracker  T4 ", "The code") == "Tracker  T4"


@pytest.mark.parametrize("text", ["", "   ", "a\u202eb", "x" * 201, "two\nlines", "nul\0"])
def test_a_code_that_nobody_could_type_again_is_refused(text: str) -> None:
    with pytest.raises(UnfitName):
        clean_code(text, "The code")
