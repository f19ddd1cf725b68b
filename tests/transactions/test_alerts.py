"""What rows wait for: one alert per cause, however many there are, until no row waits (rules 5.8, 5.11)."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.transactions.builders import make_item, worth
from tests.transactions.rows import make_import, make_row
from transactions.models import Transaction, TransactionWays
from transactions.rules import Measure
from transactions.services import alerts
from transactions.services.alerts import refresh_alerts
from workspaces.models import Alert


def live(cast: Cast) -> dict[str, tuple[int, str]]:
    """What each live alert is about, with its rows and their quantity."""
    found = Alert.objects.filter(workspace=cast.acme, state="open")
    return {alert.title.split("”")[0].strip("“"): (alert.rows, alert.quantity) for alert in found}


def refresh(cast: Cast) -> int:
    """Refresh them; how many statements that took."""
    with CaptureQueriesContext(connection) as asked:
        refresh_alerts(workspace=cast.acme, now=NOW)
    return len([each for each in asked if "SAVEPOINT" not in each["sql"]])


def test_an_alert_stays_while_a_row_waits_although_other_causes_block_more(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "MOST_RAISED", 1)
    orders = make_import(inside.ada)
    make_row(orders, product="Y", quantity="1", currency="USD")
    refresh(inside)
    for _ in range(2):
        make_row(orders, product="X", quantity="2", currency="USD")
    make_row(orders, product="Z", quantity="9", currency="USD")
    refresh(inside)
    assert live(inside) == {"X": (2, "4"), "Y": (1, "1")}  # Z blocks less than X: it is not raised
    make_row(orders, product="Y", quantity="3", currency="USD")
    refresh(inside)
    assert live(inside) == {"X": (2, "4"), "Y": (2, "4")}


def test_a_hundred_causes_are_raised_and_refreshed_with_as_many_statements_as_one(inside: Cast) -> None:
    orders = make_import(inside.ada)
    make_row(orders, product="P", owner="P", quantity="1", currency="USD")
    one = refresh(inside), refresh(inside)
    for number in range(100):
        make_row(orders, product=f"P{number}", owner=f"P{number}", quantity="1", currency="USD")
    many = refresh(inside), refresh(inside)
    assert many == one
    assert Alert.objects.filter(workspace=inside.acme, state="open").count() == 202


def test_a_quantity_that_waits_is_written_with_a_minus(inside: Cast) -> None:
    orders = make_import(inside.ada)
    make_row(orders, product="Y", quantity="-2.50", currency="USD")
    refresh(inside)
    assert live(inside) == {"Y": (1, "−2.5")}
    assert Alert.objects.get(state="open").detail == "1 row without revenue, quantity −2.5."


def test_rows_before_the_first_cost_on_record_wait_for_one(inside: Cast) -> None:
    """Cost is known from March on: the 7 of March have a profit, the 5 of January ask for one."""
    TransactionWays.objects.create(workspace=inside.acme, measures_profit=True)
    values = [worth(Measure.REVENUE, "10"), worth(Measure.COST, "2", date(2026, 3, 1))]
    make_item(inside.ada, "W", values, name="")
    orders = make_import(inside.ada)
    make_row(orders, product="W", quantity="7", currency="USD", date="2026-03-08")
    make_row(orders, product="W", quantity="5", currency="USD", date="2026-01-09")
    refresh(inside)
    assert live(inside) == {"W": (1, "5")}


def test_days_without_a_rate_are_told_in_spans_and_one_rate_is_asked_for_the_first(inside: Cast) -> None:
    """Pounds were published on 7 August, which holds until the 14th, and again on 30 September."""
    publish()
    orders = make_import(inside.ada)
    for day in ("2026-08-01", "2026-08-03", "2026-09-20"):
        make_row(orders, revenue="5", currency="GBP", date=day)
    refresh(inside)
    alert = Alert.objects.get(workspace=inside.acme, key="row-rate:GBP")
    assert alert.detail == "3 rows of 1–3 Aug and 20 Sep 2026 have no revenue yet."
    # 1 August is a Saturday without a rate on the Friday before; published ones go on with the 7th.
    assert alert.path == "rates/add/?base=GBP&quote=USD&day=2026-07-31&until=2026-08-06"


def test_the_rate_that_the_alert_asks_for_fills_its_span_and_nothing_else(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        publish()
        orders = make_import(cast.ada)
        for day in ("2026-08-02", "2026-08-05", "2026-08-08"):  # the last one has the rate of the 7th
            make_row(orders, revenue="5", currency="GBP", date=day)
        refresh(cast)
        path = Alert.objects.get(key="row-rate:GBP").path
    page = cast.browser("ada").get(f"/w/acme/{path}").content.decode()
    shown = dict(re.findall(r'name="(day|until)" value="([^"]*)"', page))
    assert shown == {"day": "2026-07-31", "until": "2026-08-06"}
    given = {"base": "GBP", "quote": "USD", "value": "1.35", "reason": "Treasury", **shown}
    assert cast.browser("ada").post(f"/w/acme/{path}", given).status_code == 302
    with in_workspace(cast.acme.pk):
        worth = dict(Transaction.objects.values_list("day__day", "converted"))
    assert worth == {2: Decimal("6.75"), 5: Decimal("6.75"), 8: Decimal("6.76")}
