"""The list, and one row with all that can stand on its page: at most fifteen statements."""

import pytest
from django.test import Client

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.test_query_counts import assert_queries_do_not_grow
from tests.transactions.builders import worth
from tests.transactions.rows import make_entry, make_import, make_row
from transactions.models import Transaction, TransactionWays
from transactions.pipeline.editing import edit_transaction
from transactions.rules import Earlier, Field, Measure
from transactions.services.alerts import refresh_alerts
from transactions.services.catalog_values import set_values

pytestmark = pytest.mark.django_db
LIST = "/w/acme/transactions/"


def more(cast: Cast) -> None:
    for number in range(1, 3):
        more_of(cast, number)


def more_of(cast: Cast, number: int) -> None:
    imported = make_import(cast.ada, f"orders-{number}.csv")
    for owner in ("Alex", "Amir", "Nobody known"):
        make_row(
            imported, owner=owner, client=f"Client {number}", product=f"P{number}", revenue="5", quantity="1"
        )
        make_row(imported, owner=owner, product=f"P{number}", quantity="2")


@pytest.mark.parametrize("who", ["mia", "olive"])
@pytest.mark.parametrize(
    "query",
    [
        "period=all&client={client}&state=counted",
        "period=all&product={product}&import={origin}&source={source}",
        "period=all&q=client&mark=assumed_currency",
        "period=all",
        "period=2026Q3&month=2026-08&client=none&product=none",
        "period=all&not_client={client}&not_product={product},i1",
        "period=all&client={client}&product={product}&import={origin}&source={source}&q=client",
    ],
)
def test_the_list_asks_no_more_when_there_is_more_to_show(cast: Cast, who: str, query: str) -> None:
    publish()
    imported = make_import(cast.ada)
    make_row(imported, owner="Alex", revenue="5")
    row = make_row(imported, owner="Alex", client="Client 0", product="P0", revenue="5")
    named = {"client": row.client_id, "product": row.product_id, "origin": row.origin_id}
    url = f"{LIST}?{query.format(source=row.source_id, **named)}"
    assert_queries_do_not_grow(cast.browser(who), url, lambda: more(cast))


@pytest.mark.parametrize("who", ["mia", "olive", "alex"])
def test_a_row_asks_no_more_when_there_is_more_behind_it(cast: Cast, who: str) -> None:
    """A refund in a foreign currency, edited, whose profit waits for an entry: what its page says at most."""
    publish()
    with in_workspace(cast.acme.pk):
        TransactionWays.objects.create(workspace=cast.acme, measures_profit=True, removes_tax=True)
    make_entry(cast.ada, "T4", revenue="100", cost="60")
    imported = make_import(cast.ada)
    make_row(imported, owner="Alex", unique_id="A1", revenue="100", currency="EUR", product="T4")
    cells = {"original_id": "A1", "type": "return", "product": "T4"}
    row = make_row(imported, owner="Alex", quantity="1", revenue="80", currency="EUR", **cells)

    def edit(*quantities: str) -> None:
        with in_workspace(cast.acme.pk):
            for quantity in quantities:
                row.refresh_from_db()
                edit_transaction(
                    row=row,
                    values={Field.QUANTITY: quantity},
                    protected=True,
                    reason="Counted again",
                    stamp=str(row.turn),
                    by=cast.ada,
                    now=NOW,
                )
            refresh_alerts(workspace=cast.acme, now=NOW)

    edit("2")
    url = f"{LIST}{row.pk}/"
    assert_queries_do_not_grow(cast.browser(who), url, lambda: edit("3", "4", "5"))
    assert_queries_do_not_grow(cast.browser("olive"), f"{url}edit/", lambda: edit("9"))


def test_the_rows_that_wait_are_compared_with_as_many_questions_however_many_there_are(cast: Cast) -> None:
    """Before and after arrive on their own: what a derivation looks up is read once, for all currencies."""
    publish()
    item = make_entry(cast.ada, "T4", revenue="100", cost="60")
    imported = make_import(cast.ada)
    make_row(imported, product="T4", quantity="2", owner="Alex", client="Client 0")
    make_row(imported, revenue="80", currency="EUR")
    make_row(imported, revenue="80", currency="GBP")
    url = "/w/acme/transactions/moves/"

    def reprice() -> None:
        with in_workspace(cast.acme.pk):
            set_values(
                item=item,
                by=cast.ada,
                values=[worth(Measure.REVENUE, "110")],
                seen=None,
                reason="Corrected list",
                now=NOW,
            )

    def grow() -> None:
        for number in range(6):
            make_row(imported, product="T4", quantity=f"{number + 1}", client=f"Client {number}")
        with in_workspace(cast.acme.pk):
            Transaction.objects.filter(workspace=cast.acme).update(earlier=Earlier.PRICE)

    reprice()
    with in_workspace(cast.acme.pk):
        Transaction.objects.exclude(currency="USD").update(earlier=Earlier.RATE)
    assert_queries_do_not_grow(cast.browser("ada"), url, grow)
    assert "hx-get=" in cast.browser("ada").get(url).content.decode()
    part = Client(headers={"HX-Request": "true"})
    part.force_login(cast.ada.user)
    assert_queries_do_not_grow(part, url, grow)
    assert "<b>1</b> row moves" in part.get(url).content.decode()
