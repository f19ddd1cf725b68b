"""The filter of clients in a browser: its choices come when it opens, and are found by typing."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import Cast
from tests.contracts.builders import make_contract
from tests.e2e.axe import violations
from tests.e2e.conftest import Visits

pytestmark = pytest.mark.e2e


def test_a_client_is_found_by_typing_and_the_list_shows_its_contracts(cast: Cast, visitor: Visits) -> None:
    for number in range(22):
        make_contract(cast.alex, number=f"KT-{number}", client=f"Client {number:02}")
    page = visitor(cast.olive.user).page
    page.goto("/w/acme/contracts/?type=fixed")
    page.get_by_role("button", name="Client Any").click()
    menu = page.locator("#chip-client")
    expect(menu.get_by_role("link", name="Client 19")).to_be_visible()
    expect(menu.get_by_role("link", name="Client 21")).to_have_count(0)
    field = menu.get_by_role("searchbox", name="Find: client")
    expect(field).to_be_focused()
    assert violations(page) == []
    page.keyboard.type("21")
    expect(menu.get_by_role("link")).to_have_text(["Any", "Client 21"])
    menu.get_by_role("link", name="Client 21").click()
    expect(page).to_have_url(re.compile(r"/w/acme/contracts/\?type=fixed&client=\d+$"))
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Client Client 21")).to_be_visible()


def rows(page: Page) -> Locator:
    return page.get_by_role("region", name="List of contracts").locator("tbody tr")


def test_all_clients_of_the_sales_dashboard_turn_their_pages_in_place(cast: Cast, visitor: Visits) -> None:
    for number in range(52):
        make_contract(cast.alex, number=f"S-{number}", client=f"Client {number:02}")
    page = visitor(cast.olive.user).page
    page.goto("/w/acme/sales/")
    clients = page.get_by_role("region", name="By client")
    clients.get_by_role("link", name="42 other clients").click()
    expect(clients.get_by_text("50 of 52 clients")).to_be_visible()
    clients.get_by_role("link", name="Next").click()
    expect(clients.get_by_text("2 of 52 clients")).to_be_visible()
    expect(clients.get_by_text("50 other clients")).to_be_visible()
    page.go_back()
    expect(clients.get_by_text("50 of 52 clients")).to_be_visible()
