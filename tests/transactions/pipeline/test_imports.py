"""Files through the pipeline: what goes in, what it comes to, and what undo leaves (rules 5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.transactions.bringing import bring, check, commit, mapped, rows, undo, upload
from transactions.models import (
    Import,
    ImportState,
    RowTotal,
    SeenOwner,
    SeenProduct,
    Split,
    Transaction,
    TransactionWays,
)
from transactions.pipeline.following_people import match_owners
from transactions.pipeline.rederiving import rederive
from transactions.rules import Field, FileMapping, Lack, Looked, RowKind, Status
from transactions.rules.mappings import type_key
from transactions.services.totals import rebuild_row_totals
from workspaces.models import Alert, ClientAccount, User

SALES = """Date,Client,Product,Qty,Price,Currency
2026-08-07,Nordhavn,W-1,5,10.00,USD
2026-08-08,Nordhavn,W-2,-2,10,EUR
2026-09-30,Aurelia,X-9,4,,USD
"""
MAP = {
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
}


def totals(cast: Cast) -> list[tuple]:
    found = RowTotal.objects.filter(workspace=cast.acme)
    columns = [field.attname for field in RowTotal._meta.local_fields if field.attname != "id"]
    return sorted(found.values_list(*columns), key=repr)


def proves_totals(cast: Cast) -> None:
    """The maintained totals are what the rows come to."""
    kept = totals(cast)
    rebuild_row_totals(cast.acme)
    assert totals(cast) == kept


def test_a_file_goes_in_and_its_rows_have_the_revenue_of_their_tier(inside: Cast) -> None:
    publish()
    imported = bring(inside.ada, SALES, MAP)
    assert (imported.created, imported.updated, imported.skipped) == (3, 0, 0)
    first, second, third = rows(inside.acme)
    assert (first.revenue, first.converted, first.tier) == (Decimal("50.00"), Decimal("50.00"), 2)
    assert (second.revenue, second.currency, second.converted) == (
        Decimal("-20.00"),
        "EUR",
        Decimal("-23.36"),
    )
    assert (third.status, third.lack, third.revenue) == (Status.UNKNOWN, Lack.NO_ENTRY, None)
    assert first.client is not None
    assert first.client.name == "Nordhavn"
    alert = Alert.objects.get(key__startswith="catalog:")
    assert (alert.rows, alert.quantity) == (1, "4")
    total = RowTotal.objects.filter(split=Split.NONE, status=Status.COUNTED)
    assert sum(each.converted for each in total) == Decimal("26.64")
    proves_totals(inside)


def test_the_same_file_twice_adds_nothing(inside: Cast) -> None:
    bring(inside.ada, SALES, MAP)
    again = bring(inside.ada, SALES, MAP)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert Transaction.objects.count() == 3
    proves_totals(inside)


def test_undo_of_the_only_import_leaves_nothing_of_it(inside: Cast) -> None:
    publish()
    imported = bring(inside.ada, SALES, MAP)
    undo(imported, inside.ada)
    assert not Transaction.objects.exists()
    assert not RowTotal.objects.exists()
    assert not ClientAccount.objects.filter(name__in=["Nordhavn", "Aurelia"]).exists()
    assert not Alert.objects.filter(key__startswith="catalog:", state="open").exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_client_that_two_imports_bring_leaves_with_the_last_of_them(
    inside: Cast, order: tuple[int, int]
) -> None:
    lines = "Date,Client,Revenue\n2026-08-07,Nordhavn,{}\n"
    both = [bring(inside.ada, lines.format(amount)) for amount in (10, 20)]
    first, second = (both[at] for at in order)
    undo(first, inside.ada)
    assert ClientAccount.objects.filter(name="Nordhavn").exists()
    undo(second, inside.ada)
    assert not ClientAccount.objects.filter(name="Nordhavn").exists()


def test_an_update_by_unique_id_is_taken_back_by_undo(inside: Cast) -> None:
    """Import 1 makes id 7 5 × 10, import 2 makes it 8 × 10: undo import 1 → 80.00; undo both → gone."""
    header = "ID,Date,Qty,Price\n"
    fields = {"ID": Field.UNIQUE_ID, "Date": Field.DATE, "Qty": Field.QUANTITY, "Price": Field.PRICE_SOLD}
    first = bring(inside.ada, header + "7,2026-08-07,5,10\n", fields)
    second = bring(inside.ada, header + "7,2026-08-07,8,10\n", fields)
    assert (second.created, second.updated) == (0, 1)
    assert [row.revenue for row in rows(inside.acme)] == [Decimal("80.00")]
    undo(first, inside.ada)
    assert [row.revenue for row in rows(inside.acme)] == [Decimal("80.00")]
    proves_totals(inside)
    undo(second, inside.ada)
    assert rows(inside.acme) == []
    proves_totals(inside)


def test_what_cannot_be_read_as_a_table_says_so(inside: Cast) -> None:
    imported = upload(inside.ada, b"%PDF-1.7 nothing", "sales.csv")
    assert imported.state == ImportState.FAILED
    assert "PDF" in imported.failure


def test_two_equal_lines_of_one_file_are_two_sales(inside: Cast) -> None:
    line = "2026-08-07,Nordhavn,W-1,5,10.00,USD\n"
    imported = bring(inside.ada, SALES.splitlines(keepends=True)[0] + line * 2, MAP)
    assert imported.created == 2
    assert sum(row.converted or 0 for row in rows(inside.acme)) == Decimal("100.00")


@pytest.mark.parametrize("new", [True, False])
def test_lines_of_earlier_files_are_seen_before_or_new_sales(inside: Cast, new: bool) -> None:
    bring(inside.ada, SALES, MAP)
    imported = bring(inside.ada, SALES, MAP, new=new)
    assert imported.created == (3 if new else 0)
    assert Transaction.objects.count() == (6 if new else 3)
    undo(Import.objects.order_by("turn")[0], inside.ada)
    assert Transaction.objects.count() == 3
    proves_totals(inside)


def test_where_profit_is_measured_a_product_without_cost_is_asked_for_once(inside: Cast) -> None:
    TransactionWays.objects.create(workspace=inside.acme, measures_profit=True)
    bring(inside.ada, "Date,Product,Qty,Price\n2026-08-07,W-1,2,10\n2026-08-08,W-1,3,10\n")
    assert {row.profit for row in rows(inside.acme)} == {None}
    alert = Alert.objects.get(key__endswith=":cost")
    assert (alert.title, alert.rows, alert.quantity) == (
        "“W-1” has no cost or profit in the catalog on the days of its rows",
        2,
        "5",
    )


def test_where_taxes_are_removed_a_product_without_a_tax_rate_is_asked_for(inside: Cast) -> None:
    """119.00 with 19 % included needs its rate: without one no gross figure enters a net total (rules
    5.9).
    """
    TransactionWays.objects.create(workspace=inside.acme, removes_tax=True)
    imported = upload(inside.ada, "Date,Product,Revenue\n2026-08-07,W-1,119.00\n")
    mapping = FileMapping.from_json(imported.mapping)
    gross = [replace(c, tax_included=True) if c.field is Field.REVENUE else c for c in mapping.columns]
    commit(check(imported, inside.ada, replace(mapping, columns=tuple(gross))), inside.ada)
    (row,) = rows(inside.acme)
    assert (row.status, row.lack, row.converted) == (Status.UNKNOWN, Lack.NO_TAX, None)
    assert Alert.objects.get(key__endswith=":tax_percent").rows == 1


def test_rows_that_went_in_after_their_owner_was_matched_become_theirs_as_well(inside: Cast) -> None:
    """Checked while the name was nobody's, matched meanwhile, committed afterwards (rules 5.19)."""
    imported = upload(inside.ada, "Date,Owner,Revenue\n2026-08-07,Newcomer,10\n")
    checked = check(imported, inside.ada)
    SeenOwner.objects.filter(key="newcomer").update(member=inside.alex)
    commit(checked, inside.ada)
    assert [row.owner_id for row in rows(inside.acme)] == [None]
    assert match_owners(workspace=inside.acme, now=NOW) == 1
    assert [row.owner_id for row in rows(inside.acme)] == [inside.alex.pk]
    assert not Alert.objects.filter(key__startswith="owner:", state="open").exists()
    proves_totals(inside)


def test_who_takes_on_a_name_that_was_nobodys_gets_its_rows_by_a_persons_word_alone(inside: Cast) -> None:
    """People choose their own names; an address is theirs at once (rules 5.19)."""
    bring(inside.ada, "Date,Owner,Revenue\n2026-08-07,Jane Former,10\n2026-08-07,jo@example.com,5\n")
    User.objects.filter(pk=inside.alex.user_id).update(name="Jane Former")
    User.objects.filter(pk=inside.amir.user_id).update(email="jo@example.com")
    assert match_owners(workspace=inside.acme, now=NOW) == 1
    assert [row.owner_id for row in rows(inside.acme)] == [None, inside.amir.pk]
    alert = Alert.objects.get(key__startswith="owner:", state="open")
    assert "alex@example.com has this name now: say whether it is theirs." in alert.detail
    bring(inside.ada, "Date,Owner,Revenue\n2026-08-08,Jane Former,7\n")
    assert [row.owner_id for row in rows(inside.acme)] == [None, inside.amir.pk, None]


def test_a_name_that_somebody_has_when_the_file_comes_is_theirs_at_once(inside: Cast) -> None:
    User.objects.filter(pk=inside.alex.user_id).update(name="Alexandra Berg")
    bring(inside.ada, "Date,Owner,Revenue\n2026-08-07,alexandra berg,10\n")
    assert [row.owner_id for row in rows(inside.acme)] == [inside.alex.pk]


def test_a_type_of_any_length_is_declared_as_it_is_shown(inside: Cast) -> None:
    for kind in ("x" * 150, "\u0390" * 100, "Sale\u200b"):
        imported = upload(inside.ada, f"Date,Kind,Revenue\n2026-08-07,{kind},10\n")
        told = Looked.from_json(imported.looked).columns[1].values[0].text
        fields = {"Date": Field.DATE, "Kind": Field.TYPE, "Revenue": Field.REVENUE}
        mapping = mapped(imported, fields, types={type_key(told): RowKind.SALE})
        assert FileMapping.from_json(mapping.to_json()) == mapping
        found = check(imported, inside.ada, mapping, source=f"Shop {len(kind)}")
        assert (found.checked["good"], found.checked["bad"]) == (1, 0), kind


def test_signs_that_no_name_may_have_are_not_printed(inside: Cast) -> None:
    bring(inside.ada, "Date,Product,Owner,Revenue\n2026-08-07,\u202eP\x07\x1b[31m\ufffe,Jo\u202e,10\n")
    assert [str(each) for each in SeenProduct.objects.all()] == ["\ufffdP\ufffd\ufffd[31m\ufffd"]
    assert [str(each) for each in SeenOwner.objects.all()] == ["Jo\ufffd"]


def test_a_row_that_can_be_derived_no_more_stays_its_owners_and_its_clients(inside: Cast) -> None:
    """kr meant SEK when the row came in; without that meaning it has no figure, and is still Alex's (5.7)."""
    publish({date(2026, 8, 7): {"USD": "1.1682", "SEK": "11"}})
    ways = TransactionWays.objects.create(workspace=inside.acme, symbols={"kr": "SEK"})
    bring(inside.ada, "Date,Owner,Client,Product,Revenue\n2026-08-07,Alex,Nordhavn,W-1,110 kr\n")
    (row,) = rows(inside.acme)
    assert (row.converted, row.owner_id) == (Decimal("11.68"), inside.alex.pk)
    TransactionWays.objects.filter(pk=ways.pk).update(symbols={})
    rederive(inside.acme, [row.pk], NOW)
    (after,) = rows(inside.acme)
    assert (after.status, after.revenue, after.converted) == (Status.UNKNOWN, None, None)
    assert (after.owner_id, after.client_id, after.product_id) == (
        inside.alex.pk,
        row.client_id,
        row.product_id,
    )
    proves_totals(inside)


def test_a_row_whose_date_can_be_read_no_more_keeps_its_day(inside: Cast) -> None:
    bring(inside.ada, SALES, MAP)
    row = rows(inside.acme)[0]
    Transaction.objects.filter(pk=row.pk).update(cells=["soon", *row.cells[1:]])
    rederive(inside.acme, [row.pk], NOW)
    after = Transaction.objects.get(pk=row.pk)
    assert (after.day, after.status, after.revenue) == (date(2026, 8, 7), Status.UNKNOWN, None)
    proves_totals(inside)
