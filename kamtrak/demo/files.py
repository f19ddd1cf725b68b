"""Small real files as evidence, made from values: a text, a PDF and a picture, the same bytes each time."""

import struct
import zlib
from collections.abc import Sequence

_A4 = (595, 842)
_PAPER, _BAR, _SOFT = b"\xff\xff\xff", b"\x0b\x5f\x58", b"\xb9\xd3\xd0"


def text_file(title: str, lines: Sequence[str]) -> bytes:
    """A note as people type it: a title, a rule, one point per line."""
    return "\n".join([title, "=" * len(title), "", *lines, ""]).encode()


def pdf_file(title: str, lines: Sequence[str]) -> bytes:
    """One page of plain lines in Helvetica, without a date or an identity of its own."""
    text = [f"BT /F2 15 Tf 64 {_A4[1] - 90} Td ({_escaped(title)}) Tj ET"]
    text += [
        f"BT /F1 11 Tf 64 {_A4[1] - 130 - 18 * place} Td ({_escaped(line)}) Tj ET"
        for place, line in enumerate(lines)
    ]
    page = "\n".join(text).encode("cp1252", "replace")
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    return _pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_A4[0]} {_A4[1]}] /Contents 4 0 R "
            "/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>".encode(),
            f"<< /Length {len(page)} >>\nstream\n".encode() + page + b"\nendstream",
            font.format("Helvetica").encode(),
            font.format("Helvetica-Bold").encode(),
        ]
    )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _pdf(objects: Sequence[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def png_file(heights: Sequence[int], *, width: int = 480, height: int = 240) -> bytes:
    """A column chart: heights in percent, the last column in full colour as the one to look at."""
    step = width // len(heights)
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # no filter
        for place, percent in enumerate(heights):
            filled = (height - y) * 100 <= percent * height
            colour = (_BAR if place == len(heights) - 1 else _SOFT) if filled else _PAPER
            rows += _PAPER * (step // 5) + colour * (step - step // 5)
        rows += _PAPER * (width - step * len(heights))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
