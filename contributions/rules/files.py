"""What a file is, told from its content, and the name that it is kept under (rules 10).

A name is what somebody typed; only the content decides. Whatever is not among the accepted kinds is
refused, so that nothing that a browser or an office program would run is ever handed on as evidence.
"""

import hashlib
import re
import unicodedata
from codecs import getincrementaldecoder
from dataclasses import dataclass
from typing import BinaryIO

from contributions.rules.office import DOCX, ODP, ODS, ODT, PPTX, XLSX, Kind, UnfitFile, office_kind

NAME_LENGTH = 200
BLOCK = 65_536
PDF = Kind("a PDF", "application/pdf", (".pdf",))
PNG = Kind("a PNG picture", "image/png", (".png",))
JPEG = Kind("a JPEG picture", "image/jpeg", (".jpg", ".jpeg"))
TEXT = Kind("plain text", "text/plain", (".txt", ".csv", ".tsv", ".md", ".log"))
KINDS = (PDF, PNG, JPEG, TEXT, DOCX, XLSX, PPTX, ODT, ODS, ODP)
ACCEPTED = "PDF, PNG, JPEG, plain text, and office documents: docx, xlsx, pptx, odt, ods, odp"

# What else people and attackers bring, by its first bytes: said in the refusal.
_SIGNATURES = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old or password-protected office document",
    ),
    (b"PK\x03\x04", "an archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"{\\rtf", "a rich-text document"),
    (b"%!PS", "a PostScript program"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a compressed archive"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
)
# Text that begins like this is taken for a page by whoever guesses (list of the MIME Sniffing Standard).
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|\?xml|(?:html|head|body|script|svg|iframe|style|title|table|div|font"
    rb"|meta|h1|img|a|b|br|p)[\s>/])",
    re.IGNORECASE,
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_SHOWN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_EXTENSION = re.compile(r"\.(?=[0-9]*[a-z])[a-z0-9]{1,10}$", re.IGNORECASE)


@dataclass(frozen=True)
class Looked:
    """What was found in a file: the kind by content, the name to keep, and the hash of the bytes."""

    kind: Kind
    name: str
    sha256: str


def look(file: BinaryIO, name: str) -> Looked:
    """Look through a whole file, in bounded memory. Leaves it at its beginning.

    Raises UnfitFile: not an accepted kind, broken, unsafe, or named as something that it is not.
    """
    shown = clean_file_name(name)
    kind = kind_of(file)
    if kind is None:
        raise UnfitFile(f"{_claim(shown, _found(file))} Accepted are {ACCEPTED}.")
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    return Looked(kind, fitting_name(shown, kind), digest.hexdigest())


def kind_of(file: BinaryIO) -> Kind | None:
    """The accepted kind that the whole content bears out; None for every other content.

    Raises UnfitFile where it is an office document that must not be kept, or a broken file.
    """
    head = _read(file, 0, 16)
    if head.startswith(b"PK\x03\x04"):
        return office_kind(file)
    if head.startswith(b"%PDF-"):
        return _single(file, PDF, whole=_is_pdf(file))
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _single(file, PNG, whole=_is_png(file))
    if head.startswith(b"\xff\xd8\xff"):
        return _single(file, JPEG, whole=_is_jpeg(file))
    return TEXT if _is_text(file) else None


def clean_file_name(text: str) -> str:
    """The name as it is kept and shown: without folders, control characters and marks that turn the
    direction of reading, of at most 200 characters, its ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", text))[-1]
    shown = "".join(c for c in last if c.isspace() or unicodedata.category(c) not in _NOT_SHOWN)
    folded = " ".join(shown.split()).strip(". ") or "file"
    ending = extension_of(folded)
    return folded[: NAME_LENGTH - len(ending)].rstrip(". ") + ending if len(folded) > NAME_LENGTH else folded


def extension_of(name: str) -> str:
    """The ending of a name with its dot, as written; "" where it has none ("Report v1.2" has none)."""
    found = _EXTENSION.search(name)
    return found.group() if found and found.start() > 0 else ""


def fitting_name(name: str, kind: Kind) -> str:
    """The name with an ending that fits; a name without one gets it. Raises UnfitFile when it lies."""
    ending = extension_of(name)
    if not ending:
        return name[: NAME_LENGTH - len(kind.extensions[0])].rstrip(". ") + kind.extensions[0]
    if ending.lower() not in kind.extensions:
        fit = " or ".join(kind.extensions)
        raise UnfitFile(
            f"“{name}” is named {ending}, but its content is {kind.label} ({fit}). "
            "Take the right file, or give it the right ending."
        )
    return name


def kind_named(content_type: str) -> Kind:
    """The kind of a file that was accepted earlier."""
    return next(kind for kind in KINDS if kind.content_type == content_type)


def _claim(name: str, found: str) -> str:
    """What a file says that it is, where that would be accepted, and what it holds."""
    ending = extension_of(name)
    claims = any(ending.lower() in kind.extensions for kind in KINDS)
    return f"“{name}” is named {ending}, but holds {found}." if claims else f"“{name}” holds {found}."


def _found(file: BinaryIO) -> str:
    head = _read(file, 0, 512)
    if said := next((said for mark, said in _SIGNATURES if head.startswith(mark)), ""):
        return said
    return (
        "a web page, an SVG picture or other markup" if _MARKUP.match(head) else "nothing that is known here"
    )


def _read(file: BinaryIO, start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)


def _single(file: BinaryIO, kind: Kind, *, whole: bool) -> Kind:
    """The kind, once the file is complete and is not an archive at the same time."""
    if not whole:
        raise UnfitFile(f"The file begins like {kind.label}, but it is not complete. Save it again.")
    if _ends_as_archive(file):
        raise UnfitFile(f"The file is {kind.label} and an archive in one. Save the document alone.")
    return kind


def _ends_as_archive(file: BinaryIO) -> bool:
    """Whether a program that unpacks archives would find one in here: they are read from their end."""
    size = _size(file)
    start = max(0, size - 22 - 65_535)
    tail = _read(file, start, size - start)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        comment = int.from_bytes(tail[at + 20 : at + 22], "little")
        if at + 22 + comment == len(tail):
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _is_pdf(file: BinaryIO) -> bool:
    size = _size(file)
    tail = _read(file, max(0, size - 2048), 2048)
    return b"startxref" in tail and b"%%EOF" in tail


def _is_png(file: BinaryIO) -> bool:
    """Whether the chunks follow one another from the first (the size) to the last, and nothing after it."""
    size, at, first = _size(file), 8, True
    for _ in range(50_000):
        chunk = _read(file, at, 8)
        length, name = int.from_bytes(chunk[:4], "big"), chunk[4:]
        at += 12 + length
        if len(chunk) < 8 or at > size or (name == b"IHDR") != first:
            return False
        if name == b"IEND":
            return at == size and length == 0
        first = False
    return False


def _is_jpeg(file: BinaryIO) -> bool:
    """Whether the segments lead to a picture that ends. Phones add data of their own after the end."""
    at, measured = 2, False
    for _ in range(2_000):
        segment = _read(file, at, 4)
        if len(segment) < 4 or segment[0] != 0xFF:
            return False
        marker = segment[1]
        measured |= 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)
        if marker == 0xDA:
            return measured and _holds(file, at + 4, b"\xff\xd9")
        at += 1 if marker == 0xFF else 2 + int.from_bytes(segment[2:], "big")
    return False


def _holds(file: BinaryIO, start: int, mark: bytes) -> bool:
    file.seek(start)
    before = b""
    while block := file.read(BLOCK):
        if mark in before + block:
            return True
        before = block[-len(mark) + 1 :]
    return False


def _is_text(file: BinaryIO) -> bool:
    """Whether all of it reads as text, in UTF-8 or else in Windows-1252, and as nothing that would run."""
    head = _read(file, 0, 512)
    if _MARKUP.match(head) or head.startswith((b"{\\rtf", b"%!PS")):
        return False
    for encoding in ("utf-8", "cp1252"):
        try:
            return _is_free_of_controls(file, encoding)
        except UnicodeDecodeError:
            continue
    return False


def _is_free_of_controls(file: BinaryIO, encoding: str) -> bool:
    decoder = getincrementaldecoder(encoding)()
    file.seek(0)
    while block := file.read(BLOCK):
        if _CONTROLS.search(decoder.decode(block)):
            return False
    decoder.decode(b"", final=True)
    return True
