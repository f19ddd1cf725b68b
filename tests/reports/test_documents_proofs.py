"""Imported transactions as evidence in a review: told at issue, and frozen with it (rules 3.9, 7.2, 7.3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.utils.safestring import SafeString

from contributions.models import Contribution, TransactionLink
from contributions.queries.evidence import told_evidence
from contributions.rules.proofs import ProofSum, sums_said
from contributions.services.transactions import link_transactions
from reports.models import Document
from reports.pdf.present import PrintedRow
from reports.queries.documents import largest_rows, review_of
from reports.services.check import Verdict, check_file
from reports.services.data import CONTRIBUTIONS, write_data
from reports.services.proving import verify_document
from tests.cast import NOW, Cast
from tests.contributions.builders import log, publish
from tests.contributions.test_transactions import FIELDS, HEAD, SALES
from tests.reports.builders import embedded, issue, pdf_of, snapshot
from tests.reports.test_documents_pdf import text_of
from tests.transactions.bringing import bring
from transactions.models import Transaction
from workspaces.queries.people import EVERYONE, Scope

MANY = HEAD + "".join(f"M-{n},2026-07-{n + 1:02},Aurelia,Alex,Platform,100,USD\n" for n in range(10))
MANY += "N-1,2026-09-30,Aurelia,Alex,Support,50,EUR\nN-2,2026-09-15,Aurelia,Alex,Support,1,XAF\n"


@pytest.fixture
def sold(inside: Cast) -> Cast:
    publish()
    bring(inside.ada, SALES, FIELDS, name="orders-2026.csv")
    return inside


def linked(cast: Cast, *rows: Transaction) -> Contribution:
    row = log(cast, "48000", description="Network redesign")
    link_transactions(rows=rows, contributions=[row], by=cast.alex, now=NOW)
    return row


def of(cast: Cast, *revenues: str) -> list[Transaction]:
    return [Transaction.objects.get(workspace=cast.acme, revenue=D(revenue)) for revenue in revenues]


def told(document: Document) -> list[str]:
    return list(document.rows.get().transactions)


def test_few_are_told_one_by_one_with_their_line_and_rate(sold: Cast) -> None:
    linked(sold, *of(sold, "48000", "1000"))
    document = issue(sold)
    lines = [
        "7 Aug 2026, Nordhavn Logistics, Platform, 48,000.00 USD, line 2 of “orders-2026.csv”, Unique ID A-1",
        "7 Aug 2026, Nordhavn Logistics, Support, 1,000.00 EUR (1,168.20 USD at 1.1682 of 7 Aug 2026), "
        "line 3 of “orders-2026.csv”, Unique ID A-2",
    ]
    assert told(document) == lines
    pdf = pdf_of(document)
    (row,) = embedded(pdf)
    assert row["transactions"] == "; ".join(lines)
    printed = " ".join(text_of(pdf).split())
    for line in lines:
        assert f"Imported: {line}" in printed
    assert verify_document(document).ok


def test_one_without_revenue_is_told_with_what_it_waits_for(sold: Cast) -> None:
    bring(sold.ada, MANY, FIELDS, name="till.csv")
    linked(sold, Transaction.objects.get(workspace=sold.acme, currency="XAF"))
    line = (
        "15 Sep 2026, Aurelia, Support, no revenue yet (no exchange rate), line 13 of “till.csv”, "
        "Unique ID N-2"
    )
    assert told(snapshot(sold)) == [line]


def test_many_are_told_by_their_import_with_a_subtotal_per_currency(sold: Cast) -> None:
    """50.00 EUR at 1.15 of 30 September are 57.50 USD; nothing says what a franc is worth."""
    bring(sold.ada, MANY, FIELDS, name="till.csv")
    linked(sold, *of(sold, "48000"), *Transaction.objects.filter(client__name="Aurelia").exclude(revenue=500))
    assert told(snapshot(sold)) == [
        "12 transactions of import “till.csv”, 50.00 EUR and 1,000.00 USD (1,057.50 USD at the rate of each "
        "day), 1 Jul – 30 Sep 2026, 1 without revenue yet",
        "1 transaction of import “orders-2026.csv”, 48,000.00 USD, 7 Aug 2026",
    ]


def test_of_many_imports_the_last_line_takes_the_rest() -> None:
    one = ProofSum(1, "a.csv", "USD", 2, 2, 0, D(10), D(10), date(2026, 1, 3), date(2026, 3, 28))
    every = [replace(one, origin=n, name=f"{n}.csv", first=date(2026, 1, n)) for n in range(1, 8)]
    lines = sums_said(every, "USD")
    assert lines[0] == "2 transactions of import “1.csv”, 10.00 USD, 1 Jan – 28 Mar 2026"
    assert lines[-1] == "4 transactions of 2 more imports, 20.00 USD, 6 Jan – 28 Mar 2026"
    assert len(lines) == 6
    assert len(sums_said(every[:6], "USD")) == 6  # a line that stands for one alone says no more than it


def test_a_transaction_that_is_a_colleagues_now_is_only_said_to_be_there(sold: Cast) -> None:
    """A review shows what its person reads, whoever issues it: neither file nor client of the others."""
    rows = of(sold, "48000", "500")
    row = linked(sold, *rows)
    Transaction.objects.filter(pk=rows[0].pk).update(owner=sold.amir)
    lines = told(snapshot(sold))
    assert len(lines) == 2
    assert lines[0].startswith("30 Sep 2026, Aurelia")
    assert lines[1] == "A colleague’s transaction"
    Transaction.objects.filter(pk=rows[1].pk).update(owner=None)
    own = Scope(frozenset({sold.alex.pk}))
    assert told_evidence(sold.acme, own, [row.pk])["transactions"][row.pk] == ["2 transactions of colleagues"]
    assert len(told_evidence(sold.acme, EVERYONE, [row.pk])["transactions"][row.pk]) == 2


def test_it_is_told_as_it_was_at_issue_and_a_replaced_row_is_none(sold: Cast) -> None:
    rows = of(sold, "48000", "500")
    linked(sold, *rows)
    document = issue(sold)
    before = told(document)
    Transaction.objects.filter(pk=rows[0].pk).update(status=4)
    TransactionLink.objects.filter(transaction=rows[1].pk).delete()
    document.refresh_from_db()
    assert told(document) == before
    assert pdf_of(document) == pdf_of(document)
    file = pdf_of(document)
    assert check_file(workspace=sold.acme, file=BytesIO(file), size=len(file)).verdict is Verdict.INTACT
    assert told(snapshot(sold)) == []


def test_a_document_that_was_issued_before_is_written_as_it_was(sold: Cast) -> None:
    linked(sold, *of(sold, "48000"))
    document = snapshot(sold)
    review, file = review_of(document), BytesIO()
    write_data(document, replace(review, data_form=3), CONTRIBUTIONS, file)
    head, row = file.getvalue().decode().splitlines()
    assert head.endswith(",client_at_issue,contracts")
    assert "Unique ID A-1" not in row
    assert review.data_form == 4
    assert list(embedded(pdf_of(document))[0])[-2:] == ["contracts", "transactions"]


def test_a_long_transaction_takes_the_width_of_the_page(sold: Cast) -> None:
    short, long = (linked(sold, *of(sold, revenue)) for revenue in ("500", "1000"))
    nothing = SafeString()
    printed = {
        row.contribution_id: PrintedRow(row, nothing, nothing, [], nothing)
        for row in largest_rows(snapshot(sold), 10)
    }
    assert not printed[short.pk].is_long
    assert printed[long.pk].is_long
