"""Workbooks, read in a child process that may not take more than its share of memory and time.

A workbook of 155 KB can make a reader ask for 10 GB and abort its process: that must only end the child
(rules 10). The child speaks JSON lines: first the sheets, then the rows, then the end, or an error.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamtrak.lib.tables.cells import NumberCell
from kamtrak.lib.tables.limits import LimitExceeded, Limits, TableError, megabytes
from kamtrak.lib.tables.lines import NUL, Record

_CHILD = Path(__file__).with_name("xlsx_child.py")
# calamine is quick and holds a sheet in memory; openpyxl is slow and does not.
_READERS = ("calamine", "openpyxl")
_CHUNK = 1 << 20
_SILENCE = 1.0  # seconds after which the reader says that it still waits for its child


@dataclass(frozen=True, slots=True)
class Sheet:
    """An opened sheet: its name, the names of all sheets, and its rows, which can be read once.

    `sheet_rows`: how many rows those visible sheets that have some state that they have.
    `from_1904`: numbers that are dates count days from 1904. Cells written as dates are texts already.
    """

    name: str
    names: tuple[str, ...]
    sheet_rows: dict[str, int]
    rows: Iterator[Record]
    from_1904: bool


class _ChildFailed(Exception):
    """The child ended without saying why: out of memory, out of time, or crashed."""


@contextmanager
def open_sheet(
    path: Path, limits: Limits, sheet: str | None = None, *, waiting: Callable[[], None] = lambda: None
) -> Iterator[Sheet]:
    """The named sheet of a workbook, by default its first visible one.

    `waiting` is called every second while the child is silent; what it raises ends the child. Raises
    LimitExceeded and TableError, also while the rows are read.
    """
    size = path.stat().st_size
    if size > limits.xlsx_packed:
        most = megabytes(limits.xlsx_packed)
        raise LimitExceeded(
            f"The workbook has {megabytes(size)}; at most {most} are possible. Save it as CSV."
        )
    for reader in _READERS:
        child = _start(reader, path, limits, sheet)
        try:
            messages = _messages(child, limits, waiting)
            try:
                first = next(messages)
            except _ChildFailed:
                continue
            names = tuple(first["sheets"])
            rows = _rows(messages, limits)
            yield Sheet(first["sheet"], names, first["sheet_rows"], rows, first["from_1904"])
            return
        finally:
            child.kill()
            child.__exit__(None, None, None)
    raise TableError(_too_demanding(limits))


def _start(reader: str, path: Path, limits: Limits, sheet: str | None) -> subprocess.Popen[bytes]:
    """A child that knows neither this program's environment nor its settings."""
    order = {
        "reader": reader,
        "path": str(path.absolute()),
        "sheet": sheet,
        "columns": limits.columns,
        "unpacked": limits.xlsx_unpacked,
        "parts": limits.xlsx_parts,
        "lines": limits.xlsx_lines,
        "cell_chars": limits.cell_chars,
        "too_much": _too_much(limits),
        "memory": limits.xlsx_memory,
        "seconds": limits.xlsx_seconds,
    }
    return subprocess.Popen(
        [sys.executable, "-I", str(_CHILD), json.dumps(order)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        close_fds=True,
    )


def _messages(
    child: subprocess.Popen[bytes], limits: Limits, waiting: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    """What the child says, up to its end. Raises what it refuses, and _ChildFailed if it ends unsaid."""
    said = 0
    for line in _lines(child, limits.xlsx_seconds, waiting):
        said += len(line)
        if said > limits.xlsx_unpacked:
            raise LimitExceeded(_too_much(limits))
        message: dict[str, Any] = json.loads(line)
        if "limit" in message:
            raise LimitExceeded(message["limit"])
        if "error" in message:
            raise TableError(message["error"])
        if "end" in message:
            return
        yield message
    raise _ChildFailed


def _lines(child: subprocess.Popen[bytes], seconds: float, waiting: Callable[[], None]) -> Iterator[bytes]:
    """The lines that the child writes, until it closes its output or its time is over."""
    assert child.stdout is not None  # noqa: S101 - it was started with a pipe
    descriptor = child.stdout.fileno()
    begun: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            asked = time.monotonic()
            ready = selector.select(max(min(seconds, _SILENCE), 0))
            seconds -= time.monotonic() - asked
            if not ready and seconds > 0:
                waiting()
                continue
            chunk = os.read(descriptor, _CHUNK) if ready else b""
            if not chunk:
                return
            head, *lines = chunk.split(b"\n")
            begun.append(head)
            for line in lines:
                yield b"".join(begun)
                begun = [line]


def _rows(messages: Iterator[dict[str, Any]], limits: Limits) -> Iterator[Record]:
    """The rows of a sheet. Numbers arrive as one-element lists, everything else as text."""
    most = limits.cell_chars
    try:
        for message in messages:
            for line, raw in message["rows"]:
                cells = [cell if type(cell) is str else NumberCell(cell[0]) for cell in raw]
                flaw = None
                if any(len(cell) > most for cell in cells):
                    cells = [cell if len(cell) <= most else cell[:most] for cell in cells]
                    flaw = (f"A cell is longer than {most:,} characters.", "Shorten the text.")
                if any("\0" in cell for cell in cells):  # written as _x0000_: no database keeps them
                    cells, flaw = [cell.replace("\0", "\ufffd") for cell in cells], flaw or NUL
                yield Record(line, cells, flaw)
    except _ChildFailed:
        raise TableError(_too_demanding(limits)) from None


def _too_much(limits: Limits) -> str:
    most = megabytes(limits.xlsx_unpacked)
    return f"The workbook unpacks to more than the {most} that are possible. Save the sheet as CSV."


def _too_demanding(limits: Limits) -> str:
    return (
        f"The workbook cannot be read within {megabytes(limits.xlsx_memory)} of memory and "
        f"{limits.xlsx_seconds} seconds. Save the sheet as CSV."
    )
