"""Transactions of every kind: by each rule, unknown, refunded, edited, replaced."""

from tests.cast import NOW
from tests.e2e.walk.world import World
from tests.transactions.builders import worth
from tests.transactions.rows import make_entry, make_import, make_row
from transactions.models import CatalogItem, Transaction
from transactions.pipeline.deciding import decide
from transactions.pipeline.editing import edit_transaction
from transactions.pipeline.marking import mark
from transactions.queries.marked import Selection, seen
from transactions.rules import Earlier, Field, Measure, Status
from transactions.services.alerts import refresh_alerts
from transactions.services.catalog_values import set_values
from transactions.services.totals import rebuild_row_totals
from workspaces.models import Membership, Workspace

REMARK = "Deliver to dock 4; the gate closes at six in the evening"


def furnish_transactions(workspace: Workspace, world: World) -> None:
    """Two files: one of now, and one that a later import replaced in part."""
    ada, yuki = world.member("ada"), world.member("yuki")
    tracker = make_entry(ada, "TRACKER-T4", revenue="118", cost="71.20")
    orders, earlier = make_import(ada), make_import(ada, "orders-2026-07.csv")
    mine = {"owner": str(yuki), "client": "Orion Telecom", "product": "TRACKER-T4"}
    sold = make_row(
        orders, quantity="40", price_sold="$129.50", unique_id="ORD-87102", description=REMARK, **mine
    )
    by_catalog = make_row(orders, quantity="12", currency="JPY", unique_id="ORD-87103", **mine)
    missing = make_row(orders, quantity="7", product="Gateway G2, revised", owner="M. Unknown")
    refund = make_row(
        orders,
        revenue="1295",
        currency="USD",
        type="return",
        original_id="ORD-87102",
        date="2026-10-02",
        **mine,
    )
    edited = make_row(orders, revenue="820", quantity="2", price_sold="400", currency="EUR", **mine)
    make_row(orders, revenue="9", type="sample", owner=str(yuki))
    void = make_row(earlier, revenue="500", currency="GBP", date="2026-07-14", owner=str(yuki))
    for number in range(60):
        day, price = f"2026-08-{1 + number % 28:02}", f"{90 + number}.25"
        make_row(orders, quantity=f"{number % 7 + 1}", price_sold=price, currency="USD", date=day, **mine)
    edit_transaction(
        row=edited,
        values={Field.QUANTITY: "3", Field.DESCRIPTION: "One more was delivered"},
        protected=True,
        reason="The delivery note says three",
        stamp=str(edited.turn),
        by=yuki,
        now=NOW,
    )
    Transaction.objects.filter(pk=void.pk).update(status=Status.VOIDED, replaced_by=orders)
    rebuild_row_totals(workspace)
    refresh_alerts(workspace=workspace, now=NOW)
    _reprice(workspace, ada, tracker)
    world.rows |= {
        "sold": {"pk": sold.pk},
        "sold by catalog": {"pk": by_catalog.pk},
        "not in the catalog": {"pk": missing.pk},
        "refund": {"pk": refund.pk},
        "edited by hand": {"pk": edited.pk},
        "replaced row": {"pk": void.pk},
    }


def _reprice(workspace: Workspace, by: Membership, item: CatalogItem) -> None:
    """A price that was corrected twice: once decided, once not yet. Rates are marked as if corrected."""

    def correct(value: str) -> None:
        values = [worth(Measure.REVENUE, value)]
        set_values(item=item, by=by, values=values, seen=None, reason="Corrected price list", now=NOW)

    correct("119.90")
    selection = Selection()
    decide(
        workspace=workspace,
        selection=selection,
        accept=True,
        reason="The list was agreed with sales on 20 November",
        stamp=seen(workspace, selection, workspace.day_of(NOW)).stamp,
        by=by,
        now=NOW,
    )
    correct("121.50")
    used = Transaction.objects.filter(workspace=workspace, rate__isnull=False, status=Status.COUNTED)
    mark(workspace, list(used.values_list("pk", flat=True)[:3]), Earlier.RATE)
    refresh_alerts(workspace=workspace, now=NOW)
