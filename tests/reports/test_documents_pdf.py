"""The file: what is printed, what is embedded, and what makes it last (rules 7.3)."""

import shutil
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from weasyprint.urls import URLFetchingError, fetch

from contributions.models import Achievement, Contribution
from contributions.rules import Basis
from contributions.rules.lines import COLUMNS
from contributions.services.attachments import attach_file
from contributions.services.contributions import Entry, log_contribution, void_contribution
from kamtrak.tenancy import in_workspace
from reports.pdf.files import BASE, PackagedFiles
from reports.pdf.render import pages_of
from reports.pdf.text import missing_characters, printable
from reports.queries.documents import review_of
from reports.queries.review import Order
from reports.services.data import read_data
from reports.services.proving import verify_document
from reports.services.snapshots import snapshot_review
from tests.cast import NOW, Cast, make_user, make_workspace
from tests.contributions.files import PDF
from tests.reports.builders import (
    DIRECT,
    INFLUENCED,
    Q3,
    RETENTION,
    SAVINGS,
    close,
    embedded,
    issue,
    make_achievement,
    make_contribution,
    make_rate,
    pdf_of,
    snapshot,
    total,
)
from workspaces.models import Membership

# What PDF 1.7 knows as structure; PDF/A-3a allows nothing else without a map of roles.
STANDARD = frozenset(
    [
        "Document",
        "Part",
        "Art",
        "Sect",
        "Div",
        "BlockQuote",
        "Caption",
        "NonStruct",
        "Private",
        "P",
        "H",
        "H1",
        "H2",
        "H3",
        "H4",
        "H5",
        "H6",
        "L",
        "LI",
        "Lbl",
        "LBody",
        "Table",
        "TR",
        "TH",
        "TD",
        "THead",
        "TBody",
        "TFoot",
        "Span",
        "Quote",
        "Note",
        "Reference",
        "Code",
        "Link",
        "Annot",
        "Figure",
        "Formula",
        "Form",
    ]
)


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def mixed(cast: Cast) -> None:
    """Three currencies with rates, one without, a share, a per-year row, an achievement."""
    make_rate("USD", "1.1")
    make_rate("GBP", "0.88")
    row = make_contribution(cast, "104445.68")
    make_contribution(cast, "1500.50", currency="GBP", type=INFLUENCED, share=Decimal("33.33"))
    make_contribution(cast, "2000.00", currency="EUR", type=SAVINGS, basis=Basis.PER_YEAR)
    make_contribution(cast, "7850000", currency="JPY", type=RETENTION)
    make_achievement(cast, "Won the depot tender", row)


def test_the_stories_behind_the_rows_and_the_names_of_the_files_are_printed_as_at_issue(inside: Cast) -> None:
    row = make_contribution(inside, "100.00")
    story = make_achievement(inside, "Won the depot tender", row)
    Achievement.objects.filter(pk=story.pk).update(
        situation="A rival undercut us.", action="Walked three depots.", result="Signed for five years."
    )
    attach_file(contribution=row, by=inside.alex, file=ContentFile(PDF, name="order.pdf"), now=NOW)
    document = snapshot(inside)
    Achievement.objects.filter(pk=story.pk).update(result="Something else")
    said = " ".join(text_of(pdf_of(document)).split())
    for words in (
        "3 August 2026 · Aurelia Foods",
        "Situation A rival undercut us.",
        "Action Walked three depots.",
        "Result Signed for five years.",
        "order.pdf",
        sha256(PDF).hexdigest(),
    ):
        assert words in said
    assert "Something else" not in said


def test_a_document_of_before_evidence_was_printed_is_still_read(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    document = snapshot(inside)
    for name in ("stories", "stories_in_all", "files", "files_in_all"):
        del document.content[name]
    assert (review_of(document).stories, review_of(document).files_in_all) == ((), 0)


def test_the_embedded_rows_sum_to_the_printed_totals(inside: Cast) -> None:
    mixed(inside)
    document = issue(inside)
    rows = embedded(pdf_of(document))
    for line in review_of(document).totals:
        assert total(rows, type=line.type.value) == line.converted
    assert total(rows) == Decimal("104445.68") + Decimal("625.15") + Decimal("2200.00")
    assert verify_document(document).problems == ()


def test_the_columns_are_those_of_every_export_and_figures_are_plain(inside: Cast) -> None:
    mixed(inside)
    direct, influenced, savings, unknown = embedded(pdf_of(snapshot(inside)))
    assert tuple(direct)[:15] == COLUMNS
    assert list(influenced.values())[:14] == [
        "Aurelia Foods",
        "Alex",
        "influenced",
        "2026Q3",
        "one-off",
        "1500.50",
        "GBP",
        "33.33",
        "1.25",
        "2026-09-30",
        "published",
        "no",
        "625.15",
        "625.15",
    ]
    assert (savings["basis"], savings["converted"]) == ("per year", "2200.00")
    assert (unknown["amount"], unknown["rate"], unknown["converted"], unknown["counted"]) == (
        "7850000",
        "",
        "",
        "",
    )
    assert (direct["achievements"], direct["standing"]) == ("Won the depot tender", "live")


def test_of_a_closed_quarter_counted_and_later_change_together_are_the_live_figures(inside: Cast) -> None:
    gone = make_contribution(inside, "40.00")
    make_contribution(inside, "60.00")
    close(inside, Q3)
    void_contribution(contribution=gone, by=inside.alex, reason="twice", now=NOW)
    Contribution.objects.filter(pk=make_contribution(inside, "7.00", reason="late invoice").pk).update(
        created_at=NOW.replace(day=24)
    )
    document = issue(inside)
    rows = embedded(pdf_of(document))
    assert (total(rows), total(rows, "later_change")) == (Decimal(100), Decimal(-33))
    assert [(row["standing"], row["counted"], row["later_change"], row["later_reason"]) for row in rows] == [
        ("as closed", "40.00", "-40.00", "voided: twice"),
        ("as closed", "60.00", "", ""),
        ("after the close", "0", "7.00", "added after the close: late invoice"),
    ]
    assert verify_document(document).ok
    said = text_of(pdf_of(document))
    assert "Later changes" in said
    assert "−33.00" in said


def test_the_pages_say_what_is_unknown_provisional_and_shared(inside: Cast) -> None:
    mixed(inside)
    said = text_of(pdf_of(snapshot(inside)))
    for words in (
        "Performance review",
        "ACME-2026-0001",
        "104,445.68",
        "u: 1 row has no rate: unknown, and in no total (retention value 1).",
        "share 33.33 %",
        "per year",
        "Achievement: Won the depot tender",
        "— unknown",
        "crossed through the euro, rounded once to 12 digits",
        "European Central Bank",
    ):
        assert words in said, words


def test_a_review_of_nothing_says_so(inside: Cast) -> None:
    document = issue(inside)
    assert "No contribution is on record for Q3 2026." in text_of(pdf_of(document))
    assert embedded(pdf_of(document)) == []
    assert verify_document(document).ok


def test_a_workspace_in_yen_prints_whole_yen_and_its_own_fiscal_year(cast: Cast) -> None:
    yuki = make_user("Yuki")
    tokyo = make_workspace("Tokyo Branch", yuki, slug="tokyo-branch", currency="JPY", fiscal_year_start=4)
    owner = Membership.objects.get(workspace=tokyo)
    make_rate("JPY", "160.5")
    make_rate("USD", "1.1")
    with in_workspace(tokyo.pk):
        entry = Entry("Sakura", DIRECT, Decimal("1234.50"), "USD", Q3)
        log_contribution(workspace=tokyo, owner=owner, entry=entry, now=NOW)
        order = Order(tokyo, owner, tokyo.calendar.period("FY2027"), yuki, NOW)
        pdf = pdf_of(snapshot_review(order))
    (row,) = embedded(pdf)
    assert (row["rate"], row["counted"], row["quarter"]) == ("145.909090909", "180125", "2027Q2")
    assert "180,125" in text_of(pdf)
    assert "TB-2026-0001" in text_of(pdf)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_another_program_reads_the_same_totals(inside: Cast, tmp_path: Path) -> None:
    mixed(inside)
    file = tmp_path / "review.pdf"
    file.write_bytes(pdf_of(snapshot(inside)))
    said = subprocess.run(
        ["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True, text=True
    )
    for figure in ("104,445.68", "625.15", "2,200.00"):
        assert figure in said.stdout


def test_the_same_snapshot_gives_the_same_bytes(inside: Cast) -> None:
    mixed(inside)
    document = snapshot(inside)
    assert pdf_of(document) == pdf_of(document)


def test_the_printed_fingerprint_is_that_of_the_embedded_data(inside: Cast) -> None:
    mixed(inside)
    pdf = pdf_of(snapshot(inside))
    digest = sha256(read_data(BytesIO(pdf))).hexdigest()
    assert digest in text_of(pdf).replace(" ", "").replace("\n", "")


# ------------------------------------------------------------------ made to last


def test_the_file_is_tagged_pdf_a_3a_with_its_data_as_an_associated_file(inside: Cast) -> None:
    mixed(inside)
    reader = PdfReader(BytesIO(pdf_of(snapshot(inside))))
    root: Any = reader.root_object
    metadata = root["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3" pdfaid:conformance="A"' in metadata
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"].value) == ("en", True)
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    trailer: Any = reader.trailer
    assert trailer["/ID"][0] == trailer["/ID"][1]
    (attached,) = [file.get_object() for file in root["/AF"]]
    assert (attached["/UF"], attached["/AFRelationship"]) == ("contributions.csv", "/Data")
    stream = attached["/EF"]["/F"]
    assert stream["/Subtype"] == "/text/csv"
    assert str(stream["/Params"]["/ModDate"]).startswith("D:20261123120000")


def test_title_author_number_and_outline_are_set(inside: Cast) -> None:
    mixed(inside)
    reader = PdfReader(BytesIO(pdf_of(snapshot(inside))))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Performance review Q3 2026, Alex", "Alex")
    assert str(reader.metadata["/Keywords"]) == "ACME-2026-0001"
    outline: Any = reader.outline
    assert outline[0].title == "Q3 2026"
    assert [entry.title for entry in outline[1] if not isinstance(entry, list)] == [
        "Totals",
        "By client",
        "Value touched by quarter",
        "Contributions",
        "How it came about",
        "Amounts without a rate",
        "Rates used",
        "How these figures are made",
    ]


def test_structure_is_standard_figures_speak_and_fonts_are_embedded_with_their_text(inside: Cast) -> None:
    mixed(inside)
    reader = PdfReader(BytesIO(pdf_of(snapshot(inside))))
    root: Any = reader.root_object
    elements = list(walk(root["/StructTreeRoot"]["/K"]))
    assert {str(element["/S"])[1:] for element in elements} <= STANDARD
    assert all(element.get("/Alt") for element in elements if element["/S"] == "/Figure")
    assert any(element["/S"] == "/TH" for element in elements)
    pages: list[Any] = list(reader.pages)
    for page in pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/ToUnicode" in font.get_object()
            (descendant,) = font.get_object()["/DescendantFonts"]
            assert "/FontFile2" in descendant.get_object()["/FontDescriptor"].get_object()


def walk(node: Any) -> Iterator[Any]:
    """Every structure element below a node of the tree."""
    resolved = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(resolved, ArrayObject):
        for kid in resolved:
            yield from walk(kid)
    elif isinstance(resolved, DictionaryObject) and "/S" in resolved:
        yield resolved
        yield from walk(resolved.get("/K"))


# ------------------------------------------------------------------ more than can be printed


def test_of_250_rows_200_are_printed_and_all_are_embedded(inside: Cast) -> None:
    template = make_contribution(inside, "1.00")
    many = []
    for n in range(2, 251):
        template.pk, template.once = None, None
        template.description = f"Deal number {n}"
        template.converted = template.credited = Decimal(n)
        many.append(Contribution(**{f.attname: getattr(template, f.attname) for f in template._meta.fields}))
    Contribution.objects.bulk_create(many)
    document = issue(inside)
    pdf = pdf_of(document)
    said = text_of(pdf)
    assert "The 200 largest of the 250 rows behind the totals; 50 more are in the embedded file" in said
    assert "50 more rows in the embedded file" in said
    assert "1,275.00" in said  # 1 + 2 + … + 50, what the rows that are not printed add
    assert said.count("Deal number") == 200
    assert "Deal number 51\n" in said
    assert "Deal number 50\n" not in said
    rows = embedded(pdf)
    assert (len(rows), total(rows)) == (250, Decimal(250 * 251 // 2))
    assert "31,375.00" in said


# ------------------------------------------------------------------ hostile words

EVIL = [
    '<script>alert(1)</script><img src="file:///etc/passwd"><style>*{display:none}</style>',
    '=HYPERLINK("http://evil.example";"x")',
    "@SUM(A1:A9)",
    "\u202eevil\u202c \u2067אבג\u2069 ends",
    "👩‍👩‍👧‍👦 🎉 zürich — ﷽",
    "x" * 5000,
    "word " * 1000,
    "line one\nline two\r\n\tline three\x0b",
]


def test_hostile_words_are_only_words(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.OpenerDirector.open", None)  # any way out would break here
    for number, words in enumerate(EVIL):
        make_contribution(inside, f"{1000 - number}.00", description=words, client=f"Client {number} <b>&")
    document = issue(inside)
    pdf = pdf_of(document)
    said, rows = text_of(pdf), embedded(pdf)
    assert "<script>alert(1)</script>" in said
    assert "Client 0 <b>&" in said
    assert "root:" not in said
    assert "line one line two line three" in said
    assert [row["description"] for row in rows[:3]] == [EVIL[0], "'" + EVIL[1], "'" + EVIL[2]]
    assert [row["description"] for row in rows[3:7]] == [words.strip() for words in EVIL[3:7]]
    assert said.replace("\n", "").count("x" * 40) >= 100, "a word of 5,000 letters breaks and stays whole"
    assert verify_document(document).ok


def test_a_character_without_a_glyph_is_boxed_and_a_signal_leaves_no_trace() -> None:
    lacking = chr(0x1F9FF)
    assert printable(f"a{lacking}b", frozenset({lacking})) == 'a<span class="missing">?</span>b'
    assert printable("a\u202eb\x07c\u2066", frozenset()) == "abc"
    assert printable("  <b>\n&  ", frozenset()) == "&lt;b&gt; &amp;"


def test_no_sign_for_a_missing_glyph_is_drawn(inside: Cast, caplog: pytest.LogCaptureFixture) -> None:
    words = "Linear B \U00010000 and Cuneiform \U00012000"
    missing_characters([words])  # asks the fonts of this machine, with complaints
    caplog.clear()
    make_contribution(inside, "1.00", description=words)
    pdf_of(snapshot(inside))
    assert not [record for record in caplog.records if ".notdef" in record.getMessage()]


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/",
        "https://documents.invalid/../settings.py",
        f"{BASE}kamtrak.css",
        "data:text/css,*{}",
    ],
)
def test_documents_load_packaged_files_only(address: str) -> None:
    with pytest.raises(URLFetchingError), fetch(PackagedFiles(), address):
        pass
    with fetch(PackagedFiles(), f"{BASE}document.css") as found:
        assert b"@page" in found.read()


def test_the_layout_begins_outside_of_the_workspace(inside: Cast) -> None:
    make_contribution(inside, "1.00")
    with pages_of(snapshot(inside)) as pages:
        ((_, data),) = pages.data
        assert data.read().startswith(b"client,owner,type,quarter,basis,amount,currency,share,rate,")
