"""Which of the first rows names the columns, and the names that it gives."""

import re
from collections.abc import Sequence

from kamtrak.lib.notation import shown, tidy

LONGEST_NAME = 200
# A number, an amount or a date in digits: what a column name hardly ever is.
_FIGURE = re.compile(r"[^\w\s]?\s?[-+(]?\d[\d.,:/' -]*(?:[ T]\d\d?:\d\d.*)?[%)]?")


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """The index of the row that names the columns; None when the first row is already data.

    Titles above a table fill few cells: the header is the first row that fills more than half of the widest.
    It is data when more of its cells look like the figures beneath them than differ from them.
    """
    widths = [sum(map(bool, map(str.strip, cells))) for cells in rows]
    index = next((i for i, width in enumerate(widths) if width * 2 > max(widths)), 0)
    if _is_over_groups(rows[index : index + 22]):
        index += 1
    header, beneath = rows[index], rows[index + 1 : index + 21]
    data = names = 0
    for column, name in enumerate(header):
        values = [cells[column].strip() for cells in beneath if column < len(cells) and cells[column].strip()]
        figures = sum(map(bool, map(_FIGURE.fullmatch, values)))
        if values and figures * 2 > len(values):
            is_figure = _FIGURE.fullmatch(name.strip()) is not None
            data, names = data + is_figure, names + (not is_figure)
    return None if data > names else index


def _is_over_groups(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names groups of columns, merged above the names: it leaves gaps where the second
    has names, and figures stand only beneath the second.
    """
    if len(rows) < 3:
        return False
    groups, names = ([cell.strip() for cell in cells] for cells in rows[:2])
    groups += [""] * (len(names) - len(groups))
    if any(map(_FIGURE.fullmatch, names)) or not any(
        n and not g for n, g in zip(names, groups, strict=False)
    ):
        return False
    return any(
        name and column < len(cells) and _FIGURE.fullmatch(cells[column].strip())
        for column, name in enumerate(names)
        for cells in rows[2:]
    )


def name_columns(cells: Sequence[str]) -> tuple[str, ...]:
    """Names trimmed to one line; blank ones become `Column 3`, repeated ones `Amount (2)`."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        name = base = shown(tidy(cell).replace("\0", ""), LONGEST_NAME - 10) or f"Column {number}"
        repeat = 1
        while name.casefold() in taken:
            repeat += 1
            name = f"{base} ({repeat})"
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
