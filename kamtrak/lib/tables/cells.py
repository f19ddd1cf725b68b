"""A cell whose meaning is not open: the workbook itself says that it is a number."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class NumberCell(str):
    """A number of a workbook, written plainly (`-1234.5`): no decimal mark has to be decided for it."""

    __slots__ = ()


class WritesNumbers(Protocol):
    """How a column writes a number of a workbook where there is nothing but text."""

    def write(self, number: str) -> str: ...


def cells_as_texts(cells: Sequence[str], formats: Mapping[int, WritesNumbers]) -> list[str]:
    """The cells as texts that their columns read alike: the numbers of those columns, by their place, that
    have a format are written as that format writes them. All others stay as they are."""
    return [
        formats[place].write(cell) if type(cell) is NumberCell and place in formats else cell
        for place, cell in enumerate(cells)
    ]


def cells_to_array(cells: Sequence[str]) -> Sequence[Any]:
    """Cells as an array of texts to be stored, which says by itself which of them are numbers.

    Each cell stays at its place as it was. Behind cells with numbers among them come a null, which no cell
    is, and the places of the numbers ("3,4"). A row of a CSV has none: it is its own array.
    """
    places = ",".join(str(place) for place, cell in enumerate(cells) if type(cell) is NumberCell)
    return [*map(str, cells), None, places] if places else cells


def cells_from_array(array: list[str]) -> list[str]:
    """The cells that `cells_to_array` made this array of."""
    if len(array) < 2 or array[-2] is not None:
        return array
    cells = array[:-2]
    for place in map(int, array[-1].split(",")):
        cells[place] = NumberCell(cells[place])
    return cells
