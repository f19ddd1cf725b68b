"""A close copies the imported rows of its quarter; closed + later changes = now (rules 2.4)."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from django.db import DatabaseError, connection, transaction

from contributions.models import ClosedPeriod, ClosedTransaction
from contributions.queries.closed_revenue import client_revenue, product_revenue, revenue_cube, revenue_lines
from contributions.queries.periods import closed_periods
from contributions.queries.revenue_changes import revenue_changes
from contributions.rules.revenue import RevenueCell, Why
from contributions.services.periods import close_quarter, open_items, reopen_quarter
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Quarter
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, Q4, publish
from tests.transactions import bringing
from tests.transactions.bringing import rows, undo
from transactions.models import CatalogItem, CatalogName, CatalogValue, Import, SeenOwner
from transactions.pipeline.editing import edit_transaction
from transactions.pipeline.following import catalog_changed
from transactions.pipeline.following_rates import settle_rates
from transactions.rules import Field, Measure, Status
from transactions.rules.revenue import by_currency, figures_of
from transactions.services.owners import confirm_owner
from workspaces.models import Membership
from workspaces.queries.people import EVERYONE, Scope

LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# 10 × 10 USD of alex; −2 × 10 EUR at 1.1682 = −23.36 of amir; 4 × X-9, which no catalog has, of nobody.
SALES = """ID,Date,Client,Owner,Product,Qty,Price,Currency
1,2026-08-07,Nordhavn,alex@example.com,W-1,10,10.00,USD
2,2026-08-08,Nordhavn,amir@example.com,W-2,-2,10,EUR
3,2026-09-30,Aurelia,,X-9,4,,USD
4,2026-10-05,Aurelia,alex@example.com,W-1,1,7,USD
"""
MAP = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Owner": Field.OWNER,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
}


@pytest.fixture
def market(inside: Cast) -> Cast:
    publish()
    return inside


def bring(by: Membership, content: str, fields: dict[str, Field], now: datetime = NOW) -> Import:
    """A file that went in at this moment: the commit itself asks the clock."""
    imported = bringing.bring(by, content, fields, now=now)
    Import.objects.filter(pk=imported.pk).update(committed_at=now)
    return imported


def close(cast: Cast, quarter: Quarter = Q3, reason: str = "end", now: datetime = NOW) -> ClosedPeriod:
    return close_quarter(workspace=cast.acme, quarter=quarter, by=cast.olive, reason=reason, now=now)


def cell(cast: Cast, who: Membership | None = None, quarter: Quarter = Q3) -> RevenueCell:
    """The quarter, after it is proven that the rows between the close and now come to its later changes."""
    scope = EVERYONE if who is None else Scope(frozenset({who.pk}))
    closed = closed_periods(cast.acme)
    found = revenue_cube(cast.acme, scope, closed).get(quarter, RevenueCell())
    changes = revenue_changes(cast.acme, scope, quarter, closed[quarter], limit=100)
    assert sum((line.difference or D(0) for line in changes.lines), D(0)) == changes.total == found.later
    assert found.stands.converted + changes.total == found.now.converted
    return found


def reasons(cast: Cast, who: Membership | None = None) -> list[tuple[str, D | None]]:
    scope = EVERYONE if who is None else Scope(frozenset({who.pk}))
    changes = revenue_changes(cast.acme, scope, Q3, closed_periods(cast.acme)[Q3], limit=100)
    return [(line.why, line.difference) for line in changes.lines]


def test_a_close_copies_each_row_with_its_figure_its_rate_and_what_it_lacks(market: Cast) -> None:
    bring(market.ada, SALES, MAP)
    period = close(market)
    copies = list(ClosedTransaction.objects.filter(period=period).order_by("day"))
    told = [(c.client_name, c.owner_name, c.product_name, c.revenue, c.currency, c.converted) for c in copies]
    assert told == [
        ("Nordhavn", "Alex", "W-1", D(100), "USD", D(100)),
        ("Nordhavn", "Amir", "W-2", D(-20), "EUR", D("-23.36")),
        ("Aurelia", "", "X-9", None, "USD", None),
    ]
    rates = [(c.rate, c.rate_day, c.rate_source) for c in copies]
    assert rates == [
        (D(1), date(2026, 8, 7), "same"),
        (D("1.1682"), date(2026, 8, 7), "published"),
        (None, None, ""),
    ]
    assert [(c.file_name, c.line, c.source_name, c.status) for c in copies][2] == (
        "sales.csv",
        4,
        "Shop",
        Status.UNKNOWN,
    )


def test_the_quarter_stands_at_the_sum_of_its_copies_and_says_what_is_in_no_sum(market: Cast) -> None:
    """100 − 23.36 = 76.64, without the row that has no revenue; alex has 100, amir −23.36."""
    bring(market.ada, SALES, MAP)
    close(market)
    found = cell(market)
    assert (found.stands.converted, found.stands.rows, found.stands.unknown_rows) == (D("76.64"), 2, 1)
    assert not found.has_moved
    assert cell(market, market.alex).stands.converted == D(100)
    assert cell(market, market.amir).stands.converted == D("-23.36")
    assert reasons(market) == []


def test_undo_after_a_close_takes_the_live_rows_and_leaves_the_closed_figure(market: Cast) -> None:
    imported = bring(market.ada, SALES, MAP)
    close(market)
    undo(imported, market.ada, now=LATER)
    found = cell(market)
    assert (found.stands.converted, found.later, found.now.converted) == (D("76.64"), D("-76.64"), D(0))
    assert reasons(market) == [(Why.GONE, D(-100)), (Why.GONE, D("23.36")), (Why.GONE, None)]
    clients = client_revenue(market.acme, EVERYONE, closed_periods(market.acme), start=Q3.start, end=Q3.end)
    assert [(line.name, line.client_id, line.figures.known) for line in clients] == [
        ("Nordhavn", None, D("76.64")),
        ("Aurelia", None, None),
    ]


def test_the_same_file_again_after_its_undo_changes_nothing(market: Cast) -> None:
    imported = bring(market.ada, SALES, MAP)
    close(market)
    undo(imported, market.ada, now=LATER)
    bring(market.ada, SALES, MAP, now=LATER)
    assert not cell(market).has_moved
    assert reasons(market) == []


def test_rows_that_come_or_change_after_a_close_stand_beside_it_with_their_reason(market: Cast) -> None:
    """Row 1 becomes 12 × 10, row 5 brings 5.00, row 2 is dated into the next quarter: +20 + 5 + 23.36."""
    bring(market.ada, SALES, MAP)
    close(market)
    later = """ID,Date,Client,Owner,Product,Qty,Price,Currency
1,2026-08-07,Nordhavn,alex@example.com,W-1,12,10.00,USD
2,2026-10-08,Nordhavn,amir@example.com,W-2,-2,10,EUR
5,2026-09-01,Nordhavn,alex@example.com,W-1,1,5,USD
"""
    bring(market.ada, later, MAP, now=LATER)
    assert cell(market).later == D("48.36")
    assert reasons(market) == [(Why.MOVED, D("23.36")), (Why.UPDATED, D(20)), (Why.IMPORTED, D(5))]
    assert cell(market, market.alex).later == D(25)


def test_a_row_on_record_that_a_later_import_dates_into_the_quarter_did_not_come_after_the_close(
    market: Cast,
) -> None:
    """Row 4 of October, 7.00, is moved into September by an update."""
    bring(market.ada, SALES, MAP)
    close(market)
    moved = SALES.splitlines()[0] + "\n4,2026-09-29,Aurelia,alex@example.com,W-1,1,7,USD\n"
    bring(market.ada, moved, MAP, now=LATER)
    assert reasons(market) == [(Why.COUNTED, D(7))]


def test_a_row_that_gets_another_owner_is_a_change_at_both(market: Cast) -> None:
    bring(market.ada, SALES.replace("alex@example.com", "A. Smith"), MAP)
    close(market)
    seen = SeenOwner.objects.get(text="A. Smith")
    confirm_owner(owner=seen, member=market.alex, was=None, by=market.ada, reason="His name", now=LATER)
    assert cell(market, market.alex).later == D(100)
    assert reasons(market, market.alex) == [(Why.TAKEN_OVER, D(100))]
    assert cell(market).later == 0
    assert reasons(market) == [(Why.HANDED_OVER, D(-100)), (Why.TAKEN_OVER, D(100))]


def test_rows_that_swap_their_amounts_between_clients_are_both_listed(market: Cast) -> None:
    """Nordhavn 100 and Aurelia 40 become 40 and 100: the total stands, and both rows say why."""
    head = SALES.splitlines()[0]
    lines = "{}\n1,2026-08-07,Nordhavn,,W-1,{},10,USD\n2,2026-08-07,Aurelia,,W-1,{},10,USD\n"
    bring(market.ada, lines.format(head, 10, 4), MAP)
    close(market)
    bring(market.ada, lines.format(head, 4, 10), MAP, now=LATER)
    assert cell(market).later == 0
    assert sorted(reasons(market)) == [(Why.UPDATED, D(-60)), (Why.UPDATED, D(60))]


def test_an_edit_by_hand_after_a_close_says_so(market: Cast) -> None:
    bring(market.ada, SALES, MAP)
    close(market)
    row = rows(market.acme)[0]
    edit_transaction(
        row=row,
        values={Field.QUANTITY: "9"},
        protected=True,
        reason="Miscount",
        stamp=str(row.turn),
        by=market.ada,
        now=LATER,
    )
    assert cell(market).later == D(-10)
    assert reasons(market) == [(Why.EDITED, D(-10))]


def test_a_provisional_rate_settles_beside_the_closed_figure(market: Cast) -> None:
    """31 Oct to 5 Nov 2026 wait: the newest rate is of 30 Oct, 1.1724; then 1.20 is published for 5 Nov."""
    head = SALES.splitlines()[0]
    bring(market.ada, f"{head}\n9,2026-11-05,Nordhavn,,W-1,1,100,EUR\n", MAP)
    items = open_items(market.acme, Q4)
    assert (items.provisional_transactions, items.unknown_transactions) == (1, 0)
    in_january = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="open items"):
        close(market, Q4, reason="", now=in_january)
    period = close(market, Q4, reason="The rate comes later", now=in_january)
    assert (period.provisional_transactions, period.has_open_items) == (1, True)
    publish({date(2026, 11, 5): {"USD": "1.2000"}, date(2027, 1, 4): {"USD": "1.2100"}})
    settle_rates(workspace=market.acme, now=in_january)
    found = cell(market, quarter=Q4)
    assert (found.stands.converted, found.later, found.now.converted) == (D("117.24"), D("2.76"), D(120))


def test_before_a_close_unknown_rows_ask_for_a_reason(market: Cast) -> None:
    bring(market.ada, SALES, MAP)
    assert open_items(market.acme, Q3).unknown_transactions == 1
    with pytest.raises(Refused, match="open items"):
        close(market, reason="")
    assert close(market).unknown_transactions == 1


def test_by_client_by_product_and_by_currency_come_to_the_closed_figure(market: Cast) -> None:
    bring(market.ada, SALES, MAP)
    close(market)
    closed, span = closed_periods(market.acme), {"start": Q3.start, "end": Q3.end}
    clients = client_revenue(market.acme, EVERYONE, closed, **span)
    assert [(line.name, line.figures.known) for line in clients] == [
        ("Nordhavn", D("76.64")),
        ("Aurelia", None),
    ]
    found = product_revenue(market.acme, EVERYONE, closed, **span)
    assert [(product.name, figures.known) for product, figures in found] == [
        ("W-1", D(100)),
        ("X-9", None),
        ("W-2", D("-23.36")),
    ]
    lines = revenue_lines(market.acme, EVERYONE, closed, **span).stands
    assert [(line.currency, line.revenue, line.converted) for line in by_currency(lines)] == [
        ("EUR", D(-20), D("-23.36")),
        ("USD", D(100), D(100)),
    ]
    assert figures_of(lines).converted == D("76.64")


def test_a_period_over_closed_and_open_quarters_stands_at_copies_and_live_rows(market: Cast) -> None:
    """Q3 as closed 76.64 and the 7.00 of October; the undone file leaves 76.64 as closed and nothing live."""
    imported = bring(market.ada, SALES, MAP)
    close(market)
    closed = closed_periods(market.acme)
    lines = revenue_lines(market.acme, EVERYONE, closed, start=None, end=None)
    assert figures_of(lines.stands).converted == D("83.64")
    undo(imported, market.ada, now=LATER)
    lines = revenue_lines(market.acme, EVERYONE, closed, start=None, end=None)
    assert (figures_of(lines.stands).converted, figures_of(lines.now).converted) == (D("76.64"), D(0))


def test_reopening_shows_the_live_rows_again_and_closing_again_copies_them(market: Cast) -> None:
    bring(market.ada, SALES, MAP)
    first = close(market)
    bring(market.ada, SALES.splitlines()[0] + "\n5,2026-09-01,Nordhavn,,W-1,1,5,USD\n", MAP, now=LATER)
    reopen_quarter(period=first, by=market.olive, reason="A file was missing", now=LATER)
    assert revenue_cube(market.acme, EVERYONE, closed_periods(market.acme))[Q3].stands.converted == D("81.64")
    close(market, now=LATER)
    assert cell(market).stands.converted == D("81.64")
    assert ClosedTransaction.objects.filter(period=first).count() == 3


@pytest.mark.parametrize("table", ["contributions_closedtransaction", "contributions_closedrowtotal"])
def test_a_copied_row_never_changes(market: Cast, table: str) -> None:
    bring(market.ada, SALES, MAP)
    close(market)
    for change in (f"update {table} set converted = 1", f"delete from {table}"):
        with (
            pytest.raises(DatabaseError, match="never change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_what_the_catalog_lacked_at_a_close_is_found_later(market: Cast) -> None:
    """4 × X-9 at 2.50 = 10.00: the closed figure was without this row."""
    bring(market.ada, SALES, MAP)
    close(market)
    item = CatalogItem.objects.create(workspace=market.acme, code="X-9", created_at=LATER)
    CatalogName.objects.create(workspace=market.acme, item=item, text="X-9", key="x-9", is_code=True)
    CatalogValue.objects.create(
        workspace=market.acme,
        item=item,
        measure=Measure.REVENUE.value,
        value=D("2.50"),
        valid_from=date(2026, 1, 1),
        recorded_at=LATER,
    )
    catalog_changed(workspace=market.acme, by=market.ada, items=[item.pk], reason="New", now=LATER)
    found = cell(market)
    assert (found.later, found.later_unknown) == (D(10), -1)
    assert reasons(market) == [(Why.FOUND, D(10))]
