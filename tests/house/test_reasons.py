"""A reason is kept whole or refused: what somebody wrote is never cut in silence (rules 8.4)."""

import pytest

from kamtrak.lib.errors import Refused
from kamtrak.reasons import REASON_LENGTH, kept_reason, reason_of_file

LONGEST = "y" * REASON_LENGTH


def test_a_reason_is_kept_without_the_blanks_around_it() -> None:
    assert kept_reason("  Price list of July\n") == "Price list of July"
    assert kept_reason(f" {LONGEST} ") == LONGEST
    assert kept_reason(" ") == ""


def test_a_reason_that_is_too_long_is_refused_with_both_numbers() -> None:
    with pytest.raises(Refused) as refused:
        kept_reason(LONGEST + "!")
    assert refused.value.field == "reason"
    assert refused.value.message == "The reason has 501 characters; at most 500 are kept."


def test_where_one_is_needed_its_absence_is_told_in_the_words_of_whoever_needs_it() -> None:
    with pytest.raises(Refused, match="Say why it is voided") as refused:
        kept_reason(" ", "Say why it is voided.")
    assert refused.value.field == "reason"


def test_behind_the_name_of_a_file_the_name_gives_way_and_the_reason_stays_whole() -> None:
    assert reason_of_file("prices.csv", "July") == "prices.csv: July"
    assert reason_of_file("prices.csv", LONGEST) == LONGEST
    assert reason_of_file("prices.csv", LONGEST[4:]) == f"p…: {LONGEST[4:]}"
    assert reason_of_file("prices.csv", LONGEST[12:]) == f"prices.csv: {LONGEST[12:]}"
