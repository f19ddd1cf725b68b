"""References of transactions are checked once per statement, and hold what they refer to (rules 8,
tenancy).
"""

import pytest
from django.db import IntegrityError, connection, transaction

from kamtrak.tenancy import in_workspace
from tests.cast import Cast, make_client
from tests.transactions.bringing import bring, rows
from transactions.models import Import, Transaction
from workspaces.models import ClientAccount, Workspace
from workspaces.services.deletion import delete_workspace, tables_with_a_workspace

SALES = "Date,Client,Product,Qty,Price\n2026-08-07,Nordhavn,W-1,2,10\n2026-08-08,Aurelia,W-2,1,5\n"


def test_a_row_cannot_be_given_a_client_of_another_workspace(cast: Cast) -> None:
    theirs = make_client(cast.other, "Smuggled")
    with in_workspace(cast.acme.pk):
        bring(cast.ada, SALES)
        refused = pytest.raises(IntegrityError, match="client_id: no such row in this workspace")
        with refused, transaction.atomic():
            Transaction.objects.update(client_id=theirs.pk)
        assert {row.client.name for row in rows(cast.acme) if row.client} == {"Nordhavn", "Aurelia"}


def test_what_rows_refer_to_cannot_be_deleted_beneath_them(inside: Cast) -> None:
    imported = bring(inside.ada, SALES)
    client = ClientAccount.objects.get(name="Nordhavn")
    for table, pk in ((ClientAccount._meta.db_table, client.pk), (Import._meta.db_table, imported.pk)):
        refused = pytest.raises(IntegrityError, match="still referred to")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"delete from {table} where id = %s", [pk])
    assert Transaction.objects.count() == 2


@pytest.mark.parametrize("day", ["0001-01-01", "1903-12-31", "2197-01-01", "9999-12-31"])
def test_no_row_is_kept_on_a_day_that_no_page_has_a_quarter_for(inside: Cast, day: str) -> None:
    bring(inside.ada, SALES)
    refused = pytest.raises(IntegrityError, match="a_transaction_is_on_a_possible_day")
    with refused, transaction.atomic():
        Transaction.objects.update(day=day)


def test_a_deleted_workspace_leaves_no_transaction_and_nothing_of_its_imports(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        bring(cast.ada, SALES)
        bring(cast.ada, SALES)
    delete_workspace(workspace=cast.acme, by=cast.olive, typed_name="Acme")
    assert not Workspace.objects.filter(pk=cast.acme.pk).exists()
    with in_workspace(cast.acme.pk), connection.cursor() as cursor:
        for table, column in tables_with_a_workspace():
            cursor.execute(f"select count(*) from {table} where {column} = %s", [cast.acme.pk])
            assert cursor.fetchone() == (0,), table
