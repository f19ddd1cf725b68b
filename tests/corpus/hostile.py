"""Containers that lie, swell or are something else."""

import struct
import zlib
from collections.abc import Mapping
from functools import cache

from .sheets import HEAD, MAIN, Value, parts, sheet, zipped

SWOLLEN = 600  # megabytes, over the limit of 500
MEGABYTE = b" " * 2**20
ROWS: list[list[Value]] = [["Date", "Client", "Amount"], ["2026-03-04", "Acme", 10]]


def deflated(content: bytes) -> bytes:
    """A piece that can be repeated: it ends on a whole byte and refers to nothing before it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)


@cache
def swollen_sheet() -> tuple[bytes, int, int]:
    """(packed, checksum, length) of a sheet with 600 MB of nothing in it, a thousand to one."""
    head = f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    tail = b"</sheetData></worksheet>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflated(head) + deflated(MEGABYTE) * SWOLLEN + packer.compress(tail) + packer.flush()
    checksum = zlib.crc32(head)
    for _ in range(SWOLLEN):
        checksum = zlib.crc32(MEGABYTE, checksum)
    return packed, zlib.crc32(tail, checksum), len(head) + len(tail) + SWOLLEN * len(MEGABYTE)


def archive(entries: Mapping[str, tuple[bytes, int, int]]) -> bytes:
    """A zip archive of entries that are packed already: name → (packed, checksum, length as it is
    claimed).
    """
    body, directory = b"", b""
    for name, (packed, checksum, length) in entries.items():
        known = struct.pack("<HHHHHIII", 20, 0, 8, 0, 0x5C21, checksum, len(packed), length)
        directory += b"PK\x01\x02" + struct.pack("<H", 20) + known
        directory += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + known + struct.pack("<HH", len(name), 0) + name.encode() + packed
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def packed(content: str) -> tuple[bytes, int, int]:
    raw = content.encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(raw) + packer.flush(), zlib.crc32(raw), len(raw)


def bomb(lying: bool = False) -> bytes:
    """A workbook that unpacks to 600 MB; `lying`: its directory claims 2,000 bytes."""
    entries = {name: packed(xml) for name, xml in parts({"Sales": sheet(ROWS)}).items()}
    content, checksum, length = swollen_sheet()
    entries["xl/worksheets/sheet1.xml"] = (content, checksum, 2_000 if lying else length)
    return archive(entries)


def with_entities(declared: str, used: str) -> bytes:
    """A workbook whose sheet declares entities of its own and uses one as a client."""
    xml = sheet([ROWS[0], ["2026-03-04", "@", 10]])
    xml = xml.replace(HEAD, f"{HEAD}<!DOCTYPE worksheet [{declared}]>").replace("@", f"&{used};")
    return zipped(parts({"Sales": xml}))


def laughs() -> bytes:
    """Ten entities, each ten times the one before: 10 GB of text."""
    chain = ['<!ENTITY e0 "ha ha ha!">']
    chain += [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    return with_entities("".join(chain), "e9")


def outside_entity() -> bytes:
    return with_entities('<!ENTITY out SYSTEM "file:///etc/passwd">', "out")


def with_entry(name: str) -> bytes:
    """A sound workbook with one more entry, whose name points out of any folder it would be unpacked into."""
    return zipped({**parts({"Sales": sheet(ROWS)}), name: "written where nobody asked"})


def last_column() -> bytes:
    """Two honest rows and one cell in column XFD of the last row a sheet can have."""
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return zipped(parts({"Sales": sheet(ROWS, more=stray)}))


def sheet_elsewhere() -> bytes:
    """A workbook whose sheet lies at an address in the network."""
    inside, outside = 'Target="worksheets/sheet1.xml"', 'Target="http://127.0.0.1:9/x" TargetMode="External"'
    return zipped({name: xml.replace(inside, outside) for name, xml in parts({"Sales": sheet(ROWS)}).items()})


def nested(depth: int) -> str:
    """Elements inside each other where rows should be."""
    inside = "<a>" * depth + "</a>" * depth
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'


SECTOR = 512
FREE, CHAIN_END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file: what an .xls and an encrypted .xlsx are inside. Streams are padded to 4,096
    bytes.
    """
    contents = [content.ljust(4096, b"\0") for content in streams.values()]
    fat, starts = [FAT_SECTOR, CHAIN_END], []
    for content in contents:
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + len(content) // SECTOR), CHAIN_END]
    fat += [FREE] * (SECTOR // 4 - len(fat))
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, CHAIN_END, 0, CHAIN_END, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    root = directory_entry("Root Entry", 5, child=1 if streams else FREE, start=CHAIN_END, size=0)
    entries = [root]
    for at, (name, content, start) in enumerate(zip(streams, contents, starts, strict=True), 1):
        right = at + 1 if at < len(streams) else FREE
        entries.append(directory_entry(name, 2, FREE, start, len(content), right))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    return header + struct.pack(f"<{SECTOR // 4}I", *fat) + directory + b"".join(contents)


def directory_entry(name: str, kind: int, child: int, start: int, size: int, right: int = FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(encoded), kind, 1, FREE, right, child)
    return encoded.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
