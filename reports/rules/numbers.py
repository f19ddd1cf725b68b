"""Document numbers: a sequence per workspace and year, without gaps (rules 7.2)."""

from collections.abc import Iterable

LONGEST_PREFIX = 12


def prefix_of(slug: str) -> str:
    """The workspace's letters: of one word the word, of several their initials.

    `demo` → `DEMO`, `halden-brook` → `HB`.
    """
    words = [word for word in slug.upper().split("-") if word]
    letters = words[0] if len(words) == 1 else "".join(word[0] for word in words)
    return letters[:LONGEST_PREFIX]


def document_number(prefix: str, year: int, serial: int) -> str:
    return f"{prefix}-{year}-{serial:04d}"


def serial_of(number: str) -> int:
    """The last part of a number: `DEMO-2026-0007` → 7."""
    return int(number.rpartition("-")[2])


def first_free(taken: Iterable[int]) -> int:
    """The smallest serial from 1 on that nobody holds: one given up is taken again, so no gap stays."""
    held = set(taken)
    serial = 1
    while serial in held:
        serial += 1
    return serial
