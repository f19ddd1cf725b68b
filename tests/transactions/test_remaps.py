"""Another mapping for an import that is in: seen before and after, then decided for all of its rows (rules
5.12).
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.tables import DateOrder
from tests.cast import NOW, Cast
from tests.transactions.bringing import bring, fresh, rows, undo, work
from tests.transactions.builders import JULY, make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from transactions.models import (
    CatalogItem,
    Import,
    RowDecision,
    RowTotal,
    RowVersion,
    SavedMapping,
    SeenOwner,
    Split,
    Transaction,
)
from transactions.pipeline import deciding, following, weighing
from transactions.pipeline.editing import edit_transaction
from transactions.pipeline.following_rates import currency_uses
from transactions.pipeline.remapping import propose_mapping
from transactions.queries.imports import import_of
from transactions.queries.marked import Selection, marked, seen
from transactions.rules import Comparison, Earlier, Field, FileMapping, Lack, Measure, Move, Status
from transactions.services.catalog_values import set_values
from transactions.services.owners import confirm_owner
from transactions.services.proposals import discard_proposal, keep_proposal
from workspaces.models import Alert, ClientAccount, Job, JobState, Membership
from workspaces.services.jobs import cancel_job, claim, execute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
SALES = """ID,Date,Client,Product,Qty,Sold,Cost,Currency,Original
1,03/08/2026,Nordhavn,TRK-T4,3,10.00,4.00,USD,
2,05/09/2026,Aurelia,,2,20.00,5.00,USD,
3,13/08/2026,Aurelia,,1,7.00,6.00,EUR,
"""
MAP: dict[str, Any] = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Sold": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
}


def propose(imported: Import, by: Membership, fields: dict[str, Any], **changes: Any) -> Import:
    """Draft these columns otherwise, and have the rows wait for the decision."""
    draft(imported, by, fields, **changes)
    propose_mapping(imported=fresh(imported), by=by, now=NOW)
    return fresh(imported)


def draft(imported: Import, by: Membership, fields: dict[str, Any], **changes: Any) -> None:
    mapping = FileMapping.from_json(fresh(imported).mapping)
    said = {name: how if isinstance(how, dict) else {"field": how} for name, how in fields.items()}
    columns = tuple(replace(column, **said.get(column.name, {})) for column in mapping.columns)
    keep_proposal(
        imported=fresh(imported),
        by=by,
        mapping=replace(mapping, columns=columns, **changes),
        answered=[column.place for column in columns],
    )


def of(imported: Import) -> Selection:
    return Selection(imported=imported.pk)


def compare(cast: Cast, selection: Selection) -> Comparison:
    state = seen(cast.acme, selection, cast.acme.day_of(NOW))
    found = weighing.comparison(cast.acme, selection, state, NOW)
    assert found is not None
    return found


def decide(cast: Cast, verb: str, selection: Selection, **said: Any) -> RowDecision:
    return deciding.decide(
        workspace=cast.acme,
        selection=selection,
        accept=verb == "accept",
        reason=said.get("reason", "The column was taken for the wrong thing"),
        stamp=said.get("stamp", seen(cast.acme, selection, cast.acme.day_of(NOW)).stamp),
        by=said.get("by", cast.ada),
        now=NOW,
    )


def by_id(cast: Cast) -> dict[str, Transaction]:
    return {row.cells[0]: row for row in rows(cast.acme)}


def converted(cast: Cast, *ids: str) -> list[Decimal | None]:
    found = by_id(cast)
    return [found[each].converted for each in ids]


def flags(cast: Cast) -> dict[str, int]:
    return {name: row.earlier for name, row in by_id(cast).items() if row.earlier}


def reprice(by: Membership, value: str) -> None:
    item = CatalogItem.objects.select_related("workspace").get(code="TRK-T4")
    values = [worth(Measure.REVENUE, value, JULY)]
    set_values(item=item, by=by, values=values, seen=None, reason="Corrected list", now=NOW)


# ------------------------------------------------------------------ worked cases


def test_a_quantity_that_was_not_mapped_gives_every_row_its_revenue(firm: Cast) -> None:
    """3 × 10.00 = 30.00 and 2 × 20.00 = 40.00 appear once it is accepted; not before."""
    imported = bring(firm.ada, SALES, {**MAP, "Qty": None})
    assert converted(firm, "1", "2") == [None, None]
    propose(imported, firm.ada, {"Qty": Field.QUANTITY})
    assert flags(firm) == {"1": 8, "2": 8, "3": 8}
    assert converted(firm, "1", "2") == [None, None]
    found = compare(firm, of(imported))
    assert (found.overall.rows, found.overall.moves[Move.FILLS]) == (3, 3)
    assert found.overall.revenue.before == 0
    assert len(found.largest) == 3
    decide(firm, "accept", of(imported))
    assert converted(firm, "1", "2") == [Decimal("30"), Decimal("40")]
    assert sum(each or 0 for each in converted(firm, "1", "2", "3")) == found.overall.revenue.after
    assert flags(firm) == {}
    done = fresh(imported)
    assert FileMapping.from_json(done.mapping).mapped[Field.QUANTITY].name == "Qty"
    assert (done.proposed, done.proposed_at, done.remapped_at) == (None, None, NOW)
    proves_totals(firm)


def test_a_price_that_was_a_cost_is_swapped(firm: Cast) -> None:
    """Cost had been taken for the price: 3 × 4.00 = 12.00 becomes 3 × 10.00 = 30.00."""
    imported = bring(firm.ada, SALES, {**MAP, "Sold": Field.UNIT_COST, "Cost": Field.PRICE_SOLD})
    assert converted(firm, "1", "2") == [Decimal("12"), Decimal("10")]
    propose(imported, firm.ada, {"Sold": Field.PRICE_SOLD, "Cost": Field.UNIT_COST})
    found = compare(firm, of(imported))
    assert found.overall.moves[Move.MOVES] == 3
    assert list(found.by_cause) == [Earlier.MAPPING]
    decide(firm, "accept", of(imported))
    assert converted(firm, "1", "2") == [Decimal("30"), Decimal("40")]
    proves_totals(firm)


def test_another_date_order_moves_rows_to_other_months(firm: Cast) -> None:
    """03/08 and 05/09 read as 8 March and 9 May; 13/08 has no month 13: it becomes unknown and says so."""
    imported = bring(firm.ada, SALES, MAP)
    mapping = FileMapping.from_json(imported.mapping)
    assert mapping.mapped[Field.DATE].order is DateOrder.DAY_FIRST
    assert months(firm) == {date(2026, 8, 1), date(2026, 9, 1)}
    propose(imported, firm.ada, {"Date": {"order": DateOrder.MONTH_FIRST}})
    found = compare(firm, of(imported))
    assert found.placed == {"day": 2}
    assert found.overall.moves[Move.LOSES] == 1
    decide(firm, "accept", of(imported))
    assert {name: row.day for name, row in by_id(firm).items()} == {
        "1": date(2026, 3, 8),
        "2": date(2026, 5, 9),
        "3": date(2026, 8, 13),
    }
    third = by_id(firm)["3"]
    assert (third.status, third.lack, third.converted) == (Status.UNKNOWN, Lack.NOTHING, None)
    assert months(firm) == {date(2026, 3, 1), date(2026, 5, 1), date(2026, 8, 1)}
    proves_totals(firm)


def months(cast: Cast) -> set[date]:
    totals = RowTotal.objects.filter(workspace=cast.acme, split=Split.NONE, rows__gt=0)
    return {each.month.first for each in totals}


def test_declining_leaves_every_figure_and_forgets_the_proposal(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    before = {name: (row.converted, row.day, row.tier) for name, row in by_id(firm).items()}
    mapping = imported.mapping
    propose(imported, firm.ada, {"Sold": None})
    done = decide(firm, "decline", of(imported))
    assert (done.imported_id, done.accepted, done.rows) == (imported.pk, False, 3)
    assert {name: (row.converted, row.day, row.tier) for name, row in by_id(firm).items()} == before
    assert flags(firm) == {}
    kept = fresh(imported)
    assert (kept.mapping, kept.proposed, kept.proposed_at, kept.remapped_at) == (mapping, None, None, None)
    proves_totals(firm)


def test_what_else_a_row_waits_for_goes_on_waiting_when_it_is_declined(firm: Cast) -> None:
    make_item(firm.ada)
    imported = bring(firm.ada, SALES, {**MAP, "Sold": None})
    reprice(firm.ada, "120")
    propose(imported, firm.ada, {"Sold": Field.PRICE_SOLD})
    assert flags(firm) == {"1": 9, "2": 8, "3": 8}
    decide(firm, "decline", of(imported))
    assert flags(firm) == {"1": 1}
    proves_totals(firm)


def test_the_next_file_of_the_kind_is_read_with_what_was_accepted(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, {**MAP, "Qty": None})
    propose(imported, firm.ada, {"Qty": Field.QUANTITY})
    decide(firm, "accept", of(imported))
    saved = SavedMapping.objects.get()
    assert FileMapping.from_json(saved.mapping).mapped[Field.QUANTITY].name == "Qty"
    assert saved.saved_by_id == firm.ada.user_id


def test_clients_that_only_the_former_mapping_named_leave_and_new_ones_are_of_the_import(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, {**MAP, "Product": Field.CLIENT, "Client": None})
    assert set(ClientAccount.objects.values_list("name", flat=True)) == {"TRK-T4"}
    propose(imported, firm.ada, {"Product": Field.PRODUCT, "Client": Field.CLIENT})
    assert compare(firm, of(imported)).placed == {"client": 3, "product": 1}
    assert set(ClientAccount.objects.values_list("name", flat=True)) == {"TRK-T4"}
    decide(firm, "accept", of(imported))
    assert set(ClientAccount.objects.values_list("name", flat=True)) == {"Nordhavn", "Aurelia"}
    undo(fresh(imported), firm.ada)
    assert not ClientAccount.objects.exists()


RETURNS = "ID,Date,Qty,Sold,Currency,Original\nR1,10/08/2026,-3,10.00,EUR,S1\nS1,14/08/2026,3,10.00,EUR,\n"


def test_rows_that_become_refunds_stand_on_their_sales_wherever_these_are(firm: Cast) -> None:
    """The sale's rate is that of 14 August; the refund above it in the file takes it over."""
    columns = {**MAP, "Original": None}
    imported = bring(firm.ada, RETURNS, columns)
    assert by_id(firm)["R1"].sale_key is None
    propose(imported, firm.ada, {"Original": Field.ORIGINAL_ID})
    found = compare(firm, of(imported))
    decide(firm, "accept", of(imported))
    refund, sale = by_id(firm)["R1"], by_id(firm)["S1"]
    assert refund.rate_id == sale.rate_id
    assert found.overall.revenue.after == 0
    assert (refund.converted or 0) + (sale.converted or 0) == 0
    proves_totals(firm)


CHAIN = """ID,Date,Client,Qty,Sold,Currency,Original
R1,07/08/2026,Nordhavn,-3,10.00,EUR,S
R2,30/09/2026,Nordhavn,3,10.00,EUR,R1
S,07/08/2026,Nordhavn,3,10.00,EUR,
"""
PLAIN = {name: known for name, known in MAP.items() if name != "Product"}
TIED = {**PLAIN, "Original": Field.ORIGINAL_ID}


def test_what_undoes_a_refund_stands_on_its_own_day_as_where_the_file_came_in_so(firm: Cast) -> None:
    """30.00 EUR at 1.15 of 30 September, not at the 1.1682 of the refund that it names."""
    bring(firm.ada, CHAIN, TIED, source="One")
    other = bring(firm.ada, CHAIN, PLAIN, source="Two")
    propose(other, firm.ada, {"Original": Field.ORIGINAL_ID})
    shown = compare(firm, of(other)).overall.revenue.after
    decide(firm, "accept", of(other))
    one, two = (
        {row.cells[0]: row.converted for row in rows(firm.acme) if row.source.name == name}
        for name in ("One", "Two")
    )
    assert one == two
    assert two["R2"] == Decimal("34.50")
    assert shown == sum(each or 0 for each in two.values())
    proves_totals(firm)


def test_what_another_import_names_that_becomes_a_refund_is_shown_as_it_will_be(firm: Cast) -> None:
    head, first, second, sale, _ = CHAIN.split("\n")
    imported = bring(firm.ada, "\n".join([head, sale, first]), PLAIN)
    bring(firm.ada, "\n".join([head, second]), TIED)
    assert converted(firm, "R2") == [Decimal("35.05")]
    propose(imported, firm.ada, {"Original": Field.ORIGINAL_ID})
    shown = compare(firm, of(imported)).overall.revenue.after
    decide(firm, "accept", of(imported))
    assert converted(firm, "R2") == [Decimal("34.50")]
    assert shown == sum(each or 0 for each in converted(firm, "S", "R1", "R2"))


def test_refunds_of_another_import_move_with_their_sale(firm: Cast) -> None:
    """The sale turns out to be of 8 March: its refund takes that day's rate, and stays on its own day."""
    header, columns = "ID,Date,Qty,Sold,Currency,Original", {**MAP, "Original": Field.ORIGINAL_ID}
    sale = bring(firm.ada, f"{header}\nS1,03/08/2026,1,100,EUR,\n", columns)
    bring(firm.ada, f"{header}\nR1,2026-08-14,-1,100,EUR,S1\n", columns)
    assert by_id(firm)["R1"].rate_id == by_id(firm)["S1"].rate_id
    propose(sale, firm.ada, {"Date": {"order": DateOrder.MONTH_FIRST}})
    found = compare(firm, of(sale))
    assert found.overall.rows == 2
    assert found.overall.revenue.after == 0
    decide(firm, "accept", of(sale))
    refund, sold = by_id(firm)["R1"], by_id(firm)["S1"]
    assert sold.day in (date(2026, 3, 8), date(2026, 8, 3))
    assert refund.rate_id == sold.rate_id
    assert (refund.converted or 0) + (sold.converted or 0) == 0
    proves_totals(firm)


def test_a_row_that_moves_into_a_replaced_span_is_replaced_as_was_shown(firm: Cast) -> None:
    first = bring(firm.ada, SALES, MAP)
    content = "ID,Date,Client,Qty,Sold,Currency\n9,2026-03-20,Zeta,1,5,USD\n"
    bring(firm.ada, content, MAP, replaces=(date(2026, 3, 1), date(2026, 3, 31)))
    propose(first, firm.ada, {"Date": {"order": DateOrder.MONTH_FIRST}})
    found = compare(firm, of(first))
    assert found.overall.revenue.after == Decimal("40")  # 30.00 is replaced, 40.00 stays, 7.00 is unknown
    decide(firm, "accept", of(first))
    assert by_id(firm)["1"].status == Status.VOIDED
    assert by_id(firm)["2"].converted == Decimal("40")
    proves_totals(firm)


# ------------------------------------------------------------------ what happens meanwhile


def test_undoing_the_import_drops_what_was_proposed(firm: Cast) -> None:
    first = bring(firm.ada, SALES, {**MAP, "Sold": None})
    second = bring(firm.ada, SALES, MAP)
    propose(second, firm.ada, {"Sold": None, "Cost": Field.PRICE_SOLD})
    undo(fresh(second), firm.ada)
    assert flags(firm) == {}
    assert {row.origin_id for row in rows(firm.acme)} == {first.pk}
    left = fresh(second)
    assert (left.proposed, left.proposed_at) == (None, None)
    with pytest.raises(Refused, match="does not wait"):
        decide(firm, "accept", of(second))
    assert not Alert.objects.filter(key__startswith="row-mapping:", state="open").exists()
    proves_totals(firm)


def test_a_row_that_a_later_import_updates_waits_no_more_and_comes_back_with_its_undo(firm: Cast) -> None:
    first = bring(firm.ada, SALES, {**MAP, "Sold": Field.UNIT_COST, "Cost": Field.PRICE_SOLD})
    propose(first, firm.ada, {"Sold": Field.PRICE_SOLD, "Cost": Field.UNIT_COST})
    content = "ID,Date,Client,Qty,Sold,Currency\n1,2026-08-03,Nordhavn,5,11,USD\n"
    later = bring(firm.ada, content, MAP)
    assert flags(firm) == {"2": 8, "3": 8}
    undo(later, firm.ada)
    assert flags(firm) == {"1": 8, "2": 8, "3": 8}
    assert converted(firm, "1") == [Decimal("12")]
    decide(firm, "accept", of(first))
    assert converted(firm, "1", "2") == [Decimal("30"), Decimal("40")]
    proves_totals(firm)


def test_what_comes_up_later_is_read_with_the_mapping_in_force(firm: Cast) -> None:
    first = bring(firm.ada, SALES, {**MAP, "Sold": Field.UNIT_COST, "Cost": Field.PRICE_SOLD})
    content = "ID,Date,Client,Qty,Sold,Currency\n1,2026-08-03,Nordhavn,5,11,USD\n"
    later = bring(firm.ada, content, MAP)
    propose(first, firm.ada, {"Sold": Field.PRICE_SOLD, "Cost": Field.UNIT_COST})
    decide(firm, "accept", of(first))
    assert converted(firm, "1") == [Decimal("55")]
    undo(later, firm.ada)
    assert converted(firm, "1") == [Decimal("30")]
    proves_totals(firm)


def test_an_edit_by_hand_keeps_the_row_waiting_and_lies_on_top_of_the_new_mapping(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, {**MAP, "Sold": Field.UNIT_COST, "Cost": Field.PRICE_SOLD})
    propose(imported, firm.ada, {"Sold": Field.PRICE_SOLD, "Cost": Field.UNIT_COST})
    edit(firm, "1", {Field.QUANTITY: "10"})
    assert flags(firm) == {"1": 8, "2": 8, "3": 8}
    assert converted(firm, "1") == [Decimal("40")]
    decide(firm, "accept", of(imported))
    assert converted(firm, "1") == [Decimal("100")]
    assert RowVersion.objects.filter(row=by_id(firm)["1"]).count() == 1
    proves_totals(firm)


def edit(cast: Cast, name: str, values: dict[Field, str]) -> None:
    row = by_id(cast)[name]
    edit_transaction(
        row=Transaction.objects.select_related("workspace").get(pk=row.pk),
        values=values,
        protected=False,
        reason="Counted again",
        stamp=str(row.turn),
        by=cast.ada,
        now=NOW,
    )


def test_a_catalog_entry_derives_what_waits_for_it_and_leaves_the_mapping_to_be_decided(firm: Cast) -> None:
    """Without the price sold, row 1 waits for its product: 3 × 118.00 = 354.00 meanwhile."""
    imported = bring(firm.ada, SALES, {**MAP, "Sold": None})
    propose(imported, firm.ada, {"Sold": Field.PRICE_SOLD})
    make_item(firm.ada)
    assert converted(firm, "1") == [Decimal("354")]
    assert flags(firm) == {"1": 8, "2": 8, "3": 8}
    reprice(firm.ada, "120")
    assert flags(firm) == {"1": 9, "2": 8, "3": 8}
    everything = Selection()
    assert [row.cells[0] for row in marked(firm.acme, everything)] == ["1"]
    decide(firm, "accept", everything)
    assert converted(firm, "1") == [Decimal("360")]
    assert flags(firm) == {"1": 8, "2": 8, "3": 8}
    reprice(firm.ada, "125")
    decide(firm, "decline", everything)
    assert converted(firm, "1") == [Decimal("360")]
    assert flags(firm) == {"1": 8, "2": 8, "3": 8}
    decide(firm, "accept", of(imported))
    assert converted(firm, "1") == [Decimal("30")]
    assert flags(firm) == {}
    proves_totals(firm)


def test_one_alert_for_an_import_says_how_many_rows_wait(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    propose(imported, firm.ada, {"Sold": None})
    alert = Alert.objects.get(key=f"row-mapping:{imported.pk}")
    assert (alert.rows, alert.state, alert.path) == (3, "open", f"transactions/moves/?import={imported.pk}")
    assert not Alert.objects.filter(key="row-moves").exists()
    total = RowTotal.objects.filter(workspace=firm.acme, split=Split.NONE)
    assert sum(each.earlier for each in total) == 3
    decide(firm, "decline", of(imported))
    assert Alert.objects.get(key=alert.key).state == "resolved"


def test_rows_that_wait_for_a_mapping_are_not_told_to_wait_for_a_rate(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    propose(imported, firm.ada, {"Sold": None})
    assert [(use.currency, use.earlier) for use in currency_uses(firm.acme)] == [("EUR", 0)]


# ------------------------------------------------------------------ what is refused


def test_what_is_accepted_is_the_mapping_that_was_seen(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    propose(imported, firm.ada, {"Sold": None})
    stamp = seen(firm.acme, of(imported), firm.acme.day_of(NOW)).stamp
    draft(imported, firm.ada, {"Sold": None, "Cost": Field.PRICE_SOLD})
    with pytest.raises(Stale):
        decide(firm, "accept", of(imported), stamp=stamp)
    assert converted(firm, "1") == [Decimal("30")]
    decide(firm, "accept", of(imported))
    assert converted(firm, "1") == [Decimal("12")]


def test_what_rows_are_known_by_does_not_change(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    for fields in ({"ID": None}, {"ID": None, "Client": Field.UNIQUE_ID}):
        with pytest.raises(Refused, match="stays their Unique ID"):
            propose(imported, firm.ada, fields)
    without = bring(firm.ada, SALES, {**MAP, "ID": None}, source="Till")
    with pytest.raises(Refused, match="without a Unique ID"):
        propose(without, firm.ada, {"ID": Field.UNIQUE_ID})
    otherwise: list[dict[str, Any]] = [
        {"Client": None},
        {"Sold": Field.UNIT_COST},
        {"Sold": {"decimal": ","}},
        {"Date": {"order": DateOrder.MONTH_FIRST}},
    ]
    for columns in otherwise:
        with pytest.raises(Refused, match="known by their values"):
            propose(without, firm.ada, columns)


def test_what_is_given_once_in_the_place_of_a_key_column_stays(firm: Cast) -> None:
    bring(firm.ada, SALES, {**MAP, "ID": None}, source="Till")
    fields = {**MAP, "ID": None, "Client": None}
    second = bring(firm.ada, SALES, fields, source="Till", given={Field.CLIENT: "Nordhavn"})
    with pytest.raises(Refused, match="known by their values, “Client”"):
        propose(second, firm.ada, {}, given={Field.CLIENT: "Aurelia"})


def test_whom_an_owners_name_means_is_in_what_was_looked_at(firm: Cast) -> None:
    imported = bring(firm.ada, SALES.replace("Original", "Who").replace("USD,", "USD,Bob"), MAP)
    bring(
        firm.ada,
        SALES.replace("Original", "Who").replace("USD,", "USD,Bob"),
        {**MAP, "Who": Field.OWNER},
        source="B",
    )
    propose(imported, firm.ada, {"Who": Field.OWNER})
    stamp = seen(firm.acme, of(imported), firm.acme.day_of(NOW)).stamp
    bob = SeenOwner.objects.select_related("workspace").get(key="bob")
    confirm_owner(owner=bob, member=firm.alex, was=None, by=firm.ada, reason="His name", now=NOW)
    with pytest.raises(Stale):
        decide(firm, "accept", of(imported), stamp=stamp)


def test_after_another_mapping_the_same_file_still_adds_nothing(firm: Cast) -> None:
    """With a Unique ID rows are known by it, whatever else is read; without one by what is read as before."""
    for source, known_by in (("Shop", Field.UNIQUE_ID), ("Till", None)):
        fields = {**MAP, "ID": known_by}
        imported = bring(firm.ada, SALES, fields, source=source)
        propose(imported, firm.ada, {"Cost": Field.UNIT_COST})
        decide(firm, "accept", of(imported))
        keys = {row.pk: row.key for row in rows(firm.acme)}
        again = bring(firm.ada, SALES, {**fields, "Cost": Field.UNIT_COST}, source=source)
        assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
        assert {row.pk: row.key for row in rows(firm.acme)} == keys


def test_what_a_later_import_replaces_or_an_edit_changes_is_looked_at_again(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    propose(imported, firm.ada, {"Sold": None})

    def stamp() -> str:
        return seen(firm.acme, of(imported), firm.acme.day_of(NOW)).stamp

    known = {stamp()}
    span = (date(2026, 8, 1), date(2026, 8, 4))
    later = bring(firm.ada, SALES.replace("03/08", "02/08").replace("\n1,", "\n9,"), MAP, replaces=span)
    known.add(stamp())
    undo(later, firm.ada)
    known.add(stamp())
    row = by_id(firm)["2"]
    edit_transaction(
        row=row,
        values={Field.QUANTITY: "4"},
        protected=True,
        reason="Counted again",
        stamp=str(row.turn),
        by=firm.ada,
        now=NOW,
    )
    known.add(stamp())
    assert len(known) == 4


def test_a_decision_keeps_both_mappings(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    before = fresh(imported).mapping
    propose(imported, firm.ada, {"Sold": None, "Cost": Field.PRICE_SOLD})
    decision = decide(firm, "accept", of(imported))
    assert decision.mappings == {"before": before, "after": fresh(imported).mapping}


def test_a_mapping_that_a_later_file_changed_is_still_what_is_remembered(firm: Cast) -> None:
    first = bring(firm.ada, SALES, MAP)
    bring(firm.ada, SALES.replace("\n1,", "\n7,"), {**MAP, "Cost": Field.UNIT_COST})
    later = SavedMapping.objects.get().mapping
    propose(first, firm.ada, {"Product": None})
    decide(firm, "accept", of(first))
    assert SavedMapping.objects.get().mapping == later


def test_a_change_that_is_not_complete_marks_nothing(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    with pytest.raises(Refused, match="No column is the transaction date"):
        propose(imported, firm.ada, {"Date": None})
    with pytest.raises(Refused, match="Nothing is changed"):
        propose(imported, firm.ada, {})
    assert flags(firm) == {}
    discard_proposal(imported=fresh(imported), by=firm.ada)
    assert fresh(imported).proposed is None


def test_once_rows_wait_the_decision_alone_drops_it(firm: Cast) -> None:
    imported = propose(bring(firm.ada, SALES, MAP), firm.ada, {"Sold": None})
    with pytest.raises(Refused, match="Rows wait for a decision"):
        discard_proposal(imported=imported, by=firm.ada)


def test_a_change_of_which_no_row_is_left_can_be_discarded(firm: Cast) -> None:
    first = propose(bring(firm.ada, SALES, MAP), firm.ada, {"Sold": None})
    bring(firm.ada, SALES, MAP, name="again.csv")
    assert flags(firm) == {}
    discard_proposal(imported=first, by=firm.ada)
    assert (fresh(first).proposed, fresh(first).proposed_at) == (None, None)


def test_nothing_is_changed_without_the_right(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    for by in (firm.alex, firm.mia, firm.audrey):
        with pytest.raises(Refused, match="Only an owner or administrator"):
            draft(imported, by, {"Sold": None})
    propose(imported, firm.ada, {"Sold": None})
    with pytest.raises(Refused, match="Only an owner or administrator"):
        decide(firm, "accept", of(imported), by=firm.alex)
    with pytest.raises(Refused, match="Say why"):
        decide(firm, "accept", of(imported), reason=" ")
    assert converted(firm, "1") == [Decimal("30")]


# ------------------------------------------------------------------ many rows


@pytest.fixture
def many(firm: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Two rows are too many to be followed, compared or decided while somebody waits; one is a batch."""
    monkeypatch.setattr(weighing, "COMPARED_AT_ONCE", 1)
    monkeypatch.setattr(deciding, "INLINE", 1)
    monkeypatch.setattr(following, "INLINE", 1)
    monkeypatch.setattr("transactions.pipeline.comparing.BATCH", 1)
    return firm


def worked_out(cast: Cast, imported: Import) -> Comparison:
    """The rows are marked, and what they come to is worked out, both in the background."""
    assert flags(cast) == {}
    work(cast.acme)
    assert flags(cast) == {"1": 8, "2": 8, "3": 8}
    weighing.request_comparison(workspace=cast.acme, selection=of(imported), by=cast.ada, now=NOW)
    work(cast.acme)
    return compare(cast, of(imported))


def test_many_rows_are_marked_compared_and_decided_in_the_background(many: Cast) -> None:
    imported = bring(many.ada, SALES, {**MAP, "Qty": None})
    propose(imported, many.ada, {"Qty": Field.QUANTITY})
    with pytest.raises(Refused, match="still follow a change"):
        decide(many, "accept", of(imported))
    assert worked_out(many, imported).overall.moves[Move.FILLS] == 3
    job = decide(many, "accept", of(imported)).job
    assert job is not None
    assert converted(many, "1", "2") == [None, None]
    work(many.acme)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.error) == (JobState.DONE, 3, 3, "")
    assert converted(many, "1", "2") == [Decimal("30"), Decimal("40")]
    assert flags(many) == {}
    proves_totals(many)


def test_many_rows_keep_their_figures_in_the_background(many: Cast) -> None:
    imported = bring(many.ada, SALES, MAP)
    propose(imported, many.ada, {"Sold": None})
    worked_out(many, imported)
    decide(many, "decline", of(imported))
    work(many.acme)
    assert flags(many) == {}
    assert converted(many, "1", "2") == [Decimal("30"), Decimal("40")]
    proves_totals(many)


def test_work_that_is_cancelled_in_the_middle_leaves_everything_as_it_was(
    many: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = bring(many.ada, SALES, {**MAP, "Qty": None})
    propose(imported, many.ada, {"Qty": Field.QUANTITY})
    worked_out(many, imported)
    decision = decide(many, "accept", of(imported))
    run = claim(workspace_id=many.acme.pk, job_id=decision.job_id or 0, now=NOW)
    assert run is not None
    asked = []
    original = type(run).ask

    def ask(self: Any) -> None:
        asked.append(converted(many, "1", "2", "3"))
        if len(asked) == 3:
            cancel_job(job=Job.objects.get(pk=run.job_id), now=NOW)
        original(self)

    monkeypatch.setattr(type(run), "ask", ask)
    execute(run=run, clock=lambda: NOW)
    assert any(each is not None for each in asked[-1])  # some of the rows were derived by then
    assert Job.objects.get(pk=run.job_id).state == JobState.CANCELLED
    assert converted(many, "1", "2", "3") == [None, None, None]
    assert flags(many) == {"1": 8, "2": 8, "3": 8}
    kept = fresh(imported)
    assert kept.proposed is not None
    assert kept.proposed_at == NOW
    assert Field.QUANTITY not in FileMapping.from_json(kept.mapping).mapped
    decision = RowDecision.objects.select_related("job").get(pk=decision.pk)
    assert (decision.is_partial, decision.said) == (True, "wait as they did")
    proves_totals(many)
    work_again = decide(many, "accept", of(imported))
    assert work_again.job_id != decision.job_id


def test_work_about_a_change_that_is_gone_marks_nothing(many: Cast) -> None:
    imported = bring(many.ada, SALES, MAP)
    propose(imported, many.ada, {"Sold": None})
    Import.objects.filter(pk=imported.pk).update(proposed=None, proposed_at=None)
    work(many.acme)
    assert flags(many) == {}


def test_rows_of_another_workspace_are_out_of_reach(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    assert import_of(firm.acme, imported.pk, firm.ada).pk == imported.pk
    for url in (
        f"/w/other/imports/{imported.pk}/mapping/",
        f"/w/other/imports/{imported.pk}/mapping/preview/",
        f"/w/other/transactions/moves/?import={imported.pk}",
    ):
        assert firm.browser("sam").get(url).status_code == 404
