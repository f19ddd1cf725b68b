"""The records of a CSV, whatever it holds: giant lines, NUL characters, quotes that nobody closes."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

from kamtrak.lib.tables.limits import Limits

UNCLOSED_QUOTE = ("A quotation mark is opened and never closed.", "Close it, or double it inside a text.")
NUL = ("The row contains NUL characters.", "Save the file again as CSV (UTF-8).")


class Record(NamedTuple):
    """One row as it stands in the file, from physical line `line` on; `flaw` is a reason and a repair."""

    line: int
    cells: list[str]
    flaw: tuple[str, str] | None


class _Unclosed(Exception):
    """The record did not end within its limit or the file."""


class _Lines:
    """Physical lines one by one, with their numbers; a line longer than the limit is cut and flagged.

    Lines that a record took in vain can be given back.
    """

    def __init__(self, stream: TextIO, limit: int) -> None:
        self._stream, self._limit = stream, limit
        self._again: deque[str] = deque()
        self.number = 0

    def next(self) -> str:
        """The next line with its line end; "" at the end of the file."""
        if self._again:
            self.number += 1
            return self._again.popleft()
        line = self._stream.readline(self._limit)
        if line:
            self.number += 1
        if len(line) >= self._limit and not line.endswith(("\n", "\r")):
            self._skip_rest()
        return line

    def give_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)

    def _skip_rest(self) -> None:
        while rest := self._stream.readline(self._limit):
            if rest.endswith(("\n", "\r")):
                return


def read_records(stream: TextIO, delimiter: str, limits: Limits) -> Iterator[Record]:
    """Every record of the stream, in order; wrong ones carry a flaw and end where the next line begins."""
    lines = _Lines(stream, limits.row_chars)
    while line := lines.next():
        number = lines.number
        flaw = None
        if '"' in line:
            cells, size, flaw = _quoted(line, lines, delimiter, limits.row_chars)
        else:
            # Without quotes a CSV row is what split() says, at a third of the cost of a csv reader.
            cells, size = line.rstrip("\r\n").split(delimiter), len(line)
        if size > limits.cell_chars:
            cells, flaw = _without_giants(cells, size, limits, flaw)
        if "\0" in line or (flaw is None and lines.number != number and any("\0" in cell for cell in cells)):
            cells, flaw = [cell.replace("\0", "\ufffd") for cell in cells], flaw or NUL
        yield Record(number, cells, flaw)


def _quoted(
    line: str, lines: _Lines, delimiter: str, limit: int
) -> tuple[list[str], int, tuple[str, str] | None]:
    """A record that holds quotes: its cells, its length and its flaw. It may take more lines."""
    taken: list[str] = []
    size = len(line)

    def feed() -> Iterator[str]:
        nonlocal size
        yield line
        while more := lines.next():
            taken.append(more)
            size += len(more)
            if size > limit:
                break
            yield more
        raise _Unclosed

    if csv.field_size_limit() < limit:
        csv.field_size_limit(limit)
    try:
        return next(csv.reader(feed(), delimiter=delimiter)), size, None
    except _Unclosed:
        # The lines behind the open quote hold none that could close it, so each is read at most twice.
        lines.give_back(taken)
        return line.rstrip("\r\n").split(delimiter), len(line), UNCLOSED_QUOTE


def _without_giants(
    cells: list[str], size: int, limits: Limits, flaw: tuple[str, str] | None
) -> tuple[list[str], tuple[str, str] | None]:
    """Cells cut to the limit, and the flaw that says so."""
    most = limits.cell_chars
    if size >= limits.row_chars:
        flaw = flaw or (f"The row is longer than {limits.row_chars:,} characters.", "Shorten it.")
    if any(len(cell) > most for cell in cells):
        flaw = flaw or (f"A cell is longer than {most:,} characters.", "Shorten the text.")
        cells = [cell[:most] for cell in cells]
    if len(cells) > limits.columns * 2:
        flaw = flaw or (f"The row has {len(cells):,} cells.", "Check its delimiters and quotation marks.")
        cells = cells[: limits.columns * 2]
    return cells, flaw
