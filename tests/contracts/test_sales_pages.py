"""The sales dashboard and the months behind its figures, as pages."""

import csv
import html
import io
import re
from datetime import date
from decimal import Decimal as D
from typing import Any

import openpyxl
import pytest

from contracts.models import Contract
from contracts.queries.sales import anything_trailing
from contracts.rules import ContractType
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.handing import hand_over
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.test_query_counts import assert_queries_do_not_grow
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
SALES, ROWS = "/w/acme/sales/", "/w/acme/sales/rows/"


def text(response: Any) -> str:
    """What the page says, without marks."""
    joined = re.sub(r'<span class="k-dec">', "", response.content.decode())
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", joined)).split())


def get(cast: Cast, url: str, who: str = "olive", **headers: str) -> Any:
    response = cast.browser(who).get(url, headers=headers)
    assert response.status_code == 200
    return response


def follow_current(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        Workspace.objects.filter(pk=cast.acme.pk).update(sales_follow_current=True)


def some_contracts(cast: Cast) -> None:
    """12 × 100 from March 2026 for alex, later lowered to 90; 36 × 50 for amir, cancelled on 9 October."""
    first = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(first, cast.alex, make_terms((1, 12, "90")))
    second = make_contract(
        cast.amir, make_terms((1, 36, "50"), period=36), number="KT-2026-002", client="Castellan Bank"
    )
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=second,
            by=cast.ada,
            on=date(2026, 10, 9),
            reason="Insolvent",
            revision=second.revision,
            now=NOW,
        )


def test_the_dashboard_shows_what_was_confirmed_and_what_of_it_is_lost(cast: Cast) -> None:
    some_contracts(cast)
    said = text(get(cast, SALES))
    assert "Trailing revenue, as confirmed · 1 October – 31 December 2026" in said
    assert "As confirmed 450.00 USD" in said
    assert "Still expected of it 350.00 USD to November 2026 250.00 forecast after it 100.00" in said
    assert "Lost by cancellation 100.00 USD" in said


def test_a_dashboard_whose_only_contract_is_void_is_an_empty_one(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    assert "No contract confirmed yet" not in text(get(cast, SALES))
    with in_workspace(cast.acme.pk):
        said: dict[str, Any] = {"reason": "Twice", "revision": contract.revision, "now": NOW}
        void_contract(contract=contract, by=cast.ada, **said)
    for who in ("olive", "alex"):
        assert "No contract confirmed yet" in text(get(cast, SALES, who))
    with in_workspace(cast.acme.pk):
        assert not anything_trailing(cast.acme, EVERYONE)


def test_the_switch_turns_the_dashboard_to_the_current_schedules_and_back(cast: Cast) -> None:
    some_contracts(cast)
    follow_current(cast)
    said = text(get(cast, SALES))
    assert "Trailing revenue, current schedules" in said
    assert "Current schedules 320.00 USD" in said
    assert "Lost by cancellation" not in said
    with in_workspace(cast.acme.pk):
        Workspace.objects.filter(pk=cast.acme.pk).update(sales_follow_current=False)
    assert "As confirmed 450.00 USD" in text(get(cast, SALES))


def test_an_administrator_turns_the_switch_with_a_reason_that_stays_in_the_history(cast: Cast) -> None:
    form = get(cast, "/w/acme/settings/", "ada").context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = values | {"sales_follow_current": "on", "reason": "Forecast calls use the current schedules"}
    assert cast.browser("ada").post("/w/acme/settings/", sent).status_code == 302
    assert Workspace.objects.get(pk=cast.acme.pk).sales_follow_current
    said = text(get(cast, "/w/acme/settings/", "ada"))
    assert "Forecast calls use the current schedules" in said
    assert "Sales dashboard shows" in said
    assert cast.browser("mia").post("/w/acme/settings/", sent).status_code == 403


def test_every_figure_leads_to_months_that_sum_to_it(cast: Cast) -> None:
    some_contracts(cast)
    page = get(cast, SALES + "?period=FY2026&at=once").content.decode()
    links = re.findall(r'<a class="k-fig[^"]*" href="(/w/acme/sales/rows/[^"]*)"[^>]*>([\d,.−]+)', page)
    shown = 0
    for url, figure in re.findall(
        r'<a class="k-fig[^"]*" href="(/w/acme/sales/rows/[^"]*)"[^>]*>'
        r'([\d,−]+<span class="k-dec">\.\d\d)</span>',
        page,
    ):
        rows = get(cast, html.unescape(url) + "&totals=shown").context
        expected = D(re.sub(r"<[^>]+>|,", "", figure).replace("−", "-"))
        assert rows.get("converted", D(0)) == expected, url
        shown += 1
    assert shown > 60, links


def test_a_chart_says_all_figures_of_a_month_and_leads_to_them(cast: Cast) -> None:
    some_contracts(cast)
    page = get(cast, SALES).content.decode()
    assert 'aria-label="November 2026: as confirmed 150.00 USD, of it lost by cancellation 50.00 USD"' in page
    assert 'href="/w/acme/sales/rows/?period=2026Q4&amp;month=2026-11"' in page


def test_the_clients_of_many_months_arrive_on_their_own_and_with_a_link(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_contracts(cast)
    assert "Castellan Bank 500.00 400.00 100.00" in text(get(cast, SALES + "?period=FY2026"))
    monkeypatch.setattr("contracts.views.sales.AT_ONCE", 19)  # there are 20 in the year
    url = SALES + "?period=FY2026"
    whole = get(cast, url)
    assert f'hx-get="{url}"' in whole.content.decode()
    assert "Castellan Bank" not in re.sub(r"(?s)New contracts.*", "", text(whole))
    part = get(cast, url, **{"HX-Request": "true"})
    assert "<h1>" not in part.content.decode()
    assert "Castellan Bank 500.00 400.00 100.00" in text(part)
    assert f'href="?{url.partition("?")[2]}&amp;at=once"' in whole.content.decode()  # without JavaScript
    assert "Castellan Bank 500.00" in text(get(cast, url + "&at=once"))


def test_all_clients_stand_on_pages_that_each_add_up_to_the_headline(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five clients at 100, 200, … 500 a quarter, two on a page: 1,500 on each of the three pages."""
    for number in range(1, 6):
        make_contract(
            cast.alex,
            make_terms((1, 1, f"{number}00"), start=date(2026, 11, 2), period=1),
            number=f"KT-{number}",
            client=f"Client {number}",
        )
    monkeypatch.setattr("contracts.views.sales.PAGE", 2)
    seen, after = [], ""
    for _ in range(3):
        clients = get(cast, f"{SALES}?clients=all&after={after}").context["clients"]
        assert clients["sum"].total == D(1500)
        assert sum(line.figures.total for line, _ in clients["lines"]) + clients["rest"].total == D(1500)
        assert clients["others"] == 5 - len(clients["lines"])
        seen.append([line.name for line, _ in clients["lines"]])
        after = clients["after"]
    assert seen == [["Client 5", "Client 4"], ["Client 3", "Client 2"], ["Client 1"]]
    assert after is None
    back = get(cast, f"{SALES}?clients=all&before={clients['before']}").context["clients"]
    assert [line.name for line, _ in back["lines"]] == seen[1]


def test_a_place_that_is_in_no_list_of_clients_is_its_beginning(cast: Cast) -> None:
    some_contracts(cast)
    for place in ("after=999", "before=999", "after=x", "before=-1"):
        clients = get(cast, f"{SALES}?clients=all&{place}").context["clients"]
        assert [line.name for line, _ in clients["lines"]] == ["Nordhavn Logistics", "Castellan Bank"]


def test_the_totals_of_many_months_arrive_on_their_own_and_with_a_link(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_contracts(cast)
    url = ROWS + "?period=FY2026"
    assert "Totals of the 20 months shown" in text(get(cast, url))
    monkeypatch.setattr("contracts.views.sales_rows.AT_ONCE", 19)
    assert 'hx-get="?period=FY2026&amp;totals=shown"' in get(cast, url).content.decode()
    part = get(cast, url + "&totals=shown", **{"HX-Request": "true"})
    assert "<h1>" not in part.content.decode()
    assert "USD 20 1,500.00 1,500.00" in text(part)


def test_people_outside_ones_scope_are_not_on_the_page(cast: Cast) -> None:
    some_contracts(cast)
    said = text(get(cast, SALES, "mia"))
    assert "As confirmed 300.00 USD" in said
    assert "Castellan" not in said
    assert "As confirmed 0.00 USD" in text(get(cast, f"{SALES}?staff={cast.amir.pk}", "mia"))


def test_months_without_a_rate_are_said_and_listed(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    said = text(get(cast, SALES))
    assert "without 3 contract months that no rate reaches, why" in said
    rows = text(get(cast, ROWS + "?kind=confirmed&state=unknown"))
    assert "— no rate" in rows
    assert "As confirmed — no rate for 3 months" in said
    assert "GBP 3 300.00 — no rate for 3 months" in rows
    assert "Nordhavn Logistics — no rate for 3 months — no rate — no rate" in said
    assert "Nov 2026 running — no rate for 1 month — no rate — no rate" in said
    assert "Q4 2026 — no rate for 3 months — no rate — no rate" in said


def test_a_sum_that_lacks_some_months_says_so_and_shows_the_others(cast: Cast) -> None:
    some_contracts(cast)
    make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"), number="KT-2026-003")
    said = text(get(cast, SALES))
    assert "As confirmed 450.00 USD" in said
    assert "Nordhavn Logistics 300.00 without 3 months 300.00 0.00" in said
    assert "Q4 2026 450.00 without 3 months 350.00 100.00" in said


def test_a_workspace_without_contracts_says_what_belongs_there(cast: Cast) -> None:
    assert "No contract confirmed yet" in text(get(cast, SALES))
    assert "No month matches these filters." in text(get(cast, ROWS))


@pytest.mark.parametrize(
    "query",
    [
        "month=2026-13",
        "month=1999-01",
        "kind=secret",
        "client=99999999999999999999",
        "client=x",
        "currency=%00",
        "after=~",
        "after=2026-11~x",
        "after=2026-11~99999999999999",
        "before=0000-00~1",
        "state=%27",
    ],
)
def test_what_nobody_could_have_meant_in_an_address_is_left_out_of_it(cast: Cast, query: str) -> None:
    """The page shows what it shows without it: the six months of the quarter, 450.00."""
    some_contracts(cast)
    plain, odd = get(cast, ROWS).context, get(cast, f"{ROWS}?{query}").context
    assert (odd["count"], odd["converted"]) == (6, D(450))
    assert odd["page"].rows == plain["page"].rows
    assert "As confirmed 450.00 USD" in text(get(cast, f"{SALES}?{query}"))


@pytest.mark.parametrize("period", ["nonsense", "2026Q5", "3000Q1", "%00"])
def test_a_period_that_is_none_is_said_and_the_running_quarter_shown(cast: Cast, period: str) -> None:
    some_contracts(cast)
    for url in (SALES, ROWS):
        said = text(get(cast, f"{url}?period={period}"))
        assert "Q4 2026 is shown instead." in said
        assert "450.00" in said


@pytest.mark.parametrize("query", ["period=2197Q4", "period=1903Q1", "period=1903Q1&when=ahead"])
def test_a_period_without_a_month_of_anybody_is_empty_and_not_an_error(cast: Cast, query: str) -> None:
    some_contracts(cast)
    assert "No month matches these filters." in text(get(cast, f"{ROWS}?{query}"))
    assert "As confirmed 0.00 USD 0 contract months" in text(get(cast, f"{SALES}?{query}"))


def test_a_month_of_another_period_is_forgotten_when_the_period_changes(cast: Cast) -> None:
    some_contracts(cast)
    rows = get(cast, f"{ROWS}?period=2026Q3&month=2026-11")
    assert rows.context["converted"] == D(450)


def test_pages_go_on_where_the_last_one_ended(cast: Cast) -> None:
    """36 + 36 months: fifty on the first page, the rest on the second, and back again."""
    for number in ("KT-1", "KT-2"):
        make_contract(cast.alex, make_terms((1, 36, "100"), period=36), number=number)
    first = get(cast, ROWS + "?period=all").context["page"]
    second = get(cast, f"{ROWS}?period=all&after={first.after}").context["page"]
    again = get(cast, f"{ROWS}?period=all&before={second.before}").context["page"]
    assert (len(first.rows), len(second.rows)) == (50, 22)
    assert [(row.month, row.contract.pk) for row in again.rows] == [
        (row.month, row.contract.pk) for row in first.rows
    ]
    assert (first.before, second.after, again.before) == ("", "", "")
    assert not {(r.month, r.contract.pk) for r in first.rows} & {
        (r.month, r.contract.pk) for r in second.rows
    }


def more_contracts(cast: Cast) -> None:
    for number in range(6):
        make_contract(
            cast.amir,
            make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 1, 1), currency="GBP"),
            number=f"more {number}",
            client=f"Client {number}",
        )


@pytest.mark.parametrize("query", ["", "?period=FY2026&at=once", "?period=all&clients=all&new=all"])
def test_the_dashboard_asks_no_more_when_there_is_more_to_show(cast: Cast, query: str) -> None:
    some_contracts(cast)
    make_contract(cast.alex, make_terms((1, 12, "1"), currency="GBP"), number="without a rate")
    assert_queries_do_not_grow(cast.browser("olive"), SALES + query, lambda: more_contracts(cast))


@pytest.mark.parametrize("query", ["", "?kind=expected&period=all&totals=shown"])
def test_the_list_of_months_asks_no_more_when_there_is_more_to_show(cast: Cast, query: str) -> None:
    some_contracts(cast)
    make_contract(
        cast.alex, make_terms((1, None, "1"), kind=ContractType.ROLL_OVER, currency="GBP"), number="expected"
    )
    assert_queries_do_not_grow(cast.browser("olive"), ROWS + query, lambda: more_contracts(cast))


def test_a_former_owner_still_reads_the_months_that_were_confirmed_as_theirs(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[Contract.objects.get(pk=contract.pk)],
            to=cast.amir,
            first=Month(2026, 10),
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )
    assert "As confirmed 300.00 USD" in text(get(cast, SALES, "alex"))
    assert "Nordhavn Logistics" in text(get(cast, ROWS, "alex"))
    follow_current(cast)
    assert "Current schedules 300.00 USD" in text(get(cast, SALES, "amir"))
    assert "Current schedules 0.00 USD" in text(get(cast, SALES, "alex"))


# ------------------------------------------------------------------ as a file


def exported(cast: Cast, query: str, who: str = "olive") -> list[dict[str, str]]:
    response: Any = cast.browser(who).get(f"{ROWS}export/{query}")
    data = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data)))


def test_the_file_holds_the_months_behind_the_headline_and_adds_up_to_it(cast: Cast) -> None:
    """Q4 2026: 3 × 100 of alex and 3 × 50 of amir, of which November and December are lost: 450.00."""
    some_contracts(cast)
    page = get(cast, SALES).content.decode()
    assert "Export 6 months" in page
    found = re.search(r'href="/w/acme/sales/rows/export/([^"]+format=csv)"', page)
    assert found
    rows = exported(cast, html.unescape(found[1]))
    assert len(rows) == 6
    assert sum(D(row["converted"]) for row in rows) == D(450)
    assert [row["month"] for row in rows if row["lost"] == "yes"] == ["2026-11", "2026-12"]
    first = {name: rows[0][name] for name in ("month", "number", "client", "owner", "amount", "currency")}
    assert first == {
        "month": "2026-10",
        "number": "KT-2026-001",
        "client": "Nordhavn Logistics",
        "owner": "Alex",
        "amount": "100.00",
        "currency": "USD",
    }


@pytest.mark.parametrize("kind", ["confirmed", "still", "lost", "expected", "current"])
def test_the_file_of_a_list_of_months_is_what_the_list_shows(cast: Cast, kind: str) -> None:
    some_contracts(cast)
    make_contract(
        cast.alex, make_terms((1, None, "1"), kind=ContractType.ROLL_OVER, currency="GBP"), number="renews"
    )
    shown = get(cast, f"{ROWS}?kind={kind}&period=all&totals=shown").context
    rows = exported(cast, f"?kind={kind}&period=all")
    assert len(rows) == shown["count"]
    assert sum(D(row["converted"]) for row in rows if row["converted"]) == (shown["converted"] or D(0))
    assert sum(not row["converted"] for row in rows) == shown["unknown"]  # blank, never 0
    assert {row["figure"] for row in rows} == {kind}


def test_nobody_takes_months_of_others_away_in_a_file(cast: Cast) -> None:
    some_contracts(cast)
    assert {row["owner"] for row in exported(cast, "?period=all", "alex")} == {"Alex"}


def test_the_months_are_a_sheet_as_well(cast: Cast) -> None:
    some_contracts(cast)
    response: Any = cast.browser("olive").get(f"{ROWS}export/?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    assert book["Trailing revenue"].max_row == 7
