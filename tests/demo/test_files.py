"""Files made from values: what the product takes them for, and what is in them."""

import io

from pypdf import PdfReader

from contributions.rules.files import look
from kamtrak.demo.files import pdf_file, png_file, text_file


def kind_of(name: str, content: bytes) -> str:
    return look(io.BytesIO(content), name).kind.content_type


def test_a_text_holds_its_lines_under_its_title():
    content = text_file("Minutes", ["Present: Inés", "- 48,000.00 EUR"])
    assert content.decode() == "Minutes\n=======\n\nPresent: Inés\n- 48,000.00 EUR\n"
    assert kind_of("minutes.txt", content) == "text/plain"


def test_a_pdf_has_one_page_with_its_lines():
    content = pdf_file("Order", ["From: Vosges (Nancy)", "We confirm “cold rooms”", "Inés"])
    assert kind_of("order.pdf", content) == "application/pdf"
    reader = PdfReader(io.BytesIO(content), strict=True)
    assert len(reader.pages) == 1
    assert reader.pages[0].extract_text().split("\n") == [
        "Order",
        "From: Vosges (Nancy)",
        "We confirm “cold rooms”",
        "Inés",
    ]


def test_a_picture_has_the_size_that_was_asked_for():
    content = png_file([50, 100], width=10, height=4)
    assert kind_of("chart.png", content) == "image/png"
    assert content[16:24] == bytes([0, 0, 0, 10, 0, 0, 0, 4])


def test_the_same_values_give_the_same_bytes():
    assert png_file([1, 2, 3]) == png_file([1, 2, 3])
    assert pdf_file("a", ["b"]) == pdf_file("a", ["b"])
