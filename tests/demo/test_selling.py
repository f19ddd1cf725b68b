"""The demo's transactions: brought through the pipeline as a person brings them, once."""

import csv
import io
from datetime import date

import pytest

from kamtrak.demo.houses import DEMO
from kamtrak.demo.loader import load_house
from kamtrak.demo.orders import WARES, latest_csv, orders_csv
from kamtrak.demo.selling import load_sales
from kamtrak.tenancy import in_workspace
from tests.demo.builders import NOW, publish
from transactions.models import CatalogItem, Import, ImportState, Transaction
from transactions.rules import Status
from workspaces.models import Alert, Workspace

TODAY = date(2026, 11, 23)


def test_the_shop_exports_the_same_orders_on_the_same_day() -> None:
    first, second = (orders_csv(DEMO, TODAY, 400) for _ in range(2))
    assert first == second
    rows = list(csv.DictReader(io.StringIO(first)))
    assert len(rows) == 400
    assert len({row["Order no"] for row in rows}) == 400
    assert {row["Kind"] for row in rows} >= {"sale", "return"}
    assert all(row["Order date"] < "2026-11-23" for row in rows)


def test_a_return_names_an_order_that_was_sold_before_it() -> None:
    rows = {row["Order no"]: row for row in csv.DictReader(io.StringIO(orders_csv(DEMO, TODAY, 2_000)))}
    returns = [row for row in rows.values() if row["Kind"] == "return"]
    assert returns
    for row in returns:
        sale = rows[row["Returns order"]]
        assert sale["Order date"] <= row["Order date"]
        assert 0 < -int(row["Qty"]) <= int(sale["Qty"])


@pytest.mark.django_db
def test_the_demo_has_a_catalog_imported_orders_and_a_file_still_to_be_mapped() -> None:
    publish()
    load_house(DEMO, NOW)
    assert load_sales(DEMO, NOW, rows=600)
    assert not load_sales(DEMO, NOW, rows=600)
    workspace = Workspace.objects.get(slug="demo")
    with in_workspace(workspace.pk):
        orders, latest = Import.objects.order_by("pk")
        assert (orders.state, orders.created) == (ImportState.COMMITTED, 600)
        assert latest.state == ImportState.MAPPING
        assert CatalogItem.objects.count() == sum(ware.listed for ware in WARES)
        assert Transaction.objects.filter(status=Status.COUNTED).count() > 550
        assert Alert.objects.filter(key__regex="^(catalog|owner):").exists()
    assert "n/a" in latest_csv(DEMO, TODAY)
