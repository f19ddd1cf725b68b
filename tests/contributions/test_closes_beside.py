"""Closed quarters are shown as closed wherever trailing revenue stands (rules 2.4).

Q2 2026: 3 × 100 USD of alex and 3 × 50 of amir at the close, 450.00; amir's contract is void since: −150.00.
"""

import pytest

from contracts.services.endings import void_contract
from contributions.services.periods import close_quarter
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_terms
from tests.contracts.test_sales_pages import get, text
from tests.contributions.builders import Q1, Q2, log
from tests.contributions.test_contracts import confirmed_in_march
from tests.test_query_counts import MOST
from tests.test_query_counts import _asked as asked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MOVED = "as closed 450.00 · later changes −150.00 · now 300.00 . See the close"


@pytest.fixture
def moved(cast: Cast) -> Cast:
    confirmed_in_march(cast)
    gone = confirmed_in_march(cast, (1, 12, "50"), owner=cast.amir, number="KT-2")
    with in_workspace(cast.acme.pk):
        log(cast)  # without a contribution the dashboard only welcomes
        close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="", now=NOW)
        void_contract(contract=gone, by=cast.ada, reason="Twice", revision=gone.revision, now=NOW)
    return cast


@pytest.mark.parametrize("period", ["2026Q2", "FY2026", "all"])
def test_the_dashboard_tells_what_a_closed_quarter_stood_at_and_what_moved_since(
    moved: Cast, period: str
) -> None:
    found = get(moved, f"/w/acme/?period={period}")
    assert f"Q2 2026, as confirmed, {MOVED}" in text(found)
    assert 'href="/w/acme/quarters/2026Q2/"' in found.content.decode()
    assert "as closed 450.00" not in text(get(moved, "/w/acme/?period=2026Q3"))


def test_the_report_tells_it_of_its_month_on_both_sides(moved: Cast) -> None:
    said = text(get(moved, "/w/acme/revenue-report/?month=2026-05"))
    line = "as closed 150.00 · later changes −50.00 · now 100.00"
    assert f"May 2026, current, {line}" in said
    assert f"May 2026, as confirmed, {line}" in said
    assert "as closed" not in text(get(moved, "/w/acme/revenue-report/?month=2026-05&currency=USD"))


def test_everybody_is_told_of_their_own_months_alone(moved: Cast) -> None:
    said = text(get(moved, "/w/acme/?period=2026Q2", "alex"))
    assert "Q2 2026, as confirmed, as closed 300.00 , nothing has changed since" in said


def test_of_several_closed_quarters_only_those_that_moved_are_told(moved: Cast) -> None:
    with in_workspace(moved.acme.pk):
        close_quarter(workspace=moved.acme, quarter=Q1, by=moved.olive, reason="", now=NOW)
    said = text(get(moved, "/w/acme/?period=FY2026"))
    assert MOVED in said
    assert "Q1 2026, as confirmed" not in said
    alone = text(get(moved, "/w/acme/?period=FY2026", "alex"))
    assert "2 quarters are closed; nothing of these figures has changed since." in alone


def test_the_list_of_quarters_tells_what_moved_of_contracts(moved: Cast) -> None:
    said = text(get(moved, "/w/acme/quarters/"))
    assert "contracts, as confirmed −150.00 contracts, current −150.00" in said
    assert "no total has moved" not in said
    assert "no total has moved" in text(get(moved, "/w/acme/quarters/", "alex"))


def test_an_edit_after_the_close_moves_the_current_side_alone(cast: Cast) -> None:
    contract = confirmed_in_march(cast)
    with in_workspace(cast.acme.pk):
        close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="", now=NOW)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    said = text(get(cast, "/w/acme/quarters/"))
    assert "contracts, current −30.00" in said
    assert "contracts, as confirmed" not in said


@pytest.mark.parametrize("page", ["", "quarters/", "revenue-report/"])
def test_a_page_of_a_closed_quarter_asks_no_more_than_fifteen_times(moved: Cast, page: str) -> None:
    url = f"/w/acme/{page}?period=2026Q2&month=2026-05"
    browser = moved.browser("mia")
    browser.get(url)  # what is asked once and remembered is not the page's
    assert len(asked(browser, url)) <= MOST


@pytest.mark.parametrize("period", ["2026Q2", "FY2026", "all"])
def test_the_sales_dashboard_tells_it_of_its_period(moved: Cast, period: str) -> None:
    assert f"Q2 2026, as confirmed, {MOVED}" in text(get(moved, f"/w/acme/sales/?period={period}"))
    assert "as closed 450.00" not in text(get(moved, "/w/acme/sales/?period=2026Q3"))


def test_the_sales_dashboard_tells_closes_and_missing_rates_in_fifteen_questions(moved: Cast) -> None:
    confirmed_in_march(moved, (1, 12, "10"), owner=moved.amir, number="KT-3", currency="GBP")
    browser, url = moved.browser("olive"), "/w/acme/sales/?period=FY2026"
    assert "that no rate reaches" in text(get(moved, url))
    assert len(asked(browser, url)) <= MOST, "\n".join(asked(browser, url))
