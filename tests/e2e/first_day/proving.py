"""Proving it: exports, the story behind a figure, a file, the dashboard, the review."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect
from pypdf import PdfReader, PdfWriter

from tests.e2e.first_day.places import HOME, LIST, Q3, TOGETHER, TOTALS, goes_to, opens
from tests.e2e.forms import dialog, downloaded, row_of

STORY = "Won back the Nordic hubs after two missed peaks"


def exports_what_is_shown(page: Page, tmp_path: Path) -> None:
    page.goto(f"{LIST}{Q3}")
    page.get_by_role("button", name="Type All 4").click()
    page.get_by_role("link", name="Cost savings").click()
    expect(row_of(page, "Nordhavn Logistics")).to_have_count(0)
    expect(row_of(page, "Aomori Ferry")).to_contain_text("52,730.72")
    page.get_by_role("button", name="Export 1 row").click()
    file = downloaded(page, page.get_by_role("link", name="CSV"), tmp_path)
    (row,) = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    assert (row["client"], row["amount"], row["converted"]) == ("Aomori Ferry", "7850000", "52730.72")
    page.get_by_role("link", name="Clear type").click()
    page.get_by_role("button", name="Export 4 rows").click()
    file = downloaded(page, page.get_by_role("link", name="Excel (XLSX)"), tmp_path)
    head, *rows = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    counted = [Decimal(str(row[head.index("counted")])) for row in rows]
    assert (len(counted), sum(counted)) == (4, Decimal("617828.74"))


def tells_the_how(page: Page) -> None:
    opens(page, "Brightwater Foods")
    page.get_by_role("link", name="Link achievement").click()
    dialog(page, "Link achievements").get_by_role("link", name="Write a new one").click()
    form = dialog(page, "Add achievement")
    form.get_by_label("Title").fill(STORY)
    form.get_by_label("Action").fill("Put both planners on one board and met every Monday.")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name=STORY)).to_be_visible()


def attaches_the_proof(page: Page, tmp_path: Path) -> None:
    letter = tmp_path / "Renewal letter.pdf"
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(letter)
    page.get_by_role("link", name="Attach file").click()
    form = dialog(page, "Attach file")
    form.get_by_label("File").set_input_files(letter)
    form.get_by_role("button", name="Attach").click()
    link = page.get_by_role("link", name="Renewal letter.pdf")
    assert downloaded(page, link, tmp_path / "back").read_bytes() == letter.read_bytes()


def finds_the_same_figures_on_the_dashboard(page: Page) -> None:
    page.goto(f"{LIST}{Q3}")
    table = page.get_by_role("region", name="Totals by type and currency")
    expect(table.locator("tbody td.k-b")).to_have_text(
        [re.compile(f"^{figure}") for figure in (*TOTALS, TOGETHER)]
    )
    page.goto(f"{HOME}{Q3}")
    tiles = page.get_by_role("region", name="Totals by type, Q3 2026")
    expect(tiles.locator(".k-tot-v")).to_have_text([f"{figure} USD" for figure in TOTALS])
    expect(tiles).to_contain_text(f"all four types together: {TOGETHER} USD")


def has_the_review_made(page: Page, tmp_path: Path, worker: Path) -> None:
    goes_to(page, "Documents")
    page.get_by_role("link", name="Issue a review").click()
    form = dialog(page, "Issue a performance review")
    form.get_by_label("Period").select_option("Q3 2026")
    form.get_by_role("button", name="Issue the review").click()
    expect(page.get_by_role("heading", level=1, name="Performance review")).to_be_visible()
    done = page.get_by_role("heading", name="Done")
    expect(done.or_(page.get_by_role("progressbar"))).to_be_visible()
    expect(done, worker.read_text()).to_be_visible(timeout=60_000)
    page.locator("#job").get_by_role("link").click()
    expect(page.get_by_role("region", name="Printed figures and the live ones")).to_contain_text("63,448.28")
    document = PdfReader(downloaded(page, page.get_by_role("link", name="Download PDF"), tmp_path))
    (embedded,) = document.attachments["contributions.csv"]
    rows = csv.DictReader(io.StringIO(embedded.decode("utf-8-sig")))
    assert sum(Decimal(row["counted"]) for row in rows) == Decimal("617828.74")
    printed = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
    for figure in (*TOTALS, TOGETHER, STORY):
        assert figure in printed
