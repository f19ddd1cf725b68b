"""Imported revenue in a review: its section, its rows inside, whether live rows have moved (rules 7)."""

import csv
from decimal import Decimal as D
from io import BytesIO, StringIO

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from contributions.services.periods import close_quarter
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from reports.models import Document
from reports.queries.documents import anything_to_review, review_of, reviewable_people
from reports.queries.imported_rows import imported_drift
from reports.rules.imported import ImportedSection
from reports.services.data import TRANSACTIONS, read_data
from reports.services.documents import open_document, request_review
from reports.services.proving import verify_document
from tests.cast import NOW, Cast
from tests.contracts.test_sales_pages import text
from tests.contributions.builders import Q3, publish
from tests.contributions.test_closed_revenue import LATER, MAP, SALES, bring
from tests.reports.builders import issue, snapshot
from tests.transactions.bringing import undo
from transactions.models import Import
from workspaces.models import ClientAccount
from workspaces.queries.people import Scope
from workspaces.services.clients import rename_client

# Of alex in Q3: 10 × 10 = 100.00 USD; 2 × 10 EUR at 1.1682 = 23.36 USD; 4 × X-9, which no catalog has.
OWN = """ID,Date,Client,Owner,Product,Qty,Price,Currency
1,2026-08-07,Nordhavn,alex@example.com,W-1,10,10.00,USD
2,2026-08-08,Aurelia,alex@example.com,W-2,2,10,EUR
3,2026-09-30,Aurelia,alex@example.com,X-9,4,,USD
4,2026-09-30,Aurelia,amir@example.com,W-1,1000,10,USD
"""
HEAD = OWN.splitlines()[0]
LATE = f"{HEAD}\n1,2026-08-07,Nordhavn,alex@example.com,W-1,12,10.00,USD\n" + (
    "9,2026-09-01,Nordhavn,alex@example.com,W-1,1,5,USD\n"
)


@pytest.fixture
def sold(inside: Cast) -> Cast:
    publish()
    bring(inside.ada, OWN, MAP)
    return inside


def section(document: Document) -> ImportedSection:
    found = review_of(document).imported
    assert found is not None
    return found


def inside_of(document: Document) -> list[dict[str, str]]:
    with open_document(document) as file:
        data = read_data(BytesIO(file.read()), TRANSACTIONS)
    return list(csv.DictReader(StringIO(data.decode(), newline="")))


def test_a_review_prints_the_persons_own_rows_and_excludes_those_without_revenue(sold: Cast) -> None:
    printed = section(snapshot(sold))
    assert (printed.total.converted, printed.total.rows, printed.total.unknown_rows) == (D("123.36"), 2, 1)
    assert [(line.label, line.rows) for line in printed.lacks] == [("not in the catalog", 1)]
    assert [(line.name, line.figures.known) for line in printed.clients] == [
        ("Nordhavn", D(100)),
        ("Aurelia", D("23.36")),
    ]
    assert [(line.name, line.figures.known) for line in printed.products] == [
        ("W-1", D(100)),
        ("W-2", D("23.36")),
        ("X-9", None),
    ]
    assert [(line.currency, line.revenue, line.converted) for line in printed.currencies] == [
        ("EUR", D(20), D("23.36")),
        ("USD", D(100), D(100)),
    ]
    assert [(line.month.month, line.figures.known) for line in printed.months] == [
        (8, D("123.36")),
        (9, None),
    ]
    assert [(line.name, line.figures.rows) for line in printed.tiers] == [("Quantity × price", 2)]
    assert [(rate.currency, rate.rate, rate.rows) for rate in printed.rates] == [("EUR", D("1.1682"), 1)]


def test_the_rows_inside_come_to_the_printed_total_and_the_document_is_its_snapshot(sold: Cast) -> None:
    document = issue(sold)
    rows = inside_of(document)
    told = [(row["date"], row["client"], row["revenue"], row["currency"], row["converted"]) for row in rows]
    assert sorted(told) == [
        ("2026-08-07", "Nordhavn", "100.00", "USD", "100.00"),
        ("2026-08-08", "Aurelia", "20.00", "EUR", "23.36"),
        ("2026-09-30", "Aurelia", "", "USD", ""),
    ]
    assert sum(D(row["counted"] or 0) for row in rows) == D("123.36")
    unknown = next(row for row in rows if not row["converted"])
    assert (unknown["reason"], unknown["counted"], unknown["file"], unknown["line"]) == (
        "not in the catalog",
        "",
        "sales.csv",
        "4",
    )
    assert document.transactions_count == 3
    assert verify_document(document).problems == ()


def test_of_a_closed_quarter_the_copies_count_and_what_came_later_stands_beside(sold: Cast) -> None:
    """As closed 123.36; row 1 becomes 120.00 and row 9 brings 5.00: later changes +25.00, live 148.36."""
    close_quarter(workspace=sold.acme, quarter=Q3, by=sold.olive, reason="end", now=NOW)
    bring(sold.ada, LATE, MAP, now=LATER)
    document = issue(sold)
    printed = section(document)
    assert (printed.total.converted, printed.later, printed.now) == (D("123.36"), D(25), D("148.36"))
    assert printed.changes == 2
    names = ("standing", "counted", "later_change", "later_reason")
    told = {tuple(row[name] for name in names) for row in inside_of(document)}
    assert told == {
        ("as closed", "100.00", "20.00", "changed by a later import"),
        ("as closed", "23.36", "", ""),
        ("as closed", "", "", ""),
        ("after the close", "0.00", "5.00", "imported after the close"),
    }
    assert verify_document(document).problems == ()


def test_a_document_says_when_the_live_rows_have_moved_since(sold: Cast) -> None:
    document = issue(sold)
    found = imported_drift(document, section(document))
    assert found is not None
    assert not found.moved
    bring(sold.ada, LATE, MAP, now=LATER)
    found = imported_drift(document, section(document))
    assert found is not None
    assert (found.difference, found.moved) == (D(25), True)
    assert verify_document(document).problems == ()  # the document keeps its own
    said = text(sold.browser("alex").get(f"/w/acme/documents/{document.pk}/"))
    assert "Imported revenue without 1 unknown row 123.36 USD 123.36 148.36" in said
    assert "3 imported rows as transactions.csv" in said


def test_the_file_checked_again_says_so_too(sold: Cast) -> None:
    document = issue(sold)
    undo(Import.objects.get(), sold.ada, now=LATER)
    with open_document(document) as file:
        answer = sold.browser("alex").post("/w/acme/documents/check/", {"file": file})
    said = text(answer)
    assert "Intact." in said
    assert "The live figures have moved since" in said
    assert "never added to the figures above" in said


def test_a_client_renamed_after_a_close_bears_the_name_of_the_issue(sold: Cast) -> None:
    close_quarter(workspace=sold.acme, quarter=Q3, by=sold.olive, reason="end", now=NOW)
    account = ClientAccount.objects.get(name="Nordhavn")
    rename_client(account=account, name="Nordhavn A/S")
    document = issue(sold)
    assert section(document).clients[0].name == "Nordhavn A/S"
    assert verify_document(document).problems == ()


def test_whoever_has_only_imported_rows_can_be_reviewed_and_who_has_none_cannot(sold: Cast) -> None:
    period = sold.acme.calendar.period("2026Q3")
    assert anything_to_review(sold.acme, sold.alex, period)
    assert not anything_to_review(sold.acme, sold.olive, period)
    assert sold.amir in reviewable_people(sold.acme, Scope(None))
    with pytest.raises(Refused):
        request_review(workspace=sold.acme, by=sold.olive, person=sold.olive, period=period, now=NOW)


def test_a_copied_row_never_changes_and_a_changed_one_would_be_found(sold: Cast) -> None:
    document = issue(sold)
    for change in ("update {} set converted = 1", "delete from {}"):
        with (
            pytest.raises(DatabaseError, match="never change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change.format("reports_documenttransaction"))
    with pgtrigger.ignore("reports.DocumentTransaction:frozen"):
        document.transactions.filter(converted=100).update(converted=1)
    problems = verify_document(document).problems
    assert "imported revenue: printed 123.3600, the rows sum to 24.3600" in problems


def test_another_workspace_has_none_of_it(sold: Cast) -> None:
    with in_workspace(sold.other.pk):
        period = sold.other.calendar.period("2027Q2")
        assert not anything_to_review(sold.other, sold.sam, period)


def test_sales_of_the_other_tests_are_not_of_alex_alone(inside: Cast) -> None:
    """amir's refund of −20 EUR and the row of nobody are in no document of alex: 100.00 alone."""
    publish()
    bring(inside.ada, SALES, MAP)
    assert section(snapshot(inside)).total.converted == D(100)
