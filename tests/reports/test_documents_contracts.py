"""Contracts in a review: as confirmed and current, the difference in its parts, every month in the file.

Q2 2026 of alex, four contracts confirmed on 3 March, each for a year:
KT-1, 100 EUR, frozen at 1.15: 345.00 USD; 90 EUR since November: 104.40 + 105.30 + 106.20 = 315.90 USD;
KT-2, 100 USD, cancelled in May: 300.00, of which June is lost; 200.00;
KT-3, 100 GBP, for which there is no rate;
KT-4, 50 USD, amir's from June on: 150.00 are alex's as confirmed, 100.00 as they are now.
"""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from pypdf import PdfWriter

from contracts.models import Contract
from contracts.services.endings import cancel_contract
from contracts.services.handing import hand_over
from contracts.services.rates import settle_rates
from contributions.rules.contract_months import Side
from contributions.services.contracts import link_contracts
from kamtrak.lib.months import Month
from reports.models import Document, DocumentContractMonth
from reports.queries.contracts import ContractDrift, contract_drift
from reports.queries.documents import review_of
from reports.rules.contracts import ContractSection, Parts
from reports.services.check import Verdict, check_file
from reports.services.data import CONTRACTS, read_data
from reports.services.documents import open_document
from reports.services.proving import verify_document
from reports.services.reconcile.documents import prove_documents
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.contributions.builders import publish
from tests.contributions.test_closed_contracts import LATER, MARKET
from tests.contributions.test_contracts import confirmed_in_march
from tests.reports.builders import Q2, close, embedded, issue, make_contribution, pdf_of, snapshot, total
from tests.reports.test_documents_pdf import text_of

CONFIRMED, CURRENT = Side
D = Decimal


@pytest.fixture
def four(inside: Cast) -> Cast:
    """The four contracts of the head of this file."""
    publish(MARKET)
    euros = confirmed_in_march(inside, number="KT-1", currency="EUR")
    lost = confirmed_in_march(inside, number="KT-2", client="Brightwater Energy")
    confirmed_in_march(inside, number="KT-3", currency="GBP")
    handed = confirmed_in_march(inside, (1, 12, "50"), number="KT-4")
    edit(euros, inside.alex, make_terms((1, 12, "90"), currency="EUR"), reason="10 % off")
    on, revision = date(2026, 5, 20), lost.revision
    cancel_contract(contract=lost, by=inside.alex, on=on, reason="Gone", revision=revision, now=NOW)
    terms: dict[str, Any] = {"workspace": inside.acme, "by": inside.ada, "reason": "New region", "now": NOW}
    hand_over(contracts=[handed], to=inside.amir, first=Month(2026, 6), **terms)
    return inside


def section_of(document: Document) -> ContractSection:
    section = review_of(document).contracts
    assert section is not None
    return section


def months_in(pdf: bytes) -> list[dict[str, str]]:
    """The rows of contracts.csv inside a PDF."""
    return list(csv.DictReader(StringIO(read_data(BytesIO(pdf), CONTRACTS).decode(), newline="")))


def file_of(document: Document) -> bytes:
    with open_document(document) as file:
        return file.read()


def drift_of(document: Document) -> list[ContractDrift]:
    return contract_drift(document, review_of(document).contracts)


def words(pdf: bytes) -> str:
    return " ".join(text_of(pdf).split())


# ------------------------------------------------------------------ figures


def test_the_section_sums_both_sides_and_parts_the_difference(four: Cast) -> None:
    section = section_of(snapshot(four, "2026Q2"))
    sums = section.sums
    assert (sums.confirmed, sums.current, sums.lost) == (D("795.00"), D("615.90"), D("100.00"))
    assert sums.parts == Parts(by_edit=D("-134.50"), by_rate=D("5.40"), handed_over=D("-50.00"))
    assert sums.parts.whole == sums.current - sums.confirmed == D("-179.10")
    assert (sums.confirmed_unknown, sums.current_unknown) == (3, 3)  # of KT-3, in no sum
    assert [f"{line.currency} {line.confirmed:.0f} {line.current:.0f}" for line in section.currencies] == [
        "EUR 300 270",
        "GBP 300 300",
        "USD 450 300",
    ]


def test_each_contract_says_when_it_was_confirmed_and_who_edited_it(four: Cast) -> None:
    euros, lost, pounds, handed = section_of(snapshot(four, "2026Q2")).lines
    assert [euros.confirmed, euros.current, euros.difference] == [300, 270, -30]
    assert (euros.confirmed_on, euros.rate, euros.rate_day) == (
        date(2026, 3, 3),
        D("1.15"),
        date(2026, 3, 3),
    )
    assert (euros.edited_on, euros.edited_by) == (date(2026, 11, 23), "Alex")
    assert (lost.client, lost.sums.lost, lost.edited_on) == ("Brightwater Energy", D("100.00"), None)
    assert (pounds.sums.known_confirmed, pounds.sums.known_current, pounds.rate) == (None, None, None)
    assert handed.sums.parts == Parts(handed_over=D("-50.00"))


def test_months_that_were_handed_over_are_in_the_review_of_who_has_them_now(four: Cast) -> None:
    (line,) = section_of(snapshot(four, "2026Q2", about=four.amir)).lines
    assert (line.number, line.sums.confirmed, line.sums.current) == ("KT-4", D(0), D("50.00"))
    assert line.sums.parts == Parts(handed_over=D("50.00"))


def test_pounds_frozen_at_1_3314_and_current_at_1_3399_differ_by_rate_alone(inside: Cast) -> None:
    """GBP 100 × 12 = 1,597.68 USD as confirmed, 1,607.88 current: +0.00 by edit, +10.20 by rate."""
    month_ends = [Month(2025, 4) + n for n in range(12)]
    publish({date(2025, 4, 1): {"USD": "1.3314", "GBP": "1"}})
    publish({month.last: {"USD": "1.3399", "GBP": "1"} for month in month_ends})
    terms = make_terms(currency="GBP", start=date(2025, 4, 1))
    make_contract(inside.alex, terms, by=inside.ada, confirmed_on=date(2025, 4, 1))
    found = [section_of(snapshot(inside, code)).sums for code in ("FY2025", "2026Q1")]
    sums = found[0] + found[1]
    assert (sums.confirmed, sums.current) == (D("1597.68"), D("1607.88"))
    assert sums.parts == Parts(by_edit=D("0.00"), by_rate=D("10.20"))


def test_a_review_without_months_of_contracts_has_no_section_and_no_second_file(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    document = issue(inside)
    pdf = pdf_of(document)
    assert (review_of(document).contracts, document.contracts_sha256, document.months_count) == (None, "", 0)
    assert (read_data(BytesIO(pdf), CONTRACTS), drift_of(document)) == (b"", [])
    assert "Contracts" not in words(pdf)
    assert verify_document(document).problems == ()


def test_contracts_alone_can_be_reviewed(four: Cast, tmp_path: Any) -> None:
    out, to = StringIO(), tmp_path / "review.pdf"
    arguments = {"workspace": "acme", "person": "alex@example.com", "period": "2026Q2", "output": to}
    call_command("issue_document", "review", stdout=out, **arguments)
    assert "Contracts as confirmed" in out.getvalue()
    assert "795.00 USD, a view of the same money" in out.getvalue()
    assert len(months_in(to.read_bytes())) == 22


def test_contracts_without_any_rate_are_unknown_and_never_0(inside: Cast) -> None:
    confirmed_in_march(inside, number="KT-3", currency="GBP")
    document = issue(inside, "2026Q2")
    said = words(file_of(document))
    assert "1 contract, converted USD unknown unknown unknown" in said
    assert [(side.printed, side.then, side.now) for side in drift_of(document)] == [(None, None, None)] * 2
    publish(MARKET)
    publish({day: {"GBP": "1"} for day in MARKET})
    settle_rates(workspace=inside.acme, now=NOW)
    confirmed, current = drift_of(document)
    assert (confirmed.then, confirmed.now, confirmed.moved) == (None, D("345.00"), True)
    assert (current.now, verify_document(document).problems) == (D("351.00"), ())


# ------------------------------------------------------------------ the file


def test_the_pages_label_both_figures_and_the_file_has_every_month(four: Cast) -> None:
    row = make_contribution(four, "500.00", quarter=Q2, client="Nordhavn Logistics")
    link_contracts(
        contracts=[Contract.objects.get(number="KT-1")], contributions=[row], by=four.alex, now=NOW
    )
    document = issue(four, "2026Q2")
    pdf = file_of(document)
    said, months, rows = words(pdf), months_in(pdf), embedded(pdf)
    assert "never added to them" in said
    assert "confirmed 3 Mar 2026 at 1.15 · current edited 23 Nov 2026 by Alex" in said
    assert "As confirmed holds 100.00 USD lost by cancellation." in said
    assert "The difference holds −50.00 USD of months handed over." in said
    assert "4 contracts, converted USD 795.00u 615.90u −179.10u −134.50 +5.40" in said
    assert "u: 3 months have no rate, confirmed: unknown, and in no sum." in said
    assert "30 Apr 2026 EUR 1.16 1 EUR = 1.16 USD" in said
    assert "contracts.csv SHA-256" in said
    assert "Contract: KT-1 Visibility platform" in said
    assert rows[0]["contracts"] == "KT-1 Visibility platform"
    assert total(months, figure="as confirmed") == D("795.00")
    assert total(months, figure="current") == D("615.90")
    assert total(months, figure="as confirmed", lost="yes") == D("100.00")
    assert verify_document(document).problems == ()


def test_of_a_closed_quarter_both_sides_stand_as_closed_with_what_changed_beside(inside: Cast) -> None:
    publish(MARKET)
    euros = confirmed_in_march(inside, number="KT-1", currency="EUR")
    close(inside, Q2)
    edit(euros, inside.alex, make_terms((1, 12, "90"), currency="EUR"), reason="10 % off")
    seven, since = make_terms((1, 12, "7")), date(2026, 3, 3)
    make_contract(inside.alex, seven, number="KT-9", by=inside.ada, now=LATER, confirmed_on=since)
    document = issue(inside, "2026Q2")
    sums, pdf = section_of(document).sums, pdf_of(document)
    assert (sums.confirmed, sums.current) == (D("345.00"), D("351.00"))
    assert (sums.later_confirmed, sums.later_current) == (D("21.00"), D("-14.10"))
    months = months_in(pdf)
    assert total(months, "counted", figure="current") == D("351.00")
    assert total(months, "later_change", figure="current") == D("-14.10")  # −35.10 by the edit, +21.00 new
    assert {row["standing"] for row in months} == {"as closed", "after the close"}
    said = words(pdf)
    assert "Current 351.00 −14.10 336.90" in said
    assert "KT-9 Apr 2026 As confirmed contract added after the close – +7.00" in said
    drift = drift_of(document)
    assert [(side.then, side.now, side.moved) for side in drift] == [
        (D("366.00"), D("366.00"), False),
        (D("336.90"), D("336.90"), False),
    ]
    assert verify_document(document).problems == ()


def test_months_of_which_one_rate_is_missing_are_in_no_difference(inside: Cast) -> None:
    """100 GBP, confirmed in March without a rate: April to June come to 345.00 USD at 1.15 since. Beside it
    100 USD, now 90: 300.00 as confirmed, 270.00 current."""
    edit(confirmed_in_march(inside, number="KT-1"), inside.alex, make_terms((1, 12, "90")))
    confirmed_in_march(inside, number="KT-2", currency="GBP")
    publish({day: {"USD": "1.15", "GBP": "1"} for day in MARKET if day > date(2026, 3, 31)})
    settle_rates(workspace=inside.acme, now=NOW)
    document = issue(inside, "2026Q2")
    sums, said = section_of(document).sums, words(file_of(document))
    assert (sums.confirmed, sums.current, sums.difference) == (D("300.00"), D("615.00"), D("-30.00"))
    assert (sums.compared, sums.not_compared) == (3, 3)
    assert "2 contracts, converted USD 300.00u 615.00 −30.00u −30.00 0.00" in said
    assert "of months whose rates are both known: it excludes 3 months without a rate." in said
    assert verify_document(document).problems == ()


def test_a_contract_that_came_after_the_close_without_a_rate_is_in_no_figure_of_it(inside: Cast) -> None:
    """12 × 100 USD are there at the close: 300.00 in Q2; 12 × 100 GBP come later, and no rate is on file."""
    confirmed_in_march(inside, number="KT-1")
    close(inside, Q2)
    pounds, since = make_terms(currency="GBP"), date(2026, 3, 3)
    make_contract(inside.alex, pounds, number="KT-9", by=inside.ada, now=LATER, confirmed_on=since)
    document = issue(inside, "2026Q2")
    section, pdf = section_of(document), file_of(document)
    assert (section.contracts, [line.currency for line in section.currencies]) == (1, ["USD"])
    said = words(pdf)
    assert "1 contract USD 300.00 300.00 0.00" in said
    assert "As confirmed 300.00 — unknown 300.00u" in said
    assert "Current 300.00 — unknown 300.00u" in said
    assert "u: current, live at issue, is without 3 months that no rate reaches." in said
    assert "KT-9 Apr 2026 As confirmed contract added after the close – unknown" in said
    late = [row for row in months_in(pdf) if row["contract"] == "KT-9"]
    assert {(row["converted"], row["counted"], row["later_change"]) for row in late} == {("", "", "")}
    assert verify_document(document).problems == ()


def test_a_close_without_contracts_prints_none_of_those_that_came_later(inside: Cast) -> None:
    close(inside, Q2)
    pounds, since = make_terms(currency="GBP"), date(2026, 3, 3)
    make_contract(inside.alex, pounds, number="KT-9", by=inside.ada, now=LATER, confirmed_on=since)
    document = issue(inside, "2026Q2")
    said = words(file_of(document))
    assert "No contract had a month here when the quarter was closed." in said
    assert "As confirmed 0.00 — unknown unknown" in said
    assert [(side.then, side.now, side.moved) for side in drift_of(document)] == [(None, None, False)] * 2
    assert verify_document(document).problems == ()


def test_later_edits_move_nothing_in_the_document_and_are_seen_beside_it(four: Cast) -> None:
    document = issue(four, "2026Q2")
    before = pdf_of(document)
    edit(Contract.objects.get(number="KT-1"), four.alex, make_terms((1, 12, "80"), currency="EUR"))
    document = Document.objects.get(pk=document.pk)
    assert pdf_of(document) == before, "rebuilt from its own snapshot, byte for byte"
    confirmed, current = drift_of(document)
    assert (confirmed.moved, current.then, current.now) == (False, D("615.90"), D("580.80"))
    assert verify_document(document).problems == ()


# ------------------------------------------------------------------ proofs

ROWS = DocumentContractMonth._meta.db_table
APRIL = "month = '2026-04-01' and side = 'confirmed' and contract_number = 'KT-1'"


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (f"update {ROWS} set converted = converted + 0.01 where {APRIL}", "the printed totals are not"),
        (f"update {ROWS} set contract_name = 'Other' where {APRIL}", "no longer give the contracts.csv"),
        (f"update {ROWS} set amount = amount + 1 where {APRIL}", "a printed line is not that of its months"),
        (f"delete from {ROWS} where {APRIL}", "months of contracts are missing or were added"),
        (f"delete from {ROWS} where contract_number = 'KT-3'", "contracts are missing or were added"),
    ],
)
def test_a_month_that_was_altered_in_the_snapshot_is_found(four: Cast, statement: str, problem: str) -> None:
    document = issue(four, "2026Q2")
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
    assert problem in "; ".join(verify_document(document).problems)
    assert [proof.ok for proof in prove_documents(four.acme, NOW.date())] == [False]


def test_the_months_of_a_document_cannot_be_changed_by_anybody(four: Cast) -> None:
    document = snapshot(four, "2026Q2")
    for change in (lambda rows: rows.update(converted=1), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError, match="frozen rows never change"), transaction.atomic():
            change(document.contract_months.all())


def test_a_file_whose_months_were_taken_out_does_not_bear_the_data_that_were_issued(four: Cast) -> None:
    document = issue(four, "2026Q2")
    pdf = file_of(document)
    writer = PdfWriter(clone_from=BytesIO(pdf))
    root: Any = writer.root_object
    named = root["/Names"]["/EmbeddedFiles"]["/Names"]  # name, file, name, file
    at = named.index("contracts.csv")
    del named[at : at + 2]
    without = BytesIO()
    writer.write(without)
    found = [
        check_file(workspace=four.acme, file=BytesIO(each), size=len(each))
        for each in (pdf, pdf + b"\n", without.getvalue())
    ]
    assert [(each.verdict, each.document, each.data_intact) for each in found] == [
        (Verdict.INTACT, document, False),
        (Verdict.ALTERED, document, True),
        (Verdict.ALTERED, document, False),
    ]


# ------------------------------------------------------------------ pages


def test_the_page_of_a_document_and_of_a_check_show_both_figures_and_what_moved(four: Cast) -> None:
    document = issue(four, "2026Q2")
    edit(Contract.objects.get(number="KT-1"), four.alex, make_terms((1, 12, "80"), currency="EUR"))
    browser = four.browser("alex")
    said = " ".join(browser.get(f"/w/acme/documents/{document.pk}/").text.split())
    assert "4 contracts, in USD, never added to the figures above" in said
    assert "The live figures have moved since this was issued." in said
    assert document.contracts_sha256 in said
    file = SimpleUploadedFile("review.pdf", file_of(document))
    checked = browser.post("/w/acme/documents/check/", {"file": file}).text
    assert "Contracts in the document and now" in checked
    assert "580.80" in checked
