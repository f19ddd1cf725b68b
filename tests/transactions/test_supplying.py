"""All that rows of a product wait for is asked for in one go, where the alert asks (rules 5.8 to 5.11)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.test_query_counts import assert_queries_do_not_grow
from tests.transactions.bringing import bring, rows
from tests.transactions.builders import make_item, worth
from transactions.models import CatalogValue, SeenProduct, TransactionWays
from transactions.queries.books import ways_of
from transactions.queries.missing import get_missing
from transactions.rules import Column, Field, Measure
from transactions.services import catalog, catalog_values
from workspaces.models import Alert, AlertState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "files_apart")]
FIELDS: dict[str, Any] = {
    "Date": Field.DATE,
    "Item": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Total": Column(3, "Total", Field.REVENUE, tax_included=False),
}
# Two units wait for their revenue since 5 August; one was sold for 40 two days before, and lacks a cost.
SOLD = "Date,Item,Qty,Total\n2026-08-05,X,2,\n2026-08-03,X,1,40\n"
WHOLE = {
    "how": "add",
    "code": "X",
    "revenue": "12.50",
    "includes_tax": "yes",
    "tax_percent": "25",
    "cost": "4",
    "valid_from": "2026-08-03",
    "reason": "New product",
}


@pytest.fixture
def net(inside: Cast) -> Cast:
    """The workspace removes taxes, which no column includes, and measures profit."""
    TransactionWays.objects.create(workspace=inside.acme, measures_profit=True, removes_tax=True)
    return inside


def sell(cast: Cast) -> None:
    bring(cast.ada, SOLD, FIELDS)


def address(measure: str = "revenue") -> str:
    return f"/w/acme/catalog/missing/{SeenProduct.objects.get(key='x').pk}/?measure={measure}"


def page(cast: Cast, measure: str = "revenue") -> str:
    return cast.browser("ada").get(address(measure)).content.decode()


def open_alerts() -> dict[str, Alert]:
    """The open alerts about the catalog, by the measure that they are about."""
    found = Alert.objects.filter(state=AlertState.OPEN, key__startswith="catalog:")
    return {alert.key.rpartition(":")[2]: alert for alert in found}


def derivations(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Each time that rows follow the catalog from now on: the entries that have changed."""
    found: list[list[int]] = []
    for module in (catalog, catalog_values):
        follow = module.catalog_changed

        def noted(*, follow: Any = follow, **said: Any) -> None:
            found.append(said["items"])
            follow(**said)

        monkeypatch.setattr(module, "catalog_changed", noted)
    return found


def test_revenue_tax_and_cost_are_given_at_once_and_the_rows_derived_once(
    net: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(net)
    assert set(open_alerts()) == {"revenue", "cost"}
    followed = derivations(monkeypatch)
    assert net.browser("ada").post(address(), WHOLE).status_code == 302
    given, waited = rows(net.acme)
    assert (given.revenue, given.profit) == (D("40"), D("36"))  # 40 − 1 × 4
    # 2 × 12.50 with 25 % included: 25 − 5 of tax, less 2 × 4
    assert (waited.revenue, waited.tax, waited.profit) == (D("20"), D("5"), D("12"))
    assert open_alerts() == {}
    assert len(followed) == 1
    recorded = CatalogValue.objects.values_list("measure", "valid_from", "reason")
    day = date(2026, 8, 3)
    assert set(recorded) == {(each, day, "New product") for each in ("revenue", "tax_percent", "cost")}


def test_an_entry_that_there_is_gains_all_its_values_in_one_change(
    net: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = make_item(net.ada, "X", [])
    sell(net)
    followed = derivations(monkeypatch)
    assert net.browser("ada").post(address(), WHOLE | {"how": "value", "seen": "0"}).status_code == 302
    assert [row.profit for row in rows(net.acme)] == [D("36"), D("12")]
    assert (followed, CatalogValue.objects.filter(item=item).count()) == ([[item.pk]], 3)


def test_each_value_says_how_many_rows_wait_for_it_and_one_day_holds_for_all(net: Cast) -> None:
    sell(net)
    missing = get_missing(net.acme, SeenProduct.objects.get().pk, Measure.REVENUE, ways_of(net.acme))
    assert {each: waits.rows for each, waits in missing.waits.items()} == {
        Measure.REVENUE: 1,
        Measure.COST: 1,
        Measure.TAX_PERCENT: 0,
    }
    assert (missing.own.quantity, missing.own.first, missing.first) == (
        D(2),
        date(2026, 8, 5),
        date(2026, 8, 3),
    )
    said = page(net)
    assert "1 row waits, 2 units, from 5 Aug 2026 on." in said
    assert "1 row waits for it." in said
    assert "1 row waits for one of them." in said
    assert said.count('name="valid_from"') == 1
    assert 'value="2026-08-03"' in said
    assert 'For the profit, one of these <span class="k-opt">optional</span>' in said


def test_only_what_the_alert_is_about_has_to_be_given(net: Cast) -> None:
    sell(net)
    alone = {**WHOLE, "cost": "", "tax_percent": "", "includes_tax": "no"}
    assert net.browser("ada").post(address(), alone).status_code == 302
    assert [row.revenue for row in rows(net.acme)] == [D("40"), D("25")]
    left = open_alerts()
    assert (set(left), left["cost"].rows) == ({"cost"}, 2)


@pytest.mark.parametrize(
    ("measure", "blank", "says"),
    [
        ("revenue", {"revenue": ""}, "Enter the revenue of one unit"),
        ("cost", {"cost": " "}, "Enter the cost, the profit or the percentage"),
    ],
)
def test_what_the_alert_is_about_is_asked_for_at_its_field_and_the_rest_stays(
    net: Cast, measure: str, blank: dict[str, str], says: str
) -> None:
    sell(net)
    answer = net.browser("ada").post(address(measure), WHOLE | blank)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{measure}_error"' in said
    assert says in said
    for stays in ("New product", 'value="25"', 'value="2026-08-03"'):
        assert stays in said
    assert not CatalogValue.objects.exists()


def test_a_value_that_cannot_be_one_is_said_at_its_own_field(net: Cast) -> None:
    sell(net)
    said = net.browser("ada").post(address(), WHOLE | {"tax_percent": "119"}).content.decode()
    assert 'id="id_tax_percent_error"' in said
    assert "A percentage lies between 0 and 100." in said
    assert 'value="12.50"' in said


def test_nothing_is_asked_for_that_no_row_needs(inside: Cast) -> None:
    sell(inside)
    said = page(inside)
    assert 'name="revenue"' in said
    for absent in ("cost", "profit", "tax_percent", "includes_tax", "points"):
        assert f'name="{absent}"' not in said


def test_what_the_entry_says_already_is_not_asked_for_again(net: Cast) -> None:
    make_item(net.ada, "X", [worth(Measure.PROFIT_PERCENT, "30"), worth(Measure.TAX_PERCENT, "25")])
    sell(net)
    said = page(net)
    assert "It is X · Tracker T4, which has no revenue per unit then." in said
    for absent in ("cost", "profit", "profit_percent", "tax_percent"):
        assert f'name="{absent}"' not in said


def test_the_alert_says_what_its_repair_does(net: Cast) -> None:
    make_item(net.ada, "KNOWN", [])
    for code in ("TWIN-1", "TWIN-2"):
        make_item(net.ada, code, [], name="Twin")
    sold = "Date,Item,Qty,Total\n2026-08-05,KNOWN,2,\n2026-08-05,New,2,\n2026-08-05,Twin,2,\n"
    bring(net.ada, sold + "2026-08-06,KNOWN,1,40\n", FIELDS)
    actions = {(alert.title.partition("”")[0][1:], alert.action) for alert in Alert.objects.all()}
    assert actions == {
        ("KNOWN", "Give its revenue per unit"),
        ("KNOWN", "Give its cost or profit"),
        ("New", "Add it to the catalog"),
        ("Twin", "Say which one it is"),
    }


def test_asking_for_all_of_it_keeps_to_the_budget_of_a_page(cast: Cast) -> None:
    """With an entry that is called nearly so, which costs a question more."""
    make_item(cast.ada, "X9-PROBE", [])
    with in_workspace(cast.acme.pk):
        TransactionWays.objects.create(workspace=cast.acme, measures_profit=True, removes_tax=True)
        bring(cast.ada, SOLD.replace("X", "X9-PROBES"), FIELDS)
        url = f"/w/acme/catalog/missing/{SeenProduct.objects.get().pk}/"
    more = "Date,Item,Qty,Total\n" + "".join(f"2026-08-{day:02},X9-PROBES,{day},\n" for day in range(7, 15))

    def grow() -> None:
        with in_workspace(cast.acme.pk):
            bring(cast.ada, more, FIELDS)

    assert_queries_do_not_grow(cast.browser("ada"), url, grow)
    assert "Perhaps X9-PROBE" in cast.browser("ada").get(url).content.decode()


def test_what_rows_say_of_a_product_is_shown_and_presets_its_name(cast: Cast) -> None:
    """The newest row that sells it is asked, no correction of the stock; a price list is offered beside."""
    fields = {"Date": Field.DATE, "Item": Field.PRODUCT, "Qty": Field.QUANTITY, "Said": Field.DESCRIPTION}
    content = (
        "Date,Item,Qty,Said\n2026-08-03,22632,1,Old words\n"
        "2026-08-04,22632,1,Hand  warmer\n2026-08-05,22632,-1,damaged\n"
    )
    with in_workspace(cast.acme.pk):
        bring(cast.ada, content, fields)
        address = f"/w/acme/catalog/missing/{SeenProduct.objects.get().pk}/?measure=revenue"
    answer = cast.browser("ada").get(address)
    said = answer.content.decode()
    assert answer.context["form"]["name"].value() == "Hand warmer"
    assert "Files write it “22632” and describe it as “Hand warmer”." in said
    assert 'href="/w/acme/catalog/upload/">Upload a price list</a>' in said


def test_a_product_that_no_row_describes_has_no_name_preset(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        bring(cast.ada, SOLD, FIELDS)
        address = f"/w/acme/catalog/missing/{SeenProduct.objects.get().pk}/?measure=revenue"
    answer = cast.browser("ada").get(address)
    assert answer.context["form"]["name"].value() == ""
    assert "describe it as" not in answer.content.decode()
