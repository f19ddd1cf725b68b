"""Bytes as text (rules 5.16)."""

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import ENCODINGS, OFFERED, Limits, TableError, look, read_rows
from kamtrak.lib.tables.encoding import detect_encoding


def detected(content: bytes):
    return detect_encoding(io.BytesIO(content))[0]


@pytest.mark.parametrize(
    ("content", "label", "text"),
    [
        (b"a,b\n", "UTF-8", "a,b\n"),
        ("Müller €".encode(), "UTF-8", "Müller €"),
        (codecs.BOM_UTF8 + "Müller".encode(), "UTF-8", "Müller"),
        ("Müller €".encode("utf-16"), "UTF-16", "Müller €"),
        (codecs.BOM_UTF16_BE + "Müller".encode("utf-16-be"), "UTF-16", "Müller"),
        ("Müller €“”".encode("cp1252"), "Windows-1252", "Müller €“”"),
        (b"ab\x81\x8dc", "Windows-1252", "ab\x81\x8dc"),
        (b"", "UTF-8", ""),
    ],
)
def test_the_mark_decides_then_utf_8_then_windows_1252(content, label, text):
    encoding = detected(content)
    assert encoding.label == label
    assert content.decode(encoding.name, encoding.errors) == text


def test_one_wrong_byte_at_the_end_of_a_large_file_makes_it_windows_1252():
    assert detected(b"plain text\n" * 200_000 + b"caf\xe9").label == "Windows-1252"


def test_a_character_cut_by_the_end_of_the_file_is_not_utf_8():
    assert detected("café €".encode()[:-1]).label == "Windows-1252"


def test_a_character_across_the_seam_of_two_chunks_is_still_utf_8():
    assert detected(b"x" * ((1 << 20) - 1) + "€".encode()).label == "UTF-8"


@pytest.mark.parametrize(
    "content", [codecs.BOM_UTF8 + b"\xff", codecs.BOM_UTF16_LE + b"abc", b"\xff\xfe\x00\xd8a\x00"]
)
def test_a_file_that_breaks_the_promise_of_its_mark_is_damaged(content):
    with pytest.raises(TableError, match="is damaged"):
        detected(content)


@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding_that_reads_them_or_a_plain_refusal(content):
    try:
        encoding = detected(content)
    except TableError:
        return
    content.decode(encoding.name, encoding.errors)
    assert encoding.name in ENCODINGS


def test_an_encoding_that_a_person_chooses_reads_the_names_of_their_country(tmp_path):
    path = tmp_path / "sprzedaz.csv"
    path.write_bytes("Data;Klient\n2026-03-04;Łódź Śródmieście\n".encode("iso8859-2"))
    layout = look(path, Limits(), encoding="iso8859-2")
    assert [row.cells[1] for row in read_rows(path, layout, Limits())] == ["Łódź Śródmieście"]
    with pytest.raises(TableError, match="“EBCDIC” is not known"):
        look(path, Limits(), encoding="EBCDIC")


def test_people_choose_utf_8_once_whether_the_file_has_a_mark_or_not(tmp_path):
    labels = [encoding.label for encoding in OFFERED]
    assert labels.count("UTF-8") == 1
    assert len(labels) == len(set(labels))
    path = tmp_path / "marked.csv"
    path.write_bytes(codecs.BOM_UTF8 + b'"Day";Client\n2026-03-04;M\xc3\xbcller\n')
    layout = look(path, Limits(), encoding="utf-8")
    assert layout.columns == ("Day", "Client")
    assert [row.cells for row in read_rows(path, layout, Limits())] == [["2026-03-04", "Müller"]]


def test_lines_are_counted_for_showing_progress():
    assert detect_encoding(io.BytesIO(b"a\nb\nc"))[1] == 3
    assert detect_encoding(io.BytesIO(b"a\r\nb\r\nc"))[1] == 3
    assert detect_encoding(io.BytesIO(b"a\rb\rc"))[1] == 3
