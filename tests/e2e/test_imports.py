"""A messy file becomes transactions, and leaves again: mapped, checked, repaired in place, imported, undone.

It is 23 November 2026; amounts are in USD. The file writes days that fit both orders, amounts like 1.000
that can be read in two ways, TBD for a quantity, and a type of its own:

    A-1  order   revenue 1.000, a decimal comma's                   1,000.00  as given
    A-2  order   3 × 20,50                                             61.50  quantity × price
    A-3  order   TBD × 20,50; TBD read as blank, nothing derives it  unknown
    A-4  return  2 × 10,00, turned                                    −20.00  quantity × price
    A-5  order   4 × Gateway G2, which the catalog does not know     unknown
                                                                    1,041.50
    afterwards   Gateway G2 at 12.50: 4 × 12.50                        50.00  catalog price
"""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

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
    is_asked_what_the_values_leave_open(page)
    answers_and_sees_the_first_rows_follow(page)
    sees_what_would_come_of_it(page)
    repairs_a_group_of_rows_in_place(page)
    imports_what_is_good(page)
    resolves_an_alert(page)
    asks_why_a_number_is_what_it_is(page)
    undoes_it(page)


def brings_the_file(page: Page) -> None:
    page.goto("/w/acme/imports/")
    page.get_by_role("link", name="Import the first file").click()
    file = FilePayload(name="orders.csv", mimeType="text/csv", buffer=MESSY.encode())
    page.get_by_label("CSV or XLSX file").set_input_files(file)
    page.get_by_role("button", name="Upload and look at it").click()
    expect(page.get_by_role("heading", name="What is in each column?")).to_be_visible()


def is_asked_what_the_values_leave_open(page: Page) -> None:
    """Nothing goes on before it is answered."""
    page.get_by_role("button", name="Check all 5 rows").click()
    said = page.get_by_role("alert")
    expect(said).to_be_focused()
    expect(said).to_contain_text("Column B “Booked”: Every date of the column can be read in two ways.")
    expect(said).to_contain_text("Column H “Net total”: Every number of the column can be read in two ways.")
    expect(said).to_contain_text("Say which system the file comes from")
    expect(said).to_contain_text("Which currency are these amounts in?")
    assert violations(page) == []


def answers_and_sees_the_first_rows_follow(page: Page) -> None:
    """Each answer is kept at once: the page can be left, and comes back as it was."""
    preview = page.get_by_role("region", name="The first rows with their revenue")
    page.get_by_label("Source", exact=True).fill("Web shop")
    page.get_by_label("Which currency are these amounts in?").select_option("USD")
    page.get_by_role("radio", name="Day, month, year").press("Space")
    expect(page.get_by_role("status").filter(has_text="Column B")).to_have_count(0)
    page.get_by_role("radio", name="Decimal comma").check()
    page.locator("#c8").get_by_label("Order 4").select_option("Sale")
    page.locator("#c8").get_by_label("Return 1").select_option("Refund")
    expect(page.get_by_text("Do refunds bear a minus in this file?")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Source", exact=True)).to_have_value("Web shop")
    expect(page.get_by_role("radio", name="Decimal comma")).to_be_checked()
    page.get_by_role("radio", name="No, positive refunds are turned").check()
    expect(preview.get_by_role("row", name="11 Sep 2026")).to_contain_text("−20.00")
    expect(preview.get_by_role("row", name="3 Sep 2026")).to_contain_text("1,000.00 USD")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    assert violations(page) == []


def sees_what_would_come_of_it(page: Page) -> None:
    page.get_by_role("button", name="Check all 5 rows").click()
    expect(page.get_by_role("button", name="Import 4 new, leave 1 out")).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.get_by_text("1,041.50 USD for 3 rows, unknown for 1")).to_be_visible()
    expect(page.get_by_text("Catalog entry missing: Gateway G2")).to_be_visible()
    expect(page.get_by_text("T. Okafor", exact=True)).to_be_visible()
    assert violations(page) == []


def repairs_a_group_of_rows_in_place(page: Page) -> None:
    page.get_by_role("button", name="Read as blank, check again").click()
    expect(page.get_by_role("button", name="Import 5 new")).to_be_visible()
    expect(page.get_by_text("1,041.50 USD for 3 rows, unknown for 2")).to_be_visible()


def imports_what_is_good(page: Page) -> None:
    page.get_by_role("button", name="Import 5 new").click()
    expect(page.get_by_role("heading", name="And now", exact=True)).to_be_visible()
    expect(page.get_by_text("“Gateway G2” is not in the catalog", exact=True)).to_be_visible()
    expect(page.get_by_text("2 alerts raised by this import")).to_be_visible()
    assert violations(page) == []


def resolves_an_alert(page: Page) -> None:
    page.get_by_role("link", name="“Gateway G2” is not in the catalog").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Revenue / unit", exact=False).first.fill("12.50")
    form.get_by_label("Reason").fill("Price list of September")
    form.locator(".k-dialog-f .btn-primary").click()
    expect(page.get_by_text("1 alert raised by this import")).to_be_visible()
    expect(page.get_by_text("“Gateway G2” is not in the catalog")).to_have_count(0)


def asks_why_a_number_is_what_it_is(page: Page) -> None:
    """From the import to its rows, and from a row down to the cells of its line."""
    result = page.url
    page.get_by_role("link", name="List these rows").click()
    row = page.get_by_role("row").filter(has_text="61.50")
    row.get_by_role("link", name="5 Sep 2026").click()
    expect(page.get_by_role("heading", name="Why this number?")).to_be_visible()
    expect(page.get_by_text("Used: quantity × price sold")).to_be_visible()
    line = page.get_by_role("region", name="Line 3 of the file and its neighbours")
    expect(line.locator(".k-hit").filter(has_text="20,50").first).to_be_visible()
    page.goto(result)


def undoes_it(page: Page) -> None:
    page.get_by_role("link", name="Undo", exact=True).click()
    form = dialog(page, "Undo this import")
    expect(form.get_by_text("Rows that go", exact=True)).to_be_visible()
    form.get_by_label("Reason").fill("The wrong month")
    form.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text("Everything is as if it had never been imported")).to_be_visible()
