"""What a file is, told from its content, and its name: every accepted kind, and what attackers bring."""

import copy
import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from contributions.rules import office as office_rules
from contributions.rules.files import (
    JPEG,
    KINDS,
    PDF,
    PNG,
    TEXT,
    Looked,
    clean_file_name,
    extension_of,
    fitting_name,
    kind_named,
    look,
)
from contributions.rules.office import DOCX, ODP, ODS, ODT, PPTX, XLSX, Kind, UnfitFile
from tests.contributions import files


def looked(content: bytes, name: str) -> Looked:
    return look(io.BytesIO(content), name)


def refusal(content: bytes, name: str) -> str:
    with pytest.raises(UnfitFile) as refused:
        looked(content, name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (files.PDF, "order.pdf", PDF),
        (files.png(), "chart.PNG", PNG),
        (files.jpeg(), "photo.jpg", JPEG),
        (files.jpeg(), "photo.jpeg", JPEG),
        (files.TEXT, "thanks.txt", TEXT),
        (b"a;b\r\n1;2\r\n", "rows.csv", TEXT),
        (b"\xef\xbb\xbfa;b\n", "rows.csv", TEXT),
        ("48.000 € für Überführung".encode("cp1252"), "old.txt", TEXT),
        (b"MZ is how the client signs", "signed.txt", TEXT),
        *[(files.office(kind.extensions[0][1:]), f"a{kind.extensions[0]}", kind) for kind in KINDS[4:]],
    ],
)
def test_each_accepted_kind_is_told_from_its_content(content: bytes, name: str, kind: Kind) -> None:
    assert looked(content, name).kind == kind


def test_a_workbook_that_a_program_wrote_is_an_excel_workbook() -> None:
    book = openpyxl.Workbook()
    book.active.append(["client", 48_000])
    written = io.BytesIO()
    book.save(written)
    assert looked(written.getvalue(), "book.xlsx").kind == XLSX


def test_the_hash_is_of_the_bytes_and_the_file_is_left_at_its_beginning() -> None:
    file = io.BytesIO(b"abc")
    assert look(file, "a.txt").sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file.tell() == 0


def test_six_office_kinds_four_others_and_no_more() -> None:
    assert [kind.extensions[0] for kind in KINDS] == [
        ".pdf", ".png", ".jpg", ".txt", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp",
    ]  # fmt: skip
    assert {kind_named(kind.content_type) for kind in KINDS} == set(KINDS)


# ---------------------------------------------------------------------------------- lying about the type
@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "logo.png", "markup"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "logo.png", "markup"),
        (b"\xef\xbb\xbf\n <HTML><body>", "notes.txt", "markup"),
        (b"<?xml version='1.0'?><svg/>", "chart.jpg", "markup"),
        (b"MZ\x90\x00\x03" + bytes(300), "invoice.pdf", "a Windows program"),
        (b"\x7fELF\x02\x01" + bytes(300), "invoice.pdf", "a program"),
        (b"GIF89a" + bytes(20), "logo.png", "a GIF picture"),
        (b"{\\rtf1\\ansi hello}", "letter.docx", "a rich-text document"),
        (b"%!PS-Adobe-3.0 /x {} def", "letter.pdf", "a PostScript program"),
        (files.packed({"run.sh": "rm"}), "letter.docx", "an archive"),
        (b"\xff\xfea\x00b\x00", "notes.txt", "text in UTF-16"),
        (files.OLD_WORD, "letter.docx", "an old or password-protected office document"),
        (bytes(range(256)), "letter.txt", "nothing that is known here"),
    ],
)
def test_content_that_is_not_accepted_is_refused_with_what_was_found(
    content: bytes, name: str, found: str
) -> None:
    said = refusal(content, name)
    assert f"“{name}” is named .{name[-4:].lstrip('.')}, but holds" in said
    assert found in said
    assert "Accepted are PDF, PNG, JPEG, plain text, and office documents: docx, xlsx" in said


def test_a_kind_that_is_honest_but_not_accepted_is_not_called_a_liar() -> None:
    assert refusal(b"GIF89a" + bytes(20), "logo.gif").startswith("“logo.gif” holds a GIF picture.")
    assert "old or password-protected office document" in refusal(files.OLD_WORD, "letter.doc")


@pytest.mark.parametrize(
    ("content", "name", "label"),
    [
        (files.png(), "order.pdf", "a PNG picture (.png)"),
        (files.PDF, "order.png", "a PDF (.pdf)"),
        (files.TEXT, "tool.exe", "plain text (.txt or .csv or .tsv or .md or .log)"),
        (files.TEXT, "page.html", "plain text"),
        (files.TEXT, "logo.svg", "plain text"),
        (files.office("xlsx"), "letter.docx", "an Excel workbook (.xlsx)"),
        (files.office("odt"), "letter.docx", "an OpenDocument text (.odt)"),
        (files.PDF, "order.pdf.exe", "a PDF (.pdf)"),
    ],
)
def test_an_ending_that_does_not_fit_the_content_is_refused(content: bytes, name: str, label: str) -> None:
    said = refusal(content, name)
    assert "but its content is " + label in said
    assert "Take the right file, or give it the right ending." in said


# ------------------------------------------------------------------------------------------- polyglots
ARCHIVE = files.packed({"evil.class": "x"})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.PDF + ARCHIVE, "both.pdf"),
        (files.jpeg(after=ARCHIVE), "both.jpg"),
    ],
)
def test_a_picture_or_pdf_that_is_an_archive_too_is_refused(content: bytes, name: str) -> None:
    assert "an archive in one" in refusal(content, name)


def test_an_archive_inside_a_picture_is_nothing_that_a_reader_from_the_end_would_find() -> None:
    assert looked(files.png(files.chunk(b"zzZz", ARCHIVE)), "a.png").kind == PNG


def test_an_archive_whose_comment_hides_the_end_of_a_pdf_is_refused() -> None:
    tail = b"\nstartxref\n0\n%%EOF"
    archive = bytearray(ARCHIVE)
    archive[-2:] = len(tail).to_bytes(2, "little")
    assert "an archive in one" in refusal(files.PDF + bytes(archive) + tail, "both.pdf")


def test_anything_behind_the_end_of_a_png_is_refused_and_behind_a_jpeg_it_is_the_phone() -> None:
    assert "not complete" in refusal(files.png() + b"<script>", "a.png")
    assert looked(files.jpeg(after=b"SEFHe\x00\x00SEFT"), "a.jpg").kind == JPEG


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.PDF[:40], "a.pdf"),
        (b"%PDF-1.7 only says so", "a.pdf"),
        (files.png()[:-4], "a.png"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 60, "a.png"),
        (files.jpeg()[:30], "a.jpg"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "a.jpg"),
    ],
)
def test_a_file_that_only_begins_like_an_accepted_kind_is_not_complete(content: bytes, name: str) -> None:
    assert "it is not complete. Save it again." in refusal(content, name)


def test_text_with_control_characters_is_no_text() -> None:
    for content in (b"a\x00b", b"a\x1b[31m", b"a\x7f", "a\x9bb".encode(), b"bell\x07"):
        assert "nothing that is known here" in refusal(content, "a.txt")


def test_a_sign_across_two_blocks_is_still_one_sign() -> None:
    assert looked(b"a" * 65_535 + "ü".encode() + b"\n", "a.txt").kind == TEXT


# ------------------------------------------------------------------------------------- packed documents
def test_a_bomb_is_refused_by_what_its_list_promises() -> None:
    bomb = files.office("docx", **{"word/bomb.xml": bytes(50_000_000)})
    assert len(bomb) < 60_000
    assert "unpack to far more than a document holds" in refusal(bomb, "a.docx")


def test_a_bomb_that_lies_about_its_size_fails_its_checksum() -> None:
    bomb = bytearray(files.office("docx", **{"word/bomb.xml": bytes(50_000_000)}))
    honest = (50_000_000).to_bytes(4, "little")
    assert bomb.count(honest) == 2
    bomb = bytearray(bytes(bomb).replace(honest, (1_000).to_bytes(4, "little")))
    tracemalloc.start()
    assert "damaged" in refusal(bytes(bomb), "a.docx")
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_parts_that_share_their_bytes_are_refused() -> None:
    """Three more entries of the list point at the one packed part of the file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", bytes(range(256)) * 400)
        for number in range(3):
            twin = copy.copy(archive.infolist()[0])
            twin.filename = f"twin{number}"
            archive.filelist.append(twin)
    assert "unpack to far more" in refusal(target.getvalue(), "a.docx")


def test_too_many_parts_are_refused_before_their_list_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    many = files.packed({f"p{n}": "" for n in range(office_rules.ENTRIES + 1)})

    def read(*_: object) -> None:
        raise AssertionError("the list was read")

    monkeypatch.setattr("contributions.rules.office.zipfile.ZipFile", read)
    assert "unpack to far more" in refusal(many, "a.docx")


@pytest.mark.parametrize(
    "macros",
    [
        {"word/vbaProject.bin": "x"},
        {"xl/vbaProject.bin": "x"},
        {"word/vbaData.xml": "x"},
        {"xl/macrosheets/sheet1.xml": "x"},
        {"word/activeX/activeX1.bin": "x"},
    ],
)
def test_a_document_with_macros_is_refused(macros: dict[str, str]) -> None:
    assert refusal(files.office("docx", **macros), "a.docx").startswith("The document brings macros")


def test_macros_that_only_the_content_types_or_opendocument_know_are_found() -> None:
    said = "application/vnd.ms-word.document.macroEnabled.main+xml"
    renamed = files.packed({"[Content_Types].xml": files.content_types(said), "part0.xml": "<a/>"})
    assert "brings macros" in refusal(renamed, "a.docx")
    assert "brings macros" in refusal(files.office("odt", **{"Basic/Standard/Module1.xml": "x"}), "a.odt")
    assert "brings macros" in refusal(files.office("ods", **{"Scripts/python/x.py": "x"}), "a.ods")


def test_a_document_that_unpacks_outside_its_folder_is_refused() -> None:
    for name in ("../../etc/cron.d/x", "/etc/passwd", "word\\..\\x"):
        assert "damaged" in refusal(files.office("docx", **{name: "x"}), "a.docx")


def test_entities_in_the_content_types_are_not_expanded() -> None:
    laughs = '<!DOCTYPE a [<!ENTITY b "ha">]><Types xmlns="x">&b;</Types>'
    assert "damaged" in refusal(files.packed({"[Content_Types].xml": laughs}), "a.docx")


def test_a_protected_document_is_refused_with_what_to_do() -> None:
    manifest = "<manifest><encryption-data/></manifest>"
    said = refusal(files.office("odt", **{"META-INF/manifest.xml": manifest}), "a.odt")
    assert said == "The file is protected by a password. Attach it without the protection."


def test_any_cut_or_altered_document_is_a_plain_refusal_and_never_an_error() -> None:
    whole = files.office("docx")
    for cut in range(4, len(whole)):
        refusal(whole[:cut], "a.docx")
    for at in range(4, len(whole), 3):
        altered = bytearray(whole)
        altered[at] ^= 0xFF
        try:
            looked(bytes(altered), "a.docx")
        except UnfitFile:
            continue


# ------------------------------------------------------------------------------------------------ names
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("order.pdf", "order.pdf"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\fakepath\\order.pdf", "order.pdf"),
        ("/etc/cron.d/order.pdf", "order.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie: x=1.pdf"),
        ("nul\x00byte.pdf", "nulbyte.pdf"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("zero\u200bwidth.pdf", "zerowidth.pdf"),
        ("  two   spaces .pdf ", "two spaces .pdf"),
        (".htaccess", "htaccess"),
        ("order.pdf. .", "order.pdf"),
        ("...", "file"),
        ("", "file"),
        ("Überführung 請求書 🎉.pdf", "Überführung 請求書 🎉.pdf"),
        ("U\u0308.pdf", "Ü.pdf"),
    ],
)
def test_a_name_keeps_what_can_be_seen_and_loses_every_folder(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


def test_a_huge_name_is_cut_to_200_characters_and_keeps_its_ending() -> None:
    assert clean_file_name("n" * 5_000 + ".pdf") == "n" * 196 + ".pdf"
    assert len(looked(files.PDF, "n" * 5_000).name) == 200


def test_a_name_without_an_ending_gets_the_one_of_its_content() -> None:
    assert fitting_name("order", PDF) == "order.pdf"
    assert fitting_name("Report v1.2", PDF) == "Report v1.2.pdf"
    assert [extension_of(name) for name in ("a.PDF", "a", "v1.2", ".pdf", "a.7z")] == [
        ".PDF",
        "",
        "",
        "",
        ".7z",
    ]


def test_the_six_office_kinds_are_told_apart_by_their_content_alone() -> None:
    kinds = (DOCX, XLSX, PPTX, ODT, ODS, ODP)
    names = [looked(files.office(kind.extensions[0][1:]), "named").name for kind in kinds]
    assert names == ["named.docx", "named.xlsx", "named.pptx", "named.odt", "named.ods", "named.odp"]
