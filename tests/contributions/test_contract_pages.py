"""Contracts on the pages of contributions, and contributions on those of contracts."""

import re
from datetime import date
from typing import Any

import pytest

from contracts.models import Contract
from contracts.rules import ContractType
from contracts.services.endings import void_contract
from contracts.services.handing import hand_over
from contributions.models import ContractLink, Contribution
from contributions.services.contracts import link_contracts
from contributions.services.contributions import void_contribution
from contributions.services.periods import close_quarter
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.contributions.builders import Q1, Q2, log, publish
from tests.contributions.test_closed_contracts import LATER, MARKET
from tests.contributions.test_contracts import MARCH, confirmed_in_march
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = pytest.mark.usefixtures("at_noon")


def page(cast: Cast, url: str, who: str = "alex") -> str:
    return str(cast.browser(who).get(f"/w/acme/{url}").text)


def words(cast: Cast, url: str, who: str = "alex") -> str:
    """What the page says, without its markup."""
    said = re.sub(r"</?(td|th|div|dt|dd|li|p|h\d)\b[^>]*>", " ", page(cast, url, who))
    return " ".join(re.sub(r"<[^>]+>", "", said).split())


def send(cast: Cast, url: str, who: str = "alex", **data: Any) -> Any:
    return cast.browser(who).post(f"/w/acme/{url}", data)


def logged(cast: Cast, amount: str, currency: str = "USD", **changes: Any) -> Contribution:
    with in_workspace(cast.acme.pk):
        return log(cast, amount, currency, **changes)


def added_since(cast: Cast) -> Contract:
    """12 × 100 GBP, confirmed on 3 March and entered in November: after any close of these tests."""
    terms, march = make_terms(currency="GBP"), MARCH.date()
    return make_contract(cast.alex, terms, number="KT-2", by=cast.ada, now=LATER, confirmed_on=march)


def links(cast: Cast) -> list[tuple[int, int]]:
    with in_workspace(cast.acme.pk):
        return list(ContractLink.objects.values_list("contribution_id", "contract_id"))


def link(cast: Cast, row: Contribution, contract: Contract) -> None:
    with in_workspace(cast.acme.pk):
        link_contracts(contracts=[contract], contributions=[row], by=cast.alex, now=NOW)


# ------------------------------------------------------------------ linking


def test_a_contract_is_searched_ticked_and_linked_on_the_contributions_page(cast: Cast) -> None:
    contract, row = confirmed_in_march(cast), logged(cast, "5000")
    url = f"contributions/{row.pk}/contracts/"
    assert "KT-2026-001 Visibility platform" in page(cast, url)
    assert "Nothing matches “Aurelia”" in page(cast, f"{url}?q=Aurelia")
    assert send(cast, url).status_code == 422  # nothing was ticked
    assert send(cast, url, pick=contract.pk)["Location"] == f"/w/acme/contributions/{row.pk}/"
    assert links(cast) == [(row.pk, contract.pk)]
    said = page(cast, f"contributions/{row.pk}/")
    assert "1 contract linked." in said
    assert f'href="/w/acme/contracts/{contract.pk}/"' in said
    send(cast, f"contributions/{row.pk}/contracts/{contract.pk}/unlink/")
    assert links(cast) == []


def test_a_contribution_is_linked_from_the_contracts_page_and_unlinked_there(cast: Cast) -> None:
    contract, row = confirmed_in_march(cast), logged(cast, "5000")
    here = f"/w/acme/contracts/{contract.pk}/"
    assert "None yet. A contribution shows" in page(cast, f"contracts/{contract.pk}/")
    assert send(cast, f"contracts/{contract.pk}/link/", pick=row.pk)["Location"] == here
    said = page(cast, f"contracts/{contract.pk}/")
    assert f'href="/w/acme/contributions/{row.pk}/"' in said
    undone = send(cast, f"contributions/{row.pk}/contracts/{contract.pk}/unlink/", next=here)
    assert undone["Location"] == here


def test_linked_figures_stand_in_their_own_currency_first_with_the_day_of_the_rate(cast: Cast) -> None:
    publish(MARKET)
    contract = confirmed_in_march(cast, currency="EUR")
    row = logged(cast, "1200", "EUR", quarter=Q2)
    link(cast, row, contract)
    edit(contract, cast.alex, make_terms((1, 12, "90"), currency="EUR"))
    said = words(cast, f"contributions/{row.pk}/")
    assert "As confirmed 3 Mar 2026: 1,200.00 EUR, 1,380.00 USD at 1.15 of 3 Mar 2026" in said
    assert "Current, edited 23 Nov 2026 by Alex: 1,080.00 EUR" in said
    assert "the contract value of KT-2026-001" in said
    assert "1,200.00 EUR, 1,416.00 USD at 1.18 of 30 Jun 2026" in words(cast, f"contracts/{contract.pk}/")


def test_of_a_contract_that_is_no_longer_read_the_page_says_only_that_it_is_a_colleagues(cast: Cast) -> None:
    contract, row = confirmed_in_march(cast), logged(cast, "5000")
    link(cast, row, contract)
    with in_workspace(cast.acme.pk):
        Contract.objects.filter(pk=contract.pk).update(owner=cast.amir, first_owner=cast.amir)
    said = page(cast, f"contributions/{row.pk}/")
    assert "A colleague’s contract" in said
    assert "KT-2026-001" not in said


# ------------------------------------------------------------------ a contribution from a contract


def test_the_form_starts_with_the_whole_confirmed_value_in_the_quarter_of_confirmation(cast: Cast) -> None:
    publish(MARKET)
    contract = confirmed_in_march(cast, currency="EUR")
    said = page(cast, f"contributions/add/?contract={contract.pk}")
    assert "Add contribution from KT-2026-001" in said
    assert "Contract value: the whole of KT-2026-001 as confirmed 3 Mar 2026" in said
    assert 'value="1200.00"' in said
    assert 'value="2026Q1" selected' in said
    assert 'value="EUR" selected' in said
    saved = send(
        cast,
        "contributions/add/",
        contract=contract.pk,
        client="Nordhavn Logistics",
        type="direct",
        amount="1200.00",
        currency="EUR",
        quarter="2026Q1",
        once="a" * 32,
    )
    assert saved.status_code == 302
    ((row, of),) = links(cast)
    assert of == contract.pk
    assert "contract value" in page(cast, f"contributions/{row}/")


def test_of_a_renewed_contract_the_form_starts_with_its_newest_term_in_the_quarter_of_that(
    cast: Cast,
) -> None:
    """12 × 100 from 3 March 2025; renewed on 1 March 2026 for 12 × 100: 1,200.00 and not 2,400.00."""
    contract = make_contract(
        cast.alex,
        make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 3)),
        by=cast.ada,
        now=NOW,
        confirmed_on=date(2025, 3, 3),
    )
    said = page(cast, f"contributions/add/?contract={contract.pk}")
    assert "term 2 of KT-2026-001, Mar 2026 – Feb 2027, its newest, as confirmed 1 Mar 2026" in said
    assert 'value="1200.00"' in said
    assert 'value="2026Q1" selected' in said


def test_a_quarter_or_currency_that_is_offered_no_more_is_kept_for_a_contract(cast: Cast) -> None:
    contract = make_contract(
        cast.alex,
        make_terms(start=date(2016, 2, 1)),
        by=cast.ada,
        now=MARCH,
        confirmed_on=date(2016, 2, 1),
    )
    said = page(cast, f"contributions/add/?contract={contract.pk}")
    assert 'value="2016Q1" selected' in said


def test_a_contract_that_is_not_read_a_draft_or_void_starts_nothing(cast: Cast) -> None:
    theirs = confirmed_in_march(cast, owner=cast.amir)
    gone = confirmed_in_march(cast, number="KT-2")
    with in_workspace(cast.acme.pk):
        void_contract(contract=gone, by=cast.ada, reason="Twice", revision=gone.revision, now=NOW)
    for contract in (theirs, gone):
        assert (
            cast.browser("alex").get(f"/w/acme/contributions/add/?contract={contract.pk}").status_code == 404
        )


# ------------------------------------------------------------------ probable doubles


def test_a_repeated_contract_is_flagged_while_typing_before_saving_and_on_the_page(cast: Cast) -> None:
    contract = confirmed_in_march(cast)
    typed = {
        "client": "nordhavn logistics",
        "type": "direct",
        "amount": "1200",
        "currency": "USD",
        "quarter": "2026Q1",
    }
    read = cast.browser("alex").get("/w/acme/contributions/check/", typed).text
    assert f'href="/w/acme/contracts/{contract.pk}/"' in read
    asked = send(cast, "contributions/add/", **typed)
    assert asked.status_code == 422
    assert "This may be a double count" in asked.text
    assert send(cast, "contributions/add/", **typed, doubles="1").status_code == 302
    with in_workspace(cast.acme.pk):
        row = Contribution.objects.get()
    said = page(cast, f"contributions/{row.pk}/")
    assert "nearly the same amount as contract" in said
    assert "possible double" in page(cast, "contributions/?period=2026Q1")
    send(cast, f"contributions/{row.pk}/contracts/", pick=contract.pk)  # "it is this contract"
    assert "Possible double count" not in page(cast, f"contributions/{row.pk}/")


def test_of_a_colleagues_contract_only_that_there_is_an_entry_is_said(cast: Cast) -> None:
    contract = confirmed_in_march(cast, owner=cast.amir)
    row = logged(cast, "1200", quarter=Q1)
    said = page(cast, f"contributions/{row.pk}/")
    assert "A colleague’s entry has the same client and quarter" in said
    assert contract.number not in said


# ------------------------------------------------------------------ the quarter


def test_the_quarter_shows_contracts_as_closed_and_now_and_what_lies_between(cast: Cast) -> None:
    publish(MARKET)
    contract = confirmed_in_march(cast, currency="EUR")
    with in_workspace(cast.acme.pk):
        close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="", now=NOW)
    part = "quarters/2026Q2/contracts/"
    assert "Nothing has changed since the close." in page(cast, part)
    edit(contract, cast.alex, make_terms((1, 12, "90"), currency="EUR"), reason="Fewer depots")
    said = words(cast, "quarters/2026Q2/")
    assert "Current 351.00 −35.10 315.90" in said
    assert "As confirmed 345.00 0.00 345.00" in said
    assert f'hx-get="/w/acme/{part}"' in page(cast, "quarters/2026Q2/")
    months = "Apr 2026, May 2026, Jun 2026"
    line = f"Current {months} edited 23 Nov 2026: Fewer depots 351.00 315.90 −35.10"
    assert line in words(cast, part)
    assert "<!doctype" not in cast.browser("alex").get(f"/w/acme/{part}", headers={"HX-Request": "true"}).text
    assert "KT-2026-001" not in page(cast, part, "amir")


def test_what_came_after_the_close_without_a_rate_is_unknown_and_never_0(cast: Cast) -> None:
    """12 × 100 USD are there at the close: 300.00 in Q2; 12 × 100 GBP come later, without a rate."""
    confirmed_in_march(cast)
    with in_workspace(cast.acme.pk):
        close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="", now=NOW)
    added_since(cast)
    said = words(cast, "quarters/2026Q2/")
    now = "300.00 without 3 months that no rate reaches"
    assert f"As confirmed 300.00 — unknown {now}" in said
    assert f"Current 300.00 — unknown {now}" in said
    line = "contract added after the close – not there yet — unknown — unknown"
    assert line in words(cast, "quarters/2026Q2/contracts/")


def test_a_side_of_which_no_month_has_a_rate_is_unknown_in_the_quarter(cast: Cast) -> None:
    confirmed_in_march(cast, currency="GBP")
    said = words(cast, "quarters/2026Q2/")
    assert "As confirmed — no rate without 3 months that no rate reaches" in said


def test_a_quarter_without_contracts_says_nothing_of_them(cast: Cast) -> None:
    logged(cast, "10", quarter=Q2)
    assert "Contracts, as closed" not in page(cast, "quarters/2026Q2/")
    assert 'id="h-k"' not in page(cast, "quarters/2026Q2/")


def test_before_a_close_open_months_are_listed_and_those_of_other_teams_counted(cast: Cast) -> None:
    confirmed_in_march(cast, currency="GBP")
    confirmed_in_march(cast, owner=cast.amir, currency="GBP", number="KT-2")
    said = page(cast, "quarters/2026Q2/close/", "mia")
    assert "6 unknown, 0 provisional months of contracts" in said
    assert "KT-2026-001" in said
    assert "KT-2<" not in said
    assert "and 3 of other teams" in said


# ------------------------------------------------------------------ how often the database is asked


@pytest.mark.parametrize("who", ["mia", "olive", "alex"])
def test_a_contribution_with_contracts_behind_it_asks_no_more_with_more_of_them(cast: Cast, who: str) -> None:
    row = logged(cast, "1200", quarter=Q1)
    link(cast, row, confirmed_in_march(cast, number="KT-1"))
    confirmed_in_march(cast, number="KT-2")

    def grow() -> None:
        for number in range(3, 7):
            contract = confirmed_in_march(cast, number=f"KT-{number}")
            if number % 2:
                link(cast, row, contract)

    assert_queries_do_not_grow(cast.browser(who), f"/w/acme/contributions/{row.pk}/", grow)


@pytest.mark.parametrize("who", ["mia", "olive", "alex"])
def test_a_contract_asks_no_more_with_more_contributions(cast: Cast, who: str) -> None:
    contract = confirmed_in_march(cast)
    link(cast, logged(cast, "1"), contract)

    def grow() -> None:
        for amount in ("2", "3", "4"):
            link(cast, logged(cast, amount), contract)

    assert_queries_do_not_grow(cast.browser(who), f"/w/acme/contracts/{contract.pk}/", grow)


@pytest.mark.parametrize("part", ["", "contracts/"])
@pytest.mark.parametrize("who", ["mia", "olive", "alex"])
def test_a_closed_quarter_asks_no_more_with_more_later_changes(cast: Cast, who: str, part: str) -> None:
    publish(MARKET)
    contracts = [confirmed_in_march(cast, currency="EUR", number=f"KT-{n}") for n in range(4)]
    gone = logged(cast, "10", quarter=Q2)
    with in_workspace(cast.acme.pk):
        close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="", now=NOW)
    edited = edit(contracts[0], cast.alex, make_terms((1, 12, "90"), currency="EUR"))
    logged(cast, "11", quarter=Q2, reason="Late")
    with in_workspace(cast.acme.pk):
        void_contribution(contribution=gone, by=cast.alex, reason="Twice", now=NOW)
        hand_over(
            workspace=cast.acme,
            contracts=[edited],
            to=cast.amir,
            first=Month(2026, 6),
            by=cast.ada,
            reason="New region",
            now=NOW,
        )

    def grow() -> None:
        for contract in contracts[1:]:
            edit(contract, cast.alex, make_terms((1, 2, "90"), currency="EUR"))
        logged(cast, "12", quarter=Q2, reason="Late")

    assert_queries_do_not_grow(cast.browser(who), f"/w/acme/quarters/2026Q2/{part}", grow)
