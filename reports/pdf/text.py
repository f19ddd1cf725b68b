"""People's own words on paper: every character printed, shown as missing, or left out as a mere signal."""

import logging
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache

import weasyprint
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from fontTools.ttLib import TTFont

from reports.pdf.files import FONTS, PackagedFiles, packaged

# Signals without a glyph: control characters, and marks that turn the direction of what follows.
_SIGNALS = frozenset(["Cc", "Cs", "Co", "Cn"])
_TURNS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
MISSING = '<span class="missing">?</span>'

_known: dict[str, bool] = {}


def printable(text: str, missing: frozenset[str]) -> SafeString:
    """The text on one line, escaped; a character that no font has is a boxed question mark."""
    clean = " ".join("".join(" " if c.isspace() else c for c in text if c.isspace() or _speaks(c)).split())
    if missing.isdisjoint(clean):
        return escape(clean)
    return mark_safe("".join(MISSING if c in missing else escape(c) for c in clean))  # noqa: S308 - escaped


def _speaks(character: str) -> bool:
    return character not in _TURNS and unicodedata.category(character) not in _SIGNALS


def missing_characters(texts: Iterable[str]) -> frozenset[str]:
    """Characters of these texts for which neither the packaged fonts nor the machine's have a glyph.

    A file for archives may not contain the sign for a missing glyph, so it is known before the layout.
    """
    wanted = {c for text in texts for c in text} - _packaged_characters()
    wanted = {c for c in wanted if _speaks(c) and not c.isspace()}
    unknown = sorted(wanted - _known.keys())
    if unknown:
        lacking = _without_glyph(unknown)
        _known.update({c: c not in lacking for c in unknown})
    return frozenset(c for c in wanted if not _known[c])


@cache
def _packaged_characters() -> frozenset[str]:
    return frozenset(chr(code) for font in FONTS for code in TTFont(packaged(font)).getBestCmap())


def _without_glyph(characters: list[str]) -> set[str]:
    """Draw them once on a page of their own and listen to what the renderer has no glyph for."""
    words = " ".join(escape(c) for c in characters)
    with _complaints() as lacking:
        weasyprint.HTML(string=f"<p>{words}</p>", url_fetcher=PackagedFiles()).write_pdf()
    return lacking


@contextmanager
def _complaints() -> Iterator[set[str]]:
    """The characters about whose missing glyphs the renderer complains in this thread."""
    lacking: set[str] = set()
    thread = threading.get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if (
                record.thread == thread
                and record.msg.startswith(".notdef")
                and isinstance(record.args, tuple)
            ):
                lacking.add(str(record.args[0]))

    listener = Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield lacking
    finally:
        logger.removeHandler(listener)
