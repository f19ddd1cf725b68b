"""What rows wait for: one alert per cause, however many there are, until no row waits (rules 5.8, 5.11)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOW, Cast
from tests.transactions.builders import make_item, worth
from tests.transactions.rows import make_import, make_row
from transactions.models import TransactionWays
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
    monkeypatch.setattr(alerts, "MOST", 1)
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
