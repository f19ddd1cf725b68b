"""Undoing an import whose rows contributions cite: named first, and no link is left behind (rules 5.18)."""

from typing import Any

import pytest
from django.core.files.storage import default_storage

from contributions.models import Contribution, TransactionLink
from contributions.services.transactions import link_transactions
from kamtrak.lib.errors import Refused
from tests.cast import NOW, Cast
from tests.contributions.builders import log
from tests.transactions.bringing import bring, check, commit, fresh, rows, upload, work
from transactions.models import Import, ImportState, Transaction
from transactions.pipeline.editing import edit_transaction
from transactions.queries.undoing import undo_counts, undone_together
from transactions.rules import Field
from transactions.services.citations import cited_and_going
from transactions.services.imports import RELEASES, request_undo
from workspaces.queries.people import EVERYONE

HEAD = "Date,Client,Qty,Price\n"
LINE = "2026-08-07,Nordhavn,5,10\n"
FIELDS = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
}


def cite(cast: Cast, row: Transaction) -> Contribution:
    made = log(cast, "1234", client="Nordhavn", owner=cast.olive)
    link_transactions(rows=[row], contributions=[made], by=cast.olive, now=NOW)
    return made


def undo(cast: Cast, imported: Import, **choices: Any) -> Import:
    given = {"reason": "Wrong file", "keep_edited": True, **choices}
    request_undo(imported=fresh(imported), by=cast.ada, now=NOW, **given)
    work(cast.acme)
    return fresh(imported)


def linked(cast: Cast) -> list[int]:
    return list(TransactionLink.objects.values_list("transaction", flat=True))


def test_a_cited_row_goes_only_when_somebody_has_agreed_and_its_link_with_it(inside: Cast) -> None:
    imported = bring(inside.ada, HEAD + LINE + "2026-08-08,Nordhavn,1,7\n", FIELDS)
    first, _ = rows(inside.acme)
    made = cite(inside, first)
    going = cited_and_going(inside.acme, EVERYONE, [imported.pk], keep_edited=True)
    assert going.total == 1
    ((named, (cites,)),) = going.rows
    assert named == first
    assert cites.said == "Direct revenue, Q3 2026: Nordhavn, 1,234.00 USD"
    with pytest.raises(Refused) as refused:
        undo(inside, imported)
    assert refused.value.message == RELEASES
    assert len(rows(inside.acme)) == 2
    assert undo(inside, imported, release_cited=True).state == ImportState.UNDONE
    assert (rows(inside.acme), linked(inside)) == ([], [])
    assert Contribution.objects.get(pk=made.pk).converted == 1234


def test_a_citation_made_after_it_was_asked_for_stops_the_undo(inside: Cast) -> None:
    imported = bring(inside.ada, HEAD + LINE, FIELDS)
    (row,) = rows(inside.acme)
    request_undo(imported=imported, by=inside.ada, reason="Wrong file", keep_edited=True, now=NOW)
    cite(inside, row)
    work(inside.acme)
    stopped = fresh(imported)
    assert stopped.job is not None
    assert stopped.job.error == RELEASES
    assert linked(inside) == [row.pk]


def test_a_row_that_falls_back_to_an_earlier_version_keeps_what_cites_it(inside: Cast) -> None:
    """Id 7 is 5 × 10 in the first file and 8 × 10 in the second."""
    head = "ID," + HEAD
    bring(inside.ada, head + "7," + LINE, FIELDS)
    second = bring(inside.ada, head + "7,2026-08-07,Nordhavn,8,10\n", FIELDS)
    (row,) = rows(inside.acme)
    cite(inside, row)
    assert cited_and_going(inside.acme, EVERYONE, [second.pk], keep_edited=True).total == 0
    undo(inside, second)
    assert [each.revenue for each in rows(inside.acme)] == [50]
    assert linked(inside) == [row.pk]


@pytest.mark.parametrize("keep", [True, False])
def test_a_cited_row_left_with_an_edit_alone_stays_or_goes_as_was_chosen(inside: Cast, keep: bool) -> None:
    imported = bring(inside.ada, HEAD + LINE, FIELDS)
    (row,) = rows(inside.acme)
    cite(inside, row)
    edit_transaction(
        row=row,
        values={Field.QUANTITY: "6"},
        protected=True,
        reason="Counted again",
        stamp=str(row.turn),
        by=inside.ada,
        now=NOW,
    )
    assert cited_and_going(inside.acme, EVERYONE, [imported.pk], keep_edited=keep).total == (not keep)
    undo(inside, imported, keep_edited=keep, release_cited=not keep)
    assert [each.revenue for each in rows(inside.acme)] == ([60] if keep else [])
    assert linked(inside) == ([row.pk] if keep else [])


def corrected(cast: Cast, imported: Import, wrong: str, right: str) -> Import:
    """The reject file of an import, with one of its values corrected, is in."""
    with default_storage.open(imported.rejects) as rejects:
        text = rejects.read().decode("utf-8-sig")
    again = upload(cast.ada, text.replace(wrong, right, 1), f"{right}.csv", continues=imported)
    return commit(check(again, cast.ada), cast.ada)


def test_a_reject_file_of_a_reject_file_goes_with_the_first_and_what_it_proves_is_named(inside: Cast) -> None:
    lines = "2026-08-07,Nordhavn,5,TBD\n2026-08-08,Aurelia,5,?\n"
    first = bring(inside.ada, HEAD + LINE + lines, FIELDS)
    second = corrected(inside, first, "TBD", "20")
    corrected(inside, second, "?", "30")
    row = rows(inside.acme)[-1]
    assert row.revenue == 150
    cite(inside, row)
    browser, url = inside.browser("ada"), f"/w/acme/imports/{first.pk}/undo/"
    page = browser.get(url).content.decode()
    assert "20.csv, 30.csv" in page
    assert "1 row that goes is evidence" in page
    assert undo_counts(first, undone_together(first)).goes == 3
    assert browser.post(url, {"reason": "Wrong file", "release_cited": "on"}).status_code == 302
    work(inside.acme)
    assert (fresh(first).state, rows(inside.acme), linked(inside)) == (ImportState.UNDONE, [], [])


def test_where_equal_lines_change_places_the_citation_follows_its_line(inside: Cast) -> None:
    """Three files with the same line: A, B as a new sale, C seen before. Without A, C's line is B's row."""
    first = bring(inside.ada, HEAD + LINE, FIELDS)
    bring(inside.ada, HEAD + LINE, FIELDS, new=True)
    bring(inside.ada, HEAD + LINE, FIELDS)
    of_first, of_second = sorted(rows(inside.acme), key=lambda row: row.occurrence)
    cite(inside, of_second)
    undo(inside, first)
    (left,) = rows(inside.acme)
    assert left.pk in (of_first.pk, of_second.pk)
    assert linked(inside) == [left.pk]


def test_a_cited_row_cannot_be_deleted_under_its_link(inside: Cast) -> None:
    from django.db import IntegrityError, transaction

    bring(inside.ada, HEAD + LINE, FIELDS)
    (row,) = rows(inside.acme)
    cite(inside, row)
    with pytest.raises(IntegrityError, match="still referred to"), transaction.atomic():
        Transaction.objects.filter(pk=row.pk).delete()
