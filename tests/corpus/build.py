"""Writes the corpus: the same bytes every time."""

from collections.abc import Callable
from pathlib import Path

from .case import Case


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> Callable[[], bytes]:
    """A text file of these lines, each ended as Windows ends lines."""
    return lambda: "".join(line + end for line in lines).encode(encoding)


def marked(mark: bytes, *lines: str, encoding: str) -> Callable[[], bytes]:
    """A text file behind a byte-order mark."""
    return lambda: mark + text(*lines, encoding=encoding)()


def raw(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def write(case: Case, folder: Path) -> Path:
    """The case's file, in a folder of its own: names are as people give them, and repeat."""
    path = folder / case.name / case.file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(case.data())
    return path


def write_all(folder: Path) -> dict[str, Path]:
    """Case name → path of its file."""
    from .cases import CASES

    return {case.name: write(case, folder) for case in CASES}
