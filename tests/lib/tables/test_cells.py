"""Cells as they are stored: the numbers among them are told from the texts that look like them."""

from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import NumberCell, cells_from_array, cells_to_array

TEXTS = st.text(max_size=20) | st.sampled_from(["1.234", "", "NULL", "0", "3,4"])
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).map(lambda value: NumberCell(f"{value:.3f}"))


def test_the_numbers_places_stand_behind_the_cells():
    row = ["a", NumberCell("1.234"), "2,55", NumberCell("46085")]
    assert cells_to_array(row) == ["a", "1.234", "2,55", "46085", None, "1,3"]


def test_a_row_of_texts_is_its_own_array():
    row = ["a", "1.234"]
    assert cells_to_array(row) is row
    assert cells_from_array(row) is row


@given(st.lists(TEXTS | NUMBERS, max_size=6))
def test_cells_come_back_as_they_were_stored(row):
    array = cells_to_array(row)
    assert {type(cell) for cell in array} <= {str, type(None)} or array is row
    back = cells_from_array(list(array))
    assert [(type(cell), cell) for cell in back] == [(type(cell), cell) for cell in row]
