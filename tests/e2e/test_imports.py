"""A messy file becomes transactions, and leaves again: mapped, checked, repaired in place, imported, undone.

It is 23 November 2026; amounts are in USD. The file writes days that fit both orders, amounts like 1.000
that can be read in two ways, TBD for a quantity, and a type of its own:

    A-1  sale    revenue 1.000 (comma: 1,000.00)                    1,000.00  as given
    A-2  sale    3 × 20,50                                             61.50  quantity × price
    A-3  sale    TBD × 20,50, read as blank: nothing derives it      unknown
    A-4  return  2 × 10,00, turned                                    −20.00  quantity × price
    A-5  sale    4 × Gateway G2, which the catalog does not know     unknown

    together                                                        1,041.50
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Cast
from tests.e2e.axe import violations
from tests.e2e.conftest import Visits
from tests.e2e.forms import dialog
from tests.e2e.visitor import NARROW

pytestmark = pytest.mark.e2e

MESSY = (
    "Order no;Booked;Customer;Rep;Item;Qty;Unit price;Net total;Kind;Warehouse\n"
    "A-1;03/09/2026;Nordhavn Logistics;Alex;Tracker T4;;;1.000;Order;HAM-2\n"
    "A-2;05/09/2026;Aurelia Foods;Alex;;3;20,50;;Order;HAM-2\n"
    "A-3;05/09/2026;Aurelia Foods;T. Okafor;;TBD;20,50;;Order;OSL-1\n"
    "A-4;11/09/2026;Nordhavn Logistics;Alex;;2;10,00;;Return;OSL-1\n"
    "A-5;12/09/2026;Aurelia Foods;T. Okafor;Gateway G2;4;;;Order;\n"
)


def test_a_messy_file_is_mapped_checked_repaired_imported_and_undone(
    cast: Cast, visitor: Visits, worker: Path
) -> None:
    page = visitor(cast.ada.user).page
    brings_the_file(page)
    answers_what_is_open(page)
    sees_what_would_come_of_it(page)
    repairs_a_group_of_rows_in_place(page)
    imports_what_is_good(page)
    undoes_it(page)


def brings_the_file(page: Page) -> None:
    page.goto("/w/acme/imports/")
    page.get_by_role("link", name="Import the first file").click()
    file = {"name": "orders.csv", "mimeType": "text/csv", "buffer": MESSY.encode()}
    page.get_by_label("CSV or XLSX file").set_input_files([file])
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", name="What is in each column?")).to_be_visible()


def answers_what_is_open(page: Page) -> None:
    """What the values leave open is asked, and nothing goes on before it is answered."""
    page.get_by_role("button", name="Check all 5 rows").click()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("Column B “Booked”: Every date of the column can be read in two ways")
    expect(said).to_contain_text("Column H “Net total”: Every number of the column can be read in two ways")
    expect(said).to_contain_text("Say which system the file comes from")
    page.get_by_label("Source", exact=True).fill("Web shop")
    page.get_by_role("radio", name="Day, month, year").check()
    expect(page.get_by_text("Every date of the column can be read in two ways").first).to_be_visible()
    page.get_by_role("radio", name="Decimal comma").check()
    page.get_by_label("Order", exact=False).filter(has_text="Choose").first.select_option("sale")
    assert violations(page) == []


def sees_what_would_come_of_it(page: Page) -> None:
    page.get_by_role("button", name="Check all 5 rows").click()
    expect(page.get_by_text("Cannot go in").first).to_be_visible()


def repairs_a_group_of_rows_in_place(page: Page) -> None:
    page.get_by_role("button", name="Read as blank, check again").click()
    expect(page.get_by_role("button", name="Import 5 rows")).to_be_visible()


def imports_what_is_good(page: Page) -> None:
    page.get_by_role("button", name="Import 5 rows").click()
    expect(page.get_by_role("heading", name="And now")).to_be_visible()


def undoes_it(page: Page) -> None:
    page.get_by_role("link", name="Undo", exact=True).click()
    form = dialog(page, "Undo this import")
    form.get_by_label("Reason").fill("The wrong month")
    form.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("Everything is as if it had never been imported")).to_be_visible()
    assert page.viewport_size != NARROW
