"""Files of every accepted kind, as small as they can be, and the parts to make hostile ones of."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n45\n%%EOF\n"
TEXT = "Danke für die schnelle Hilfe.\nEs hat uns 48.000 € gespart.\n".encode()
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MAIN = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}
OPEN = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*more: bytes) -> bytes:
    """One grey pixel; `more` chunks stand before its end."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return b"\x89PNG\r\n\x1a\n" + header + pixel + b"".join(more) + chunk(b"IEND", b"")


def jpeg(after: bytes = b"") -> bytes:
    """The segments of a picture; `after` stands behind its end, as phones put it."""
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    size = b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f"
    return start + size + scan + b"\xff\xd9" + after


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def content_types(*types: str) -> str:
    parts = "".join(
        f'<Override PartName="/part{n}.xml" ContentType="{said}"/>' for n, said in enumerate(types)
    )
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f"{parts}</Types>"
    )


def office(ending: str, **parts: bytes | str) -> bytes:
    """A document of Word, Excel or PowerPoint, or in OpenDocument; `parts` by name are added."""
    if ending in MAIN:
        main = f"application/vnd.openxmlformats-officedocument.{MAIN[ending]}.main+xml"
        base: dict[str, bytes | str] = {"[Content_Types].xml": content_types(main), "part0.xml": "<a/>"}
    else:
        base = {
            "mimetype": f"application/vnd.oasis.opendocument.{OPEN[ending]}",
            "content.xml": "<a/>",
            "META-INF/manifest.xml": "<manifest/>",
        }
    return packed(base | parts)
