"""Imported revenue on the dashboard: as it stands, by month, client, product, tier, currency (rules 1.7)."""

import html
import re

import pytest
from django.urls import reverse

from contributions.services.periods import close_quarter
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from reports.queries.imported import Imported, imported
from tests.cast import NOW, Cast
from tests.contracts.test_sales_pages import get, text
from tests.contributions.builders import Q3, publish
from tests.contributions.test_closed_revenue import LATER, MAP, SALES, bring
from tests.test_query_counts import assert_queries_do_not_grow
from workspaces.queries.people import scope_of

pytestmark = pytest.mark.django_db
PART = "/w/acme/imported/?period=2026Q3"


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask the clock; these tests are of 23 November 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def sold(cast: Cast) -> Cast:
    """In Q3: alex 100 USD, amir −20 EUR at 1.1682 = −23.36 USD, and 4 × X-9 without a price, nobody's."""
    publish()
    with in_workspace(cast.acme.pk):
        bring(cast.ada, SALES, MAP)
    return cast


def read(cast: Cast, name: str = "olive", period: str = "2026Q3") -> Imported:
    with in_workspace(cast.acme.pk):
        scope = scope_of(getattr(cast, name))
        return imported(cast.acme, scope, {}, cast.acme.calendar.period(period), NOW.date())


def test_the_total_is_the_sum_of_the_rounded_rows_and_says_what_it_excludes(sold: Cast) -> None:
    said = text(get(sold, PART))
    assert "76.64 USD Q3 2026 · 2 transactions" in said
    assert "Excludes 1 row that has no revenue yet : 1 not in the catalog" in said
    assert "never added to contributions or trailing revenue" in said


def test_every_table_adds_up_to_the_total(sold: Cast) -> None:
    """By client 76.64 and unknown; by product 100, −23.36 and unknown; all by quantity × price."""
    said = text(get(sold, PART))
    by_client = "Client Transactions Revenue Nordhavn 2 76.64 Aurelia 0 — unknown Q3 2026 2 76.64"
    assert by_client in said
    assert "W-1 1 100.00 X-9 0 — unknown W-2 1 −23.36 Q3 2026 2 76.64" in said
    assert "Quantity × price 2 76.64 No revenue yet 1 — in no sum" in said
    assert "EUR 1 −20.00 −23.36 USD 1 100.00 100.00" in said


def test_its_months_end_with_the_period_and_its_quarter_is_marked(sold: Cast) -> None:
    found = read(sold)
    assert (found.months[0][0], found.months[-1][0]) == (Month(2025, 10), Month(2026, 9))
    assert {str(month): figures.converted for month, figures, _ in found.months if figures.rows} == {
        "2026-08": found.cell.stands.converted
    }
    assert read(sold, period="all").months[-1][0] == Month(2026, 12)


def test_a_person_sees_their_own_rows_and_none_that_are_nobodys(sold: Cast) -> None:
    assert str(read(sold, "alex").cell.stands.converted) == "100.0000"
    assert read(sold, "alex").cell.stands.unknown_rows == 0
    assert str(read(sold, "amir").cell.stands.converted) == "-23.3600"
    assert read(sold, "audrey").cell.stands.unknown_rows == 1
    page = get(sold, f"{PART}&staff={sold.alex.pk}").content.decode()
    assert f"/w/acme/transactions/?period=2026Q3&amp;staff={sold.alex.pk}&amp;state=counted" in page


def test_its_figures_lead_to_the_list_that_comes_to_the_same(sold: Cast) -> None:
    page = html.unescape(get(sold, PART).content.decode())
    links = set(re.findall(r'href="(/w/acme/transactions/\?[^"]*)"', page))
    assert len(links) > 8
    for link in links:
        get(sold, link)
    counted = text(get(sold, "/w/acme/transactions/?period=2026Q3&state=counted"))
    assert "76.64" in counted
    waiting = text(get(sold, "/w/acme/transactions/?period=2026Q3&state=no_entry"))
    assert "not in the catalog" in waiting
    assert "/w/acme/transactions/?period=2026Q3&state=no_entry" in links


def test_rows_that_wait_are_never_shown_as_nothing(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        bring(cast.ada, SALES.splitlines()[0] + "\n3,2026-09-30,Aurelia,,X-9,4,,USD\n", MAP)
    said = text(get(cast, PART))
    assert "— no row has revenue yet Q3 2026 · 0 transactions" in said
    assert "Excludes 1 row that has no revenue yet" in said


def test_a_workspace_without_transactions_says_so(cast: Cast) -> None:
    assert "No transaction imported yet." in text(get(cast, PART))


def test_a_closed_quarter_stands_as_closed_and_says_what_changed_since(sold: Cast) -> None:
    with in_workspace(sold.acme.pk):
        close_quarter(workspace=sold.acme, quarter=Q3, by=sold.olive, reason="end", now=NOW)
        bring(sold.ada, SALES.splitlines()[0] + "\n5,2026-09-01,Nordhavn,,W-1,1,5,USD\n", MAP, now=LATER)
    said = text(get(sold, PART))
    assert "76.64 USD Q3 2026 · 2 transactions" in said
    assert "Q3 2026 is closed: its figure stands as closed. Later changes +5.00 , now 81.64 ." in said
    assert "Client Transactions Revenue Nordhavn 2 76.64" in said
    year = text(get(sold, "/w/acme/imported/?period=FY2026"))
    assert "83.64 USD FY 2026 · 3 transactions" in year  # as closed 76.64 and the 7.00 of October
    assert "Later changes +5.00 , now 88.64" in year


def test_the_quarters_pages_show_imported_revenue_as_closed_and_now(sold: Cast) -> None:
    with in_workspace(sold.acme.pk):
        close_quarter(workspace=sold.acme, quarter=Q3, by=sold.olive, reason="end", now=NOW)
        bring(sold.ada, SALES.splitlines()[0] + "\n5,2026-09-01,Nordhavn,,W-1,1,5,USD\n", MAP, now=LATER)
    said = text(get(sold, "/w/acme/quarters/2026Q3/"))
    assert "Imported revenue 2 transactions 76.64 without 1 unknown +5.00 81.64 without 1 unknown" in said
    assert "1 unknown and 0 provisional transactions: “end”" in said
    assert "imported revenue +5.00" in text(get(sold, "/w/acme/quarters/"))
    changes = text(get(sold, "/w/acme/quarters/2026Q3/imported/"))
    assert "1 Sep 2026 Nordhavn W-1 unassigned imported after the close – not in it 5.00 +5.00" in changes


def test_before_a_close_the_rows_without_revenue_are_listed_by_what_they_wait_for(sold: Cast) -> None:
    said = text(get(sold, "/w/acme/quarters/2026Q3/close/"))
    assert "1 unknown, 0 provisional transactions 1 row: not in the catalog" in said
    mia = text(sold.browser("mia").get("/w/acme/quarters/2026Q3/close/"))
    assert "1 unknown, 0 provisional transactions and 1 of other teams" in mia


def test_the_dashboard_fetches_it_as_a_part_of_its_own(sold: Cast) -> None:
    page = get(sold, "/w/acme/?period=2026Q3").content.decode()
    assert f'hx-get="{reverse("imported_revenue", args=["acme"])}?period=2026Q3"' in page


def test_it_asks_no_more_with_more_rows(sold: Cast) -> None:
    def more() -> None:
        lines = [f"{n},2026-08-{n % 28 + 1:02},Client {n},,P-{n},1,5,GBP" for n in range(100, 160)]
        with in_workspace(sold.acme.pk):
            bring(sold.ada, "\n".join([SALES.splitlines()[0], *lines, ""]), MAP)

    assert_queries_do_not_grow(sold.browser("olive"), PART, more)
    assert "54 other clients" in text(get(sold, PART))


def test_the_periods_of_the_dashboard_and_of_documents_reach_the_oldest_row_of_a_file(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        bring(cast.ada, SALES.replace("2026-", "2010-").replace("amir@", "alex@"), MAP)

    def page(path: str, who: str = "olive") -> str:
        return str(get(cast, f"/w/acme/{path}", who).content.decode())

    assert "?period=FY2010" in page("?period=all")
    assert "?period=FY2009" not in page("?period=all")
    assert 'value="2010Q3"' in page("documents/issue/")
    assert 'value="FY2010"' in page("documents/issue/")
    assert "2010Q" not in page("documents/issue/", "amir")
