"""The hostile files are as bad as they say, and the sound workbooks are sound to a reader that is not
ours.
"""

import zlib
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import openpyxl
import pytest

from .cases import CASES
from .cases.hostile import CASES as HOSTILE
from .hostile import bomb, compound_file, last_column, laughs, outside_entity, swollen_sheet, with_entry
from .read import is_filled, sheet_cells, sheet_names

BUILT: dict[str, Callable[[], bytes]] = {case.name: case.data for case in CASES}
SOUND = [
    case.name
    for case in CASES
    if case.file.endswith(".xlsx")
    and case not in HOSTILE
    and case.data().startswith(b"PK")
    and case.expected.refused in ("", "empty", "no rows")
]


def test_the_bomb_unpacks_a_thousand_to_one_over_the_limit() -> None:
    packed, checksum, length = swollen_sheet()
    unpacker, unpacked, found = zlib.decompressobj(-15), 0, 0
    rest = packed
    while rest and not unpacker.eof:
        piece = unpacker.decompress(rest, 2**22)
        unpacked, found, rest = unpacked + len(piece), zlib.crc32(piece, found), unpacker.unconsumed_tail
    assert (unpacked, found) == (length, checksum)
    assert length > 500 * 2**20
    assert length / len(bomb()) > 900
    assert len(bomb()) < 1_000_000


def test_one_bomb_admits_its_size_and_the_other_lies() -> None:
    sizes = []
    for lying in (False, True):
        with ZipFile(BytesIO(bomb(lying))) as archive:
            assert archive.read("xl/workbook.xml").startswith(b"<?xml")
            sizes.append(archive.getinfo("xl/worksheets/sheet1.xml").file_size)
    assert sizes == [swollen_sheet()[2], 2_000]


def test_the_rest_of_the_hostile_files_hold_what_they_threaten_with() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    with ZipFile(BytesIO(last_column())) as archive:
        assert b'r="XFD1048576"' in archive.read(sheet)
    with ZipFile(BytesIO(laughs())) as archive:
        assert archive.read(sheet).count(b"<!ENTITY") == 10
    with ZipFile(BytesIO(outside_entity())) as archive:
        assert b'SYSTEM "file:///etc/passwd"' in archive.read(sheet)
    with ZipFile(BytesIO(with_entry("../../x"))) as archive:
        assert "../../x" in archive.namelist()
    assert BUILT["a-million-columns"]().partition(b"\n")[0].count(b",") == 999_999
    with pytest.raises(BadZipFile):
        ZipFile(BytesIO(BUILT["cut-off"]()))


def test_a_compound_file_is_laid_out_as_one() -> None:
    content = compound_file({"EncryptionInfo": b"a", "EncryptedPackage": b"b"})
    assert content.startswith(bytes.fromhex("D0CF11E0A1B11AE1"))
    assert len(content) == 512 * (1 + 2 + 16)
    names = [content[1024 + at * 128 :][:64].decode("utf-16-le").rstrip("\0") for at in range(3)]
    assert names == ["Root Entry", "EncryptionInfo", "EncryptedPackage"]


@pytest.mark.parametrize("name", SOUND)
def test_another_reader_finds_the_same_cells_in_a_sound_workbook(name: str) -> None:
    data = BUILT[name]()
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    for sheet in sheet_names(data):
        theirs = [cell for row in book[sheet].iter_rows(values_only=True) for cell in row if is_filled(cell)]
        ours = [cell for record in sheet_cells(data, sheet) for cell in record if is_filled(cell)]
        assert len(theirs) == len(ours)
        for their, our in zip(theirs, ours, strict=True):
            if isinstance(our, date):
                assert isinstance(their, datetime)
                assert their.date() == our
            elif isinstance(our, str) and not isinstance(their, bool):
                assert str(their) == our
