"""Imported revenue is the same in every place, and the proof notices when it is not (rules 1.3, 2.4)."""

from dataclasses import replace
from decimal import Decimal as D

import pgtrigger
import pytest
from django.core.management import call_command

from contributions.models import ClosedRowTotal, ClosedTransaction
from contributions.services.periods import close_quarter
from reports.queries.imported import imported
from reports.services.reconcile import Proof, prove
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, publish
from tests.contributions.test_closed_revenue import LATER, MAP, SALES, bring
from tests.reports.builders import issue
from transactions.models import RowRate, RowTotal, Split, Transaction
from transactions.queries.books import ways_of
from transactions.queries.sums import added_up
from transactions.rules import Field
from transactions.services.ways import change_ways, stamp_of
from workspaces.queries.people import EVERYONE


@pytest.fixture
def sold(inside: Cast) -> Cast:
    """Q3 as closed 76.64; a later file brings 5.00 to it; Q4 has 7.00 alone; a review of alex is issued."""
    publish()
    bring(inside.ada, SALES, MAP)
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="end", now=NOW)
    bring(inside.ada, SALES.splitlines()[0] + "\n5,2026-09-01,Nordhavn,,W-1,1,5,USD\n", MAP, now=LATER)
    issue(inside)
    return inside


def wrong(cast: Cast) -> list[Proof]:
    return [proof for proof in prove(cast.acme, NOW.date()) if not proof.ok]


def test_rows_totals_dashboard_and_closes_agree(sold: Cast) -> None:
    proofs = prove(sold.acme, NOW.date())
    assert [proof for proof in proofs if not proof.ok] == []
    said = {
        proof.name: proof for proof in proofs if "2026Q3" in proof.subject and "imported" in proof.subject
    }
    assert said["list = dashboard = export"].figures["dashboard"] == "81.6400"
    assert said["as closed = its transactions"].figures["rows"] == "76.6400"
    assert said["closed + later changes = now"].figures["now"] == "81.6400"
    assert said["excluded rows"].figures["dashboard"] == "1"


def test_profit_is_in_every_total_where_it_is_known_whether_or_not_its_revenue_is(inside: Cast) -> None:
    """10.00, and 25.00 and 7.50 of rows without revenue; of the last one neither is known."""
    was = ways_of(inside.acme)
    wanted = replace(was, measures_profit=True)
    change_ways(workspace=inside.acme, by=inside.ada, wanted=wanted, reason="x", seen=stamp_of(was), now=NOW)
    lines = ["1,2026-08-03,100,10", "2,2026-08-03,,25", "3,2026-08-04,,7.50", "4,2026-08-04,,"]
    fields = {
        "ID": Field.UNIQUE_ID,
        "Date": Field.DATE,
        "Revenue": Field.REVENUE,
        "Profit": Field.PROFIT,
    }
    bring(inside.ada, "\n".join(["ID,Date,Revenue,Profit", *lines]) + "\n", fields)
    proofs = {proof.subject: proof for proof in prove(inside.acme, NOW.date())}
    assert [proof for proof in proofs.values() if not proof.ok] == []
    assert set(proofs["profit 2026Q3"].figures.values()) == {"42.5000"}
    sums = added_up(Transaction.objects.all())
    assert (sums.known_profit, sums.profit_unknown) == (D("42.5"), 1)
    shown = imported(inside.acme, EVERYONE, {}, inside.acme.calendar.period("2026Q3"), NOW.date())
    stands = shown.cell.stands
    assert (stands.rows, stands.unknown_rows, stands.known_profit, stands.profit_unknown) == (
        1,
        3,
        D("42.5"),
        1,
    )


def test_a_total_that_is_not_the_sum_of_its_rows_is_found(sold: Cast) -> None:
    total = RowTotal.objects.filter(split=Split.NONE, converted=100).get()
    RowTotal.objects.filter(pk=total.pk).update(converted=D(101))
    assert {proof.name for proof in wrong(sold)} == {
        "maintained totals = transactions",
        "list = dashboard = export",
        "closed + later changes = now",
    }


def test_a_figure_that_is_not_what_its_cells_come_to_is_found(sold: Cast) -> None:
    Transaction.objects.filter(converted=100).update(revenue=D(100), converted=D("100.01"))
    names = {proof.name: proof.figures for proof in wrong(sold)}
    assert names["stored figures = their derivation"] == {"rows": "4", "agreeing": "3"}


def test_a_refund_that_stands_on_another_rate_than_its_sale_is_found(sold: Cast) -> None:
    """−10 EUR undo row 2; both are right with the rate that they stand on, which must be the same one."""
    fields = {**MAP, "Original": Field.ORIGINAL_ID}
    bring(sold.ada, "ID,Date,Qty,Price,Currency,Original\n7,2026-10-20,1,10,EUR,2\n", fields, now=LATER)
    assert wrong(sold) == []
    refund = Transaction.objects.get(sale_key__isnull=False)
    other = RowRate.objects.get(currency="EUR", day="2026-08-08")
    other.pk, other.version, other.rate = None, 2, D(2)
    other.save()
    Transaction.objects.filter(pk=refund.pk).update(rate=other, converted=D(20))
    assert "stored figures = their derivation" in {proof.name for proof in wrong(sold)}


def test_totals_that_are_wrong_are_rebuilt_from_the_rows(sold: Cast) -> None:
    RowTotal.objects.filter(split=Split.CLIENT).delete()
    RowTotal.objects.filter(split=Split.NONE).update(converted=D(1))
    assert wrong(sold) != []
    call_command("rebuild_totals", workspace="acme")
    assert wrong(sold) == []


def test_a_row_altered_behind_the_products_back_is_found(sold: Cast) -> None:
    row = Transaction.objects.get(converted=100)
    Transaction.objects.filter(pk=row.pk).update(converted=D(99))
    assert "maintained totals = transactions" in {proof.name for proof in wrong(sold)}


def test_a_copy_altered_behind_the_products_back_is_found(sold: Cast) -> None:
    with pgtrigger.ignore("contributions.ClosedTransaction:frozen"):
        ClosedTransaction.objects.filter(converted=100).update(converted=D(99))
    assert "as closed = its transactions" in {proof.name for proof in wrong(sold)}


def test_a_copied_total_that_is_not_the_sum_of_its_copies_is_found(sold: Cast) -> None:
    with pgtrigger.ignore("contributions.ClosedRowTotal:frozen"):
        ClosedRowTotal.objects.filter(split=Split.CLIENT, converted=100).update(converted=D(99))
    assert "as closed = its transactions" in {proof.name for proof in wrong(sold)}
