"""How people write numbers: invisible characters, minus signs, digit grouping.

Shared by typed amounts (kamtrak.lib.money) and by columns of files (kamtrak.lib.tables), which differ only in
what they do when the writing leaves the value open.
"""

import re
import unicodedata

# Zero-width characters, direction marks and the byte-order mark travel along when text is copied from a page.
_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
_SAME = str.maketrans({"−": "-", "’": "'", "‘": "'", "ʼ": "'"})

# Digits in groups of three, without a leading zero (0.855 is never grouped). The Indian system groups by two
# above the thousands.
_GROUPS = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,' "}
_LAKHS = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")


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
