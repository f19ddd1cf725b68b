"""How people write numbers: invisible characters, minus signs, digit grouping.

Shared by typed amounts (kamtrak.lib.money) and by columns of files (kamtrak.lib.tables), which differ only in
what they do when the writing leaves the value open.
"""

import re
import unicodedata
from typing import NamedTuple

# Zero-width characters, direction marks and the byte-order mark travel along when text is copied from a page.
_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
_SAME = str.maketrans({"−": "-", "’": "'", "‘": "'", "ʼ": "'"})

# Digits in groups of three, without a leading zero (0.855 is never grouped). The Indian system groups by two
# above the thousands.
_GROUPS = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,' "}
_LAKHS = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")

# Sign or bracket, unit, number, unit, sign, bracket; brackets may also stand around the number alone. A full
# stop belongs to a unit only in "kr.", "Fr." and "Rs.", never in "$.50".
_WRITTEN = re.compile(
    r"(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<before>(?:kr|s?fr|rs)\.|[^\d\s.,'+()-]*)\s*"
    r"(?P<opened>\()?\s*(?P<inside>[+-])?\s*"
    r"(?P<number>[0-9.,' ]*[0-9][.,]?)(?:e(?P<exponent>[+-]?[0-9]{1,3}))?\s*"
    r"(?P<closed>\))?\s*(?P<after>[^\d,'+()-]*?)\s*(?P<behind>[+-])?\s*(?P<close>\))?",
    re.IGNORECASE,
)


OPENING, CLOSING = ("open", "opened"), ("closed", "close")


class Written(NamedTuple):
    """The parts of a written number; `exponent` is "" where there is none."""

    negative: bool
    before: str
    number: str
    exponent: str
    after: str


def take_apart(tidied: str) -> Written | None:
    """Sign, unit and digits of a tidied text; None when it is not written like a number.

    Negative are `-5`, `€-5`, `5-`, `(5)` and `$(5)`; two signs are none.
    """
    found = _WRITTEN.fullmatch(tidied)
    if not found:
        return None
    opened, closed = ([found[n] for n in names if found[n]] for names in (OPENING, CLOSING))
    if len(opened) != len(closed):
        return None
    signs = [*opened, *(found[name] for name in ("sign", "inside", "behind") if found[name])]
    if len(signs) > 1:
        return None
    negative = bool(signs) and signs[0] != "+"
    return Written(negative, found["before"], found["number"], found["exponent"] or "", found["after"])


def tidy(text: str) -> str:
    """The text without invisible characters, every kind of space as one plain space, and one minus sign."""
    return " ".join(text.translate(_INVISIBLE).split()).translate(_SAME)


def has_other_digits(text: str) -> bool:
    """Whether digits of another script or full-width digits occur, which Python would silently accept."""
    return not text.isascii() and any(unicodedata.category(c) == "Nd" and not c.isascii() for c in text)


def is_grouped(digits: str, mark: str, *, lakhs: bool = False) -> bool:
    """Whether digits are grouped by `mark` as a thousands mark: `1,234,567`; with lakhs also `12,34,567`."""
    if _GROUPS[mark].fullmatch(digits):
        return True
    return lakhs and mark == "," and _LAKHS.fullmatch(digits) is not None


def shown(text: str, limit: int = 40) -> str:
    """A person's own text, short enough to repeat in a message."""
    text = tidy(text[: limit * 4])
    return text if len(text) <= limit else f"{text[:limit]}…"
