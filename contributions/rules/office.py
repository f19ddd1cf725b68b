"""Office documents told from their content: packed files whose parts say what they are (rules 10).

Nothing is unpacked anywhere: every part is read through once, counted, and its checksum compared, after
the list of parts was judged by what it promises. A list that lies is found by its checksums.
"""

import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

ENTRIES = 5_000
UNPACKED = 200 * 1024 * 1024  # bytes of all parts together
RATIO, RATIO_FROM = 100, 10 * 1024 * 1024  # times as large as packed, judged above this many bytes
DESCRIPTION = 1024 * 1024  # bytes of a part that says what the document is
BLOCK = 65_536
END = b"PK\x05\x06"


@dataclass(frozen=True)
class Kind:
    """An accepted kind of file; the first ending is given to a name that has none."""

    label: str
    content_type: str
    extensions: tuple[str, ...]


class UnfitFile(ValueError):
    """A file that is not kept; the message says what was found and what to do."""


_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DOCX = Kind("a Word document", _OPEN_XML + "wordprocessingml.document", (".docx",))
XLSX = Kind("an Excel workbook", _OPEN_XML + "spreadsheetml.sheet", (".xlsx",))
PPTX = Kind("a PowerPoint presentation", _OPEN_XML + "presentationml.presentation", (".pptx",))
ODT = Kind("an OpenDocument text", _OPEN_DOCUMENT + "text", (".odt",))
ODS = Kind("an OpenDocument spreadsheet", _OPEN_DOCUMENT + "spreadsheet", (".ods",))
ODP = Kind("an OpenDocument presentation", _OPEN_DOCUMENT + "presentation", (".odp",))
_MAIN_PARTS = {f"{kind.content_type}.main+xml": kind for kind in (DOCX, XLSX, PPTX)}
_MIMETYPES = {kind.content_type.encode(): kind for kind in (ODT, ODS, ODP)}
_MACRO_NAMES = ("vbaproject", "vbadata", "/macrosheets/", "/activex/", "/basic/", "/scripts/")

# What reading a packed file raises when it was not written by an office program.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ParseError,
    DefusedXmlException,
    NotImplementedError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
    OSError,
)

_BROKEN = "The file is packed like an office document, but it is damaged. Open it and save it again."
_MACROS = "The document brings macros, which run programs. Save it without macros, or as PDF."
_BOMB = "The file would unpack to far more than a document holds, so it is not taken."


def office_kind(file: BinaryIO) -> Kind | None:
    """The kind of office document, None for another archive.

    Raises UnfitFile for one that is damaged, protected, packed like a bomb, or brings macros.
    """
    size = _judge_end(file)
    try:
        with zipfile.ZipFile(file) as archive:
            names = _judge_list(archive, size)
            kind = _open_document(archive, names) or _open_xml(archive, names)
            if kind is not None:
                _refuse_macros(names)
                _read_through(archive)
            return kind
    except UnfitFile:
        raise
    except _UNREADABLE as problem:
        raise UnfitFile(_BROKEN) from problem


def _judge_end(file: BinaryIO) -> int:
    """The size, after bounding the list of parts: to read one of a million parts would cost a gigabyte.

    Office programs write the plain end and no comment; any other would be read differently by each reader.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - 42))
    tail = file.read(42)
    end = tail[-22:]
    if not end.startswith(END) or end[20:] != b"\0\0" or tail.startswith(b"PK\x06\x07"):
        raise UnfitFile(_BROKEN)
    entries, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if entries > ENTRIES or length > ENTRIES * 512:
        raise UnfitFile(_BOMB)
    return size


def _judge_list(archive: zipfile.ZipFile, size: int) -> frozenset[str]:
    """The names of the parts, once the list promises nothing that a document would not hold."""
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if len(parts) > ENTRIES or unpacked > UNPACKED or unpacked > max(RATIO_FROM, RATIO * packed):
        raise UnfitFile(_BOMB)
    if packed > size:
        raise UnfitFile(_BOMB)  # parts that share their bytes
    names = frozenset(part.filename for part in parts)
    outside = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    known = all(part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts)
    if outside or not known or len(names) < len(parts):
        raise UnfitFile(_BROKEN)
    if any(part.flag_bits & 1 for part in parts):
        raise UnfitFile("The file is protected by a password. Attach it without the protection.")
    return names


def _open_xml(archive: zipfile.ZipFile, names: frozenset[str]) -> Kind | None:
    """Word, Excel, PowerPoint: the kind stands in the list of content types."""
    if "[Content_Types].xml" not in names:
        return None
    root = fromstring(_description(archive, "[Content_Types].xml"), forbid_dtd=True)
    types = {str(item.get("ContentType", "")) for item in root}
    if any("macroenabled" in said.lower() or "vbaproject" in said.lower() for said in types):
        raise UnfitFile(_MACROS)
    return next((kind for said, kind in _MAIN_PARTS.items() if said in types), None)


def _open_document(archive: zipfile.ZipFile, names: frozenset[str]) -> Kind | None:
    """OpenDocument: the kind is a part of its own."""
    if not {"mimetype", "META-INF/manifest.xml"} <= names:
        return None
    if b"encryption-data" in _description(archive, "META-INF/manifest.xml"):
        raise UnfitFile("The file is protected by a password. Attach it without the protection.")
    return _MIMETYPES.get(_description(archive, "mimetype").strip())


def _description(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > DESCRIPTION:
        raise UnfitFile(_BOMB)
    return archive.read(name)


def _refuse_macros(names: frozenset[str]) -> None:
    if any(mark in f"/{name.lower()}" for name in names for mark in _MACRO_NAMES):
        raise UnfitFile(_MACROS)


def _read_through(archive: zipfile.ZipFile) -> None:
    """Unpack every part into nothing: one that holds more or other than it promised fails its checksum."""
    for part in archive.infolist():
        with archive.open(part) as content:
            while content.read(BLOCK):
                pass
