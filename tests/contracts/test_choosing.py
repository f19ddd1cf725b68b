"""The filter of clients: found by their names, however many there are."""

import html
import re

import pytest

from kamtrak.tenancy import in_workspace
from tests.cast import Cast, make_client
from tests.contracts.builders import make_contract
from tests.contracts.test_sales_pages import get, text
from tests.contributions.builders import log
from workspaces.services.clients import add_alias

pytestmark = pytest.mark.django_db
URL = "/w/acme/contracts/clients/"


def offered(cast: Cast, url: str, who: str = "olive") -> dict[str, str]:
    """What the menu offers, and where each choice leads."""
    part = get(cast, url, who, **{"HX-Request": "true"}).content.decode()
    assert "<h1>" not in part
    links = re.findall(r'<a class="k-menu-i" href="([^"]*)"[^>]*>([^<]*)', part)
    return {label: html.unescape(address) for address, label in links}


def some_clients(cast: Cast, count: int) -> None:
    for number in range(count):
        make_contract(cast.alex, number=f"KT-{number}", client=f"Client {number:02}")


def test_each_choice_leads_to_the_list_with_the_other_filters_kept(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    found = offered(cast, f"{URL}?type=fixed&named=nord")
    assert found == {
        "Any": "/w/acme/contracts/?type=fixed",
        "Nordhavn Logistics": f"/w/acme/contracts/?type=fixed&client={contract.client_id}",
    }
    chosen = text(get(cast, found["Nordhavn Logistics"]))
    assert "Client Nordhavn Logistics" in chosen
    assert contract.number in chosen


def test_only_clients_that_contracts_name_are_offered_and_nobody_elses(cast: Cast) -> None:
    make_client(cast.acme, "Without a contract")
    make_contract(cast.alex)
    make_contract(cast.amir, number="KT-2", client="Castellan Bank")
    assert list(offered(cast, URL)) == ["Any", "Castellan Bank", "Nordhavn Logistics"]
    assert list(offered(cast, URL, "alex")) == ["Any", "Nordhavn Logistics"]


def test_the_first_twenty_of_more_are_offered_and_the_others_found_by_a_part_of_their_name(
    cast: Cast,
) -> None:
    some_clients(cast, 22)
    part = text(get(cast, URL, **{"HX-Request": "true"}))
    assert "Client 19 The first 20 by name" in part
    assert "Client 20" not in part
    assert list(offered(cast, f"{URL}?named=nt+21")) == ["Any", "Client 21"]
    assert "Nothing is called “zeppelin”." in text(get(cast, f"{URL}?named=zeppelin"))


def test_a_client_is_found_by_an_alias(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        add_alias(account=contract.client, name="Northport")
    assert list(offered(cast, f"{URL}?named=northp")) == ["Any", "Nordhavn Logistics"]


def test_without_javascript_the_choices_are_a_page_with_a_search(cast: Cast) -> None:
    make_contract(cast.alex)
    page = get(cast, f"{URL}?type=fixed&named=nord&client=1")
    assert '<input type="hidden" name="type" value="fixed">' in page.content.decode()
    assert "Nordhavn Logistics" in text(page)
    assert 'href="/w/acme/contracts/?type=fixed&amp;client=1">' in page.content.decode()  # back, as it was
    assert get(cast, f"{URL}?named=%00").status_code == 200


@pytest.mark.parametrize("of", ["sales/rows", "revenue-report"])
def test_the_months_and_the_report_offer_them_too(cast: Cast, of: str) -> None:
    make_contract(cast.alex)
    found = offered(cast, f"/w/acme/{of}/clients/")
    assert "Nordhavn Logistics" in text(get(cast, found["Nordhavn Logistics"]))


def test_the_list_of_contributions_offers_the_clients_of_its_period(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        log(cast)
    found = offered(cast, "/w/acme/contributions/clients/?period=all")
    label, url = list(found.items())[1]
    assert url.startswith("/w/acme/contributions/?period=all&client=")
    assert label in text(get(cast, url))
    assert list(offered(cast, "/w/acme/contributions/clients/?period=2019Q1")) == ["Any"]
