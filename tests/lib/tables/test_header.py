"""Which row names the columns, and how (rules 5.16)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables.header import find_header, name_columns


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["Day", "Amount"], ["2026-01-02", "5"]], 0),
        ([["2026-01-02", "5"], ["2026-01-03", "6"]], None),
        ([["Report", ""], ["Day", "Amount"], ["2026-01-02", "5"]], 1),
        ([["Name"], ["Acme"]], 0),
        ([["Name"]], 0),
        ([["€ 5,00", "a"], ["€ 6,00", "b"], ["€ 7,00", "c"]], None),
        (
            [["Day", "Client", "", "Sold"], ["", "Name", "Town", "Price"], ["2026-01-02", "Al", "Rome", "5"]],
            1,
        ),
        ([["Day", "", "Client"], ["2026-01-02", "5", "Al"], ["2026-01-03", "6", "Al"]], 0),
        ([["Day", "", "Note"], ["", "", "all of May"], ["2026-01-02", "5", "b"]], 0),
    ],
)
def test_the_header_is_the_first_full_row_that_does_not_look_like_data(rows, header):
    assert find_header(rows) == header


def test_years_as_names_look_like_data_and_a_person_says_that_they_are_not():
    assert find_header([["Product", "2024", "2025"], ["A", "1", "2"]]) is None


@given(st.lists(st.text(max_size=30), min_size=1, max_size=20))
def test_column_names_are_never_blank_and_never_repeated(cells):
    names = name_columns(cells)
    assert len(names) == len(cells)
    assert all(name.strip() for name in names)
    assert len({name.casefold() for name in names}) == len(names)
