"""How much of a file is read at all (rules 10). Over a limit: refused, naming it, before work is done."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class TableError(Exception):
    """A file that cannot be read as a table; the message is for the person who brought it."""


class LimitExceeded(TableError):
    """A file beyond a limit; the message names the limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """An operator may change them by settings. Sizes in bytes, times in seconds, texts in characters.

    `row_chars` bounds one record of a CSV, so that a quote that is never closed cannot swallow the file.
    `xlsx_lines` counts blank rows too: as many as a spreadsheet has, while a few kilobytes can hold millions.
    """

    bytes: int = 256 * MEGABYTE
    rows: int = 2_000_000
    columns: int = 500
    cell_chars: int = 32_767
    row_chars: int = 1_000_000
    xlsx_packed: int = 50 * MEGABYTE
    xlsx_unpacked: int = 500 * MEGABYTE
    xlsx_parts: int = 10_000
    xlsx_lines: int = 1_048_576
    xlsx_memory: int = 400 * MEGABYTE
    xlsx_seconds: int = 300


def megabytes(size: int) -> str:
    """`256 MB`, for messages; below one megabyte in bytes."""
    return f"{size / MEGABYTE:,.4g} MB" if size >= MEGABYTE else f"{size:,} bytes"
