"""Imported revenue on the dashboard: as it stands, by month, client, product, tier, currency (rules 1.7)."""

import html
import re
from decimal import Decimal

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
from tests.transactions.rows import make_entry
from workspaces.queries.people import scope_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PART = "/w/acme/imported/?period=2026Q3"


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


MANY = "\n".join(
    [
        SALES.splitlines()[0],
        *(f"A{n},2026-07-{n + 1:02},Client {n},alex@example.com,P-{n},1,{n + 1},USD" for n in range(12)),
        *(f"B{n},2026-08-{n + 1:02},Client {n},,P-{n % 3},2,{n + 5},EUR" for n in range(10)),
        *(f"C{n},2026-05-{n + 1:02},,amir@example.com,,3,7,USD" for n in range(3)),
        *(f"D{n},2026-09-{n + 1:02},,alex@example.com,P-{n},1,3,USD" for n in range(3)),
        "F1,2026-09-10,,alex@example.com,,2,90,USD",
        "E1,2026-09-04,Client 1,alex@example.com,P-11,1,,USD",  # waits for a price
        "",
    ]
)
FIGURE = re.compile(r'<a class="k-fig[^"]*" href="(/w/acme/transactions/[^"]*)"[^>]*>(.*?)</a>', re.S)
COLUMN = re.compile(r'<a href="(/w/acme/transactions/[^"]*)" aria-label="[^"]*imported revenue (\S+) USD')


def amount(said: str) -> Decimal | None:
    written = re.sub(r"<[^>]+>", "", said).replace(",", "").replace("−", "-").strip()
    return Decimal(written) if re.fullmatch(r"-?[0-9.]+", written) else None


def linked(page: str) -> list[tuple[str, Decimal]]:
    """Every figure and column of the part with the list that it leads to."""
    pairs = [(html.unescape(url), amount(said)) for url, said in FIGURE.findall(page) + COLUMN.findall(page)]
    return [(url, figure) for url, figure in pairs if figure is not None]


@pytest.mark.parametrize(("who", "period"), [("olive", "2026Q3"), ("olive", "all"), ("alex", "2026Q3")])
@pytest.mark.parametrize("few", [1000, 0])
def test_the_rows_of_every_linked_figure_come_to_that_figure(
    sold: Cast, monkeypatch: pytest.MonkeyPatch, who: str, period: str, few: int
) -> None:
    """12 clients and 12 products, one in the catalog, and rows without any; two currencies."""
    monkeypatch.setattr("transactions.queries.filters.FEW", few)
    with in_workspace(sold.acme.pk):
        bring(sold.ada, MANY, MAP)
        make_entry(sold.ada, "P-11")
    page = get(sold, f"/w/acme/imported/?period={period}", who).content.decode()
    pairs = linked(page)
    asked = " ".join(url for url, _ in pairs)
    for wanted in (
        "&client=none",
        "&product=none",
        "&item=",
        "&not_client=",
        "&not_product=",
        "&month=2026-07",
    ):
        assert wanted in asked, wanted
    for url, figure in pairs:
        sums = get(sold, f"{url}&totals=shown", who).context["sums"]
        come_to = {sums.converted, *(each.revenue for each in sums.currencies if "currency=" in url)}
        assert figure in come_to, url
    unlinked = re.findall(r'<td class="k-r">([0-9,]+<span class="k-dec">\.[0-9]+</span>)', page)
    assert unlinked == []


def test_others_are_all_but_the_named_ones_and_the_list_says_so(sold: Cast) -> None:
    """Rows that name none have most of all; what clients 0 to 5 bought in euros has no rate."""
    with in_workspace(sold.acme.pk):
        bring(sold.ada, MANY, MAP)
    page = get(sold, PART).content.decode()
    (url,) = {url for url, _ in linked(page) if "not_client" in url}
    said = text(get(sold, url))
    assert "Clients all but 8" in said
    named = "Client 10, Client 11, Client 6, Client 7, Client 8, Client 9 and Nordhavn"
    (sentence,) = re.findall(r"Clients other than .*?\.", said)
    assert sentence == f"Clients other than {named}; rows without a client are left out."
    (url,) = {url for url, _ in linked(page) if "&client=none" in url}
    assert "Client no client" in text(get(sold, url))


def test_a_column_leads_to_its_month_and_another_period_leaves_that_behind(sold: Cast) -> None:
    (url,) = {url for url, _ in linked(get(sold, PART).content.decode()) if "month=2026-08" in url}
    page = get(sold, url)
    assert "Month August 2026" in text(page)
    periods = re.findall(r'href="(\?[^"]*period=2026Q2[^"]*)"', page.content.decode())
    assert periods
    assert "month=" not in "".join(periods)


def test_a_column_of_the_chart_says_all_its_figures(sold: Cast) -> None:
    page = html.unescape(get(sold, PART).content.decode())
    assert 'aria-label="August 2026: imported revenue 76.64 USD, 2 transactions"' in page
    assert 'aria-label="September 2026: imported revenue unknown, 0 transactions, without 1 unknown"' in page
    assert re.search(r'<svg[^>]*role="group"', page)


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
    later = "Later changes +5.00 , now 81.64 ; links open the rows as they are now. See Q3 2026"
    assert f"Q3 2026 is closed: its figure stands as closed. {later}" in said
    assert "Imported revenue by client USD, Q3 2026, as closed" in said
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
