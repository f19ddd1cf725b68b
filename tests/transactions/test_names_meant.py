"""Rows keep the client account that their name means, and follow whom the name of an owner means (rules 3.7,
5.14, 5.19)."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, Cast
from tests.transactions.bringing import bring, rows, undo
from tests.transactions.pipeline.test_imports import proves_totals
from tests.transactions.test_remaps import MAP, SALES, by_id, decide, edit, of, propose
from transactions.models import Import, SeenOwner
from transactions.rules import Field, Status
from transactions.services.owners import confirm_owner
from workspaces.models import ClientAccount, Membership
from workspaces.services.clients import merge_clients, unmerge_client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
BOB = """ID,Date,Client,Qty,Sold,Currency,Who
1,03/08/2026,Nordhavn,3,10.00,USD,Bob
2,05/07/2026,Aurelia,2,20.00,USD,Bob
"""
AUGUST = (date(2026, 8, 1), date(2026, 8, 31))


# ------------------------------------------------------------------ clients


def merge() -> ClientAccount:
    known = {account.name: account for account in ClientAccount.objects.all()}
    merge_clients(account=known["Nordhavn"], into=known["Aurelia"], reason="One company")
    return known["Nordhavn"]


def change(cast: Cast) -> None:
    edit(cast, "1", {Field.QUANTITY: "4"})


def remap(cast: Cast) -> None:
    imported = Import.objects.get()
    propose(imported, cast.ada, {"Cost": Field.UNIT_COST})
    decide(cast, "accept", of(imported))


@pytest.mark.parametrize("derive", [change, remap])
def test_a_row_that_is_derived_again_is_still_of_the_account_that_was_merged(
    firm: Cast, derive: object
) -> None:
    bring(firm.ada, SALES, MAP)
    merged = merge()
    assert callable(derive)
    derive(firm)
    assert by_id(firm)["1"].client_id == merged.pk
    unmerge_client(account=ClientAccount.objects.get(pk=merged.pk), reason="Two after all")
    assert {row.client.name for row in rows(firm.acme) if row.client} == {"Nordhavn", "Aurelia"}
    proves_totals(firm)


def test_the_undo_of_the_earlier_of_two_imports_keeps_what_was_merged(firm: Cast) -> None:
    first = bring(firm.ada, SALES, MAP)
    bring(firm.ada, SALES, MAP, name="again.csv")
    merged = merge()
    undo(first, firm.ada)
    assert ClientAccount.objects.get(pk=merged.pk).merged_into is not None


def swap_back(cast: Cast, imported: Import) -> None:
    """Take the clients from the column of clients, which another one had been taken for."""
    propose(imported, cast.ada, {"Product": Field.PRODUCT, "Client": Field.CLIENT})
    decide(cast, "accept", of(imported))


def accounts() -> set[str]:
    return set(ClientAccount.objects.values_list("name", flat=True))


def test_a_client_whom_a_row_names_that_comes_up_later_leaves_with_the_import_of_the_row(firm: Cast) -> None:
    first = bring(firm.ada, SALES, {**MAP, "Product": Field.CLIENT, "Client": None})
    head, row = "ID,Date,Client,Qty,Sold,Currency\n", "1,03/08/2026,Zeta,4,10.00,USD\n"
    later = bring(firm.ada, head + row, MAP, name="later.csv")
    swap_back(firm, first)
    assert "Nordhavn" not in accounts()
    undo(later, firm.ada)
    assert accounts() == {"Nordhavn", "Aurelia"}
    undo(first, firm.ada)
    assert not accounts()


def test_a_client_whom_a_person_names_stays_when_the_import_of_the_row_is_undone(firm: Cast) -> None:
    imported = bring(firm.ada, SALES, MAP)
    edit(firm, "1", {Field.CLIENT: "Zeta"})
    assert accounts() == {"Nordhavn", "Aurelia", "Zeta"}
    undo(imported, firm.ada)
    assert accounts() == {"Zeta"}


def test_a_client_leaves_with_the_last_import_that_names_it_whatever_else_was_edited(firm: Cast) -> None:
    line = "ID,Date,Client,Qty,Sold,Currency\n{},13/08/2026,Zeta,1,5,USD\n"
    first, second = (bring(firm.ada, line.format(number), MAP) for number in (1, 2))
    edit(firm, "2", {Field.QUANTITY: "4"})
    undo(first, firm.ada)
    undo(second, firm.ada, keep_edited=False)
    assert not rows(firm.acme)
    assert not accounts()


# ------------------------------------------------------------------ owners


def confirm(cast: Cast, member: Membership, was: int | None = None) -> None:
    seen = SeenOwner.objects.select_related("workspace").get(key="bob")
    confirm_owner(owner=seen, member=member, was=was, by=cast.ada, reason="His name", now=NOW)


def own_august(cast: Cast) -> None:
    """Alex replaces his rows of August by another one."""
    bring(cast.alex, "ID,Date,Client,Qty,Sold,Currency\nA9,20/08/2026,Zeta,1,5,USD\n", MAP, replaces=AUGUST)


def test_rows_that_become_theirs_are_replaced_by_their_own_import_at_once(firm: Cast) -> None:
    bring(firm.ada, BOB, {**MAP, "Who": Field.OWNER})
    own_august(firm)
    assert by_id(firm)["1"].status == Status.COUNTED
    confirm(firm, firm.alex)
    assert by_id(firm)["1"].status == Status.VOIDED
    assert by_id(firm)["2"].status == Status.COUNTED
    proves_totals(firm)


def test_replaced_rows_that_turn_out_to_be_of_somebody_else_count_again(firm: Cast) -> None:
    bring(firm.ada, BOB, {**MAP, "Who": Field.OWNER})
    confirm(firm, firm.alex)
    own_august(firm)
    assert by_id(firm)["1"].status == Status.VOIDED
    confirm(firm, firm.amir, was=firm.alex.pk)
    row = by_id(firm)["1"]
    assert (row.owner_id, row.status, row.converted) == (firm.amir.pk, Status.COUNTED, Decimal("30"))
    proves_totals(firm)
