"""The revenue report as a page, and as a file of exactly what it shows."""

import csv
import io
import re
from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest

from contracts.rules import ContractType
from contracts.services.endings import cancel_contract
from contracts.services.handing import hand_over
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.contracts.test_sales_pages import get, text
from tests.contributions.builders import publish
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
REPORT, EXPORT = "/w/acme/revenue-report/", "/w/acme/revenue-report/export/"


def some_contracts(cast: Cast) -> None:
    """12 × 100 USD from March 2026 for alex, lowered to 90; 12 × 100 GBP for amir."""
    first = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(first, cast.alex, make_terms((1, 12, "90")))
    make_contract(
        cast.amir, make_terms((1, 12, "100"), currency="GBP"), number="KT-2026-002", client="Castellan Bank"
    )


def test_the_report_sets_the_current_schedules_beside_what_was_confirmed(cast: Cast) -> None:
    publish()
    some_contracts(cast)
    said = text(get(cast, REPORT + "?month=2026-09"))
    assert "Current schedules beside what was confirmed · September 2026, past month" in said
    assert "Current, September 2026 222.18 USD" in said
    assert "As confirmed 235.40 USD" in said
    assert "Difference −13.22 USD by edit −10.00 by rate −3.22" in said
    assert "Current 100.00 90.00 222.18" in said  # GBP, USD, converted


def test_a_month_to_come_is_a_forecast_whose_rates_bear_their_day(cast: Cast) -> None:
    publish()
    some_contracts(cast)
    said = text(get(cast, REPORT + "?month=2027-01"))
    assert "January 2027, forecast" in said
    assert "1.35396697078 30 Oct 2026" in said
    assert "135.40 provisional" in said
    page = get(cast, REPORT).content.decode()
    assert 'aria-label="Next, December 2026"' in page
    assert 'aria-label="Previous, October 2026"' in page


def test_quarter_and_years_stand_below_and_lead_to_their_months(cast: Cast) -> None:
    some_contracts(cast)
    page = get(cast, REPORT)
    assert "Q4 2026, current: 270.00 USD without 3 months that no rate reaches" in text(page)
    assert "FY 2026, current: 900.00 USD" in text(page)
    assert "FY 2027, current: 180.00 USD" in text(page)
    rows = get(cast, "/w/acme/sales/rows/?period=FY2026&kind=current")
    assert rows.context["converted"] == D(900)
    narrowed = text(get(cast, REPORT + "?currency=GBP"))
    assert "FY 2026, current: — no rate for 10 months" in narrowed


def test_a_column_leads_to_the_report_of_its_month_whose_rows_sum_to_it(cast: Cast) -> None:
    publish()
    some_contracts(cast)
    page = get(cast, REPORT + "?currency=GBP&month=2026-11").content.decode()
    assert (
        '<a href="?month=2026-09&amp;currency=GBP" aria-label="September 2026: current schedules 132.18 USD">'
        in page
    )
    there = get(cast, REPORT + "?month=2026-09&currency=GBP").context
    assert (there["total"].current_converted, there["count"]) == (D("132.18"), 1)
    assert 'aria-label="January 2026' not in page  # nothing is behind it


def test_the_table_below_the_columns_leads_to_the_months_of_the_same_currency(cast: Cast) -> None:
    publish()
    some_contracts(cast)
    page = get(cast, REPORT + "?currency=GBP&month=2026-11").content.decode()
    url = "/w/acme/sales/rows/?period=2026Q3&amp;month=2026-09&amp;currency=GBP&amp;kind=current"
    assert f'href="{url}"' in page
    assert get(cast, url.replace("&amp;", "&")).context["converted"] == D("132.18")


@pytest.mark.parametrize(
    ("state", "figure", "value", "count"),
    [
        ("current", "current_converted", "103.00", 2),
        ("confirmed", "confirmed_converted", "110.00", 2),
        ("expected", "expected_converted", "7.00", 1),
    ],
)
def test_each_headline_leads_to_the_rows_that_sum_to_it(
    cast: Cast, state: str, figure: str, value: str, count: int
) -> None:
    """January 2027: 100 lowered to 90, 13 after the end of what was confirmed, 10 cancelled, 7 expected."""
    first = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(first, cast.alex, make_terms((1, 12, "90")))
    longer = make_contract(
        cast.alex, make_terms((1, 1, "5"), period=1), number="KT-2026-002", client="Castellan Bank"
    )
    edit(longer, cast.alex, make_terms((1, 12, "13")))
    ended = make_contract(cast.amir, make_terms((1, 12, "10")), number="KT-2026-003", client="Third")
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=ended,
            by=cast.ada,
            on=date(2026, 12, 1),
            reason="Closed",
            revision=ended.revision,
            now=NOW,
        )
    make_contract(
        cast.amir,
        make_terms((1, None, "7"), kind=ContractType.ROLL_OVER, start=date(2026, 1, 5)),
        number="KT-2026-004",
        client="Fourth",
    )
    page = get(cast, REPORT + "?month=2027-01")
    assert getattr(page.context["total"], figure) == D(value)
    assert f'href="?month=2027-01&amp;state={state}"' in page.content.decode()
    behind = get(cast, f"{REPORT}?month=2027-01&state={state}").context
    assert (getattr(behind["total"], figure), behind["count"]) == (D(value), count)


def test_from_a_month_beyond_all_contracts_the_arrows_lead_back(cast: Cast) -> None:
    some_contracts(cast)
    page = get(cast, REPORT + "?month=2040-01")
    assert "No contract has this month. Show the running month" in text(page)
    assert '<a href="?month=2027-02" aria-label="Previous, February 2027">' in page.content.decode()
    early = get(cast, REPORT + "?month=2020-01").content.decode()
    assert '<a href="?month=2026-03" aria-label="Next, March 2026">' in early


def test_a_workspace_without_a_contract_says_what_belongs_here(cast: Cast) -> None:
    said = text(get(cast, REPORT, "alex"))
    assert "No contract confirmed yet" in said
    assert "Add contract" in said
    assert "Add contract" not in text(get(cast, REPORT, "audrey")).partition("No contract confirmed yet")[2]


def test_a_rate_missing_on_one_side_excludes_the_contract_from_the_difference_alone(cast: Cast) -> None:
    """September 2026: 100 USD, now 90; 100 GBP are 132.18 USD, and were confirmed in March without a rate."""
    publish()
    first = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(first, cast.alex, make_terms((1, 12, "90")))
    pounds, march = make_terms(currency="GBP"), date(2026, 3, 3)
    make_contract(cast.amir, pounds, number="KT-2026-002", by=cast.ada, confirmed_on=march)
    page = get(cast, REPORT + "?month=2026-09")
    said, excludes = text(page), "excludes 1 contract without a rate, why"
    assert "Current 100.00 90.00 222.18 USD" in said
    assert f"As confirmed 100.00 100.00 100.00 USD {excludes}" in said
    assert f"Difference 0.00 −10.00 −10.00 USD {excludes}" in said
    assert "Difference = current − as confirmed, in USD of months whose rates are both known" in said
    assert f"by rate 0.00 1 contract differs in its own currency {excludes}" in said


def test_where_no_contract_has_both_rates_the_totals_are_unknown_and_never_0(cast: Cast) -> None:
    some_contracts(cast)
    said = text(get(cast, REPORT + "?currency=GBP"))
    excludes = "excludes 1 contract without a rate, why"
    assert f"Current 100.00 — no rate {excludes}" in said
    assert f"Difference 0.00 — no rate {excludes}" in said


def test_what_comes_of_a_provisional_rate_is_dashed_also_as_a_difference(cast: Cast) -> None:
    """December 2026: 100 GBP, frozen and provisional at 1.35396697078 of 30 October; 90 for 100 USD."""
    publish()
    some_contracts(cast)
    dashed = re.findall(
        r'<(?:span|a) class="[^"]*k-prov"[^>]*>([^<]+)', get(cast, REPORT + "?month=2026-12").content.decode()
    )
    assert dashed.count("−10") == 2  # the tile and the row of the table: by edit it is settled
    past = get(cast, REPORT + "?month=2026-09").content.decode()
    assert "k-prov" not in past.partition('id="h-y"')[0]


def test_rows_without_a_rate_are_excluded_and_said(cast: Cast) -> None:
    some_contracts(cast)
    said = text(get(cast, REPORT))
    assert "excludes 1 contract without a rate" in said
    assert "Castellan Bank" in text(get(cast, REPORT + "?state=unknown"))
    assert "Nordhavn" not in text(get(cast, REPORT + "?state=unknown")).partition("Contract Owner")[2]


def test_everybody_reads_the_report_of_their_own_scope(cast: Cast) -> None:
    some_contracts(cast)
    assert "Current, November 2026 90.00 USD" in text(get(cast, REPORT, "mia"))
    assert "Castellan" not in text(get(cast, REPORT, "alex"))
    assert "No contract has this month." in text(get(cast, f"{REPORT}?staff={cast.amir.pk}", "mia"))


def test_a_contract_leads_to_its_page(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    assert f'href="/w/acme/contracts/{contract.pk}/"' in get(cast, REPORT).content.decode()


def test_the_totals_of_many_contracts_arrive_on_their_own(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    some_contracts(cast)
    monkeypatch.setattr("contracts.views.report.AT_ONCE", 1)
    assert 'hx-get="?totals=shown"' in get(cast, REPORT).content.decode()
    part = get(cast, REPORT + "?totals=shown", **{"HX-Request": "true"})
    assert "<h1>" not in part.content.decode()
    assert "Current, November 2026 90.00 USD" in text(part)
    assert "Current, November 2026 90.00 USD" in text(get(cast, REPORT + "?totals=shown"))


def test_the_file_holds_exactly_the_rows_of_the_report(cast: Cast) -> None:
    publish()
    some_contracts(cast)
    url = EXPORT + "?month=2026-09&format="
    response = cast.browser("olive").get(url + "csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert [line["number"] for line in lines] == ["KT-2026-001", "KT-2026-002"]
    assert (
        lines[0]
        | {
            "month": "2026-09",
            "client": "Nordhavn Logistics",
            "owner": "Alex",
            "current": "90.00",
            "frozen": "100.00",
            "difference": "-10.00",
            "by_edit": "-10.00",
            "by_rate": "0.00",
        }
        == lines[0]
    )
    assert (
        lines[1]
        | {
            "currency": "GBP",
            "current_converted": "132.18",
            "frozen_converted": "135.40",
            "by_edit": "0.00",
            "by_rate": "-3.22",
            "current_rate": "1.32183908046",
            "current_rate_date": "2026-09-30",
            "frozen_rate": "1.35396697078",
            "frozen_rate_date": "2026-10-30",
        }
        == lines[1]
    )
    book = openpyxl.load_workbook(io.BytesIO(b"".join(cast.browser("olive").get(url + "xlsx"))))
    assert book.active is not None
    assert book.active.max_row == 3
    narrowed = cast.browser("olive").get(url + "csv&currency=GBP")
    assert b"KT-2026-001" not in b"".join(narrowed)


def test_an_expected_month_has_no_difference_in_the_file(cast: Cast) -> None:
    """100 a month from March 2026, 12 months, renewing: April 2027 is expected at 100, beside nothing."""
    make_contract(
        cast.alex, make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 3, 1))
    )
    response = cast.browser("olive").get(EXPORT + "?month=2027-04&format=csv")
    (line,) = csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig")))
    assert (line["state"], line["current"], line["frozen"]) == ("expected", "100.00", "")
    assert [line[name] for name in ("difference", "by_edit", "by_rate")] == ["", "", ""]


def test_a_hand_over_is_named_in_the_row_the_tile_and_the_file(cast: Cast) -> None:
    """12 × 100 of alex, handed to amir from October on: of November, 100 is still alex's as confirmed."""
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2026, 10),
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )
    page = get(cast, f"{REPORT}?staff={cast.alex.pk}")
    said = text(page)
    assert "As confirmed 100.00 USD" in said
    assert "Difference −100.00 USD by edit 0.00 by rate 0.00 handed over −100.00" in said
    assert "of 1 contract handed over, the other figure is somebody else’s" in said
    assert "Nordhavn Logistics handed over" in said
    assert f'href="?staff={cast.alex.pk}&amp;state=handed"' in page.content.decode()
    response = cast.browser("olive").get(f"{EXPORT}?staff={cast.alex.pk}&state=handed&format=csv")
    (line,) = csv.DictReader(io.StringIO(b"".join(response).decode("utf-8-sig")))
    assert (line["owner"], line["state"]) == ("Alex", "handed over")
    assert (line["current"], line["frozen"], line["difference"]) == ("", "100.00", "-100.00")
    assert (line["by_edit"], line["by_rate"], line["handed_over"]) == ("", "", "-100.00")
    assert "handed over" not in text(get(cast, REPORT))


def test_an_export_is_of_ones_own_scope(cast: Cast) -> None:
    some_contracts(cast)
    assert b"Castellan" not in b"".join(cast.browser("alex").get(EXPORT + "?format=csv"))


@pytest.mark.parametrize(
    "query",
    [
        "client=99999999999999999999",
        "currency=XXQ",
        "state=secret",
        "sort=-secret",
        "sort=current&after=1~NaN",
        "after=x~KT",
        "before=x~KT",
    ],
)
def test_what_nobody_could_have_meant_in_an_address_is_left_out_of_it(cast: Cast, query: str) -> None:
    """The report shows what it shows without it."""
    some_contracts(cast)
    plain, odd = get(cast, REPORT).context, get(cast, f"{REPORT}?{query}").context
    assert odd["total"] == plain["total"]
    assert {line.row.number for line in odd["contracts"]} == {line.row.number for line in plain["contracts"]}
    assert len(odd["contracts"]) == odd["count"] > 0


@pytest.mark.parametrize("month", ["2026-13", "1900-01", "2200-12", "%00"])
def test_a_month_that_is_none_is_said_and_the_running_one_shown(cast: Cast, month: str) -> None:
    some_contracts(cast)
    shown = get(cast, f"{REPORT}?month={month}")
    assert "November 2026 is shown instead." in text(shown)
    assert shown.context["total"] == get(cast, REPORT).context["total"]


@pytest.mark.parametrize("month", ["2197-12", "1903-01"])
def test_a_month_that_no_contract_has_is_empty_and_not_an_error(cast: Cast, month: str) -> None:
    some_contracts(cast)
    assert "No contract has this month." in text(get(cast, f"{REPORT}?month={month}"))


def test_a_place_beyond_every_contract_is_an_empty_page(cast: Cast) -> None:
    some_contracts(cast)
    shown = get(cast, f"{REPORT}?after=99999999999999999999~zzz")
    assert shown.context["contracts"] == []


@pytest.mark.parametrize("sort", ["number", "-number", "client", "current", "-current", "-confirmed"])
def test_pages_go_on_where_the_last_one_ended(cast: Cast, monkeypatch: pytest.MonkeyPatch, sort: str) -> None:
    publish()
    for number in range(7):
        make_contract(cast.alex, make_terms((1, 12, f"{number % 3}.5")), number=f"KT-{number}")
    monkeypatch.setattr("kamtrak.keyset.key_page.__kwdefaults__", {"after": "", "before": "", "size": 3})
    seen: list[int] = []
    after = ""
    for _ in range(3):
        page = get(cast, f"{REPORT}?sort={sort}&after={after}").context["page"]
        seen += [row.pk for row in page.rows]
        after = page.after
    assert (len(seen), len(set(seen)), after) == (7, 7, "")


def more_contracts(cast: Cast) -> None:
    for number in range(6):
        make_contract(
            cast.amir,
            make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 1, 1), currency="JPY"),
            number=f"more {number}",
            client=f"Client {number}",
        )


@pytest.mark.parametrize("query", ["", "?currency=JPY&state=changed", "?month=2027-06&sort=-current"])
@pytest.mark.parametrize("who", ["olive", "mia"])
def test_the_report_asks_no_more_when_there_is_more_to_show(cast: Cast, who: str, query: str) -> None:
    some_contracts(cast)
    make_contract(
        cast.alex, make_terms((1, None, "1"), kind=ContractType.ROLL_OVER, currency="JPY"), number="yen"
    )
    assert_queries_do_not_grow(cast.browser(who), REPORT + query, lambda: more_contracts(cast))
