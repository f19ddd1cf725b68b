"""An account manager's own import touches rows of their own, whatever its lines and its source are (8.2)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage

from tests.cast import Cast
from tests.transactions.bringing import bring, check, commit, mapped, rows, undo, upload
from tests.transactions.pipeline.test_imports import proves_totals
from transactions.models import Import, ImportState, SavedMapping, Transaction
from transactions.rules import Field, FileMapping, Status
from transactions.services.imports import discard_import
from workspaces.models import ClientAccount

HEADER = "ID,Date,Client,Owner,Revenue\n"
FIELDS = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Owner": Field.OWNER,
    "Revenue": Field.REVENUE,
}
OF_ALL = """ID,Date,Client,Owner,Revenue
1,2026-08-07,Nordhavn,Alex,10
2,2026-08-07,Nordhavn,Amir,20
3,2026-08-08,Nordhavn,,30
"""
SPAN = (date(2026, 8, 1), date(2026, 8, 31))


def of_alex(cast: Cast, lines: str, **said: Any) -> Import:
    """A file of Alex's, checked, from the source of everybody's rows."""
    imported = upload(cast.alex, HEADER + lines)
    return check(imported, cast.alex, mapped(imported, FIELDS), source="SAP", **said)


def figures(cast: Cast) -> list[tuple[Any, ...]]:
    return [(row.owner_id, row.converted, Status(row.status)) for row in rows(cast.acme)]


def untouched(cast: Cast) -> list[tuple[Any, ...]]:
    return [
        (cast.alex.pk, Decimal("10.00"), Status.COUNTED),
        (cast.amir.pk, Decimal("20.00"), Status.COUNTED),
        (None, Decimal("30.00"), Status.COUNTED),
    ]


@pytest.mark.parametrize("alone", [1_000_000, 0])
def test_lines_that_are_rows_of_others_stay_out_and_say_so(inside: Cast, settings: Any, alone: int) -> None:
    settings.IMPORT_ALONE_ROWS = alone  # 0: several processes read the file
    bring(inside.ada, OF_ALL, FIELDS, source="SAP")
    others = "2,2026-08-07,Amir’s new client,,99\n3,2026-08-08,,,99\n"
    found = of_alex(inside, f"1,2026-08-07,Nordhavn,,11\n{others}4,2026-08-09,,,40\n")
    assert [found.checked[name] for name in ("good", "bad", "updated")] == [2, 2, 1]
    (problem,) = found.checked["problems"]
    assert (problem["column"], problem["count"]) == ("ID", 2)
    assert "does not belong to the person" in problem["reason"]
    assert "a source that holds only your own rows" in problem["repair"]
    with default_storage.open(found.rejects) as rejects:
        assert b"2,2026-08-07" in rejects.read()
    done = commit(found, inside.alex)
    assert (done.created, done.updated) == (1, 1)
    mine = (inside.alex.pk, Decimal("11.00"), Status.COUNTED)
    new = (inside.alex.pk, Decimal("40.00"), Status.COUNTED)
    assert figures(inside) == [mine, *untouched(inside)[1:], new]
    assert not ClientAccount.objects.filter(name="Amir’s new client").exists()
    undo(done, inside.alex)
    assert figures(inside) == untouched(inside)
    proves_totals(inside)


def test_without_a_unique_id_a_line_that_equals_one_of_a_colleague_is_theirs(inside: Cast) -> None:
    lines = "Date,Client,Revenue\n2026-08-07,Nordhavn,10\n"
    fields = {"Date": Field.DATE, "Client": Field.CLIENT, "Revenue": Field.REVENUE}
    bring(inside.amir, lines, fields, source="Till")
    imported = upload(inside.alex, lines)
    found = check(imported, inside.alex, mapped(imported, fields), source="Till")
    assert (found.checked["good"], found.checked["bad"]) == (0, 1)
    own = check(found, inside.alex, mapped(found, fields), source="Till of Alex")
    assert commit(own, inside.alex).created == 1
    assert {row.owner_id for row in rows(inside.acme)} == {inside.amir.pk, inside.alex.pk}


def test_a_row_that_became_a_colleagues_after_the_check_stops_the_commit(inside: Cast) -> None:
    bring(inside.ada, OF_ALL, FIELDS, source="SAP")
    found = of_alex(inside, "1,2026-08-07,Nordhavn,,99\n")
    Transaction.objects.filter(owner=inside.alex).update(owner=inside.amir)
    stopped = commit(found, inside.alex)
    assert stopped.state != ImportState.COMMITTED
    assert stopped.job is not None
    assert "whose rows its lines are" in stopped.job.error
    assert [row.converted for row in rows(inside.acme)] == [Decimal(10), Decimal(20), Decimal(30)]


def test_a_span_that_an_own_import_replaces_holds_only_own_rows(inside: Cast) -> None:
    bring(inside.ada, OF_ALL, FIELDS, source="SAP")
    found = of_alex(inside, "4,2026-08-09,,,40\n", replaces=SPAN)
    assert found.checked["voided"] == 1
    done = commit(found, inside.alex)
    mine, *others = figures(inside)
    assert (mine[0], mine[2]) == (inside.alex.pk, Status.VOIDED)
    assert others[:2] == untouched(inside)[1:]
    undo(done, inside.alex)
    assert figures(inside) == untouched(inside)
    proves_totals(inside)


def test_an_undo_of_another_import_does_not_void_rows_of_others(inside: Cast) -> None:
    """What a later import for all had changed is again as it was, and still nobody else's to replace."""
    bring(inside.ada, OF_ALL, FIELDS, source="SAP")
    later = bring(inside.ada, HEADER + "2,2026-08-07,Nordhavn,Amir,25\n", FIELDS, source="SAP")
    commit(of_alex(inside, "4,2026-08-09,,,40\n", replaces=SPAN), inside.alex)
    undo(later, inside.ada)
    assert figures(inside)[1:3] == untouched(inside)[1:]


def test_a_correction_that_an_administrator_brings_is_of_whoever_the_corrected_import_is(
    inside: Cast,
) -> None:
    first = commit(of_alex(inside, "1,2026-08-07,Nordhavn,,10\n2,2026-08-07,Nordhavn,,TBD\n"), inside.alex)
    with default_storage.open(first.rejects) as rejects:
        text = rejects.read().decode("utf-8-sig").replace("TBD", "20")
    again = upload(inside.ada, text, continues=first)
    commit(check(again, inside.ada), inside.ada)
    assert {row.owner_id for row in rows(inside.acme)} == {inside.alex.pk}


# ------------------------------------------------------------------ what is remembered of their columns

PRICED = "Date,Cost,Qty\n2026-08-07,10,2\n"
WRONG = {"Date": Field.DATE, "Cost": Field.PRICE_SOLD, "Qty": Field.QUANTITY}


def fields_of(imported: Import) -> dict[str, Field | None]:
    return {column.name: column.field for column in FileMapping.from_json(imported.mapping).columns}


@pytest.mark.parametrize("goes_in", [False, True])
def test_what_an_account_manager_decides_is_offered_to_nobody_else(inside: Cast, goes_in: bool) -> None:
    """Cost mapped as the price sold by one of them is not what the next file of the workspace begins with."""
    imported = upload(inside.alex, PRICED)
    found = check(imported, inside.alex, mapped(imported, WRONG), source="Till of Alex")
    if goes_in:
        commit(found, inside.alex)
    else:
        discard_import(imported=found, by=inside.alex)
    assert not SavedMapping.objects.exists()
    for other in (inside.ada, inside.amir):
        another = upload(other, PRICED)
        assert (fields_of(another)["Cost"], another.source_name, another.answered) == (None, "", [])


def test_an_account_manager_finds_their_own_decisions_again_before_those_of_the_workspace(
    inside: Cast,
) -> None:
    bring(inside.ada, PRICED, WRONG | {"Cost": None}, source="Shop")
    imported = upload(inside.alex, PRICED)
    assert (fields_of(imported)["Cost"], imported.source_name) == (None, "Shop")
    own = check(imported, inside.alex, mapped(imported, WRONG), source="Till of Alex")
    commit(own, inside.alex)
    again = upload(inside.alex, PRICED.upper())
    assert fields_of(again) == {"DATE": Field.DATE, "COST": Field.PRICE_SOLD, "QTY": Field.QUANTITY}
    assert (again.source_name, again.answered) == ("Till of Alex", [0, 1, 2])
    assert upload(inside.ada, PRICED).source_name == "Shop"


def test_a_mapping_is_remembered_by_the_import_that_goes_in_not_by_a_check(inside: Cast) -> None:
    imported = upload(inside.ada, PRICED)
    found = check(imported, inside.ada, mapped(imported, WRONG))
    assert not SavedMapping.objects.exists()
    commit(found, inside.ada)
    saved = SavedMapping.objects.get()
    assert (saved.header, saved.saved_by) == (["Date", "Cost", "Qty"], inside.ada.user)
