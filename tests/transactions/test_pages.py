"""The pages of transactions: the list, one row with its explanation, editing by hand, files."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from contributions.services.transactions import link_transactions
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import log, publish
from tests.transactions.rows import make_entry, make_import, make_row, mapping_of
from transactions.models import Import, Transaction, TransactionWays
from transactions.pipeline.editing import edit_transaction
from transactions.rules import Field
from transactions.services.alerts import refresh_alerts
from transactions.views import listing

pytestmark = pytest.mark.django_db
LIST = "/w/acme/transactions/"


@pytest.fixture
def orders(cast: Cast, at_noon: None) -> Import:
    publish()
    return make_import(cast.ada)


def page(cast: Cast, url: str, who: str = "olive", **headers: Any) -> str:
    response = cast.browser(who).get(url, headers=headers)
    assert response.status_code == 200
    return response.text


def of(row: Transaction) -> str:
    return f"{LIST}{row.pk}/"


# ------------------------------------------------------------------ the list


def test_an_empty_workspace_says_what_belongs_there(cast: Cast, orders: Import) -> None:
    assert "No transactions yet" in page(cast, LIST)


def test_the_list_shows_each_figure_in_its_currency_and_converted(cast: Cast, orders: Import) -> None:
    make_row(
        orders, client="Nordhavn", owner="Alex", revenue="100", currency="EUR", product="T4", quantity="2"
    )
    shown = page(cast, f"{LIST}?period=2026Q3")
    for said in (
        "Nordhavn",
        "T4",
        "as given",
        "9 Aug 2026",
        "Totals of the 1 row that counts",
        "Transactions",
    ):
        assert said in shown
    assert "116<span" in shown
    assert "no revenue yet" not in shown.split("</main>")[0].split("k-panel")[1]


def test_unknown_revenue_is_a_dash_with_its_reason_and_every_total_says_how_many(
    cast: Cast, orders: Import
) -> None:
    make_row(orders, product="X", quantity="4")
    make_row(orders, revenue="10")
    shown = page(cast, f"{LIST}?period=all")
    assert "— " in shown
    assert "not in the catalog" in shown
    assert "that has no revenue yet" in shown


def test_a_filter_that_finds_nothing_names_itself(cast: Cast, orders: Import) -> None:
    make_row(orders, revenue="10")
    shown = page(cast, f"{LIST}?period=all&q=zeppelin")
    assert "No transaction matches “zeppelin”." in shown
    assert "Clear the search" in shown
    assert "Show all periods" in page(cast, f"{LIST}?period=2025Q1")


def test_the_rows_of_an_import_are_all_of_them_where_no_period_is_named(cast: Cast, orders: Import) -> None:
    make_row(orders, client="Nordhavn", revenue="10", date="2024-02-01")
    shown = page(cast, f"{LIST}?import={orders.pk}")
    assert "Nordhavn" in shown
    assert "orders-2026-08.csv" in shown
    assert "No transaction in Q1 2025" in page(cast, f"{LIST}?import={orders.pk}&period=2025Q1")


def test_sums_of_many_rows_arrive_on_their_own(
    cast: Cast, orders: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_row(orders, revenue="10", client="Nordhavn")
    monkeypatch.setattr(listing, "AT_ONCE", 0)
    url = f"{LIST}?period=all&q=nord"
    first = page(cast, url)
    assert 'aria-busy="true"' in first
    assert 'hx-trigger="load"' in first
    part = page(cast, f"{url}&totals=shown", HX_Request="true", HX_Target="totals")
    assert "Totals of the 1 row that counts" in part
    assert "<main" not in part
    assert "Totals of the 1 row" in page(cast, f"{url}&totals=shown")
    assert "Totals of the 1 row" in page(cast, f"{LIST}?period=all")  # the maintained totals know it


@pytest.mark.parametrize(
    "query",
    [
        "after=9999999999999999999999~2026-08-09",
        "after=1~9999-99-99",
        "before=x",
        "tier=9",
        "state=lost",
        "mark=x",
        "source=1&import=1&item=1",
        "client=999999999999999",
        "currency=XXX",
        "q=%00",
        "period=nonsense",
    ],
)
def test_odd_addresses_show_the_list_that_they_can(cast: Cast, orders: Import, query: str) -> None:
    make_row(orders, revenue="10")
    assert "Transactions" in page(cast, f"{LIST}?{query}")


def test_the_filters_offer_clients_and_products_of_rows_that_the_reader_sees(
    cast: Cast, orders: Import
) -> None:
    make_row(orders, owner="Alex", client="Nordhavn", product="T4", revenue="1")
    make_row(orders, owner="Amir", client="Kade", product="GREEN-2", revenue="1")
    assert "Kade" in page(cast, f"{LIST}clients/")
    mine = page(cast, f"{LIST}clients/", "alex") + page(cast, f"{LIST}products/", "alex")
    assert "Nordhavn" in mine
    assert "T4" in mine
    assert "Kade" not in mine
    assert "GREEN-2" not in mine


# ------------------------------------------------------------------ one transaction


@pytest.fixture
def taxed(cast: Cast, orders: Import) -> Import:
    """A file whose revenue includes the tax that a column says, in a workspace that removes it."""
    columns = {"No": Field.UNIQUE_ID, "Day": Field.DATE, "Gross": Field.REVENUE, "Cur": Field.CURRENCY}
    mapping = mapping_of({**columns, "VAT": Field.TAX_PERCENT})
    gross = tuple(replace(each, tax_included=each.field is Field.REVENUE) for each in mapping.columns)
    with in_workspace(cast.acme.pk), because(reason="Net"):
        TransactionWays.objects.create(workspace=cast.acme, removes_tax=True)
    return make_import(cast.ada, "gross.csv", mapping=replace(mapping, columns=gross))


def test_a_row_without_a_rate_says_its_rule_its_amount_and_its_tax_all_the_same(
    cast: Cast, taxed: Import
) -> None:
    """77.00 AED with 5 % included: 73.33 AED, of which no rate makes dollars."""
    shown = page(cast, of(make_row(taxed, revenue="77", currency="AED", tax_percent="5")))
    assert "As given" in shown or "as given" in shown
    for said in ("no exchange rate", "73<span", "Tax taken out", "3.67 AED"):
        assert said in shown
    for wrong in ("no rule", "none included"):
        assert wrong not in shown


def test_a_row_whose_tax_nobody_says_does_not_claim_to_include_none(cast: Cast, taxed: Import) -> None:
    shown = page(cast, of(make_row(taxed, revenue="77", currency="USD")))
    assert "tax not known" in shown
    assert "none included" not in shown


def test_a_row_explains_itself_down_to_the_cell_the_rate_and_its_day(cast: Cast, orders: Import) -> None:
    row = make_row(
        orders, quantity="40", price_sold="129.50", currency="EUR", warehouse="OSL-1", unique_id="87102"
    )
    shown = page(cast, of(row))
    for said in (
        "87102",
        "Used: quantity × price sold",
        "Transaction revenue is blank, so the next rule applies",
        "column F “Qty”, line 2",
        "5,180.00 EUR",
        "Rate of Friday 7 Aug 2026",
        "The latest on or before Sunday 9 Aug 2026.",
        "1 EUR = 1.1682 USD",
        "× 1.1682",
        "6,051.28 USD",
        "OSL-1",
        "kept as it is",
        "European Central Bank",
        "orders-2026-08.csv",
        '<td data-of="F Qty" class="k-hit"><code>40</code>',
    ):
        assert said in shown, said


def test_a_catalog_price_is_told_with_its_entry_and_the_day_from_which_it_holds(
    cast: Cast, orders: Import
) -> None:
    make_entry(cast.ada, "W", revenue="19.99", valid_from=date(2026, 7, 1))
    row = make_row(orders, quantity="3", product="W", currency="EUR")
    shown = page(cast, of(row))
    assert "Used: quantity × catalog price" in shown
    assert "valid from 1 Jul 2026" in shown
    assert "59.97 USD" in shown
    assert "Derived with earlier settings" not in shown


def test_a_row_without_revenue_says_what_it_waits_for_and_where_that_is_repaired(
    cast: Cast, orders: Import
) -> None:
    row = make_row(orders, product="X", quantity="4")
    with in_workspace(cast.acme.pk):
        refresh_alerts(workspace=cast.acme, now=NOW)
    shown = page(cast, of(row))
    assert "No revenue yet: not in the catalog" in shown
    assert "“X” is not in the catalog." in shown
    assert f"/w/acme/catalog/missing/{row.product_id}/" in shown
    assert f"/w/acme/catalog/missing/{row.product_id}/" not in page(cast, of(row), "audrey")


def test_profit_and_taxes_are_told_where_the_workspace_measures_them(cast: Cast, orders: Import) -> None:
    with in_workspace(cast.acme.pk):
        TransactionWays.objects.create(workspace=cast.acme, measures_profit=True)
    make_entry(cast.ada, "T4", cost="60")
    row = make_row(orders, quantity="2", price_sold="100", currency="USD", product="T4")
    shown = page(cast, of(row))
    assert "Profit: revenue − quantity × catalog cost" in shown
    assert "80.00 USD" in shown


def test_a_refund_and_its_sale_lead_to_each_other(cast: Cast, orders: Import) -> None:
    sale = make_row(orders, revenue="100", currency="EUR", unique_id="A1", date="2026-06-30", owner="Amir")
    refund = make_row(orders, revenue="100", currency="EUR", original_id="A1", type="return", owner="Alex")
    assert refund.converted == -(sale.converted or 0)  # both at the rate of the sale's day
    assert of(refund) in page(cast, of(sale))
    shown = page(cast, of(refund))
    assert of(sale) in shown
    assert "Undoes the sale of 30 Jun 2026" in shown
    assert "Refund, sign turned" in shown


def test_a_refund_tells_nothing_of_a_sale_that_its_reader_may_not_see(cast: Cast, orders: Import) -> None:
    """Whether the sale is there or not: who could tell would try IDs."""
    amirs = make_row(orders, revenue="100", currency="USD", unique_id="A1", date="2026-06-30", owner="Amir")
    told = []
    for original in ("A1", "A9"):
        row = make_row(
            orders, revenue="100", currency="USD", original_id=original, type="return", owner="Alex"
        )
        told.append(page(cast, of(row), "alex"))
        assert "The sale that it undoes" not in told[-1]
        assert f"Its Original ID is “{original}”. Where that is a sale, its day sets rate" in told[-1]
    for shown in told:
        assert "30 Jun 2026" not in shown
        assert "not found" not in shown
        assert of(amirs) not in shown


def test_neighbours_in_the_file_are_shown_to_those_who_read_them(cast: Cast, orders: Import) -> None:
    make_row(orders, owner="Amir", product="secret of amir", revenue="1")
    row = make_row(orders, owner="Alex", revenue="1")
    assert "secret of amir" in page(cast, of(row))
    assert "secret of amir" not in page(cast, of(row), "alex")


def test_the_contribution_that_cites_a_row_stands_on_its_page(cast: Cast, orders: Import) -> None:
    row = make_row(orders, owner="Alex", client="Nordhavn", revenue="48000")
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        contribution = log(cast, "48000", client="Nordhavn")
        link_transactions(rows=[row], contributions=[contribution], by=cast.alex, now=NOW)
    shown = page(cast, of(row))
    assert "Evidence of" in shown
    assert f"/w/acme/contributions/{contribution.pk}/" in shown


# ------------------------------------------------------------------ editing


def sent(cast: Cast, row: Transaction, **changes: str) -> dict[str, str]:
    """The form as it is offered, with some of it typed over."""
    form = cast.browser("ada").get(f"{of(row)}edit/").context["form"]
    values = {bound.html_name: bound.value() or "" for bound in form}
    return {**values, "reason": "Agreed on the phone", **changes}


def save(browser: Client, row: Transaction, data: dict[str, str]) -> Any:
    return browser.post(f"{of(row)}edit/", data)


def test_an_edit_keeps_what_was_imported_and_derives_anew(cast: Cast, orders: Import) -> None:
    row = make_row(orders, quantity="5", price_sold="10", currency="USD")
    assert save(cast.browser("ada"), row, sent(cast, row, quantity="6")).status_code == 302
    shown = page(cast, of(row))
    for said in (
        "60.00",
        "edited by hand",
        "Agreed on the phone",
        "kept over later imports",
        "never changed",
    ):
        assert said in shown, said
    with in_workspace(cast.acme.pk):
        edited = Transaction.objects.get(pk=row.pk)
    assert (edited.revenue, edited.cells[5], edited.protected) == (Decimal(60), "5", True)
    assert "edited" in page(cast, f"{LIST}?period=all&mark=edited")


def test_an_account_manager_edits_own_rows_and_cannot_give_them_away(cast: Cast, orders: Import) -> None:
    own, other = make_row(orders, owner="Alex", revenue="1"), make_row(orders, owner="Amir", revenue="1")
    form = page(cast, f"{of(own)}edit/", "alex")
    assert 'name="revenue"' in form
    assert 'name="owner"' not in form
    for who, row in (("alex", other), ("mia", own), ("audrey", own)):
        assert cast.browser(who).get(f"{of(row)}edit/").status_code == 404
    assert "Edit</a>" not in page(cast, of(own), "mia")


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("revenue", "1,234.505", "has 2 decimals"),
        ("revenue", "abc", "is not an amount"),
        ("revenue", "£5", "does not fit USD"),
        ("quantity", "1,234", "could be 1234 or 1.234"),
        ("quantity", "five", "is not a number"),
        ("date", "yesterday", "Choose a day"),
        ("date", "", "has a date"),
        ("date", "0001-01-01", "The year 1 is out of range: 1904 to 2196 are possible."),
        ("date", "9999-12-31", "The year 9999 is out of range: 1904 to 2196 are possible."),
        ("currency", "DOLLARS", "is not a currency"),
        ("reason", "", "Say why"),
    ],
)
def test_what_cannot_be_read_is_said_and_the_input_stays(
    cast: Cast, orders: Import, name: str, typed: str, said: str
) -> None:
    row = make_row(orders, revenue="10", quantity="1", currency="USD")
    response = save(cast.browser("ada"), row, sent(cast, row, **{"client": "Typed anew", name: typed}))
    assert response.status_code == 422
    assert said in response.text
    assert "Typed anew" in response.text
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.get(pk=row.pk).edit_id is None


@pytest.mark.parametrize("day", ["1904-01-01", "2196-12-31"])
def test_the_earliest_and_the_latest_day_of_a_row_stand_on_every_page(
    cast: Cast, orders: Import, day: str
) -> None:
    row = make_row(orders, owner="Alex", revenue="100", currency="USD")
    assert save(cast.browser("alex"), row, sent(cast, row, date=day)).status_code == 302
    quarter = {"1904-01-01": "1904Q1", "2196-12-31": "2196Q4"}[day]
    for address in ("transactions/", "transactions/?period=all", "imported/?period=all", "quarters/"):
        page(cast, f"/w/acme/{address}")
    for address in (of(row), f"{of(row)}edit/", f"/w/acme/quarters/{quarter}/"):
        page(cast, address)


def test_nothing_changed_is_no_edit(cast: Cast, orders: Import) -> None:
    row = make_row(orders, revenue="$10")
    response = save(cast.browser("ada"), row, sent(cast, row))
    assert response.status_code == 422
    assert "Nothing is different" in response.text


def test_a_save_after_an_overtaken_one_leaves_what_a_colleague_changed(cast: Cast, orders: Import) -> None:
    """Ada corrects the client while Olive sets the quantity from 5 to 8: 8 × 10 = 80, of the other client."""
    row = make_row(orders, client="Nordhavn", quantity="5", price_sold="10", currency="USD")
    hers = sent(cast, row, client="Südhafen")
    assert save(cast.browser("olive"), row, sent(cast, row, quantity="8")).status_code == 302
    asked = save(cast.browser("ada"), row, hers)
    assert asked.status_code == 422
    assert "changed meanwhile" in asked.text
    assert "It now reads: Order quantity 8." in asked.text
    again = {bound.html_name: bound.value() or "" for bound in asked.context["form"]}
    assert (again["client"], again["quantity"]) == ("Südhafen", "8")
    assert save(cast.browser("ada"), row, again).status_code == 302
    with in_workspace(cast.acme.pk):
        edited = Transaction.objects.select_related("client", "edit").get(pk=row.pk)
    assert edited.edit
    assert edited.edit.values == {"quantity": "8", "client": "Südhafen"}
    assert edited.revenue == Decimal(80)


def test_what_both_changed_is_named_before_one_goes_over_the_other(cast: Cast, orders: Import) -> None:
    row = make_row(orders, quantity="5", price_sold="10", currency="USD")
    mine = sent(cast, row, quantity="6")
    save(cast.browser("olive"), row, sent(cast, row, quantity="8"))
    asked = save(cast.browser("ada"), row, mine)
    assert "It now reads: Order quantity 8." in asked.text
    again = {bound.html_name: bound.value() or "" for bound in asked.context["form"]}
    assert save(cast.browser("ada"), row, again).status_code == 302
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.get(pk=row.pk).revenue == Decimal(60)


def test_text_with_line_breaks_is_not_changed_by_an_edit_of_something_else(
    cast: Cast, orders: Import
) -> None:
    """A browser strips them from a field of one line, and sends those of a description as CRLF."""
    row = make_row(orders, client="ACME\nGmbH", description="On\ntwo lines ", quantity="5", price_sold="10")
    data = sent(cast, row, quantity="6")
    as_a_browser = {**data, "client": data["client"].replace("\n", ""), "description": "On\r\ntwo lines"}
    assert save(cast.browser("ada"), row, as_a_browser).status_code == 302
    with in_workspace(cast.acme.pk):
        edited = Transaction.objects.select_related("edit", "client").get(pk=row.pk)
    assert edited.edit
    assert edited.client
    assert (edited.edit.values, edited.client.name) == ({"quantity": "6"}, "ACME GmbH")


def test_an_amount_that_bore_its_currency_keeps_it_when_it_is_typed_over(cast: Cast, orders: Import) -> None:
    """€100 in the file; 120 typed over it is still euros: 120 × 1.1682 = 140.18 USD."""
    row = make_row(orders, revenue="€100")
    assert save(cast.browser("ada"), row, sent(cast, row, revenue="120")).status_code == 302
    with in_workspace(cast.acme.pk):
        edited = Transaction.objects.get(pk=row.pk)
    assert (edited.currency, edited.revenue, edited.converted) == ("EUR", Decimal(120), Decimal("140.18"))


def test_a_price_per_unit_may_have_more_decimals_than_its_currency(cast: Cast, orders: Import) -> None:
    row = make_row(orders, quantity="1000", price_sold="0.01", currency="USD")
    assert save(cast.browser("ada"), row, sent(cast, row, price_sold="0.0125")).status_code == 302
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.get(pk=row.pk).revenue == Decimal("12.50")


def test_a_form_that_was_overtaken_is_refused_once_and_keeps_its_input(cast: Cast, orders: Import) -> None:
    row = make_row(orders, quantity="5", price_sold="10", currency="USD")
    stale = sent(cast, row, quantity="7")
    save(cast.browser("olive"), row, sent(cast, row, quantity="6"))
    response = save(cast.browser("ada"), row, stale)
    assert response.status_code == 422
    assert "changed meanwhile" in response.text
    assert 'value="7"' in response.text
    again = {**stale, "stamp": response.context["form"]["stamp"].value()}
    assert save(cast.browser("ada"), row, again).status_code == 302
    assert "70.00" in page(cast, of(row))


# ------------------------------------------------------------------ files


def table(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def test_the_file_holds_exactly_what_is_shown_and_text_is_no_formula(cast: Cast, orders: Import) -> None:
    make_entry(cast.ada, "W", revenue="19.99")
    make_row(orders, client="=cmd()", revenue="100", currency="EUR", unique_id="0071", description="two")
    make_row(orders, product="W", quantity="-5", date="2026-08-10")
    make_row(orders, product="X", quantity="1", date="2026-08-08")
    make_row(orders, revenue="1", date="2026-05-01")
    first, second, third = table(cast.browser("olive").get(f"{LIST}export/?period=2026Q3&format=csv"))
    assert (first["code"], first["quantity"], first["revenue"], first["tier"], first["rate"]) == (
        "W",
        "-5",
        "-99.95",
        "3",
        "1",
    )
    assert (second["client"], second["revenue"], second["converted"], second["rate"], second["rate_day"]) == (
        "'=cmd()",
        "100.00",
        "116.82",
        "1.1682",
        "2026-08-07",
    )
    assert (second["unique_id"], second["description"], second["import"], second["line"]) == (
        "0071",
        "two",
        "orders-2026-08.csv",
        "2",
    )
    assert (third["revenue"], third["status"], third["reason"]) == ("", "unknown", "not in the catalog")


def test_a_workbook_has_the_same_rows(cast: Cast, orders: Import) -> None:
    from openpyxl import load_workbook

    make_row(orders, revenue="100", currency="EUR")
    response = cast.browser("olive").get(f"{LIST}export/?period=all&format=xlsx")
    sheet = load_workbook(io.BytesIO(response.getvalue())).active
    head, line = list(sheet.iter_rows(values_only=True))
    assert dict(zip(head, line, strict=True))["converted"] == 116.82


def test_an_account_manager_takes_own_rows_away_and_no_others(cast: Cast, orders: Import) -> None:
    make_row(orders, owner="Alex", revenue="1")
    make_row(orders, owner="Amir", revenue="2")
    (row,) = table(cast.browser("alex").get(f"{LIST}export/?period=all&format=csv"))
    assert row["owner"] == "Alex"


def test_the_file_has_every_provided_cell_what_was_written_over_it_and_says_that_it_is_a_part(
    cast: Cast, orders: Import
) -> None:
    row = make_row(orders, product="T4", quantity="2", price_sold="3.50", warehouse="North")
    with in_workspace(cast.acme.pk):
        said: dict[str, Any] = {
            "protected": True,
            "reason": "Counted again",
            "stamp": str(row.turn),
            "now": NOW,
        }
        edit_transaction(row=row, values={Field.QUANTITY: "5"}, by=cast.ada, **said)
    response = cast.browser("olive").get(f"{LIST}export/?period=all&format=csv&q=north")
    assert 'filename="transactions-acme-all-filtered.csv"' in response["Content-Disposition"]
    (line,) = table(response)
    assert (line["provided_quantity"], line["provided_price_sold"], line["quantity"]) == ("2", "3.50", "5")
    assert (line["other"], line["edited"]) == ("Warehouse: North", "quantity: 5")


# ------------------------------------------------------------------ whose imports they are


def test_an_account_manager_is_not_led_to_an_import_that_is_not_theirs(cast: Cast, orders: Import) -> None:
    row = make_row(orders, owner="Alex", revenue="5")
    own = make_row(make_import(cast.alex, "own.csv", owner=cast.alex), revenue="5")
    assert "Open the import" not in page(cast, of(row), "alex")
    assert "Open the import" in page(cast, of(row), "ada")
    assert "Open the import" in page(cast, of(own), "alex")


def test_an_account_manager_without_imports_is_told_whose_imports_these_are(
    cast: Cast, orders: Import
) -> None:
    make_row(orders, owner="Alex", revenue="5")
    shown = page(cast, "/w/acme/imports/", "alex")
    assert "Nothing imported yet" not in shown
    assert "No import of yours" in shown
    assert "stand under Transactions" in shown
